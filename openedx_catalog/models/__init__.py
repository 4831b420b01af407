"""
The tables.

Outside this package import them from `openedx_catalog.models_api`, and change them through `openedx_catalog.api`.
"""

from .catalog_course import CatalogCourse, CatalogCourseCode
from .course_run import CourseRun
from .course_schedule import CourseSchedule

__all__ = ["CatalogCourse", "CatalogCourseCode", "CourseRun", "CourseSchedule"]
