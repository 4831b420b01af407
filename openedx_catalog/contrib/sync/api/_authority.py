"""
Which source sets a field of a run that several of them have.

The one that owns the field; else the one with the lower rank; else the one that said it first. A source that does not list the
run any more, does not state the field any more, or is not enabled, has no say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import attrs

from openedx_catalog import keys
from openedx_catalog.api import find_organization_by_code
from openedx_catalog.data import SCHEDULE_FIELDS, UNSET, SyncRecord
from openedx_catalog.models_api import CatalogCourse

from ..models import RunSource, Source
from ._records import Reading

Said = Mapping[str, int]
"""``{field: id of the job in which a source first stated it}``, as `RunSource.fields` has it."""

# Of what has not been said before.
LATEST = 2**63
_STORED = ("run__title", "run__source_time", *(f"run__schedule__{name}" for name in SCHEDULE_FIELDS))


class Stand(NamedTuple):
    """A run that other sources have or had: what is stored of it, and what each states, by the id of the source."""

    values: Mapping[str, Any]
    source_time: Any
    claims: dict[int, Said]


class Ruling(NamedTuple):
    """What of a record may be written, and which fields differ that other sources win: ``{field: name of the source}``."""

    record: SyncRecord
    outranked: Mapping[str, str]


class Authority:
    """What one source may set where others have the same run."""

    def __init__(self, source: Source) -> None:
        self.source = source

    @cached_property
    def others(self) -> dict[int, Source]:
        """The other sources, by id."""
        return Source.objects.exclude(pk=self.source.pk).in_bulk()

    def stands(self, folded_keys: Iterable[str]) -> dict[str, Stand]:
        """The runs among these that other sources have, by folded key. One query, none where there is no other source."""
        rows = self._rows(run__key_ci__in=list(folded_keys))
        found: dict[str, Stand] = {}
        for key, pk, said, title, source_time, *dates in rows and rows.values_list(
            "run__key_ci", "source_id", "fields", *_STORED
        ):
            values = {"title": title, **dict(zip(SCHEDULE_FIELDS, dates, strict=True))}
            found.setdefault(key, Stand(values, source_time, {})).claims[pk] = said
        return found

    def claims(self, run_ids: Iterable[int]) -> dict[int, dict[int, Said]]:
        """``{id of a run: {id of another source: what it states}}``. One query, none where there is no other source."""
        rows = self._rows(run__in=list(run_ids))
        found: dict[int, dict[int, Said]] = {}
        for run, pk, said in rows and rows.values_list("run_id", "source_id", "fields"):
            found.setdefault(run, {})[pk] = said
        return found

    def winner(self, field: str, said: Said, claims: Mapping[int, Said]) -> Source:
        """Who sets this field, which this source states too; `said` is what it has stated before."""
        stating = [(self.others[pk], theirs[field]) for pk, theirs in claims.items() if field in theirs]
        both = [(self.source, said.get(field, LATEST)), *(each for each in stating if each[0].enabled)]
        return strongest(field, both)

    def rule(self, reading: Reading, stand: Stand, said: Said) -> Ruling:
        """
        Take from a record what others win. What is left is not too old, whenever the source saw it so: of several sources that
        have a run, not the one that speaks last is right.
        """
        record, outranked = reading.record, {}
        for field in reading.stated:
            if (_value(record, field) or None) == (stand.values[field] or None):
                continue
            winner = self.winner(field, said, stand.claims)
            if winner != self.source:
                outranked[field] = winner.name
        if record.observed_at and stand.source_time and record.observed_at < stand.source_time:
            record = attrs.evolve(record, observed_at=stand.source_time)
        return Ruling(_without(record, outranked), outranked)

    def _rows(self, **which: Any) -> Any:
        return RunSource.objects.filter(source__in=self.others, **which) if self.others else ()


def strongest(field: str, stating: Sequence[tuple[Source, Any]]) -> Source:
    """Who wins a field among sources, each with when it first stated that."""
    return min(stating, key=lambda each: (field not in each[0].owns, each[0].rank, each[1]))[0]


def is_alias_of(course: CatalogCourse, org_code: str, course_code: str, uuid: Any = None) -> bool:
    """
    Whether a source's record of this key, which leads to `course`, is about another course than that: one which was merged into
    it, say. Such a record may be read as that course, but never writes it.

    A course that has the record's own uuid is the same one, however it is called here. So is one that this key still names but
    for its organization, which was renamed.
    """
    if uuid is not None and str(course.uuid) == str(uuid).lower():
        return False
    return keys.fold(course.course_code) != keys.fold(course_code) or not _names(course.org, org_code)


def _names(org: Any, code: str) -> bool:
    if keys.fold(org.short_name) == keys.fold(code):
        return True
    found = find_organization_by_code(code)
    return found is not None and found.pk == org.pk


def _value(record: SyncRecord, field: str) -> Any:
    return record.title if field == "title" else getattr(record.schedule, field)


def _without(record: SyncRecord, fields: Mapping[str, str]) -> SyncRecord:
    dates = dict.fromkeys(fields.keys() - {"title"}, UNSET)
    if dates:
        schedule: Any = record.schedule
        record = attrs.evolve(record, schedule=attrs.evolve(schedule, **dates))
    return attrs.evolve(record, title=UNSET) if "title" in fields else record
