"""From what a source says to what the core takes: checked, since a row with one bad value is not taken at all."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

from openedx_catalog import keys
from openedx_catalog.api.for_contrib import some_title
from openedx_catalog.data import SCHEDULE_DATES, UNSET, ScheduleData, SyncRecord
from openedx_catalog.exceptions import CatalogError, InvalidDate
from openedx_catalog.lib.values import parse_datetime

from ..data import SourceRow
from ..exceptions import InvalidRow

# The LMS says "self", discovery "self_paced", MITx Online whether it is self-paced.
_PACINGS = {"self": "self", "self_paced": "self", "instructor": "instructor", "instructor_paced": "instructor"}
# A title of 255 characters, each escaped by the longest name that HTML has for one.
MAX_ESCAPED = 255 * 33
_READERS: dict[str, Callable[[str, Any], Any]] = {
    "title": lambda _name, value: some_title(_title(value)),
    "language": lambda name, value: _text(name, value),
    "pacing": lambda name, value: _pacing(name, value),
    **dict.fromkeys(SCHEDULE_DATES, lambda name, value: _date(name, value)),
}


def record_of(row: SourceRow, *, null_clears: bool, line: int) -> SyncRecord:
    """
    The record of a row. What it does not have, and what is empty unless `null_clears` (a date or the pacing), is UNSET.

    Titles are HTML-unescaped, since the LMS escapes them. Raises CatalogError: InvalidRow for a date that is not ISO 8601 with
    an offset, an end before its start, and so on; InvalidCourseKey; InvalidTitle.
    """
    keys.parse_course_key(row.course_key)
    read: dict[str, Any] = {}
    for name, value in row.values.items():
        if value is not None and value != "":
            read[name] = _READERS[name](name, value)
        elif null_clears and name not in ("title", "language"):
            read[name] = None
    for begin, end in (("start", "end"), ("enrollment_start", "enrollment_end")):
        if read.get(begin) and read.get(end) and read[end] < read[begin]:
            raise InvalidRow(field=end, value=row.values[end], reason=f"it is before {begin}, {row.values[begin]}")
    schedule = {name: value for name, value in read.items() if name not in ("title", "language")}
    return SyncRecord(
        row.course_key,
        title=read.get("title", UNSET),
        language_short=read.get("language", UNSET),
        schedule=ScheduleData(**schedule) if schedule else UNSET,
        observed_at=row.observed_at,
        catalog_course=_course(row.catalog_course),
        line=line,
    )


def _title(value: Any) -> Any:
    # One that is too long for a title, whatever it stands for, is refused as it is.
    return html.unescape(value) if isinstance(value, str) and len(value) <= MAX_ESCAPED else value


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise InvalidRow(field=name, value=keys.shorten(value, 60), reason="it is no text")
    return value


def _pacing(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "self" if value else "instructor"
    if not isinstance(value, str) or value not in _PACINGS:
        raise InvalidRow(field=name, value=keys.shorten(value, 60), reason=f"it is none of {', '.join(_PACINGS)}")
    return _PACINGS[value]


def _date(name: str, value: Any) -> Any:
    try:
        return parse_datetime(value, name)
    except CatalogError as error:
        odd = getattr(error, "reason", "") == InvalidDate.OUT_OF_RANGE
        reason = f"it is {error.reason}" if odd else "it is no date in ISO 8601 with an offset from UTC"  # type: ignore[attr-defined]
        raise InvalidRow(field=name, value=keys.shorten(value, 60), reason=reason) from error


def _course(text: str) -> str:
    """A course that we could store: what a source calls a course may be anything."""
    try:
        return text if text and keys.parse_catalog_key(text) else ""
    except CatalogError:
        return ""
