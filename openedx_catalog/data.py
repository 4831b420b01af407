"""
The records that go into and come out of the API. No Django here: a worker or a test may build them anywhere.

Rows that come by the hundred thousand (`AssociationRow`, `ResolvedRun`, `CatalogCourseRow`) are named tuples, which are built
several times faster than frozen attrs classes and are as immutable.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import attrs

from .data_of_changes import ChangePage as ChangePage
from .data_of_changes import ChangeRow as ChangeRow
from .data_of_changes import HistoryEntry as HistoryEntry
from .data_of_changes import HistoryRow as HistoryRow
from .data_of_changes import HistoryValue as HistoryValue
from .lib.unset import UNSET as UNSET
from .lib.unset import Unset as Unset

if TYPE_CHECKING:
    from .lib.exceptions import CatalogError
    from .models_api import CatalogCourse, CourseRun


OUTCOMES = ("created", "updated", "moved", "confirmed", "unchanged", "skipped", "conflict", "invalid", "stale")
"""
What can become of one input row, in the order of reports.

Where moving is asked for, ``moved`` is a run that came under another course, and ``confirmed`` one that stays where it is,
while its association changes. ``skipped`` is a key that somebody deleted for good: nothing is wrong with the row.
"""

SCHEDULE_DATES = ("start", "end", "enrollment_start", "enrollment_end")
SCHEDULE_FIELDS = (*SCHEDULE_DATES, "pacing")

NO_START = datetime(2030, 1, 1, tzinfo=UTC)
"""What the platform (``DEFAULT_START_DATE``) gives a run that has no start yet: what comes from it has none then."""


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


class SetElsewhere(NamedTuple):
    """
    Who sets a value again that somebody changes by hand: `by` in words, e.g. ``the source lms``.

    `may_keep` says whether the viewer may have that stopped; `page` is the page of the admin where that is done later, or "".
    """

    by: str
    may_keep: bool = False
    page: str = ""


class RunElsewhere(NamedTuple):
    """A run on another platform, which has no course key: what its `source` calls it, and its title there, or ""."""

    source: str
    external_id: str
    title: str


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
class SyncRecord:
    """
    What a source that owns the truth says of one run. UNSET: it says nothing; None: it says "empty".

    `observed_at` (aware) is when the source saw it so; without it nothing that a source has set is overwritten. `created`
    (aware) is taken over by a run that the record creates. Both become now where they lie ahead of our clock.
    `catalog_course` (``catalog-course:MITxT:14.100x`` or ``MITxT+14.100x``) is the course that a new run joins; "" leaves it
    to the key. A stored run is never moved. `uuid` is taken over by a run
    that the record creates, unless another run has or had it.
    """

    course_key: str
    title: str | Unset = UNSET
    language_short: str | Unset = UNSET
    schedule: ScheduleData | Unset = UNSET
    observed_at: datetime | None = None
    created: datetime | None = None
    catalog_course: str = ""
    line: int = 0
    uuid: str = ""


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


@attrs.frozen
class UnmergeResult:
    """
    The catalog course that is back, and what came back with it, by course key and by catalog course key.

    `runs_left` were moved on, decided on or deleted since; `codes_left` were given to another course, or are the code that the
    survivor has now. Runs that joined the survivor through a code that came back come along.
    """

    course: CatalogCourse
    runs_returned: tuple[str, ...] = ()
    runs_left: tuple[str, ...] = ()
    codes_returned: tuple[str, ...] = ()
    codes_left: tuple[str, ...] = ()


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


class CourseRunRow(NamedTuple):
    """A run in a read of the whole catalog: dates are aware, None where there are none; `pacing` and `uuid` may be ""."""

    course_key: str
    uuid: str
    title: str
    association: str
    start: datetime | None
    end: datetime | None
    enrollment_start: datetime | None
    enrollment_end: datetime | None
    pacing: str
    withdrawn_at: datetime | None
    created: datetime
    modified: datetime | None


class CatalogCourseRow(NamedTuple):
    """A catalog course in a read of the whole catalog, with its runs, of which there may be none; `uuid` may be ""."""

    org_code: str
    course_code: str
    key_str: str
    uuid: str
    title: str
    language: str
    created: datetime
    modified: datetime | None
    course_runs: tuple[CourseRunRow, ...]


@attrs.frozen
class Finding:
    """
    Something the doctor found. `severity` is ``error`` (a rule is broken) or ``warning``; `remedy` is a command, or "".

    `fixable` says that ``catalog_doctor --fix`` mends it. `model` ("app_label.model") and `pk` say which row it is, where the
    subject does not lead there.
    """

    code: str
    severity: str
    subject: str
    message: str
    remedy: str = ""
    fixable: bool = False
    model: str = ""
    pk: int | None = None


@attrs.frozen
class Suggestion:
    """
    Two rows that may be one, or one that may stand elsewhere: for a person to decide, never done by itself.

    `first` is what would be merged, moved or renamed, `second` what it would become or come under: keys or short_names.
    `action` is ``merge``, ``move``, ``rename``, or ``review`` where no single call does it. `command` is a line to paste,
    `rest` a request (``{"method", "path", "body"}``, the path below the catalog's API) or None. `distinct` are the arguments of
    `mark_distinct` that say "these are different". `first_id` and `second_id` are ids of the rows, for pages of the admin.
    """

    kind: str
    action: str
    first: str
    second: str
    speaks_for: tuple[str, ...]
    speaks_against: tuple[str, ...]
    distinct: tuple[str, str, str]
    command: str = ""
    rest: dict[str, Any] | None = None
    first_id: int | None = None
    second_id: int | None = None


@attrs.frozen
class CatalogOverview:
    """
    The catalog in numbers. `courses_by_size` is ``[("3–5", 17), …]``: how many courses have so many runs; `runs_by_year`
    is ``[(2027, 12), …, (None, 3)]``, by year of start (UTC), runs without a start last. `untitled_courses` have their code for
    a title.
    """

    organizations: int
    inactive_organizations: int
    catalog_courses: int
    course_runs: int
    explicit_runs: int
    courses_by_size: list[tuple[str, int]]
    runs_by_year: list[tuple[int | None, int]]
    untitled_courses: int = 0
    courses_without_language: int = 0
    deleted_for_good: int = 0


class StartingRun(NamedTuple):
    """A run that starts next."""

    pk: int
    course_key: str
    title: str
    start: datetime


class OrganizationCounts(NamedTuple):
    """How many catalog courses and runs an organization has."""

    pk: int
    short_name: str
    catalog_courses: int
    course_runs: int


@attrs.frozen
class CatalogToday:
    """
    What happens in the catalog `at` an instant. `starting` are the next 10 runs, by start; `by_status` counts runs by what the
    host's policy says of their dates, ``{"current": 49, …}`` without the archived ones, and `enrollable` those that learners
    can enroll in. `changed_by` is ``[(username, changes), …]`` of courses and runs by people `since` the beginning (UTC) of the
    day a week ago, the most first, and `changed_from` the same of files and sources: ``[("sync:discovery", 300), …]``.
    `organizations` are the 20 with the most runs.
    """

    at: datetime
    since: datetime
    starting: list[StartingRun]
    by_status: dict[str, int]
    enrollable: int
    changed_by: list[tuple[str, int]]
    changed_from: list[tuple[str, int]]
    organizations: list[OrganizationCounts]


ScheduleLike = ScheduleData | Mapping[str, datetime | str | None]
