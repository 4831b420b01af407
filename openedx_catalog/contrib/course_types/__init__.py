"""Course types: which modes a run has, and what a course sells. Optional; see docs/how-tos/course-types.rst."""
