"""What everything that puts runs under another catalog course is made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.db import router
from django.db.models import QuerySet
from django.utils import timezone

from .. import filters
from ..lib.changes import Change, record_history
from ..models import CatalogCourse, CourseRun
from . import lookup

PAGE = 1000


class HeldRun(NamedTuple):
    """A run that is held until the transaction ends."""

    pk: int
    key: str
    association: str


def hold_courses(*given: lookup.CourseName) -> list[CatalogCourse]:
    """The catalog courses as they are now, complete and held, in the order given. Raises as `lookup.course_named`."""
    return [lookup.complete_course(course) for course in lookup.locked_courses(*given)]


def hold_runs(runs: QuerySet[CourseRun]) -> list[HeldRun]:
    """Runs as they are now, held in the order of all writers; their courses are held before."""
    rows = runs.order_by("key_ci", "pk").select_for_update()
    return [HeldRun(*row) for row in rows.values_list("pk", "course_key__text", "association")]


def ask_to_move(runs: Sequence[HeldRun], source: CatalogCourse, target: CatalogCourse, change: Change) -> None:
    """Let the operator's filter refuse. Raises MoveRefused."""
    if filters.AssociationMoveRequested.is_configured():
        for run in runs:
            filters.ask_to_move(run.key, source.key_str, target.key_str, change.reason)


def place(pks: Sequence[int], target: CatalogCourse, association: str, change: Change) -> None:
    """Put runs under a catalog course, with their history: two statements for each thousand. The caller records the events."""
    for page in pages(pks):
        values = {"catalog_course": target, "association": association, "modified": timezone.now()}
        CourseRun.objects.filter(pk__in=page).update(**values)
        record_history(CourseRun, "~", change, using=router.db_for_write(CourseRun), column="id", values=page)


def pages(pks: Sequence[int]) -> Iterator[Sequence[int]]:
    """A thousand at a time."""
    return (pks[start : start + PAGE] for start in range(0, len(pks), PAGE))
