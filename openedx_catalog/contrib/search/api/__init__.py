"""The Python API of search: every read and write that others may rely on, and nothing else."""

# First: says in words where the app is not installed.
from .. import models  # noqa: F401
from .catalogs import (
    CatalogName,
    create_course_catalog,
    delete_course_catalog,
    get_course_catalog,
    get_course_catalogs,
    set_viewers,
    update_course_catalog,
    viewers_of,
)
from .membership import contains, count_courses, courses_for, courses_in

__all__ = [
    "CatalogName",
    "contains",
    "count_courses",
    "courses_for",
    "courses_in",
    "create_course_catalog",
    "delete_course_catalog",
    "get_course_catalog",
    "get_course_catalogs",
    "set_viewers",
    "update_course_catalog",
    "viewers_of",
]
