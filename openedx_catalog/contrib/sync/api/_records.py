"""From what a source gives to what the core takes: checked, since a row with one bad value is not taken at all."""

from __future__ import annotations

import html
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from openedx_catalog import keys
from openedx_catalog.api.for_contrib import some_title
from openedx_catalog.data import SCHEDULE_DATES, UNSET, ScheduleData, SyncRecord
from openedx_catalog.exceptions import CatalogError, InvalidDate
from openedx_catalog.lib import texts
from openedx_catalog.lib.values import parse_datetime

from ..data import SourceRow
from ..exceptions import InvalidRow

Key = TypeVar("Key", keys.RunKey, keys.CatalogKey)
# The LMS says "self", discovery "self_paced", MITx Online whether it is self-paced.
_PACINGS = {"self": "self", "self_paced": "self", "instructor": "instructor", "instructor_paced": "instructor"}
# A title of 255 characters, each escaped by the longest name that HTML has for one.
MAX_ESCAPED = 255 * 33


def record_of(row: SourceRow, allowed: AbstractSet[str] = frozenset(), *, null_clears: bool, line: int = 0) -> SyncRecord:
    """
    The record of a row. What it does not have, and what is empty unless `null_clears` (a date or the pacing), is UNSET.

    Its course is left out if it is none that we could store, or of an organization that the source may not write. Titles are
    HTML-unescaped, since the LMS escapes them. Raises CatalogError: InvalidRow for a date that is not ISO 8601 with an offset,
    an end before its start, and so on; InvalidCourseKey; InvalidTitle.
    """
    keys.parse_course_key(row.course_key)
    read: dict[str, Any] = {}
    for name, value in row.values.items():
        if value is not None and value != "":
            read[name] = _READERS[name](name, value)
        elif null_clears and name not in ("title", "language"):
            read[name] = None
    for start, end in (("start", "end"), ("enrollment_start", "enrollment_end")):
        if read.get(start) and read.get(end) and read[end] < read[start]:
            reason = _("it is before %(field)s, %(date)s") % {"field": start, "date": row.values[start]}
            raise InvalidRow(field=end, value=row.values[end], reason=reason)
    schedule = {name: value for name, value in read.items() if name not in ("title", "language")}
    course = parsed(keys.parse_catalog_key, row.catalog_course)
    return SyncRecord(
        row.course_key,
        title=read.get("title", UNSET),
        language_short=read.get("language", UNSET),
        schedule=ScheduleData(**schedule) if schedule else UNSET,
        observed_at=row.observed_at,
        catalog_course=row.catalog_course if course and may_write(allowed, course.org) else "",
        line=line,
    )


def _title(_name: str, value: Any) -> Any:
    # One that is too long for a title, whatever it stands for, is refused as it is.
    return some_title(html.unescape(value) if isinstance(value, str) and len(value) <= MAX_ESCAPED else value)


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise _invalid(name, value, _("expected a text"))
    return value


def _pacing(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "self" if value else "instructor"
    if not isinstance(value, str) or value not in _PACINGS:
        raise _invalid(name, value, _("expected one of %(names)s") % {"names": ", ".join(_PACINGS)})
    return _PACINGS[value]


def _date(name: str, value: Any) -> Any:
    try:
        return parse_datetime(value, name)
    except InvalidDate as error:
        raise _invalid(name, value, str(error.facts["reason"])) from error


_READERS: dict[str, Callable[[str, Any], Any]] = {
    "title": _title,
    "language": _text,
    "pacing": _pacing,
    **dict.fromkeys(SCHEDULE_DATES, _date),
}


def _invalid(name: str, value: Any, reason: str) -> InvalidRow:
    return InvalidRow(field=name, value=texts.shorten(value, 60), reason=reason)


def parsed(parse: Callable[[str], Key], text: str) -> Key | None:
    """A key of a source, which may be anything: None where it is none of ours."""
    try:
        return parse(text)
    except CatalogError:
        return None


def may_write(allowed: AbstractSet[str], *codes: str) -> bool:
    """Whether a source may write what is of one of these organizations; `allowed` are folded, and empty for all."""
    return not allowed or any(keys.fold(code) in allowed for code in codes)
