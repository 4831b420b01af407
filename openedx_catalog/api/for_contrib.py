"""
What the contrib apps of this distribution need of the core's API besides what is public.

For them alone: other apps use `openedx_catalog.api`, which keeps its promises between releases.
"""

from .course_runs import locked_run
from .lookup import CourseName, course_named
from .values import some_title

__all__ = ["CourseName", "course_named", "locked_run", "some_title"]
