"""What programs make of runs that come under another course, and of courses that are merged: called by the core."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone

from openedx_catalog.api.for_contrib import Change
from openedx_catalog.models_api import CatalogCourse, CourseRun

from .. import signals
from ..models import (
    CurriculumCourseMembership,
    CurriculumCourseRunExclusion,
    ExternalCourseKey,
    Program,
    ProgramCourseRunExclusion,
)
from ..models.dated import not_over
from . import _scopes, _writing, external_keys

__all__ = ["follow_merged_courses", "follow_moved_runs"]


def follow_moved_runs(moved: Mapping[int, int], to: CatalogCourse) -> None:
    """
    What a move means for programs: exclusions from courses that a run has left go, its external key must fit its new course.

    `moved` is ``{id of the run: id of its course before}``; a program that is retired does not gain the run. Called by the
    core in the transaction of the move. Raises ExternalKeyConflict. Two queries where neither course is in a program and no
    run has a key.
    """
    change, courses = Change("api", "the run was moved"), {to.pk, *moved.values()}
    if CurriculumCourseMembership.objects.filter(catalog_course_id__in=courses).exists():
        # Held before they are asked whether they are retired, which may be just happening.
        _scopes.lock_programs(lambda: _scopes.programs_of(courses))
        had = _retired_programs(courses)
        _drop_exclusions(moved, to, change)
        _exclude(((program, run) for run, before in moved.items() for program in had[to.pk] - had[before]), change)
    if ExternalCourseKey.objects.filter(run__id__among=list(moved)).exists():
        external_keys.claim(courses, _scopes.lock_programs(lambda: _scopes.programs_of(courses)))


def follow_merged_courses(moved: Mapping[int, int], source: CatalogCourse, into: CatalogCourse) -> None:
    """
    Let `into` stand wherever `source` stood in a curriculum, with the runs that were left out there.

    Where both stood in one curriculum at one time, that is one row from then on, for as long as either was there. A retired
    program gains no runs by it. Called by the core in the transaction of the merge. Emits ``program.updated`` for the programs
    that had `source`. Raises ExternalKeyConflict. One query more than a move where `source` is in no curriculum.
    """
    rows = CurriculumCourseMembership.objects.filter(catalog_course=source)
    owners = set(rows.order_by().values_list("curriculum__program_id", flat=True))
    if not owners:
        if moved:
            follow_moved_runs(moved, into)
        return
    change = Change("api", f"{source.key_str} was merged into {into.key_str}")
    courses = {source.pk, into.pk}
    held = _scopes.lock_programs(lambda: owners | set(_scopes.programs_of(courses)))
    had = _retired_programs(courses)
    for row in rows.order_by("pk"):
        _hand_over(row, into, change)
    _drop_exclusions(moved, into, change)
    own = set(CourseRun.objects.filter(catalog_course=into).values_list("pk", flat=True)) - set(moved)
    _exclude(((program, run) for run in moved for program in had[into.pk] - had[source.pk]), change)
    _exclude(((program, run) for run in own for program in had[source.pk] - had[into.pk]), change)
    external_keys.claim(courses, held)
    for program in Program.objects.select_related("type").filter(pk__in=owners).order_by("pk"):
        _writing.record_program_event(signals.PROGRAM_UPDATED, program, change)


def _retired_programs(course_ids: Iterable[int]) -> dict[int, set[int]]:
    """``{course: ids of the retired programs that have it}``. One query."""
    now, found = timezone.now(), defaultdict(set)
    rows = CurriculumCourseMembership.objects.filter(
        not_over(now), not_over(now, "curriculum__"), catalog_course_id__in=list(course_ids),
        curriculum__program__status=Program.Status.RETIRED,
    )  # fmt: skip
    for course, program in rows.order_by().values_list("catalog_course_id", "curriculum__program_id"):
        found[course].add(program)
    return found


def _drop_exclusions(moved: Mapping[int, int], to: CatalogCourse, change: Change) -> None:
    """Those of runs that have left the course whose runs are left out."""
    excluded = CurriculumCourseRunExclusion.objects.filter(run__id__among=list(moved)).exclude(membership__catalog_course=to)
    _writing.delete_many(CurriculumCourseRunExclusion, list(excluded.order_by("pk").values_list("pk", flat=True)), change)
    external_keys.drop_stale_exclusions(change, run_ids=list(moved))


def _exclude(pairs: Iterable[tuple[int, int]], change: Change) -> None:
    """Leave runs out of programs: (program, run)."""
    wanted = set(pairs)
    stored = ProgramCourseRunExclusion.objects.filter(program_id__in={program for program, _run in wanted})
    missing = sorted(wanted - set(stored.values_list("program_id", "run_id")))
    _writing.save_many([ProgramCourseRunExclusion(program_id=program, run_id=run) for program, run in missing], change)


def _hand_over(row: Any, into: CatalogCourse, change: Change) -> None:
    """Give a membership to another course; what overlaps with the other's own becomes one row."""
    row.catalog_course = into
    overlapping = [other for other in _writing.siblings(row) if _writing.overlap(row, other)]
    if not overlapping:
        if any(other.version == row.version for other in _writing.siblings(row)):
            row.version = _writing.next_version(row)
        _writing.save(row, change)
        return
    kept, *others = sorted(overlapping, key=lambda other: other.pk)
    for other in (row, *others):
        _widen(kept, other)
        known = set(kept.run_exclusions.values_list("run_id", flat=True))
        new = sorted(set(other.run_exclusions.values_list("run_id", flat=True)) - known)
        _writing.save_many([CurriculumCourseRunExclusion(membership=kept, run_id=run) for run in new], change)
        # As it is stored: its history shall name the course that it had.
        _writing.delete(CurriculumCourseMembership.objects.get(pk=other.pk), change)
    _writing.save(kept, change)


def _widen(row: Any, other: Any) -> None:
    """From the first instant on at which either is in effect, until the last."""
    begins, ends = (row.effective_at, other.effective_at), (row.retired_at, other.retired_at)
    row.effective_at = None if None in begins else min(begins)
    row.retired_at = None if None in ends else max(ends)
