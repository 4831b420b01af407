"""
What LMS and CMS take of a plugin: an app without tables, with a label of its own, so that a platform may list the core itself.

Nothing imports it, and other services do without.
"""
