"""What the engine works on: one normalised request for one run, whichever call, file or source it came from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import attrs
from django.utils.translation import gettext as _

from .. import keys
from ..data import UNSET, AssociationRecord, RowChange, RowProblem, SyncRecord
from ..exceptions import CatalogError, InvalidRequest, InvalidValue, UnknownCatalogCourse
from ..lib.values import parse_uuid
from . import values
from ._decisions import Decision, Problem
from ._store import Pair, RunState
from .lookup import uuid_of

BLANK = (None, "")
# Of a date or the pacing in a file: that there is none. A blank cell says nothing.
NONE = "none"


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
    # Of a course that the request creates, where its language is not known.
    language_of_new: str = ""
    observed_at: datetime | None = None
    # What the run is elsewhere, and when it was created there; a new row takes them over.
    uuid: str = ""
    created: datetime | None = None
    create_only: bool = False
    # Whether the explicit course is created where it does not exist.
    creates_course: bool = True
    # From a source that owns the truth: extensions may pin fields against it.
    synced: bool = False
    # Whether what a person has set stays.
    keeps_edits: bool = False
    # Whether an observation that changes nothing is remembered, so that an older one cannot overwrite what it confirmed.
    remembered: bool = True
    # Of a row that says "implicit": whether the course is also what the key leads to, by its name, so that it stays so; what
    # stands there already is left as it is in any case.
    implied: bool = False
    as_it_stands: bool = False
    # Whether a stored run comes under the course that is asked for; by its key, and implicitly, where it follows that; and
    # whether one that is not stored is invalid.
    moves: bool = False
    follows: bool = False
    # Whether it moves the run as long as nobody has decided which course that belongs to.
    places: bool = False
    existing: bool = False
    _pair: Pair | None = None
    # Values that could not be read.
    value_problems: tuple[Problem, ...] = ()
    # The line of the same call that the stored run comes from, where it comes from one.
    kept_line: int = 0
    # What extensions answered before the first row of the call was written, where they were asked then.
    looked_ahead: bool = False
    foreseen: keys.CatalogKey | None = None
    # What follows is found out anew on every try. What an extension answered: the id of a catalog course.
    resolved: int | None = None
    # Likewise, where it was foreseen: its key, since it may be created only now.
    resolved_key: keys.CatalogKey | None = None
    # What the operator's filter made of a row that creates: the title of the run, and its course if that is new.
    filtered: tuple[str, CourseValues] | None = None
    decision: Decision | None = None
    state: RunState | None = None
    # The run as it was, where it changes.
    before: RunState | None = None
    error: CatalogError | None = None
    # Of a run that moved or was confirmed: the keys of its courses before and afterwards.
    moved: tuple[str, str] | None = None

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
            org, code = self.course or self.resolved_key or (self.key.org, self.key.course)
            self._pair = org, keys.fold(code)
        return self._pair

    @property
    def names_course(self) -> bool:
        """Whether it names a course by its key that must exist."""
        return self.course is not None and not self.creates_course

    @property
    def code(self) -> str:
        """The code of the course as it is spelled here."""
        named = self.course or self.resolved_key
        return named.code if named else self.key.course

    @property
    def known_course(self) -> int | None:
        """The id of the course that the caller or an extension gave as an object."""
        return self.course_id if self.course_id is not None else self.resolved

    @property
    def explicit(self) -> bool:
        """Whether somebody, not the key, says which course the run belongs to."""
        return not self.implied and bool(self.course or self.course_id or self.resolved or self.resolved_key)

    def resolve(self, course: keys.CatalogKey | None) -> None:
        """Take the course that extensions chose for the new run, or drop it."""
        if course is not self.resolved_key:
            self.resolved_key, self._pair = course, None

    def set_outcome(self, decision: Decision, state: RunState | None = None) -> None:
        """Say what became of the request, and what the run is now."""
        self.decision, self.state = decision, state

    def refuse(self, error: CatalogError) -> None:
        """The request is invalid, for this reason."""
        self.set_outcome(Decision("invalid", problem=(error.code, str(error))))
        self.error = error

    def skip(self, error: CatalogError) -> None:
        """The request is none that anybody wants, for this reason; nothing is wrong with it."""
        self.set_outcome(Decision("skipped", problem=(error.code, str(error))))
        self.error = error

    def reset(self) -> None:
        """Drop what a try that was rolled back has found out."""
        self.resolved = self.filtered = self.decision = self.state = self.before = self.error = self.moved = None
        self.kept_line = 0
        self.resolve(None)

    def changes(self) -> list[RowChange]:
        """What has changed of a run that was there."""
        found: list[tuple[str, Any, Any]] = []
        if self.moved and self.moved[0] != self.moved[1]:
            found.append(("catalog_course", *self.moved))
        if self.decision is not None and self.before is not None:
            old = {**(self.before.schedule or {}), "title": self.before.title}
            found += [(name, old.get(name), value) for name, value in self.decision.values.items()]
        return [RowChange(self.line, self.shown_key, *change) for change in found]

    def problems(self) -> list[RowProblem]:
        """Everything to report of this request, the reason for its outcome first."""
        if self.decision is None or not (self.value_problems or self.decision.problem or self.decision.value_problems):
            return []
        found = [self.decision.problem] if self.decision.problem else []
        found += [*self.value_problems, *self.decision.value_problems]
        return [RowProblem(self.line, self.shown_key, self.outcome, code, reason) for code, reason in found]


def from_association(
    record: AssociationRecord, *, moves: bool = False, creates_course: bool = True, keeps_edits: bool = False
) -> Request:
    """
    Read a record of a file. Raises the CatalogError of a key that cannot be used.

    A title, language, date or pacing that cannot be stored is left out, and listed in `value_problems`.
    """
    _expect(AssociationRecord, record)
    request = Request(record.line, record.course_key, keys.parse_course_key(record.course_key), creates_course=creates_course)
    request.moves, request.keeps_edits = moves and record.catalog_course not in BLANK, keeps_edits
    if record.observed_at not in BLANK:
        request.observed_at = _or_problem(request, _observed, record.observed_at)
    # A blank cell says nothing; a value that makes no sense, such as 0, is looked at.
    if record.catalog_course not in BLANK:
        request.course = _catalog_key(record.catalog_course)
        request.as_it_stands = _or_problem(request, _association, record.association) == "implicit"
        request.implied = request.as_it_stands and _is_implied(request.course, request.key)
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
        if _takes_away(value):
            request.schedule[name] = None
        elif value not in BLANK and (moment := _or_problem(request, values.parse_datetime, value, name)) is not None:
            request.schedule[name] = moment
    if _takes_away(record.pacing):
        request.schedule["pacing"] = ""
    elif record.pacing not in BLANK and (pacing := _or_problem(request, values.parse_pacing, record.pacing)):
        request.schedule["pacing"] = pacing
    return request


def from_sync(record: SyncRecord, *, remembered: bool = True, places: bool = False, creates_course: bool = True) -> Request:
    """Read what a source says. As `from_association`, but UNSET leaves a value, and None empties a date or the pacing."""
    _expect(SyncRecord, record)
    key = keys.parse_course_key(record.course_key)
    request = Request(record.line, record.course_key, key, synced=True, remembered=remembered)
    if record.observed_at is not None:
        request.observed_at = values.check_source_time(record.observed_at)
    if record.catalog_course and not _is_implied(course := _catalog_key(record.catalog_course), request.key):
        request.course, request.places, request.creates_course = course, places, creates_course
    if record.created is not None:
        request.created = _or_problem(request, _created, record.created)
    if record.uuid:
        request.uuid = str(_or_problem(request, parse_uuid, record.uuid) or "")
    if record.title is not UNSET:
        request.title = _or_problem(request, values.some_title, record.title)
    if record.language_short is not UNSET:
        request.language = _or_problem(request, _language, record.language_short)
    if record.schedule is not UNSET:
        _read_schedule(request, record.schedule)
    return request


def _catalog_key(name: Any) -> keys.CatalogKey:
    """The key of a catalog course; whatever is a uuid by now is that of none."""
    if uuid_of(name):
        raise UnknownCatalogCourse(name=name)
    return keys.parse_catalog_key(name)


def _expect(kind: type, record: object) -> None:
    if not isinstance(record, kind):
        names = {"expected": kind.__name__, "type": type(record).__name__}
        raise InvalidRequest(reason=_("Expected a record of type %(expected)s, got %(type)s.") % names)


def _read_schedule(request: Request, schedule: Any) -> None:
    for name, value in (_or_problem(request, values.given_values, schedule) or {}).items():
        try:
            request.schedule[name] = values.parse_schedule_value(name, value)
        except CatalogError as error:
            request.value_problems += ((error.code, str(error)),)


def _is_implied(course: keys.CatalogKey, key: keys.RunKey) -> bool:
    """Whether a run's key leads to this course by itself."""
    return (keys.fold(course.org), keys.fold(course.code)) == (keys.fold(key.org), keys.fold(key.course))


def _association(value: Any) -> str:
    if value not in (*BLANK, "implicit", "explicit"):
        reason = _('expected "implicit" or "explicit"')
        raise InvalidValue(field="association", value=keys.shorten(value, 60), reason=reason)
    return value or "explicit"


def _takes_away(value: object) -> bool:
    return isinstance(value, str) and value.strip().casefold() == NONE


def _observed(value: Any) -> datetime | None:
    moment = values.parse_datetime(value, "observed_at")
    return None if moment is None else values.check_source_time(moment, "observed_at")


def _created(value: Any) -> datetime | None:
    moment = values.parse_datetime(value, "created")
    return None if moment is None else values.check_source_time(moment, "created")


def _language(value: Any) -> str:
    """`some_language`, which a file asks about the same few languages a hundred thousand times."""
    return _known_language(value) if isinstance(value, str) and len(value) < 20 else values.some_language(value)


_known_language = lru_cache(maxsize=256)(values.some_language)


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
