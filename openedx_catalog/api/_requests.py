"""What the engine works on: one normalised request for one run, whichever call, file or source it came from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import attrs

from .. import keys
from ..data import UNSET, AssociationRecord, RowProblem, SyncRecord
from ..exceptions import CatalogError
from . import values
from ._decisions import Decision, Problem
from ._store import Pair, RunState

BLANK = (None, "")


class CourseValues(NamedTuple):
    """What a catalog course is to be created with."""

    title: str
    language: str


@attrs.define(slots=True)
class Request:
    """One request: the key, the values given (absent ones are not in `schedule`, or None), and what became of it."""

    line: int
    raw_key: object
    key: keys.RunKey
    title: str | None = None
    language: str | None = None
    schedule: dict[str, Any] = attrs.Factory(dict)
    # An explicit course: by its key, or by its id where the caller has the object.
    course: keys.CatalogKey | None = None
    course_id: int | None = None
    observed_at: datetime | None = None
    # When the run was created elsewhere; a new row takes it over.
    created: datetime | None = None
    create_only: bool = False
    # From a source that owns the truth: extensions may pin fields against it.
    synced: bool = False
    # Whether an observation that changes nothing is remembered, so that an older one cannot overwrite what it confirmed.
    remembered: bool = True
    _pair: Pair | None = None
    # Values that could not be read.
    value_problems: tuple[Problem, ...] = ()
    # What follows is found out anew on every try. What an extension answered: the id of a catalog course.
    resolved: int | None = None
    # What the operator's filter made of a row that creates: the title of the run, and its course if that is new.
    filtered: tuple[str, CourseValues] | None = None
    decision: Decision | None = None
    state: RunState | None = None
    error: CatalogError | None = None

    @property
    def outcome(self) -> str:
        """One of OUTCOMES; "" as long as nothing is decided."""
        return self.decision.outcome if self.decision else ""

    @property
    def shown_key(self) -> str:
        """The key as it was given, for reports."""
        return keys.shorten(self.raw_key)

    @property
    def pair(self) -> Pair:
        """The (organization, folded code) that decides the course of the run, folded once."""
        if self._pair is None:
            org, code = self.course or (self.key.org, self.key.course)
            self._pair = org, keys.fold(code)
        return self._pair

    @property
    def code(self) -> str:
        """The code of the course as it is spelled here."""
        return self.course.code if self.course else self.key.course

    @property
    def known_course(self) -> int | None:
        """The id of the course that the caller or an extension gave as an object."""
        return self.course_id if self.course_id is not None else self.resolved

    @property
    def explicit(self) -> bool:
        """Whether somebody, not the key, says which course the run belongs to."""
        return bool(self.course or self.course_id or self.resolved)

    def set_outcome(self, decision: Decision, state: RunState | None = None) -> None:
        """Say what became of the request, and what the run is now."""
        self.decision, self.state = decision, state

    def refuse(self, error: CatalogError) -> None:
        """The request is invalid, for this reason."""
        self.set_outcome(Decision("invalid", problem=(error.code, str(error))))
        self.error = error

    def reset(self) -> None:
        """Drop what a try that was rolled back has found out."""
        self.resolved = self.filtered = self.decision = self.state = self.error = None

    def problems(self) -> list[RowProblem]:
        """Everything to report of this request, the reason for its outcome first."""
        if self.decision is None or not (self.value_problems or self.decision.problem or self.decision.value_problems):
            return []
        found = [self.decision.problem] if self.decision.problem else []
        found += [*self.value_problems, *self.decision.value_problems]
        return [RowProblem(self.line, self.shown_key, self.outcome, code, reason) for code, reason in found]


def from_association(record: AssociationRecord) -> Request:
    """
    Read a record of a file. Raises the CatalogError of a key that cannot be used.

    A title, language, date or pacing that cannot be stored is left out, and listed in `value_problems`.
    """
    request = Request(record.line, record.course_key, keys.parse_course_key(record.course_key))
    # A blank cell says nothing; a value that makes no sense, such as 0, is looked at.
    if record.catalog_course not in BLANK:
        request.course = keys.parse_catalog_key(record.catalog_course)
    if record.title not in BLANK:
        request.title = _or_problem(request, values.normalize_title, record.title) or None
    if record.language not in BLANK:
        request.language = _or_problem(request, _language, record.language)
    for name, value in (
        ("start", record.start),
        ("end", record.end),
        ("enrollment_start", record.enrollment_start),
        ("enrollment_end", record.enrollment_end),
    ):
        if value not in BLANK and (moment := _or_problem(request, values.parse_datetime, value, name)) is not None:
            request.schedule[name] = moment
    if record.pacing not in BLANK and (pacing := _or_problem(request, values.parse_pacing, record.pacing)):
        request.schedule["pacing"] = pacing
    return request


def from_sync(record: SyncRecord, *, remembered: bool = True) -> Request:
    """Read what a source says. As `from_association`, but UNSET leaves a value, and None empties a date or the pacing."""
    key = keys.parse_course_key(record.course_key)
    request = Request(record.line, record.course_key, key, synced=True, remembered=remembered)
    if record.observed_at is not None:
        request.observed_at = values.check_source_time(record.observed_at)
    if record.catalog_course and not _is_implied(course := keys.parse_catalog_key(record.catalog_course), request.key):
        request.course = course
    if record.created is not None:
        request.created = _or_problem(request, _created, record.created)
    if record.title is not UNSET:
        request.title = _or_problem(request, values.some_title, record.title)
    if record.language_short is not UNSET:
        request.language = _or_problem(request, _language, record.language_short)
    if record.schedule is not UNSET:
        _read_schedule(request, record.schedule)
    return request


def _read_schedule(request: Request, schedule: Any) -> None:
    for name, value in (_or_problem(request, values.given_values, schedule) or {}).items():
        try:
            request.schedule[name] = values.parse_schedule_value(name, value)
        except CatalogError as error:
            request.value_problems += ((error.code, str(error)),)


def _is_implied(course: keys.CatalogKey, key: keys.RunKey) -> bool:
    """Whether a run's key leads to this course by itself."""
    return (keys.fold(course.org), keys.fold(course.code)) == (keys.fold(key.org), keys.fold(key.course))


def _created(value: Any) -> datetime | None:
    moment = values.parse_datetime(value, "created")
    return None if moment is None else values.check_source_time(moment, "created")


def _language(value: Any) -> str:
    """`normalize_language`, which a file asks about the same few languages a hundred thousand times."""
    return _known_language(value) if isinstance(value, str) and len(value) < 20 else values.normalize_language(value)


_known_language = lru_cache(maxsize=256)(values.normalize_language)


def _or_problem(request: Request, read: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return read(*arguments)
    except CatalogError as error:
        request.value_problems += ((error.code, str(error)),)
        return None


def refused(line: int, raw_key: Any, error: CatalogError) -> RowProblem:
    """The problem of a record that never became a request."""
    return RowProblem(line, keys.shorten(raw_key), "invalid", error.code, str(error))


__all__ = ["CourseValues", "Request", "from_association", "from_sync", "refused"]
