"""
What follows from changes that are made elsewhere: runs come under another course and courses are merged, as the core says; rows
are saved past the API with a model's own `save`, and the same rules are asked later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from openedx_catalog.lib import values
from openedx_catalog.lib.changes import (
    Change,
    delete_many_with_history,
    delete_with_history,
    save_many_with_history,
    save_with_history,
)
from openedx_catalog.lib.dated import check_dates, other_versions, overlap, renumber, widen
from openedx_catalog.lib.transactions import writes_to
from openedx_catalog.models_api import CatalogCourse, CourseRun

from .. import signals
from ..models import (
    Curriculum,
    CurriculumCourseMembership,
    CurriculumCourseRunExclusion,
    ExternalCourseKey,
    Program,
    ProgramCourseRunExclusion,
)
from . import _scopes, external_keys
from ._changing import record_program_event, refuse_cycle, stored
from .values import text_to_fold


def follow_moved_runs(moved: Mapping[int, int], to: CatalogCourse, change: Change) -> None:
    """
    What a move means for programs: exclusions from courses that a run has left go, its external key must fit its new course.

    `moved` is ``{id of the run: id of its course before}``; a program that is retired does not gain the run. Called by the
    core in the transaction of the move. Raises ExternalKeyConflict. Two queries where neither course is in a program and no
    run has a key.
    """
    change, courses = change.because("the run was moved"), {to.pk, *moved.values()}
    if CurriculumCourseMembership.objects.filter(catalog_course_id__in=courses).exists():
        # Held before they are asked whether they are retired: one that is retired at this moment would gain the run.
        _scopes.lock_programs(partial(_scopes.programs_of, courses))
        had = _retired_programs(courses)
        _drop_exclusions(moved, to, change)
        _exclude(((program, run) for run, before in moved.items() for program in had[to.pk] - had[before]), change)
    if ExternalCourseKey.objects.filter(run__id__among=list(moved)).exists():
        external_keys.claim(courses, _scopes.lock_programs(partial(_scopes.programs_of, courses)))


def follow_merged_courses(moved: Mapping[int, int], merged: CatalogCourse, into: CatalogCourse, change: Change) -> None:
    """
    Let `into` stand wherever `merged` stood in a curriculum, with the runs that were left out there.

    Where both stood in one curriculum at one time, that is one row from then on, for as long as either was there. A retired
    program gains no runs by it. Called by the core in the transaction of the merge. Emits ``program.updated`` for the programs
    that had `merged`. Raises ExternalKeyConflict. One query more than a move where `merged` is in no curriculum.
    """
    rows = CurriculumCourseMembership.objects.filter(catalog_course=merged)
    owners = set(rows.order_by().values_list("curriculum__program_id", flat=True))
    if not owners:
        if moved:
            follow_moved_runs(moved, into, change)
        return
    change = change.because(f"{merged.key_str} was merged into {into.key_str}")
    courses = {merged.pk, into.pk}
    held = _scopes.lock_programs(lambda: owners | set(_scopes.programs_of(courses)))
    had = _retired_programs(courses)
    for row in rows.order_by("pk"):
        _pass_on(row, into, change)
    _drop_exclusions(moved, into, change)
    own = set(CourseRun.objects.filter(catalog_course=into).values_list("pk", flat=True)) - set(moved)
    _exclude(((program, run) for run in moved for program in had[into.pk] - had[merged.pk]), change)
    _exclude(((program, run) for run in own for program in had[merged.pk] - had[into.pk]), change)
    external_keys.claim(courses, held)
    for program in Program.objects.select_related("type").filter(pk__in=owners).order_by("pk"):
        record_program_event(signals.PROGRAM_UPDATED, program, change)


@writes_to(Program)
def check_saved(row: Any) -> None:
    """
    Hold a row that was just saved against the rules: dates, cycles, external keys.

    For the models that take part in them. Call it in the transaction of the save; `save()` of these models opens one. Raises
    what the functions of this API raise. Writes no event.
    """
    if isinstance(row, ExternalCourseKey):
        if not row.key or row.key != text_to_fold("external_course_key", row.key):
            raise values.invalid("external_course_key", row.key, _("it is empty, or has spaces around it"))
        run = external_keys.locked_with_course(str(row.run.course_key))
        external_keys.claim_for_courses([run.catalog_course_id], run_id=row.run_id)
        return
    of_program = isinstance(row, Program)
    read = partial(_scopes.affected_by_program, row.pk) if of_program else partial(_scopes.affected_by, row)
    affected, programs = _scopes.lock_affected(read)
    if not of_program:
        check_dates(row)
        refuse_cycle((row if isinstance(row, Curriculum) else row.curriculum).program, row)
    external_keys.claim(affected.courses, programs)


@writes_to(Program)
def check_included(exclusion: Any) -> None:
    """
    Hold the external key of a run whose exclusion was just deleted against the rule. Raises ExternalKeyConflict.

    Call it in the transaction of the delete; `delete()` of these models opens one. Writes no event.
    """
    of_program = isinstance(exclusion, ProgramCourseRunExclusion)
    program_id = exclusion.program_id if of_program else exclusion.membership.curriculum.program_id
    run = external_keys.locked_with_course(str(exclusion.run.course_key))
    external_keys.claim([run.catalog_course_id], _scopes.lock_programs(lambda: [program_id]))


def _retired_programs(course_ids: Iterable[int]) -> dict[int, set[int]]:
    """``{course: ids of the retired programs that have it}``. One query."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = CurriculumCourseMembership.objects.standing().filter(catalog_course_id__in=list(course_ids))
    rows = rows.filter(curriculum__program__status=Program.Status.RETIRED)
    for course, program in rows.order_by().values_list("catalog_course_id", "curriculum__program_id"):
        found[course].add(program)
    return found


def _drop_exclusions(moved: Mapping[int, int], to: CatalogCourse, change: Change) -> None:
    """Those of runs that have left the course whose runs are left out."""
    excluded = CurriculumCourseRunExclusion.objects.filter(run__id__among=list(moved)).exclude(membership__catalog_course=to)
    delete_many_with_history(CurriculumCourseRunExclusion, list(excluded.order_by("pk").values_list("pk", flat=True)), change)
    external_keys.drop_stale_exclusions(change, run__id__among=list(moved))


def _exclude(pairs: Iterable[tuple[int, int]], change: Change) -> None:
    """Leave runs out of programs: (program, run)."""
    wanted = set(pairs)
    known = ProgramCourseRunExclusion.objects.filter(program_id__in={program for program, _run in wanted})
    missing = sorted(wanted - set(known.values_list("program_id", "run_id")))
    save_many_with_history([ProgramCourseRunExclusion(program_id=program, run_id=run) for program, run in missing], change)


def _pass_on(row: Any, into: CatalogCourse, change: Change) -> None:
    """Give a membership to another course; what overlaps with the other's own becomes one row."""
    row.catalog_course = into
    overlapping = [other for other in other_versions(row) if overlap(row, other)]
    if not overlapping:
        renumber(row)
        save_with_history(row, change)
        return
    kept, *others = sorted(overlapping, key=lambda other: other.pk)
    for other in (row, *others):
        widen(kept, other)
        known = set(kept.run_exclusions.values_list("run_id", flat=True))
        new = sorted(set(other.run_exclusions.values_list("run_id", flat=True)) - known)
        save_many_with_history([CurriculumCourseRunExclusion(membership=kept, run_id=run) for run in new], change)
        # As it is stored: its history shall name the course that it had.
        delete_with_history(stored(other), change)
    save_with_history(kept, change)
