"""The admin: to see and search the mapping. Changes go through `openedx_catalog.api`."""

from .. import intact  # noqa: F401
from . import naming  # noqa: F401
from .catalog_course import CatalogCourseAdmin
from .course_run import CourseRunAdmin
from .deleted_run import DeletedRunKeyAdmin
from .inbox import InboxMessageAdmin
from .outbox import OutboxMessageAdmin
from .pathways import CatalogPathwayAdmin, PathwayCategoryAdmin, PathwayEnrollmentAdmin

__all__ = [
    "CatalogCourseAdmin",
    "CatalogPathwayAdmin",
    "CourseRunAdmin",
    "DeletedRunKeyAdmin",
    "InboxMessageAdmin",
    "OutboxMessageAdmin",
    "PathwayCategoryAdmin",
    "PathwayEnrollmentAdmin",
]
