"""
What a listing would take away, counted before anything is written: runs that vanish, end or lose their dates.

A source that is broken seldom says nothing; it says that everything is over. So whatever takes a record from learners counts
against one limit, that of the source, whether the record is gone from the list or the list has it as "deleted". The first
dates that anybody gives to a run take nothing away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import attrs
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openedx_catalog import keys
from openedx_catalog.data import SCHEDULE_DATES
from openedx_catalog.exceptions import CatalogError
from openedx_catalog.lib.values import parse_datetime
from openedx_catalog.models_api import CourseRun

from ..data import SourceRow
from ..models import PinnedField, Source
from ._authority import Authority, Said
from ._records import may_write, record_of

LEAST_LOST = 5
BATCH = 500
# Of a run that has none.
NO_SCHEDULE: tuple[int, ...] = ()
NOTHING_SAID: Said = {}
_SHARED: dict[tuple[int, ...], tuple[int, ...]] = {}
_SHARED_SAID: dict[tuple[Any, ...], Said] = {}
_MISSING = _("%(number)d of %(present)d runs would be missing")
_EMPTIED = _("%(number)d of %(present)d runs would lose dates")
_CLOSED_FOR_ENROLLMENT = _("%(number)d of %(present)d runs would close for enrollment")
# What a date does that is over, or that is still to come; an empty one is "no date".
_CLOSES = {
    "end": _("%(number)d of %(present)d runs would end"),
    "enrollment_end": _CLOSED_FOR_ENROLLMENT,
    "enrollment_start": _CLOSED_FOR_ENROLLMENT,
    "start": _("%(number)d of %(present)d runs would start later"),
}
_EMPTY, _OPEN, _CLOSED = range(3)
DATE_COLUMNS = ("schedule__id", *(f"schedule__{name}" for name in SCHEDULE_DATES))


class Losses(NamedTuple):
    """Of one kind of record: how many there are, and by name what each would lose, a sentence for `number` of `present`."""

    present: int
    lost: Mapping[str, Any]

    def are_too_many(self, percent: int) -> bool:
        """Whether they are more than a source may take away."""
        return len(self.lost) >= LEAST_LOST and len(self.lost) * 100 > self.present * percent

    def __str__(self) -> str:
        # The largest loss first; what is lost as often, always in the same order.
        counted = sorted(Counter(map(str, self.lost.values())).items(), key=lambda pair: (-pair[1], pair[0]))
        return "; ".join(sentence % {"number": number, "present": self.present} for sentence, number in counted)


def dates_of(schedule: int | None, dates: Sequence[datetime | None], now: datetime) -> tuple[int, ...]:
    """Which dates of a run are empty, open or closed. Equal ones are one object: every run of a source is held in memory."""
    if schedule is None:
        return NO_SCHEDULE
    pairs = zip(SCHEDULE_DATES, dates, strict=True)
    found = tuple(_EMPTY if date is None else _CLOSED if _closes(name, date, now) else _OPEN for name, date in pairs)
    return _SHARED.setdefault(found, found)


def said_of(fields: Any) -> Said:
    """What a source is stored to have stated. Equal ones are one object, as above."""
    return _SHARED_SAID.setdefault(tuple(sorted(fields.items())), fields) if fields else NOTHING_SAID


class Known(NamedTuple):
    """What is stored of a record."""

    pk: int
    missing: bool
    run_id: int | None
    dates: tuple[int, ...]
    # Which of our fields the source states, and since which job.
    said: Said = NOTHING_SAID


class _Loss(NamedTuple):
    """What of a record would take something away, field by field."""

    run_id: int | None
    observed_at: datetime | None
    fields: dict[str, Any]


@attrs.define
class DateWatch:
    """
    Looks at every row of a listing, and keeps those that would end a run, close it or empty its dates.

    `orgs` are the folded short_names of the organizations that the source may write, `known` is what is stored of its records,
    by folded id, and `authority` knows what other sources win.
    """

    source: Source
    orgs: set[str]
    known: dict[str, Known]
    authority: Authority
    now: datetime = attrs.Factory(timezone.now)
    _found: dict[str, _Loss] = attrs.Factory(dict)
    # Runs that the source had not listed before: by folded key, with the changes that could take something away.
    _new: dict[str, tuple[str, datetime | None, dict[str, int]]] = attrs.Factory(dict)
    stored: int = 0

    def look(self, name: str, row: SourceRow) -> None:
        """Look at a row; `name` is its folded id."""
        changes, known = self._changes_of(row), self.known.get(name)
        if known is None or known.run_id is None:
            taken = changes if changes and self._will_be_taken(row) else {}
            self._new[keys.fold(row.course_key)] = (name, row.observed_at, taken)
        elif (lost := _lost(known.dates, changes)) and self._will_be_taken(row):
            self._found[name] = _Loss(known.run_id, row.observed_at, lost)

    def losses(self, percent: int, present: int, vanished: Iterable[str]) -> Losses:
        """The runs that would be changed so, and those that vanish. No query, unless there are enough of them to matter."""
        self._look_up()
        gone = dict.fromkeys(vanished, _MISSING)
        named = {name: next(iter(loss.fields.values())) for name, loss in self._found.items()}
        found = Losses(present + self.stored, named | gone)
        return found._replace(lost=self._written() | gone) if found.are_too_many(percent) else found

    def _written(self) -> dict[str, Any]:
        """Without what is pinned, what another source sets, and what is older than what is known: none would be written."""
        by_run = {loss.run_id: (name, loss) for name, loss in self._found.items()}
        runs, kept = sorted(pk for pk in by_run if pk is not None), {}
        for start in range(0, len(runs), BATCH):
            part = runs[start : start + BATCH]
            pinned: dict[int, set[str]] = {}
            for pk, field in PinnedField.objects.filter(run__in=part).values_list("run_id", "field"):
                pinned.setdefault(pk, set()).add(field)
            claims = self.authority.claims(part)
            for pk, known in CourseRun.objects.filter(pk__in=part).values_list("pk", "source_time"):
                name, loss = by_run[pk]
                others, said = claims.get(pk, {}), self.known[name].said if name in self.known else NOTHING_SAID
                fields = [
                    what
                    for field, what in loss.fields.items()
                    if field not in pinned.get(pk, ()) and self.authority.winner(field, said, others) == self.source
                ]
                # Whose time counts is decided where it is written.
                stale = not others and known is not None and loss.observed_at is not None and loss.observed_at < known
                if fields and not stale:
                    kept[name] = fields[0]
        return kept

    def _changes_of(self, row: SourceRow) -> dict[str, int]:
        """``{field: closed or empty}``: what could take something away. {} of a row that will not be taken."""
        found: dict[str, int] = {}
        if row.problem is not None or not row.course_key:
            return found
        for name in SCHEDULE_DATES:
            value = row.values.get(name, 0)
            if value is None or value == "":
                if self.source.null_clears:
                    found[name] = _EMPTY
            elif isinstance(value, str):
                try:
                    date = parse_datetime(value, name)
                except CatalogError:
                    continue
                if date is not None and _closes(name, date, self.now):
                    found[name] = _CLOSED
        return found

    def _will_be_taken(self, row: SourceRow) -> bool:
        try:
            record_of(row, null_clears=self.source.null_clears)
            return may_write(self.orgs, keys.parse_course_key(row.course_key).org)
        except CatalogError:
            return False

    def _look_up(self) -> None:
        """Find the runs that are there though the source has not listed them before: those of other sources, say."""
        if not any(changes for _name, _at, changes in self._new.values()):
            # Whatever they are, nothing is taken from them.
            return
        names = list(self._new)
        for start in range(0, len(names), BATCH):
            part = CourseRun.objects.filter(key_ci__in=names[start : start + BATCH])
            for key, pk, schedule, *dates in part.values_list("key_ci", "pk", *DATE_COLUMNS):
                name, observed_at, changes = self._new[key]
                self.stored += 1
                if lost := _lost(dates_of(schedule, dates, self.now), changes):
                    self._found[name] = _Loss(pk, observed_at, lost)
        self._new = {}


def _closes(name: str, date: datetime, now: datetime) -> bool:
    return date > now if name.endswith("start") else date <= now


def _lost(dates: tuple[int, ...], changes: dict[str, int]) -> dict[str, Any]:
    """``{field: what}`` of the changes that take something from a run with these dates."""
    if dates == NO_SCHEDULE:
        return {}
    stored = dict(zip(SCHEDULE_DATES, dates, strict=True))
    lost = {field: to for field, to in changes.items() if stored[field] != to}
    return {field: _EMPTIED if to == _EMPTY else _CLOSES[field] for field, to in lost.items()}
