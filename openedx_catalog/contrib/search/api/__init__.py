"""The Python API of search: every read and write that others may rely on, and nothing else."""

# First: says in words where the app is not installed.
from .. import models  # noqa: F401
from ..data import CheckedCatalog, Followed, GivenCatalog, Rebuilt
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
from .checking import catalogs_of_page, check_catalogs, parse_page, read_catalogs
from .diagnosing import diagnose, forgotten_index, forgotten_text
from .indexing import count_rows, follow_changes, rebuild_index, search_index
from .membership import contains, count_courses, courses_for, courses_in
from .searching import search, suggest

__all__ = [
    "CatalogName",
    "CheckedCatalog",
    "Followed",
    "GivenCatalog",
    "Rebuilt",
    "catalogs_of_page",
    "check_catalogs",
    "contains",
    "count_courses",
    "count_rows",
    "courses_for",
    "courses_in",
    "create_course_catalog",
    "delete_course_catalog",
    "diagnose",
    "follow_changes",
    "forgotten_index",
    "forgotten_text",
    "get_course_catalog",
    "get_course_catalogs",
    "parse_page",
    "read_catalogs",
    "rebuild_index",
    "search",
    "search_index",
    "set_viewers",
    "suggest",
    "update_course_catalog",
    "viewers_of",
]
