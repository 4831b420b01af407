"""Listings as rows of files: what an export of the admin writes, and its import and the commands read."""

from __future__ import annotations

from typing import Any

from openedx_catalog.api.for_contrib import given_values
from openedx_catalog.lib.tables import Words

from . import api
from .data import CourseRunListingRecord, ListingRecord
from .models_api import CourseListing, CourseRunListing

COLUMNS = ListingRecord._fields[:-1]
RUN_COLUMNS = CourseRunListingRecord._fields[:-1]
_LISTS = ("subjects", "languages", "owners")
_FLAGS = ("live", "invitation_only", "unscheduled")
_NUMBERS = ("min_effort", "max_effort", "weeks")
# Words of any kind: "none" takes away what the others say.
_EMPTY: dict[str, Any] = dict.fromkeys(("title_override", "short_description", "full_description", "video_url"), "")
_SPOKEN = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
# What a cell of a file may have (`transfer.reading`): a longer text is left out, and so stays as it is.
_LONGEST = 32_767


def read_record(*, line: int = 0, **cells: Any) -> ListingRecord:
    """
    A row of a file. An empty cell says nothing, "none" takes the value away; the parts of a list stand between commas or
    blanks. What makes no sense stays as it is: whoever writes it refuses it.
    """
    return _record(ListingRecord, line, cells)


def read_run_record(*, line: int = 0, **cells: Any) -> CourseRunListingRecord:
    """The same of a file of runs."""
    return _record(CourseRunListingRecord, line, cells)


def cells_of(listing: CourseListing | CourseRunListing) -> list[str]:
    """
    What these read, in the order of `COLUMNS` or `RUN_COLUMNS`. No query where the run, or course, level, subjects and owners
    are there.
    """
    key = listing.catalog_course.key_str if isinstance(listing, CourseListing) else str(listing.run.course_key)
    return [key, *(_shown(name, value) for name, value in api.listing_values(listing).items())]


def _record(kind: Any, line: int, cells: dict[str, Any]) -> Any:
    key, *names = kind._fields[:-1]
    row = kind(**{key: "", **cells}, line=line)
    return kind(row[0], line=line, **{name: _read(name, value) for name, value in given_values(row, names).items()})


def _read(name: str, value: Any) -> Any:
    if name in _LISTS:
        return [] if value is None else value.replace(",", " ").split() if isinstance(value, str) else value
    if value is None:
        return _EMPTY.get(name)
    if isinstance(value, str):
        text = value.strip()
        if name in _FLAGS:
            return _SPOKEN.get(text.lower(), value)
        if name in _NUMBERS and text.isascii() and text.isdigit() and len(text) < 10:
            return int(text)
    return value


def _shown(name: str, value: Any) -> str:
    if name in _LISTS:
        return ", ".join(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = "" if value is None else str(value)
    return Words(text) if len(text) <= _LONGEST else ""
