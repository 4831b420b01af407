"""
The records that go into and come out of the API. No Django here: a worker or a test may build them anywhere.

Rows that come by the hundred thousand (`AssociationRow`, `ResolvedRun`, `CatalogCourseRow`) are named tuples, which are built
several times faster than frozen attrs classes and are as immutable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import attrs

from .data_of_changes import AttachedHistory as AttachedHistory
from .data_of_changes import ChangePage as ChangePage
from .data_of_changes import ChangeRow as ChangeRow
from .data_of_changes import HistoryEntry as HistoryEntry
from .data_of_changes import HistoryRow as HistoryRow
from .data_of_changes import HistoryValue as HistoryValue
from .data_of_rows import OUTCOMES as OUTCOMES
from .data_of_rows import AssociationRecord as AssociationRecord
from .data_of_rows import AssociationReport as AssociationReport
from .data_of_rows import AssociationResult as AssociationResult
from .data_of_rows import CatalogCourseRecord as CatalogCourseRecord
from .data_of_rows import MoveOutcome as MoveOutcome
from .data_of_rows import MoveRecord as MoveRecord
from .data_of_rows import MoveReport as MoveReport
from .data_of_rows import RowChange as RowChange
from .data_of_rows import RowOutcome as RowOutcome
from .data_of_rows import RowProblem as RowProblem
from .lib.unset import UNSET as UNSET
from .lib.unset import Unset as Unset

if TYPE_CHECKING:
    from .models_api import CatalogCourse


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


class CourseTexts(NamedTuple):
    """
    What everybody may read of a catalog course; "" or nothing of what nobody has said. `image` and `marketing_url` are
    addresses, `owners` organizations.
    """

    title: str = ""
    short_description: str = ""
    image: str = ""
    image_description: str = ""
    marketing_url: str = ""
    owners: Sequence[Any] = ()


class CourseRunTexts(NamedTuple):
    """What everybody may read of a run. Effort is in hours a week."""

    title: str = ""
    short_description: str = ""
    marketing_url: str = ""
    min_effort: int | None = None
    max_effort: int | None = None
    weeks: int | None = None


class PageLink(NamedTuple):
    """A public page in the navigation: `section` is what the page itself calls it, to be marked there."""

    label: str
    url: str
    section: str


class PathwayOfPrograms(NamedTuple):
    """
    Who accepts the record of programs, for credit or by an industry, as the LMS reads it; `programs` are their ids, in order.
    """

    id: int
    uuid: str
    name: str
    org_name: str
    email: str
    description: str
    destination_url: str
    pathway_type: str
    status: str
    programs: Sequence[int] = ()


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
