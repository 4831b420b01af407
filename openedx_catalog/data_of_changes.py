"""The records of what happened, in the change feed and in histories: a part of `data`, from where they are imported."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import attrs


class ChangeRow(NamedTuple):
    """
    One change, as the feed has it. `kind` is e.g. ``course_run``, `what` e.g. ``moved``; `key` is that of after the change.

    `uuid` is None for organizations; `merged_into` is the uuid of the catalog course that survived a merge, else None.
    `audience` is ``everybody``; ``viewers`` for those who see all rows of the kind; or ``gone``: the others are to know that
    the row is gone for them. `occurred_at` is when it was written (UTC), which is not the order.
    """

    position: int
    kind: str
    uuid: UUID | None
    key: str
    what: str
    merged_into: UUID | None
    audience: str
    occurred_at: datetime


@attrs.frozen
class ChangePage:
    """Some changes; the position to go on after, also past what was left out; and whether more are there already."""

    changes: list[ChangeRow]
    position: int
    more: bool


@attrs.frozen
class HistoryRow:
    """
    A row that a history speaks of, as it was called then: `key` is that of the instant, whatever it became later.

    `kind` is ``organization``, ``catalog_course``, ``catalog_course_code`` or ``course_run``; `uuid` is None for organizations
    and codes. `pk` is the row number of this database, which its history keeps when it is deleted.
    """

    kind: str
    key: str
    uuid: UUID | None = None
    pk: int | None = None


@attrs.frozen
class HistoryValue:
    """
    A value before and after; `before` is None where there was none. Courses and organizations are named by the key they had.
    """

    field: str
    before: Any
    after: Any


@attrs.frozen
class HistoryEntry:
    """
    One change: when (UTC), what, to which row, by whom, from where, and why.

    `what` is stable (``moved``, ``run_left``, …; all of them stand in docs/references/history.rst), `text` says the same in the
    language of the reader. `other` is the second row of those that have one: where a run went, into what a course was merged.
    `user` is a name, which outlives the user (`user_deleted`), and "" for nobody. `table` is the model of an app in whose table
    it happened, None for the core's own: whoever may not view all rows of that is not told (`permissions.known_entries`).
    """

    at: datetime
    what: str
    text: str
    row: HistoryRow
    other: HistoryRow | None = None
    user: str = ""
    user_deleted: bool = False
    source: str = ""
    reason: str = ""
    changes: tuple[HistoryValue, ...] = ()
    table: Any = None


class AttachedHistory(NamedTuple):
    """
    A table of an app with a row for a catalog course or a run, whose changes stand in the history of that.

    `model` has a history, `owner` is its foreign key to the course or run. `told` has what is said, by the type of a change
    ("+", "~", "-"): ``(what, text)``, the one stable, the other with ``%(key)s`` for the course or run. `names` says what other
    foreign keys lead to, deleted rows too: ``{field: function({id, …}) -> {id: name}}``.
    """

    model: Any
    owner: str
    told: Mapping[str, tuple[str, Any]]
    names: Mapping[str, Callable[[set[int]], Mapping[int, str]]]
