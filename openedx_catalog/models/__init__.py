"""
The tables.

Outside this package import them from `openedx_catalog.models_api`, and change them through `openedx_catalog.api`.
"""

from .. import intact  # noqa: F401
from .catalog_course import CatalogCourse, CatalogCourseCode
from .course_run import CourseRun
from .course_run_withdrawal import CourseRunWithdrawal
from .course_schedule import CourseSchedule
from .inbox_message import InboxMessage
from .outbox_message import OutboxMessage

__all__ = [
    "CatalogCourse",
    "CatalogCourseCode",
    "CourseRun",
    "CourseRunWithdrawal",
    "CourseSchedule",
    "InboxMessage",
    "OutboxMessage",
]
