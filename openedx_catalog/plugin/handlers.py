"""The receivers of the core, where the platform's plugin machinery looks for them."""

from ..handlers import (
    course_catalog_info_changed,
    course_created,
    course_deleted,
    course_overview_saved,
    course_published,
    course_rerun_completed,
)

__all__ = [
    "course_catalog_info_changed",
    "course_created",
    "course_deleted",
    "course_overview_saved",
    "course_published",
    "course_rerun_completed",
]
