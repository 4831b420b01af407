"""The rows of files, and what becomes of them: a part of `data`, from where they are imported."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import attrs

if TYPE_CHECKING:
    from .lib.exceptions import CatalogError
    from .models_api import CourseRun

OUTCOMES = ("created", "updated", "moved", "confirmed", "unchanged", "skipped", "conflict", "invalid", "stale")
"""
What can become of one input row, in the order of reports.

Where moving is asked for, ``moved`` is a run that came under another course, and ``confirmed`` one that stays where it is,
while its association changes. ``skipped`` is a key that somebody deleted for good: nothing is wrong with the row.
"""


@attrs.frozen
class AssociationRecord:
    """
    One row of a catalog file: texts as they stand there, "" or None where the file says nothing.

    `course_key` ``course-v1:MITx+14.100x+3T2017``; `catalog_course` ``catalog-course:MITxT:14.100x`` or ``MITxT+14.100x``
    is an explicit association, unless `association` is ``implicit``: then it only says where the run stands, and the
    association is implicit wherever its key leads there. Dates may also be aware datetimes; ``none`` takes a date or the
    pacing away. `observed_at` is when the file says what it says: older than what a source has said since, it changes nothing.
    `line` is what problems are reported under.
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
    association: str | None = ""
    observed_at: datetime | str | None = ""
    line: int = 0


@attrs.frozen
class CatalogCourseRecord:
    """
    One row of a file of catalog courses: texts as they stand there, "" or None where the file says nothing.

    `catalog_course` is ``catalog-course:MITxT:14.100x`` or ``MITxT+14.100x``; ``none`` takes a language away. `line` is what
    problems are reported under.
    """

    catalog_course: str
    title: str | None = ""
    language: str | None = ""
    line: int = 0


@attrs.frozen
class MoveRecord:
    """
    A run, by its key (in any case) or uuid, and the catalog course that it is to come under, by its object, uuid or key.

    `line` is what its outcome is reported under.
    """

    course_run: Any
    catalog_course: Any
    line: int = 0


@attrs.frozen
class AssociationResult:
    """
    The run, and what became of the request: created, updated, unchanged, conflict, stale, or skipped.

    `run` is None where it is skipped, because somebody deleted this key for good, and only there; `error` says so (a
    DeletedOnPurpose): whoever cannot do without the run raises it.
    """

    run: CourseRun | None
    outcome: str
    error: CatalogError | None = None


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
    """What became of one row: one of OUTCOMES."""

    line: int
    course_key: str
    outcome: str


class RowChange(NamedTuple):
    """
    What a row has changed of a run that was there, or of whatever else the file is about: a value, by the name of its column,
    before and after: a text, a datetime, or None.
    """

    line: int
    course_key: str
    field: str
    before: Any
    after: Any


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
        """How many rows were not taken: conflict, invalid or stale. What is skipped is as somebody wanted it."""
        return sum(self.outcomes[name] for name in ("conflict", "invalid", "stale"))


class MoveOutcome(NamedTuple):
    """
    What became of one run that was to be moved: ``moved``, ``confirmed`` (it stood there, and is explicit now; or follows its
    key again), ``unchanged``, ``skipped`` (it was deleted for good), ``conflict`` or ``invalid``.

    `before` and `after` are the keys of its catalog course, "" where nothing changes; `code` and `reason` say why not.
    """

    line: int
    course_run: str
    outcome: str
    before: str = ""
    after: str = ""
    code: str = ""
    reason: str = ""


@attrs.frozen
class MoveReport:
    """What became of every run that was to be moved, in the order in which they were given."""

    rows: list[MoveOutcome]

    @property
    def outcomes(self) -> dict[str, int]:
        """How many have which outcome, without those that none has."""
        counts = Counter(row.outcome for row in self.rows)
        return {name: counts[name] for name in OUTCOMES if counts[name]}

    @property
    def failed(self) -> int:
        """How many were not moved: conflict or invalid."""
        return sum(row.outcome in ("conflict", "invalid") for row in self.rows)
