"""The records of sync. No Django here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import attrs

MAX_ID = 255
# Of any other text that a source gives: more than any column of ours takes.
MAX_TEXT = 10_000
MAX_REASON = 1000

OUTCOMES = (
    "created",
    "updated",
    "unchanged",
    "skipped",
    "pinned",
    "outranked",
    "stale",
    "conflict",
    "invalid",
    "missing",
    "failed",
)
"""
What can become of one record, in the order of reports.

Skipped: the source may not write it, or not create it, or somebody deleted the run for good (``deleted_on_purpose``).
Outranked: all that differs is what another source says, which wins (``set_by_another_source``). Nothing is wrong with either.
"""

BOUNDED = ("skipped", "pinned", "outranked", "stale", "conflict", "invalid", "failed")
"""The outcomes that a job lists one by one only up to a limit, since nothing was written: a source can cause any number."""

INCOMPLETE = ("stale", "conflict", "invalid", "missing", "failed")
"""The outcomes that make a job ``partial``."""

MAPPED_FIELDS = ("title", "language", "start", "end", "enrollment_start", "enrollment_end", "pacing")
"""What a source may write; its field map says where it has each of them."""

PROGRAM_FIELDS = ("title", "subtitle", "description", "hidden", "marketing_slug")
"""What a program takes from a source as it is."""

_OF_PROGRAMS = (*PROGRAM_FIELDS, "type", "status", "authoring_organizations", "credit_organizations", "apply_url")

OWNABLE_FIELDS = tuple(dict.fromkeys([*(name for name in MAPPED_FIELDS if name != "language"), *_OF_PROGRAMS]))
"""
What two sources may disagree on: fields of runs, then of programs; a title is that of a run, a course and a program. A language
only ever comes where there is none.
"""

PARTLY_TAKEN = "partly_taken"
"""The code of a record that was taken over except for a part: always listed, since it can be taken back."""

PLACED = "placed"
"""The code of a run that came under the catalog course that its source knows."""

UNDER_ALIAS = "under_alias"
"""The code of a record whose key leads to another row here, e.g. since it was merged into that."""

KEPT = "kept_as_edited"
"""The code of a record of which something stays, though the source says otherwise, since a person may have set it."""

SET_BY_ANOTHER = "set_by_another_source"
"""The code of a record that says other things than a source which wins."""


@attrs.frozen
class SourceRow:
    """
    What a source says of one run, flat: `values` are as they came, by our own names; absent ones are not there.

    `course_key` is "" of a legacy row without one. `catalog_course` is the course that the source has it under, or "".
    `observed_at` (aware) is when the source saw it so. `place` is where it stood, e.g. ``page 3, row 17``. `problem` says why
    it cannot be taken over at all: (outcome, code, reason). `uuid` is what a run that it creates takes over, or "".
    `unreadable` says of what is no run which of its values cannot be read, and why: they count as not said.
    `products` is what contrib.course_types keeps of a run (`modes`, `seats`, `course_run_type`); `left_out` is what of that
    cannot be read, each as a `problem`.
    """

    external_id: str
    course_key: str
    values: Mapping[str, Any]
    observed_at: datetime | None = None
    catalog_course: str = ""
    place: str = ""
    problem: tuple[str, str, str] | None = None
    uuid: str = ""
    unreadable: Mapping[str, str] = attrs.Factory(dict)
    products: Mapping[str, Any] = attrs.Factory(dict)
    left_out: Sequence[tuple[str, str, str]] = ()
    listing: Mapping[str, Any] = attrs.Factory(dict)


@attrs.frozen
class Page:
    """
    One page of a listing, or why there is none: then `error` is a RemoteError, and `rows` is what there is all the same.

    `total` is how many rows the source says that the listing has, where it counts them. `proves` says whether what no page
    of the listing has is not there. `keys` are those that were asked for and not answered, because of `error`. `span` is from
    which row on, and how many rows, a page was asked for that failed, and `url` its address.
    """

    rows: list[SourceRow] = attrs.Factory(list)
    error: Any = None
    total: int | None = None
    proves: bool = True
    keys: tuple[str, ...] = ()
    span: tuple[int, int] = (0, 1)
    url: str = ""


@attrs.frozen
class RecordOutcome:
    """
    What became of one record, and why: `code` is stable, `reason` is for people, both "" where there is nothing to say.

    `records` is how many records it stands for: those of a page that could not be read have no names. `changes` is what a dry
    run would change of it: ``{"model": …, "pk": …, "fields": {name: [before, after]}, "parts": [[what, before, after], …]}``,
    as `RecordChange`, or None.
    """

    external_id: str
    outcome: str
    code: str = ""
    reason: str = ""
    place: str = ""
    records: int = 1
    changes: Mapping[str, Any] | None = attrs.field(default=None, eq=False, repr=False)


class NotListed(NamedTuple):
    """A source that does not list a run any more, and since when (aware) it was read without it."""

    source: str
    since: datetime


class RecordChange(NamedTuple):
    """
    The row that a record is, and what a job has changed of it: ``{field: (before, after)}``, values as stored.

    `parts` has in words what is no field of the row, such as the courses of a program: ``[(what, before, after), …]``, with ""
    as `before` of what came or went. `pk` is None of a row that a dry run would create.
    """

    model: Any
    pk: int | None
    fields: Mapping[str, tuple[Any, Any]]
    parts: Sequence[tuple[str, str, str]] = ()


def outcome_of(row: SourceRow, outcome: str, code: str = "", reason: str = "") -> RecordOutcome:
    """The outcome of a row, under its id, or its place where it has none."""
    return RecordOutcome(row.external_id or row.place, outcome, code, reason, row.place)


@attrs.define
class SyncReport:
    """
    What became of a sync, or would. `counts` has a number for each of OUTCOMES; `outcomes` has what is not ``unchanged``.

    `status` is ok, partial, aborted or locked; `message` says why it is not ok. `job` is its id, None of a dry run that keeps
    none.
    """

    source: str
    status: str = "ok"
    message: str = ""
    job: int | None = None
    dry_run: bool = False
    counts: dict[str, int] = attrs.Factory(lambda: dict.fromkeys(OUTCOMES, 0))
    outcomes: list[RecordOutcome] = attrs.Factory(list)
    catalog_courses_created: int = 0
    organizations_created: int = 0

    @property
    def records(self) -> int:
        """How many records have an outcome."""
        return sum(self.counts.values())

    @property
    def unlisted(self) -> dict[str, int]:
        """Of each outcome, how many records beyond OPENEDX_CATALOG_SYNC_MAX_PROBLEMS are counted, and not in `outcomes`."""
        listed = Counter[str]()
        for outcome in self.outcomes:
            listed[outcome.outcome] += outcome.records
        return {name: more for name in BOUNDED if (more := self.counts[name] - listed[name])}


@attrs.frozen
class RevertReport:
    """
    What `revert_sync` restored, ``[(record, field), …]``, and what it kept because it was changed since.

    A record is a course key, ``course:MITx+14.100x``, ``organization:MITx`` or ``program:<uuid>``. `left` is what could not be
    brought back: ``[(record, field, why), …]``.
    """

    restored: list[tuple[str, str]]
    kept: list[tuple[str, str]]
    left: list[tuple[str, str, str]] = attrs.Factory(list)
