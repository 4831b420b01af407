"""
Which values of a listing a source may set: what nobody has set, and what it, or a source that counts less, has set, unless a
person has edited it since.

A source's record of a listing (`SourceRecord.fields`) has a digest of each value that it has set, as that is stored: what is
stored otherwise by now, somebody else has set.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import Any

import attrs

from openedx_catalog import keys
from openedx_catalog.lib.changes import is_by_person
from openedx_catalog.lib.routing import rows_of

from ..loaders import describing
from ..models import Source, SourceRecord
from ._memory import strength

# Not part of the row itself.
LINKS = ("subjects", "owners")
# Always one or the other: nothing is said to be empty.
FLAGS = ("live", "visibility", "invitation_only")
_SIGNED = ("history_user_id", "history_user_name", "history_change_reason")


def digest(value: Any) -> str:
    """What is remembered of a value."""
    return hashlib.blake2b(json.dumps(value).encode(), digest_size=8).hexdigest()


def default_of(model: Any, field: str) -> Any:
    """What a field has that nobody has set."""
    return [] if field in LINKS else model._meta.get_field(field).get_default()


def stored_in(row: Any, field: str) -> Any:
    """What a listing has: of rows that it points to their slugs, of organizations the short_names. The parts are prefetched."""
    if field == "subjects":
        return [subject.slug for subject in row.subjects]
    if field == "owners":
        return [link.organization.short_name for link in row.owner_rows.all()]
    return (row.level and row.level.slug) if field == "level" else getattr(row, field)


@attrs.define
class Claims:
    """What the source of a job, and others, have set of some listings."""

    source: Source
    kind: str
    own: Mapping[str, SourceRecord]
    others: Mapping[str, Sequence[SourceRecord]]

    @classmethod
    def read(cls, source: Source, kind: str, names: Collection[str], records: Collection[str]) -> Claims:
        """Of these names at the source and uuids of ours. Two queries."""
        rows = SourceRecord.objects.filter(kind=kind)
        own = rows.filter(source=source, external_id_ci__in=[keys.fold(name) for name in names])
        others: dict[str, list[SourceRecord]] = {}
        found = rows.filter(record__in=list(records)).exclude(source=source)
        for row in found.select_related("source").order_by("pk"):
            others.setdefault(row.record, []).append(row)
        return cls(source, kind, {row.external_id_ci: row for row in own}, others)

    def of(self, name: str, record: str, row: Any) -> Ruling:
        """What may be set of one listing, `row`, or None where there is none yet."""
        known = self.own.get(keys.fold(name))
        fields = dict(known.fields) if known is not None and known.record == record else {}
        return Ruling(self, name, record, row, known, fields, self.others.get(record, ()))


@attrs.define(slots=False)
class Ruling:
    """`said` is what the source has set of the listing; what it sets now is noted there, and kept by `remember`."""

    claims: Claims
    name: str
    record: str
    row: Any
    known: SourceRecord | None
    said: dict[str, str]
    others: Sequence[SourceRecord]

    def rule(self, field: str, wanted: Any) -> str:
        """
        Of a stored listing: "write", "same", "keep" as somebody here has it, or, after a colon, the source that wins. What is
        said to be empty is "same" where the source has not set it.
        """
        stored = stored_in(self.row, field)
        now, default = digest(stored), default_of(type(self.row), field)
        theirs = [other for other in self.others if other.fields.get(field) == now]
        own = self.said.get(field) == now
        if stored == wanted:
            if theirs:
                self.said[field] = now
            return "same"
        if field not in FLAGS and wanted == default and not own:
            return "same"
        free = stored == default and field not in self.said and field != "live"
        if not (own or theirs or free) or field in self.edited:
            return "keep"
        mine = strength(self.claims.source, field, self.known)
        heard = [other for other in theirs if other.source.enabled and describing.LISTINGS in other.source.also]
        winner = next((other.source.name for other in heard if strength(other.source, field, other) < mine), "")
        return f":{winner}" if winner else "write"

    @cached_property
    def edited(self) -> set[str]:
        """What of the stored listing a person has set last, by the history. One query."""
        model = type(self.row)
        columns = {
            field.name: field.attname for field in model._meta.concrete_fields if hasattr(model.history.model, field.attname)
        }
        rows = rows_of(model.history.model).filter(id=self.row.pk).order_by("history_id")
        found: set[str] = set()
        last = [default_of(model, name) for name in columns]
        for user, user_name, reason, *values in rows.values_list(*_SIGNED, *columns.values()):
            for name, old, new in zip(columns, last, values, strict=True):
                if old != new:
                    (found.add if is_by_person(user, user_name, reason) else found.discard)(name)
            last = values
        return found

    def note(self, field: str, value: Any, *, is_flag: bool = False) -> None:
        """The source has set this. Of what it has emptied there is nothing to remember."""
        if value in (None, "", []) and not is_flag:
            self.said.pop(field, None)
        else:
            self.said[field] = digest(value)

    def remember(self, *, made: bool = False) -> None:
        """Keep what has been noted; one statement where that is new."""
        values = {"record": self.record, "fields": self.said}
        if self.known is None:
            if self.said:
                own = {"source": self.claims.source, "kind": self.claims.kind, "external_id": self.name}
                SourceRecord(**own, **values, made=made).save()
        elif changed := [field for field, value in values.items() if getattr(self.known, field) != value]:
            for field in changed:
                setattr(self.known, field, values[field])
            self.known.save(update_fields=changed)
