"""From what a source gives to what the core takes, and what of it cannot be taken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from openedx_catalog import api as catalog
from openedx_catalog import keys
from openedx_catalog.api.for_contrib import is_title, some_language, some_title
from openedx_catalog.data import SCHEDULE_DATES, UNSET, ScheduleData, SyncRecord
from openedx_catalog.exceptions import CatalogError, InvalidPacing
from openedx_catalog.lib import texts
from openedx_catalog.lib.values import parse_datetime
from openedx_catalog.models_api import CatalogCourse

from ..data import SourceRow

Key = TypeVar("Key", keys.RunKey, keys.CatalogKey)
# The LMS says "self", discovery "self_paced", MITx Online whether it is self-paced.
_PACINGS = {"self": "self", "self_paced": "self", "instructor": "instructor", "instructor_paced": "instructor"}


class Reading(NamedTuple):
    """A record; which of our fields the source has a value for; and the errors of the values that were left out of it."""

    record: SyncRecord
    stated: AbstractSet[str]
    left_out: Sequence[CatalogError]


def record_of(row: SourceRow, allowed: AbstractSet[str] = frozenset(), *, null_clears: bool, line: int = 0) -> Reading:
    """
    The record of a row. What it does not have, and what is empty unless `null_clears` (a date or the pacing), is UNSET.

    A value that cannot be stored is left out, as through every other door, and the rest is taken. Its course is left out if it
    is none that we could store, or of an organization that the source may not write. A title that is only the code states
    nothing. Raises InvalidCourseKey.
    """
    key = keys.parse_course_key(row.course_key)
    read: dict[str, Any] = {}
    left_out = []
    for name, value in row.values.items():
        if value is not None and value != "":
            try:
                read[name] = _READERS[name](value)
            except CatalogError as error:
                left_out.append(error)
        elif null_clears and name not in ("title", "language"):
            read[name] = None
    schedule = {name: value for name, value in read.items() if name not in ("title", "language")}
    course = parsed(keys.parse_catalog_key, row.catalog_course)
    record = SyncRecord(
        row.course_key,
        title=read.get("title", UNSET),
        language_short=read.get("language", UNSET),
        schedule=ScheduleData(**schedule) if schedule else UNSET,
        observed_at=row.observed_at,
        catalog_course=row.catalog_course if course and may_write(allowed, course.org) else "",
        uuid=row.uuid,
        line=line,
    )
    titled = {"title"} if is_title(read.get("title", key.course), key.course) else set()
    return Reading(record, schedule.keys() | titled, left_out)


def _pacing(value: Any) -> str:
    if isinstance(value, bool):
        return "self" if value else "instructor"
    if not isinstance(value, str) or value not in _PACINGS:
        raise InvalidPacing(value=texts.shorten(value, 60))
    return _PACINGS[value]


_READERS: dict[str, Callable[[Any], Any]] = {
    "title": some_title,
    "language": some_language,
    "pacing": _pacing,
    **{name: partial(parse_datetime, field=name) for name in SCHEDULE_DATES},
}


def parsed(parse: Callable[[str], Key], text: str) -> Key | None:
    """A key of a source, which may be anything: None where it is none of ours."""
    try:
        return parse(text)
    except CatalogError:
        return None


def may_write(allowed: AbstractSet[str], *codes: str) -> bool:
    """Whether a source may write what is of one of these organizations; `allowed` are folded, and empty for all."""
    return not allowed or any(keys.fold(code) in allowed for code in codes)


def courses_by_key(names: Iterable[str], uuids: Mapping[str, str] | None = None) -> Mapping[str, CatalogCourse]:
    """
    The catalog courses of these keys, by folded key. One query, and one or two for each that is not found at once.

    `uuids` are what a source has for some of them: one that it has renamed is found by that. One more query where any are left.
    """
    found: dict[str, CatalogCourse] = {}
    wanted = {keys.fold(name): key for name in names if (key := parsed(keys.parse_catalog_key, name))}
    codes = {keys.fold(key.code) for key in wanted.values()}
    rows = CatalogCourse.objects.with_org().filter(course_code_ci__in=codes) if codes else ()
    stored = {(keys.fold(row.org.short_name), row.course_code_ci): row for row in rows}
    for name, key in wanted.items():
        row = stored.get((keys.fold(key.org), keys.fold(key.code))) or catalog.find_catalog_course(key_str=str(key))
        if row is not None:
            found[name] = row
    left = {uuid: name for name, given in (uuids or {}).items() if name not in found and (uuid := as_uuid(given))}
    rows = CatalogCourse.objects.with_org().filter(uuid__in=left) if left else ()
    return found | {left[row.uuid]: row for row in rows}


def course_of_uuid(given: Any) -> CatalogCourse | None:
    """The catalog course that has this uuid of a source. One query, if it is one."""
    uuid = as_uuid(given)
    return CatalogCourse.objects.with_org().filter(uuid=uuid).first() if uuid else None


def as_uuid(given: Any) -> UUID | None:
    """What a source calls a uuid; None of what is none."""
    try:
        return UUID(given) if isinstance(given, str) else None
    except ValueError:
        return None


def uuid_text(given: Any) -> str:
    """A uuid of a source as it is remembered; "" of what is none."""
    return str(as_uuid(given) or "")
