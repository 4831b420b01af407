"""Reading what learners read of courses and runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone
from opaque_keys.edx.keys import CourseKey

from openedx_catalog import keys
from openedx_catalog.api.for_contrib import CourseName, course_named
from openedx_catalog.data import SCHEDULE_FIELDS, ScheduleData
from openedx_catalog.lib.values import parse_datetime
from openedx_catalog.models_api import CourseRun

from .. import conf, policies
from ..data import RunListingRow, RunRow
from ..models import CourseListing, CourseListingOwner, CourseListingSubject, CourseRunListing
from ..models.listings import shown
from ..policies import best_run_policy

# What a `RunRow` is made of.
_COLUMNS = (
    *("pk", "catalog_course_id", "course_key__text", "title", "uuid"),
    *(f"schedule__{name}" for name in SCHEDULE_FIELDS),
    *(f"listing__{name}" for name in RunListingRow._fields),
)


def get_course_listings() -> QuerySet[CourseListing]:
    """
    All listings of courses, those that are not public too (``.public()``, ``.reachable()``), the oldest first; courses,
    organizations and levels joined, subjects and owners prefetched, in order. Three queries when it is read.
    """
    subjects = CourseListingSubject.objects.select_related("subject").order_by("position", "pk")
    owners = CourseListingOwner.objects.select_related("organization").order_by("position", "pk")
    parts = (Prefetch("subject_rows", subjects), Prefetch("owner_rows", owners))
    return CourseListing.objects.with_course().prefetch_related(*parts).order_by("pk")


def find_course_listing(catalog_course: CourseName) -> CourseListing | None:
    """
    The listing of a course, or None. At most five queries. Raises CatalogCourse.DoesNotExist, InvalidCatalogKey,
    InvalidRequest.
    """
    return get_course_listings().filter(catalog_course=course_named(catalog_course)).first()


def get_course_run_listings() -> QuerySet[CourseRunListing]:
    """All listings of runs, those that are not public too, the oldest first; runs and courses joined. One query when read."""
    return CourseRunListing.objects.select_related("run__catalog_course__org", "run__schedule").order_by("pk")


def find_course_run_listing(course_key: CourseKey | str) -> CourseRunListing | None:
    """The listing of a run, or None; also where there is no such run. One query. Raises InvalidCourseKey."""
    return get_course_run_listings().filter(run__in=CourseRun.objects.by_key(keys.parse_course_key(course_key))).first()


def get_shown_runs(catalog_course_ids: Sequence[int], among: QuerySet[CourseRun] | None = None) -> dict[int, list[CourseRun]]:
    """
    ``{id of a course: its runs that learners see}`` of those that have any, sorted by folded key: their content is there, and
    their listing, if any, is live and public; `among` these, if they are given. Whether the course itself is seen is not
    looked at. One query: schedules, listings and withdrawals are joined.
    """
    return _by_course(shown_runs(catalog_course_ids, among).select_related("schedule", "listing", "withdrawal"))


def read_shown_runs(
    catalog_course_ids: Sequence[int], among: QuerySet[CourseRun] | None = None
) -> dict[int, list[RunRow]] | dict[int, list[CourseRun]]:
    """
    `get_shown_runs` for doors that only show them, at a third of its cost: of each what `RunRow` has. They are models where
    a policy of the host's chooses among them, which may look at anything.
    """
    if not policies.are_ours():
        return get_shown_runs(catalog_course_ids, among)
    return _by_course(map(_row, shown_runs(catalog_course_ids, among).values_list(*_COLUMNS)))


def get_best_runs(catalog_course_ids: Sequence[int], at: datetime | str | None = None) -> dict[int, CourseRun]:
    """
    ``{id of a course: the run that learners are led to}`` of those that have one, by OPENEDX_CATALOG_BEST_RUN, now or at
    another instant. One query. Raises InvalidDate.
    """
    policy, moment = best_run_policy(), parse_datetime(at, "at") or timezone.now()
    chosen = {pk: policy.choose(runs, moment) for pk, runs in get_shown_runs(catalog_course_ids).items()}
    return {pk: run for pk, run in chosen.items() if run is not None}


def best_run(catalog_course: CourseName, at: datetime | str | None = None) -> CourseRun | None:
    """The same of one course. At most three queries. Raises CatalogCourse.DoesNotExist, InvalidCatalogKey, InvalidDate."""
    pk = course_named(catalog_course).pk
    return get_best_runs([pk], at).get(pk)


def courseware_url(run: CourseRun | RunRow) -> str:
    """
    Where learners take a run: as its listing says, else as OPENEDX_CATALOG_COURSEWARE_URL, else "". No query where the listing
    is joined.
    """
    listing: Any = getattr(run, "listing", None)
    if listing is not None and listing.courseware_url:
        return listing.courseware_url
    return conf.courseware_url().replace("{course_key}", quote(str(run.course_key), safe=""))


def run_title(run: CourseRun | RunRow) -> str:
    """What learners read as the title of a run: of its listing, else of the catalog. No query where the listing is joined."""
    return getattr(getattr(run, "listing", None), "title_override", "") or run.title


def shown_runs(catalog_course_ids: Sequence[int], among: QuerySet[CourseRun] | None = None) -> QuerySet[CourseRun]:
    """What `get_shown_runs` reads."""
    rows = CourseRun.objects.all() if among is None else among
    condition = Q(listing=None) | shown("listing__")
    return rows.filter(condition, catalog_course__id__among=list(catalog_course_ids), withdrawal=None).order_by("key_ci", "pk")


def _row(values: tuple[Any, ...]) -> RunRow:
    pk, course, key, title, uuid, *more = values
    return RunRow(pk, course, key, title, uuid, ScheduleData(*more[:5]), RunListingRow(*more[5:]))


def _by_course(runs: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for run in runs:
        found[run.catalog_course_id].append(run)
    return dict(found)
