"""What the engine works on: one normalised request for one run, whichever call, file or source it came from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

import attrs
from django.utils.translation import gettext as _

from .. import keys
from ..data import SCHEDULE_DATES, UNSET, AssociationRecord, RowProblem, SyncRecord
from ..exceptions import CatalogError, InvalidRequest
from . import values


class Wanted(NamedTuple):
    """What a catalog course is to be created with."""

    title: str
    language: str


@attrs.define(slots=True)
class Row:
    """One request: the key, the values given (absent ones are not in `schedule`, or None), and what became of it."""

    line: int
    raw_key: str
    key: keys.RunKey
    title: str | None = None
    language: str | None = None
    schedule: dict[str, Any] = attrs.Factory(dict)
    # An explicit course: by its key, or by its id where the caller has the object.
    course: keys.CatalogKey | None = None
    course_id: int | None = None
    # What an extension said, asked anew on every try: the id of a catalog course.
    resolved: int | None = None
    observed_at: datetime | None = None
    # When the run came to be elsewhere; a new row takes it over.
    created: datetime | None = None
    # What the operator's filter made of a row that creates: the title of the run, and its course if that is new.
    filtered: tuple[str, Wanted] | None = None
    create_only: bool = False
    # From a source that owns the truth: extensions may pin fields against it.
    synced: bool = False
    # Whether an observation that changes nothing is remembered, so that an older one cannot overwrite what it confirmed.
    remembered: bool = True
    value_problems: list[tuple[str, str]] = attrs.Factory(list)
    outcome: str = ""
    problem: tuple[str, str] | None = None
    error: CatalogError = attrs.Factory(CatalogError)
    state: Any = None

    def settle(self, outcome: str, state: Any = None, problem: tuple[str, str] | None = None) -> None:
        """Say what became of the row, and, if it was not taken, the code and reason."""
        self.outcome, self.state, self.problem = outcome, state, problem

    @property
    def explicit(self) -> bool:
        """Whether somebody, not the key, says which course the run belongs to."""
        return bool(self.course or self.course_id or self.resolved)

    def reset(self) -> None:
        """Forget the verdict of a try that was rolled back."""
        self.outcome, self.state, self.problem, self.resolved, self.filtered = "", None, None, None, None

    def refuse(self, error: CatalogError) -> None:
        """The row is invalid, for this reason."""
        self.settle("invalid", problem=(error.code, str(error)))
        self.error = error

    def problems(self) -> list[RowProblem]:
        """Everything to report of this row, the reason for its outcome first."""
        found = [self.problem] if self.problem else []
        text = keys.shorten(self.raw_key)
        return [RowProblem(self.line, text, self.outcome, code, reason) for code, reason in found + self.value_problems]


def from_association(record: AssociationRecord) -> Row:
    """
    Read a record of a file. Raises the CatalogError of a key that cannot be used.

    A title, language, date or pacing that cannot be stored is left out, and listed in `value_problems`.
    """
    _expect(AssociationRecord, record)
    row = Row(record.line, keys.shorten(record.course_key), keys.parse_course_key(record.course_key))
    if _is_given(record.catalog_course):
        row.course = keys.parse_catalog_key(record.catalog_course)  # type: ignore[arg-type]  # it says what is no text
    if _is_given(record.title):
        row.title = _or_problem(row, values.normalize_title, record.title) or None
    if _is_given(record.language):
        row.language = _or_problem(row, values.normalize_language, record.language)
    for name in SCHEDULE_DATES:
        if _is_given(value := getattr(record, name)):
            moment = _or_problem(row, partial(values.parse_datetime, field=name), value)
            if moment is not None:
                row.schedule[name] = moment
    if _is_given(record.pacing) and (pacing := _or_problem(row, values.parse_pacing, record.pacing)):
        row.schedule["pacing"] = pacing
    return row


def from_sync(record: SyncRecord, *, remembered: bool = True) -> Row:
    """Read what a source says. As `from_association`, but UNSET leaves a value, and None empties a date or the pacing."""
    _expect(SyncRecord, record)
    key = keys.parse_course_key(record.course_key)
    row = Row(record.line, keys.shorten(record.course_key), key, synced=True, remembered=remembered)
    if record.observed_at is not None:
        row.observed_at = values.check_source_time(record.observed_at)
    if record.catalog_course and not _is_implied(course := keys.parse_catalog_key(record.catalog_course), row.key):
        row.course = course
    if record.created is not None:
        row.created = _or_problem(row, _created, record.created)
    if record.title is not UNSET:
        row.title = _or_problem(row, values.some_title, record.title)
    if record.language_short is not UNSET:
        row.language = _or_problem(row, values.normalize_language, record.language_short)
    schedule = {} if record.schedule is UNSET else _or_problem(row, values.given_values, record.schedule) or {}
    for name, value in schedule.items():
        try:
            row.schedule[name] = values.parse_schedule_value(name, value)
        except CatalogError as error:
            row.value_problems.append((error.code, str(error)))
    return row


def _expect(kind: type, record: object) -> None:
    if not isinstance(record, kind):
        names = {"expected": kind.__name__, "type": type(record).__name__}
        raise InvalidRequest(reason=_("Expected a record of type %(expected)s, got %(type)s.") % names)


def _is_implied(course: keys.CatalogKey, key: keys.RunKey) -> bool:
    """Whether a run's key leads to this course by itself."""
    return (keys.fold(course.org), keys.fold(course.code)) == (keys.fold(key.org), keys.fold(key.course))


def _is_given(value: Any) -> bool:
    """A blank cell says nothing; a value that makes no sense, such as 0, is looked at."""
    return not (value is None or value == "")


def _created(value: Any) -> datetime | None:
    moment = values.parse_datetime(value, "created")
    return None if moment is None else values.check_source_time(moment, "created")


def _or_problem(row: Row, read: Callable[[Any], Any], value: Any) -> Any:
    try:
        return read(value)
    except CatalogError as error:
        row.value_problems.append((error.code, str(error)))
        return None


def refused(line: int, raw_key: Any, error: CatalogError) -> RowProblem:
    """The problem of a record that never became a row."""
    return RowProblem(line, keys.shorten(raw_key), "invalid", error.code, str(error))


__all__ = ["Row", "Wanted", "from_association", "from_sync", "refused"]
