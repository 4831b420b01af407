"""What a source made, and what it said last: the rows of `SourceRecord` that the records of one call are about."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import attrs
from django.utils import timezone

from openedx_catalog import keys

from ..data import MAX_ID
from ..models import PinnedRecordField, Source, SourceRecord


def external_id(*parts: object) -> str:
    """The id of what has none of its own at the source, but stands in something that has one; never longer than one may be."""
    name = " ".join(keys.fold(str(part)) for part in parts)
    if len(name) <= MAX_ID:
        return name
    return f"{parts[0]} {hashlib.blake2b(name.encode(), digest_size=16).hexdigest()}"


@attrs.define
class Memory:
    """
    Records of a source, by kind and folded id. Read anew in each try of a transaction: one that failed has left nothing.

    `program` is the program of which they are parts, as the source names it; "" of records that stand for themselves.
    """

    source: Source
    program: str = ""
    _records: dict[tuple[str, str], SourceRecord] = attrs.Factory(dict)
    # Of the same row, those of other sources.
    _others: list[SourceRecord] = attrs.Factory(list)
    _pins: dict[str, set[str]] = attrs.Factory(dict)

    @classmethod
    def of(cls, source: Source, kind: str, name: str) -> Memory:
        """That of one record. One query."""
        found = cls(source)
        found._add(SourceRecord.objects.filter(source=source, kind=kind, external_id_ci=keys.fold(name)))
        return found

    @classmethod
    def of_program(cls, source: Source, name: str) -> Memory:
        """Those of a program and of all that is part of it. One query."""
        found = cls(source, name)
        found._add(SourceRecord.objects.filter(source=source, program=name).order_by("pk"))
        return found

    def find(self, kind: str, name: str) -> SourceRecord | None:
        """What is remembered under this id of the source."""
        return self._records.get((kind, keys.fold(name)))

    def only(self) -> SourceRecord | None:
        """The one record that was read, if it is known."""
        return next(iter(self._records.values()), None)

    def all_of(self, kind: str, within: str = "") -> list[SourceRecord]:
        """All of a kind; of what stands in something else, only of that."""
        return [record for (of, name), record in self._records.items() if of == kind and name.startswith(keys.fold(within))]

    def note(
        self, kind: str, name: str, record: object, *, made: bool = False, fields: Mapping[str, Any] | None = None
    ) -> None:
        """Remember which row of ours this is, and what the source says of it: what was missing is back. Writes what is new."""
        values: dict[str, Any] = {"record": str(record), "fields": dict(fields or {}), "missing_since": None}
        known = self.find(kind, name)
        if known is None:
            known = SourceRecord(source=self.source, kind=kind, external_id=name, program=self.program, made=made, **values)
            known.save()
            self._records[kind, keys.fold(name)] = known
        elif changed := [field for field, value in values.items() if getattr(known, field) != value]:
            for field in changed:
                setattr(known, field, values[field])
            known.save(update_fields=changed)

    def miss(self, record: SourceRecord) -> None:
        """Mark what the source does not have any more, and count how often in a row it was not there."""
        again = record.missing_since is not None
        record.missing_since = record.missing_since or timezone.now()
        record.missing_times = record.missing_times + 1 if again else 1
        record.save(update_fields=["missing_since", "missing_times"])

    def carry_over(self, old: str, new: str) -> None:
        """What was remembered of a row of this uuid, and of what stands in it, is about another one from now on."""
        for (kind, name), record in list(self._records.items()):
            if record.record == old or old in name:
                record.record = new if record.record == old else record.record
                record.external_id = record.external_id.replace(old, new)
                record.save(update_fields=["record", "external_id", "external_id_ci"])
                self._records[kind, keys.fold(record.external_id)] = self._records.pop((kind, name))

    def read_others(self, kind: str, record: object) -> None:
        """What other sources say of a row that is known by now. One query."""
        rows = SourceRecord.objects.filter(kind=kind, record=str(record), missing_since=None, source__enabled=True)
        self._others += rows.exclude(source=self.source).select_related("source")

    def read_pins(self, records: Iterable[object]) -> None:
        """The pinned fields of these rows. One query."""
        wanted = [str(record) for record in records]
        for record, field in PinnedRecordField.objects.filter(record__in=wanted).values_list("record", "field"):
            self._pins.setdefault(record, set()).add(field)

    def is_pinned(self, record: object, field: str) -> bool:
        """Whether no sync may change this field of a row, which `read_pins` has read."""
        return field in self._pins.get(str(record), ())

    def winner_of(self, field: str, known: SourceRecord | None) -> str:
        """The name of the source whose word on a field of the row counts more than that of this one; or ""."""
        own = strength(self.source, field, known)
        stronger = (row for row in self._others if field in row.fields and strength(row.source, field, row) < own)
        return next((row.source.name for row in stronger), "")

    def winner_of_part(self, kind: str, record: object, field: str, known: SourceRecord | None) -> str:
        """The same of a row that is part of another one. One query."""
        part = Memory(self.source, self.program)
        part.read_others(kind, record)
        return part.winner_of(field, known)

    def is_said_by_others(self, kind: str, record: object, values: Mapping[str, Any]) -> bool:
        """Whether the row is as another source says, and not as somebody here has corrected it. One query."""
        rows = SourceRecord.objects.filter(kind=kind, record=str(record), missing_since=None, source__enabled=True)
        said = rows.exclude(source=self.source).values_list("fields", flat=True)
        return any(all(fields.get(name) == value for name, value in values.items()) for fields in said)

    def _add(self, rows: Iterable[SourceRecord]) -> None:
        self._records |= {(row.kind, row.external_id_ci): row for row in rows}


def strength(source: Source, field: str, record: SourceRecord | None) -> tuple[Any, ...]:
    """The lower, the stronger: who owns the field, then the rank, then who said it first."""
    said = record.first_seen_at if record else timezone.now()
    return (field not in source.owns, source.rank, said)
