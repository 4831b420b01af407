"""Listings as rows of files: what an export of the admin writes, its import and ``set_course_listings`` read."""

from __future__ import annotations

from typing import Any

from openedx_catalog.api.for_contrib import given_values
from openedx_catalog.lib.tables import Words

from . import api
from .data import ListingRecord
from .models_api import CourseListing

COLUMNS = ListingRecord._fields[:-1]
KEY = COLUMNS[0]
_LISTS = ("subjects", "languages", "owners")
_FLAGS = ("live", "invitation_only")
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
    row = ListingRecord(**{KEY: "", **cells}, line=line)
    given = {name: _read(name, value) for name, value in given_values(row, COLUMNS[1:]).items()}
    return ListingRecord(row.catalog_course, line=line, **given)


def cells_of(listing: CourseListing) -> list[str]:
    """What `read_record` reads, in the order of `COLUMNS`. No query where course, level, subjects and owners are prefetched."""
    values = api.listing_values(listing)
    return [listing.catalog_course.key_str, *(_shown(name, values[name]) for name in COLUMNS[1:])]


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
