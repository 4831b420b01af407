"""The admin: to see and search the mapping. Changes go through `openedx_catalog.api`."""

from .catalog_course import CatalogCourseAdmin
from .course_run import CourseRunAdmin

__all__ = ["CatalogCourseAdmin", "CourseRunAdmin"]
