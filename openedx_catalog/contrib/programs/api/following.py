"""
What follows from changes that are made elsewhere: runs come under another course and courses are merged, as the core says; rows
are saved past the API with a model's own `save`, and the same rules are asked later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from openedx_catalog.lib import permissions, values
from openedx_catalog.lib.changes import (
    Change,
    delete_many_with_history,
    delete_with_history,
    save_many_with_history,
    save_with_history,
)
from openedx_catalog.lib.dated import check_dates, is_longer, other_versions, overlap, renumber, widen
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
from ..models.curriculum import CurriculumMembership
from . import _scopes, external_keys
from ._changing import record_program_event, refuse_closed, refuse_closed_early, refuse_cycle, stored
from ._order import place
from .dated import CLOSED_WITH_PROGRAM
from .exclusions import refuse_foreign_run

_SAVED = Change("orm", "saved past the API")


def programs_by_course(catalog_course_ids: Iterable[int], viewer: Any) -> dict[int, list[str]]:
    """
    The names of the programs, as far as a user may know of them, in which these courses stand, stood or will, and of those
    that contain such a program: ``{course: names}``.

    As a preview names them, by title. At most three queries.
    """
    rows = CurriculumCourseMembership.objects.filter(catalog_course_id__in=list(catalog_course_ids)).order_by()
    holding: dict[int, set[int]] = defaultdict(set)
    for course, program in rows.values_list("catalog_course_id", "curriculum__program_id"):
        holding[course].add(program)
    if not holding:
        return {}
    graph = _scopes.ProgramGraph()
    around = {course: graph.ancestors(programs) for course, programs in holding.items()}
    known = permissions.visible(viewer, Program.objects.exclude(status=Program.Status.DELETED))
    known = known.filter(pk__in=set().union(*around.values())).order_by("title", "pk")
    names = {pk: _("Program %(title)s") % {"title": title} for pk, title in known.values_list("pk", "title")}
    # By title, and each course is asked for its own alone: all courses of all programs are thousands of hundreds.
    place = {pk: number for number, pk in enumerate(names)}
    own = {course: sorted(programs & names.keys(), key=place.__getitem__) for course, programs in around.items()}
    return {course: list(dict.fromkeys(names[pk] for pk in programs)) for course, programs in own.items() if programs}


def follow_moved_runs(moved: Mapping[int, int], to: CatalogCourse, change: Change) -> None:
    """
    What a move means for programs: exclusions from courses that a run has left go, its external key must fit its new course.

    `moved` is ``{id of the run: id of its course before}``; a program that is retired does not gain the run. Called by the
    core in the transaction of the move. Emits ``program.updated`` for programs whose exclusions change. Raises
    ExternalKeyConflict. Two queries where neither course is or was in a program and no run has a key.
    """
    change, courses = change.because("the run was moved"), {to.pk, *moved.values()}
    if CurriculumCourseMembership.objects.filter(catalog_course_id__in=courses).exists():
        # Held before they are asked whether they are retired: one that is retired at this moment would gain the run.
        _scopes.lock_programs(partial(_programs_with, courses))
        had = _retired_programs(courses)
        gained = ((program, run) for run, before in moved.items() for program in had[to.pk] - had[before])
        changed = _drop_exclusions(moved, to, change) | exclude_runs(gained, change)
        for program in Program.objects.select_related("type").filter(pk__in=changed).order_by("pk"):
            record_program_event(signals.PROGRAM_UPDATED, program, change)
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
    held = _scopes.lock_programs(lambda: owners | _programs_with(courses))
    had, curricula = _retired_programs(courses), set(rows.order_by().values_list("curriculum_id", flat=True))
    for row in rows.order_by("pk"):
        _pass_on(row, into, change)
    _drop_exclusions(moved, into, change)
    own = set(CourseRun.objects.filter(catalog_course=into).values_list("pk", flat=True)) - set(moved)
    exclude_runs(((program, run) for run in moved for program in had[into.pk] - had[merged.pk]), change)
    exclude_runs(((program, run) for run in own for program in had[merged.pk] - had[into.pk]), change)
    external_keys.claim(courses, held)
    Curriculum.objects.filter(pk__in=curricula).update(modified=timezone.now())
    for program in Program.objects.select_related("type").filter(pk__in=owners).order_by("pk"):
        record_program_event(signals.PROGRAM_UPDATED, program, change)


@writes_to(Program)
def check_saved(row: Any, before: Any = None, *, new: bool = False) -> None:
    """
    Hold a row that was just saved against the rules: dates, cycles, external keys; where another one stands in its place, that
    and those behind it make room. A retired or deleted program gains no `new` one, and none by another date.

    `before` is the row as it was stored. Runs that were left out of a course go where another one has its place.

    For the models that take part in them. Call it in the transaction of the save; `save()` of these models opens one. Raises
    what the functions of this API raise. Writes no event.
    """
    if isinstance(row, ExternalCourseKey):
        check_saved_keys([row])
        return
    of_program = isinstance(row, Program)
    read = partial(_scopes.affected_by_program, row.pk) if of_program else partial(_scopes.affected_by, row)
    affected, programs = _scopes.lock_affected(read)
    if of_program:
        _check_retirement(stored(row), before)
    else:
        # As they are stored: what was saved may be texts.
        program, now = Program.objects.get(pk=affected.program), stored(row)
        check_dates(now)
        refuse_closed_early(now)
        if isinstance(row, CLOSED_WITH_PROGRAM) and (new or (before is not None and is_longer(now, before))):
            refuse_closed(program)
        if isinstance(row, CurriculumMembership):
            place(row.position, _SAVED, row)
        if isinstance(row, CurriculumCourseMembership) and before is not None:
            foreign = row.run_exclusions.exclude(run__catalog_course=row.catalog_course_id).order_by("pk")
            delete_many_with_history(foreign.model, list(foreign.values_list("pk", flat=True)), _SAVED)
        refuse_cycle(program, now)
    external_keys.claim(affected.courses, programs)


def _check_retirement(program: Program, before: Program | None) -> None:
    is_as_before = before is not None and (before.status, before.retired_at) == (program.status, program.retired_at)
    if not is_as_before and (program.status == Program.Status.RETIRED) != (program.retired_at is not None):
        reason = _("a program has the date of its retirement while its status is retired, and only then")
        raise values.invalid("retired_at", values.format_utc(program.retired_at), reason)


@writes_to(ExternalCourseKey)
def check_saved_keys(rows: Iterable[ExternalCourseKey]) -> None:
    """
    Hold external keys that were just stored, one or many at once, against the rule. Raises ExternalKeyConflict, InvalidValue.

    Call it in the transaction that stores them.
    """
    runs = set()
    for row in rows:
        if not row.key or row.key != values.text_to_fold("external_course_key", row.key):
            raise values.invalid("external_course_key", row.key, _("it is empty, or has spaces around it"))
        runs.add(row.run_id)
    courses = set(external_keys.lock_courses_of(runs).values())
    external_keys.claim_for_courses(sorted(courses), run_ids=runs)


@writes_to(Program)
def check_excluded(exclusion: Any, before: Any = None) -> None:
    """
    Hold an exclusion that was just saved against the rules, and the run that it left out `before`, which counts again.

    `before` is the exclusion as it was stored, None for a new one, which only makes room. Call it in the transaction of the
    save; `save()` of these models opens one. Raises NotAMember, ExternalKeyConflict. Writes no event.
    """
    refuse_foreign_run(exclusion.program if _of_program(exclusion) else exclusion.membership, exclusion.run)
    _claim_again([exclusion, *([before] if before else [])], releases_only=before is None)


@writes_to(Program)
def check_included(exclusion: Any) -> None:
    """
    Hold the external key of a run whose exclusion was just deleted against the rule. Raises ExternalKeyConflict.

    Call it in the transaction of the delete; `delete()` of these models opens one. Writes no event.
    """
    _claim_again([exclusion])


def _claim_again(exclusions: Sequence[Any], *, releases_only: bool = False) -> None:
    courses = set(external_keys.lock_courses_of([row.run_id for row in exclusions]).values())
    owners = {row.program_id if _of_program(row) else row.membership.curriculum.program_id for row in exclusions}
    external_keys.claim(courses, _scopes.lock_programs(lambda: owners), releases_only=releases_only)


def _of_program(exclusion: Any) -> bool:
    return isinstance(exclusion, ProgramCourseRunExclusion)


def _programs_with(course_ids: Iterable[int]) -> set[int]:
    """The programs that have or had one of these courses. One query."""
    rows = CurriculumCourseMembership.objects.filter(catalog_course_id__in=list(course_ids)).order_by()
    return set(rows.values_list("curriculum__program_id", flat=True))


def _retired_programs(course_ids: Iterable[int]) -> dict[int, set[int]]:
    """``{course: ids of the retired programs that have or had it}``. One query."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = CurriculumCourseMembership.objects.filter(catalog_course_id__in=list(course_ids))
    rows = rows.filter(curriculum__program__status=Program.Status.RETIRED)
    for course, program in rows.order_by().values_list("catalog_course_id", "curriculum__program_id"):
        found[course].add(program)
    return found


def _drop_exclusions(moved: Mapping[int, int], to: CatalogCourse, change: Change) -> set[int]:
    """Those of runs that have left the course whose runs are left out. Returns the programs that had them."""
    runs = {"run__id__among": list(moved)}
    excluded = CurriculumCourseRunExclusion.objects.filter(**runs).exclude(membership__catalog_course=to).order_by("pk")
    found = dict(excluded.values_list("pk", "membership__curriculum__program_id"))
    delete_many_with_history(CurriculumCourseRunExclusion, list(found), change)
    return {*found.values(), *external_keys.drop_stale_exclusions(change, **runs)}


def exclude_runs(pairs: Iterable[tuple[int, int]], change: Change) -> set[int]:
    """Leave runs out of programs: (program, run). Returns the programs that did not leave them out before."""
    wanted = set(pairs)
    known = ProgramCourseRunExclusion.objects.filter(program_id__in={program for program, _run in wanted})
    missing = sorted(wanted - set(known.values_list("program_id", "run_id")))
    save_many_with_history([ProgramCourseRunExclusion(program_id=program, run_id=run) for program, run in missing], change)
    return {program for program, _run in missing}


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
