"""
Curricula, and the courses and programs in them. Their dates: `dated`; what is left out of them: `exclusions`.

Nothing here checks permissions; everything emits ``program.updated`` for the program of the curriculum.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any, Unpack
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from opaque_keys.edx.keys import CourseKey

from openedx_catalog.api import get_course_run
from openedx_catalog.api.for_contrib import CourseName, course_named
from openedx_catalog.data import UNSET, Unset
from openedx_catalog.exceptions import InvalidRequest
from openedx_catalog.lib import values
from openedx_catalog.lib.changes import Change, Provenance, refuse_duplicate, save_with_history, store_changes
from openedx_catalog.lib.dated import (
    DatedProvenance,
    check_dates,
    dates_and_change,
    insert_dated,
    is_longer,
    renumber,
    revised,
)
from openedx_catalog.lib.transactions import Outdated, writes_to
from openedx_catalog.models_api import CatalogCourse

from .. import signals
from ..models import (
    Curriculum,
    CurriculumCourseMembership,
    CurriculumCourseRunExclusion,
    CurriculumProgramMembership,
    Program,
    ProgramCourseRunExclusion,
)
from ..models.curriculum import CurriculumMembership
from . import _scopes, external_keys
from ._changing import (
    begin_now,
    changing_program,
    record_program_event,
    refuse_closed,
    refuse_closed_early,
    refuse_cycle,
    stored,
)
from ._order import number, place
from .exclusions import refuse_foreign_run
from .lookup import get_membership, id_of
from .values import checked, identifier


@writes_to(Curriculum)
def create_curriculum(
    program: Program | UUID | str,
    *,
    name: str,
    courses: Sequence[CourseName] = (),
    closed_at: datetime | str | None = None,
    uuid: UUID | str | None = None,
    **dated: Unpack[DatedProvenance],
) -> Curriculum:
    """
    Create a curriculum of a program, with its courses (objects, uuids or keys) in this order, in effect as long as it is.

    Without `effective_at` it begins now in a program that is or was offered, and has always been there in another one; None
    is always. From `closed_at` on it takes no new learners. The version is the next number for this name unless given. Rows of
    one name never overlap; several names may be current.

    Raises Program.DoesNotExist, CatalogCourse.DoesNotExist, ProgramClosed, DatesOverlap, DuplicateVersion, DuplicateValue
    (uuid), InvalidDates, ExternalKeyConflict, InvalidValue, InvalidDate, InvalidCatalogKey, InvalidRequest.
    """
    (dates, change), own = dates_and_change(dated), identifier(uuid)
    row = Curriculum(**checked(Curriculum, name=name, closed_at=closed_at, **dates), **own)
    refuse_duplicate(row, *own)
    return insert_curriculum(program, row, courses, change, is_dated="effective_at" in dates)


@writes_to(Curriculum)
def update_curriculum(
    curriculum: Curriculum | UUID | str,
    *,
    name: str | Unset = UNSET,
    program: Program | UUID | str | Unset = UNSET,
    effective_at: datetime | str | Unset | None = UNSET,
    retired_at: datetime | str | Unset | None = UNSET,
    closed_at: datetime | str | Unset | None = UNSET,
    **provenance: Unpack[Provenance],
) -> Curriculum:
    """
    Rename a curriculum, give it other dates, or give it to another program with all that stands in it, in one step.

    Both programs get their event; where the name was used before, the curriculum becomes the next version of it. None
    empties a date; `reschedule` changes the dates alone.

    Raises Curriculum.DoesNotExist, ProgramCycle, and as `create_curriculum`.
    """
    wanted = checked(Curriculum, name=name, effective_at=effective_at, retired_at=retired_at, closed_at=closed_at)
    change, pk = Change(**provenance), id_of(Curriculum, curriculum)
    before = Curriculum.objects.values_list("program_id", flat=True).get(pk=pk)
    after = before if program is UNSET else id_of(Program, program)
    with changing_program(partial(_affected_by_update, pk, before, after), change) as held:
        row = Curriculum.objects.get(pk=pk)
        if row.program_id != before:
            # To hold it before the programs would be out of order: whoever changes what stands in it holds those first.
            raise Outdated(_("the curriculum was given to another program each time it was read"))
        wanted["program"] = held.program
        _check_update(row, wanted)
        held.changed = store_changes(row, wanted, change)
    if before != after:
        # What did not count in it does not count where it is now.
        left_out = ProgramCourseRunExclusion.objects.filter(program=before).values_list("run_id", "run__catalog_course_id")
        members = CurriculumCourseMembership.objects.filter(curriculum=pk)
        external_keys.leave_out_of_members(members, [(after, run, course) for run, course in left_out], change)
        external_keys.drop_stale_exclusions(change, program_id=before)
        left = Program.objects.select_related("type").get(pk=before)
        record_program_event(signals.PROGRAM_UPDATED, left, change)
    return row


@writes_to(Curriculum)
def close_curriculum(
    curriculum: Curriculum | UUID | str, *, at: datetime | str | None = None, **provenance: Unpack[Provenance]
) -> Curriculum:
    """
    Close a curriculum to new learners from an instant on, now unless given; those who are in it go on until it is retired.

    What is closed already stays as it is. `update_curriculum` with ``closed_at=None`` opens it again.

    Raises Curriculum.DoesNotExist, InvalidDate, InvalidValue where it would close before it begins, InvalidRequest.
    """
    until, change, pk = values.instant_or_now("closed_at", at), Change(**provenance), id_of(Curriculum, curriculum)
    with changing_program(partial(_scopes.affected_in, pk), change) as held:
        row = Curriculum.objects.get(pk=pk)
        refuse_closed_early(revised(row, {"closed_at": until}))
        held.changed = not row.is_closed() and store_changes(row, {"closed_at": until}, change)
    return row


@writes_to(Curriculum)
def add_course(
    curriculum: Curriculum | UUID | str,
    catalog_course: CourseName,
    *,
    excluded_runs: Sequence[CourseKey | str] = (),
    position: int | None = None,
    group: str = "",
    **dated: Unpack[DatedProvenance],
) -> CurriculumCourseMembership:
    """
    Put a catalog course (an object, its uuid or its key) into a curriculum, at the end unless a position is given, from 0;
    what stands there and behind it makes room. It is required, or counts of a `group` of the curriculum.

    Without `effective_at` it is there from now on, where the curriculum has begun and the program is or was offered, and where
    it was there before; else as long as the curriculum is in effect. None is always: that changes what was offered in the
    past. `excluded_runs` are left out from the beginning, as by `exclude_course_run`.

    Raises ProgramClosed, DatesOverlap where it is there at that time already, ExternalKeyConflict where its runs and others
    of the program share an external key, NotAMember where a run to leave out is another course's, CourseRun.DoesNotExist,
    InvalidCourseKey, and as `create_curriculum`.
    """
    (row,) = _add(curriculum, [catalog_course], excluded_runs, position, group, dated)
    return row


@writes_to(Curriculum)
def add_courses(
    curriculum: Curriculum | UUID | str,
    catalog_courses: Sequence[CourseName],
    *,
    excluded_runs: Sequence[CourseKey | str] = (),
    position: int | None = None,
    group: str = "",
    **dated: Unpack[DatedProvenance],
) -> list[CurriculumCourseMembership]:
    """
    Put several catalog courses into a curriculum, in this order, with one reason: all of them, or none. Returns their rows.

    The first is at `position`, the others follow it. Dates and group are those of each; `excluded_runs` may be of any of them.
    Emits one ``program.updated``, and nothing for an empty list.

    Raises InvalidRequest where the list names a course twice, and as `add_course` for the first that is refused.
    """
    return _add(curriculum, values.sequence("catalog_courses", catalog_courses), excluded_runs, position, group, dated)


@writes_to(Curriculum)
def add_program(
    curriculum: Curriculum | UUID | str,
    program: Program | UUID | str,
    *,
    position: int | None = None,
    group: str = "",
    **dated: Unpack[DatedProvenance],
) -> CurriculumProgramMembership:
    """
    Put a program into a curriculum of another one, e.g. a MicroMasters into a degree.

    Raises ProgramCycle where the program contains the curriculum itself, at any depth, and as `add_course`.
    """
    dates, change = dates_and_change(dated)
    wanted = checked(CurriculumProgramMembership, position=position, group=group, **dates)
    nested, pk = Program.objects.get(pk=id_of(Program, program)), id_of(Curriculum, curriculum)
    with changing_program(partial(_scopes.affected_in, pk, programs=[nested.pk]), change) as held:
        row = CurriculumProgramMembership(curriculum_id=pk, program=nested, **wanted)
        _insert_members([row], held.program, change, is_dated="effective_at" in wanted)
    return row


@writes_to(Curriculum)
def update_member(
    member: CurriculumCourseMembership | CurriculumProgramMembership | UUID | str,
    *,
    position: int | Unset | None = UNSET,
    group: str | Unset = UNSET,
    **provenance: Unpack[Provenance],
) -> Any:
    """
    Bring a course or program of a curriculum to another place, or into another group ("": it is required). Returns the row.

    `position` counts from 0 over all courses, or programs, of the curriculum, former ones included, since each keeps its place
    among the others; None, and what is too far, is the end. Dates are changed by `reschedule`.

    Raises CurriculumCourseMembership.DoesNotExist (or that of programs), InvalidValue, InvalidRequest.
    """
    given = member if isinstance(member, CurriculumMembership) else get_membership(member)
    wanted, change = checked(type(given), position=position, group=group), Change(**provenance)
    to = wanted.pop("position", UNSET)
    with changing_program(partial(_scopes.affected_by, given), change) as held:
        row = stored(given)
        held.changed = store_changes(row, wanted, change)
        if to is not UNSET:
            held.changed |= place(to, change, row)
    return row


@writes_to(Curriculum)
def reorder(curriculum: Curriculum | UUID | str, courses: Sequence[CourseName], **provenance: Unpack[Provenance]) -> Curriculum:
    """
    Give the courses of a curriculum another order. The list names each course once that is there, or will be.

    Raises InvalidRequest where it names others or leaves some out, Curriculum.DoesNotExist, InvalidCatalogKey.
    """
    wanted, pk = values.sequence("courses", courses), id_of(Curriculum, curriculum)
    change = Change(**provenance)
    with changing_program(partial(_scopes.affected_in, pk), change) as held:
        order = [course_named(course).pk for course in wanted]
        rows, now = list(CurriculumCourseMembership.objects.filter(curriculum_id=pk).order_by("position", "pk")), timezone.now()
        standing = [row for row in rows if not row.is_over(now)]
        if sorted(order) != sorted({row.catalog_course_id for row in standing}):
            raise InvalidRequest(reason=_("The order must name each course of the curriculum exactly once, and no others."))
        # In the places of those that are not over.
        ordered = iter(sorted(standing, key=lambda row: order.index(row.catalog_course_id)))
        held.changed = number([row if row.is_over(now) else next(ordered) for row in rows], change)
    return Curriculum.objects.get(pk=pk)


def _add(
    curriculum: Curriculum | UUID | str,
    courses: Sequence[CourseName],
    excluded_runs: Sequence[CourseKey | str],
    position: int | None,
    group: str,
    dated: DatedProvenance,
) -> list[CurriculumCourseMembership]:
    (dates, change), runs = dates_and_change(dated), values.sequence("excluded_runs", excluded_runs)
    wanted = checked(CurriculumCourseMembership, position=position, group=group, **dates)
    found, pk = _courses_named(courses), id_of(Curriculum, curriculum)
    if not found:
        return []
    with changing_program(partial(_scopes.affected_in, pk, [course.pk for course in found]), change) as held:
        rows = [CurriculumCourseMembership(curriculum_id=pk, catalog_course=course, **wanted) for course in found]
        _insert_members(rows, held.program, change, is_dated="effective_at" in wanted)
        of_course = {row.catalog_course_id: row for row in rows}
        for run in {run.pk: run for run in map(get_course_run, runs)}.values():
            row = of_course.get(run.catalog_course_id, rows[0])
            refuse_foreign_run(row, run)
            save_with_history(CurriculumCourseRunExclusion(membership=row, run=run), change)
    return rows


def _courses_named(courses: Sequence[CourseName]) -> list[CatalogCourse]:
    """Raises InvalidRequest where one is named twice, and as `course_named`."""
    found = [course_named(course) for course in courses]
    if len({course.pk for course in found}) < len(found):
        raise InvalidRequest(reason=_("The list names a course twice."))
    return found


def _affected_by_update(pk: int, before: int, after: int) -> _scopes.Affected:
    courses, programs = _scopes.contents([pk])
    return _scopes.Affected(after, courses, {before, *programs})


def _check_update(row: Curriculum, wanted: dict[str, Any]) -> None:
    """Hold the values of an update against the rules, and add the version to them."""
    new, program = revised(row, wanted), wanted["program"]
    if row.program_id != program.pk or is_longer(new, row):
        refuse_closed(program)
    refuse_cycle(program, new)
    renumber(new)
    check_dates(new)
    refuse_closed_early(new)
    wanted["version"] = new.version


def _insert_members(rows: Sequence[Any], program: Program, change: Change, *, is_dated: bool) -> None:
    """Rows of one kind in one curriculum, with the position of the first."""
    refuse_closed(program)
    for row in rows:
        refuse_cycle(program, row)
        if not is_dated:
            begin_now(row, program, within=row.curriculum)
    place(rows[0].position, change, *rows)
    for row in rows:
        insert_dated(row, change)


# For the other modules of this API


def insert_curriculum(
    program: Program | UUID | str,
    row: Curriculum,
    courses: Sequence[CourseName],
    change: Change,
    *,
    into_retired: bool = False,
    is_dated: bool = True,
) -> Curriculum:
    """
    Store a new curriculum with its courses; raises as `create_curriculum`. Call it within `atomically`.

    `is_dated`: its dates are what somebody said. `into_retired`: also in a retired program, whose courses were taken out by
    mistake. Newer runs count as little as ever.
    """
    found = _courses_named(values.sequence("courses", courses))
    ids = {course.pk for course in found}
    with changing_program(partial(_scopes.Affected, id_of(Program, program), ids), change) as held:
        row.program = held.program
        if found and not (into_retired and held.program.status == Program.Status.RETIRED):
            refuse_closed(held.program)
        if not is_dated:
            begin_now(row, held.program)
        refuse_closed_early(row)
        insert_dated(row, change)
        for position, course in enumerate(found):
            member = CurriculumCourseMembership(curriculum=row, catalog_course=course, position=position)
            save_with_history(member, change)
    return row
