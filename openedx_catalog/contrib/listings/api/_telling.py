"""What is told of listings: their events, and who is to know of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import router
from django.db.models import QuerySet

from openedx_catalog.lib import feed
from openedx_catalog.lib.changes import Change, record_event

from .. import signals
from ..models import CourseListing, CourseRunListing

_OF_COURSE = {
    "created": signals.COURSE_LISTING_CREATED,
    "updated": signals.COURSE_LISTING_UPDATED,
    "deleted": signals.COURSE_LISTING_DELETED,
}
_OF_RUN = {
    "created": signals.COURSE_RUN_LISTING_CREATED,
    "updated": signals.COURSE_RUN_LISTING_UPDATED,
    "deleted": signals.COURSE_RUN_LISTING_DELETED,
}


def tell_course(row: CourseListing, what: str, change: Change, *, was_public: bool) -> None:
    """
    Record what became of the listing of a course, which is joined. Where others see it now, the feed names the listings of its
    runs, too.
    """
    course, public = row.catalog_course, row.is_public and what != "deleted"
    values = _values(row, str(course.uuid or ""), course.key_str, change)
    record_event(_OF_COURSE[what], course, str(course.uuid), values, audience=_audience(row.is_public, was_public))
    if public != was_public:
        note_runs(CourseRunListing.objects.public_by_themselves().filter(run__catalog_course=course), lambda: public)


def tell_run(row: CourseRunListing, what: str, change: Change, *, was_public: bool) -> None:
    """The same of a run. Two queries more: whether its course is public, and its content there."""
    run = row.run
    shown = CourseListing.objects.public().filter(catalog_course=run.catalog_course_id).exists()
    seen = shown and getattr(run, "withdrawal", None) is None
    values = _values(row, str(run.uuid), str(run.course_key), change)
    audience = _audience(seen and row.is_public, seen and was_public)
    record_event(_OF_RUN[what], run, str(run.course_key), values, audience=audience)


def note_runs(runs: QuerySet[CourseRunListing], is_public: Callable[[], bool]) -> None:
    """Have the feed name these listings of runs: their course is public by now, or not any more. One query and one INSERT."""
    named = list(runs.order_by("run__key_ci").values_list("run__uuid", "run__course_key__text"))
    if named:
        audience = "everybody" if is_public() else "gone"
        feed.write((_entry(uuid, key, audience) for uuid, key in named), using=router.db_for_write(CourseRunListing))


def _audience(is_public: bool, was_public: bool) -> str:
    if is_public:
        return "everybody"
    return "gone" if was_public else "viewers"


def _entry(uuid: Any, key: str, audience: str) -> feed.Entry:
    return feed.Entry("course_run_listing", str(uuid) if uuid else None, key, "updated", None, audience)


def _values(row: Any, uuid: str, key: str, change: Change) -> dict[str, Any]:
    return {
        "uuid": uuid,
        "key": key,
        "slug": row.slug,
        "live": row.live,
        "visibility": str(row.visibility),
        "reason": change.reason,
    }
