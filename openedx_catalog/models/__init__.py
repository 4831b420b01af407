"""
The tables.

Outside this package import them from `openedx_catalog.models_api`, and change them through `openedx_catalog.api`.
"""

from .. import intact  # noqa: F401
from .catalog_change import CatalogChange
from .catalog_course import CatalogCourse, CatalogCourseCode
from .catalog_merge import CatalogMerge, CatalogMergeCode, CatalogMergeRun
from .catalog_pathway import CatalogPathway
from .course_run import CourseRun
from .course_run_withdrawal import CourseRunWithdrawal
from .course_schedule import CourseSchedule
from .deleted_run_key import DeletedRunKey
from .doctor_report import DistinctPair, DoctorReport
from .former_organization_name import FormerOrganizationName
from .inbox_message import InboxMessage
from .outbox_message import OutboxMessage
from .pathway_category import PathwayCategory
from .pathway_enrollment import PathwayEnrollment

__all__ = [
    "CatalogChange",
    "CatalogCourse",
    "CatalogCourseCode",
    "CatalogMerge",
    "CatalogMergeCode",
    "CatalogMergeRun",
    "CatalogPathway",
    "CourseRun",
    "CourseRunWithdrawal",
    "CourseSchedule",
    "DeletedRunKey",
    "DistinctPair",
    "DoctorReport",
    "FormerOrganizationName",
    "InboxMessage",
    "OutboxMessage",
    "PathwayCategory",
    "PathwayEnrollment",
]
