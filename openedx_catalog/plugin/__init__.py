"""
What LMS and CMS take of a plugin: an app without tables, with a label of its own, so that the platform may list the core itself.

Nothing imports it; other services do without.
"""
