"""
What the contrib apps of this distribution need of the core's API besides what is public.

For them alone: other apps use `openedx_catalog.api`, which keeps its promises between releases.
"""

from ._changes import record_shown_changes, record_shown_courses
from ._placing import hold_courses
from .codes import owners_of_keys
from .course_runs import locked_run
from .doctor._findings import unfolded_rows
from .lookup import CourseName, course_named
from .organizations import organization_named
from .platform_modes import modes_of_lms
from .row_imports import Written, given_values, import_rows
from .values import is_title, parse_schedule_value, some_language, some_title

__all__ = [
    "CourseName",
    "Written",
    "course_named",
    "given_values",
    "hold_courses",
    "import_rows",
    "is_title",
    "locked_run",
    "modes_of_lms",
    "organization_named",
    "owners_of_keys",
    "parse_schedule_value",
    "record_shown_changes",
    "record_shown_courses",
    "some_language",
    "some_title",
    "unfolded_rows",
]
