"""
The tables.

Outside this package import them from `openedx_catalog.models_api`, and change them through `openedx_catalog.api`.
"""

from .. import intact  # noqa: F401
from .catalog_course import CatalogCourse, CatalogCourseCode
from .catalog_pathway import CatalogPathway
from .course_run import CourseRun
from .course_run_withdrawal import CourseRunWithdrawal
from .course_schedule import CourseSchedule
from .inbox_message import InboxMessage
from .outbox_message import OutboxMessage
from .pathway_category import PathwayCategory
from .pathway_enrollment import PathwayEnrollment

__all__ = [
    "CatalogCourse",
    "CatalogCourseCode",
    "CatalogPathway",
    "CourseRun",
    "CourseRunWithdrawal",
    "CourseSchedule",
    "InboxMessage",
    "OutboxMessage",
    "PathwayCategory",
    "PathwayEnrollment",
]
