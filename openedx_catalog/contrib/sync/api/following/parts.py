"""Parts of a program that a source names one by one: what it put in and took out, what stays as somebody here has it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

import attrs

from .taking import Taking


@attrs.frozen
class Parts:
    """
    The parts of one kind within something, e.g. the courses of a curriculum.

    `within` is what the ids of the parts begin with; `rows` is what is there now, and `standing` those of it that the source
    has, by its ids. `add` stores one and returns its uuid, or None where it was refused; `drop` takes one out, and returns
    None where it was refused; `name` says what one is called, and `said` what is remembered of one.
    """

    taking: Taking
    kind: str
    within: str
    rows: Sequence[Any]
    standing: Mapping[str, Any]
    add: Callable[[Any], Any]
    drop: Callable[[Any], Any]
    name: Callable[[str], str] = str
    uuid_of: Callable[[Any], str] = lambda row: str(row.uuid)
    said: Callable[[Any], dict[str, Any]] = lambda what: {}
    # What the source has as well, though not what can be read.
    unread: AbstractSet[str] = frozenset()

    def follow(self, wanted: Mapping[str, Any]) -> None:
        """Bring what stands in step with what the source says."""
        for external_id, what in wanted.items():
            self._want(external_id, what)
        by_uuid = {self.uuid_of(row): row for row in self.rows}
        still = {self.uuid_of(self.standing[name]) for name in wanted if name in self.standing}
        for record in self.taking.memory.all_of(self.kind, self.within):
            if record.external_id not in wanted and record.external_id not in self.unread and record.missing_since is None:
                # What somebody has put in again since is theirs, and what the source has under another name stays.
                row = by_uuid.get(record.record) if record.record not in still else None
                if row is None or self.drop(row) is not None:
                    self.taking.memory.miss(record)

    def _want(self, external_id: str, what: Any) -> None:
        memory, row = self.taking.memory, self.standing.get(external_id)
        record = memory.find(self.kind, external_id)
        if row is not None:
            if record is not None and record.missing_since is not None and record.record == self.uuid_of(row):
                memory.note(self.kind, external_id, record.record, fields=record.fields)
        elif record is not None and record.missing_since is None:
            # The source put it in, and somebody here has taken it out.
            self.taking.keep(self.name(external_id))
        elif (made := self.add(what)) is not None:
            memory.note(self.kind, external_id, made, made=True, fields=self.said(what))
