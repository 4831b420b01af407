"""
The records that go into and come out of the API. No Django here: a worker or a test may build them anywhere.

Rows that come by the hundred thousand (`AssociationRow`, `ResolvedRun`) are named tuples, which are built several times
faster than frozen attrs classes and are as immutable.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import attrs

from .lib.unset import UNSET as UNSET
from .lib.unset import Unset as Unset

if TYPE_CHECKING:
    from .models_api import CourseRun


OUTCOMES = ("created", "updated", "unchanged", "conflict", "invalid", "stale")
"""What can become of one input row, in the order of reports."""

SCHEDULE_DATES = ("start", "end", "enrollment_start", "enrollment_end")
SCHEDULE_FIELDS = (*SCHEDULE_DATES, "pacing")


@attrs.frozen
class ScheduleData:
    """
    The schedule of a run: aware datetimes, or ISO 8601 texts with an offset; pacing is ``"instructor"`` or ``"self"``.

    UNSET leaves a value as it is, None (or "" for the pacing) empties it.
    """

    start: datetime | str | Unset | None = UNSET
    end: datetime | str | Unset | None = UNSET
    enrollment_start: datetime | str | Unset | None = UNSET
    enrollment_end: datetime | str | Unset | None = UNSET
    pacing: str | Unset | None = UNSET


class RunMode(NamedTuple):
    """
    A mode in which learners take a run, e.g. ``verified``, as the LMS calls it, and what it costs: ``"49.00"`` ``"USD"``.

    `upgrade_deadline` is the instant until which the mode can be chosen, None for always.
    """

    slug: str
    price: str = "0.00"
    currency: str = "USD"
    upgrade_deadline: datetime | None = None
    sku: str | None = None
    bulk_sku: str | None = None


@attrs.frozen
class AssociationRecord:
    """
    One row of a catalog file: texts as they stand there, "" or None where the file says nothing.

    `course_key` ``course-v1:MITx+14.100x+3T2017``; `catalog_course` ``catalog-course:MITxT:14.100x`` or ``MITxT+14.100x``
    is an explicit association. Dates may also be aware datetimes. `line` is what problems are reported under.
    """

    course_key: str
    title: str | None = ""
    start: datetime | str | None = ""
    end: datetime | str | None = ""
    enrollment_start: datetime | str | None = ""
    enrollment_end: datetime | str | None = ""
    pacing: str | None = ""
    language: str | None = ""
    catalog_course: str | None = ""
    line: int = 0


@attrs.frozen
class SyncRecord:
    """
    What a source that owns the truth says of one run. UNSET: it says nothing; None: it says "empty".

    `observed_at` (aware) is when the source saw it so; without it nothing that a source has set is overwritten. `created`
    (aware) is taken over by a run that the record creates. Both become now where they lie ahead of our clock.
    `catalog_course` (``catalog-course:MITxT:14.100x`` or ``MITxT+14.100x``) is the course that a new run joins; "" leaves it
    to the key. A stored run is never moved.
    """

    course_key: str
    title: str | Unset = UNSET
    language_short: str | Unset = UNSET
    schedule: ScheduleData | Unset = UNSET
    observed_at: datetime | None = None
    created: datetime | None = None
    catalog_course: str = ""
    line: int = 0


@attrs.frozen
class AssociationResult:
    """The run, and what became of the request: created, updated, unchanged, conflict or stale."""

    run: CourseRun
    outcome: str


@attrs.frozen
class RowProblem:
    """
    Why a row, or a value of it, was not taken. `code` is stable, `reason` is for people.

    `outcome` is what became of the row as a whole: a row with an unusable language is still ``created``.
    """

    line: int
    course_key: str
    outcome: str
    code: str
    reason: str


class RowOutcome(NamedTuple):
    """What became of one row: created, updated, unchanged, conflict, invalid or stale."""

    line: int
    course_key: str
    outcome: str


@attrs.define
class AssociationReport:
    """What became of every row: a count for each of OUTCOMES, and problems in the order of the rows."""

    outcomes: dict[str, int] = attrs.Factory(lambda: dict.fromkeys(OUTCOMES, 0))
    problems: list[RowProblem] = attrs.Factory(list)
    catalog_courses_created: int = 0
    organizations_created: int = 0

    @property
    def rows(self) -> int:
        """How many rows have an outcome."""
        return sum(self.outcomes.values())

    @property
    def failed(self) -> int:
        """How many rows were not taken: conflict, invalid or stale."""
        return sum(self.outcomes[name] for name in ("conflict", "invalid", "stale"))


class ResolvedRun(NamedTuple):
    """A run and its catalog course, as flat texts; `association` is ``implicit`` or ``explicit``."""

    course_key: str
    run_title: str
    association: str
    catalog_course_uuid: str
    key_str: str
    org_code: str
    course_code: str
    catalog_course_title: str


class AssociationRow(NamedTuple):
    """One row of the whole mapping, as flat texts."""

    org_code: str
    course_code: str
    catalog_course_uuid: str
    catalog_course_title: str
    course_key: str
    run_title: str
    association: str


@attrs.frozen
class Finding:
    """
    Something the doctor found. `severity` is ``error`` (a rule is broken) or ``warning``; `remedy` is a command, or "".

    `fixable` says that ``catalog_doctor --fix`` completes it.
    """

    code: str
    severity: str
    subject: str
    message: str
    remedy: str = ""
    fixable: bool = False


@attrs.frozen
class CatalogOverview:
    """
    The catalog in numbers. `courses_by_size` is ``[("3–5", 17), …]``: how many courses have so many runs; `runs_by_year`
    is ``[(2027, 12), …, (None, 3)]``, by year of start (UTC), runs without a start last.
    """

    organizations: int
    inactive_organizations: int
    catalog_courses: int
    course_runs: int
    explicit_runs: int
    courses_by_size: list[tuple[str, int]]
    runs_by_year: list[tuple[int | None, int]]


ScheduleLike = ScheduleData | Mapping[str, datetime | str | None]
