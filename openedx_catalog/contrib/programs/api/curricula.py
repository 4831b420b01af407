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

from django.db.models import Max
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
    other_versions,
    renumber,
    revised,
)
from openedx_catalog.lib.transactions import writes_to

from .. import signals
from ..models import (
    Curriculum,
    CurriculumCourseMembership,
    CurriculumCourseRunExclusion,
    CurriculumProgramMembership,
    Program,
)
from . import _scopes, external_keys
from ._changing import changing_program, record_program_event, refuse_closed, refuse_cycle
from .exclusions import refuse_foreign_run
from .lookup import id_of
from .values import MAX_POSITION, checked, identifier


@writes_to(Curriculum)
def create_curriculum(
    program: Program | UUID | str,
    *,
    name: str,
    courses: Sequence[CourseName] = (),
    uuid: UUID | str | None = None,
    **dated: Unpack[DatedProvenance],
) -> Curriculum:
    """
    Create a curriculum of a program, with its courses (objects, uuids or keys) in this order, in effect as long as it is.

    The version is the next number for this name unless given. Rows of one name never overlap; several names may be current.

    Raises Program.DoesNotExist, CatalogCourse.DoesNotExist, ProgramClosed, DatesOverlap, DuplicateVersion, DuplicateValue
    (uuid), InvalidDates, ExternalKeyConflict, InvalidValue, InvalidDate, InvalidCatalogKey, InvalidRequest.
    """
    (dates, change), own = dates_and_change(dated), identifier(uuid)
    row = Curriculum(**checked(Curriculum, name=name, **dates), **own)
    refuse_duplicate(row, *own)
    return insert_curriculum(program, row, courses, change)


@writes_to(Curriculum)
def update_curriculum(
    curriculum: Curriculum | UUID | str,
    *,
    name: str | Unset = UNSET,
    program: Program | UUID | str | Unset = UNSET,
    effective_at: datetime | str | Unset | None = UNSET,
    retired_at: datetime | str | Unset | None = UNSET,
    **provenance: Unpack[Provenance],
) -> Curriculum:
    """
    Rename a curriculum, give it other dates, or give it to another program with all that stands in it, in one step.

    Both programs get their event; where the name was used before, the curriculum becomes the next version of it. None
    empties a date; `reschedule` changes the dates alone.

    Raises Curriculum.DoesNotExist, ProgramCycle, and as `create_curriculum`.
    """
    wanted = checked(Curriculum, name=name, effective_at=effective_at, retired_at=retired_at)
    change, pk = Change(**provenance), id_of(Curriculum, curriculum)
    # Held first: otherwise another writer could give it to a third program while this one waits for the two programs, and
    # the one that it really leaves would get no event.
    before = Curriculum.objects.select_for_update().get(pk=pk).program_id
    after = before if program is UNSET else id_of(Program, program)
    with changing_program(partial(_affected_by_update, pk, before, after), change) as held:
        row = Curriculum.objects.get(pk=pk)
        wanted["program"] = held.program
        _check_update(row, wanted)
        held.changed = store_changes(row, wanted, change)
    if before != after:
        external_keys.drop_stale_exclusions(change, program_id=before)
        left = Program.objects.select_related("type").get(pk=before)
        record_program_event(signals.PROGRAM_UPDATED, left, change)
    return row


@writes_to(Curriculum)
def add_course(
    curriculum: Curriculum | UUID | str,
    catalog_course: CourseName,
    *,
    excluded_runs: Sequence[CourseKey | str] = (),
    position: int | None = None,
    **dated: Unpack[DatedProvenance],
) -> CurriculumCourseMembership:
    """
    Put a catalog course (an object, its uuid or its key) into a curriculum, at the end unless a position is given.

    Without `effective_at` it has always been there; from now on, where it was there before and was retired. `excluded_runs`
    are left out from the beginning, as by `exclude_course_run`.

    Raises ProgramClosed, DatesOverlap where it is there at that time already, ExternalKeyConflict where its runs and others
    of the program share an external key, NotAMember where a run to leave out is another course's, CourseRun.DoesNotExist,
    InvalidCourseKey, and as `create_curriculum`.
    """
    (dates, change), runs = dates_and_change(dated), values.sequence("excluded_runs", excluded_runs)
    wanted = checked(CurriculumCourseMembership, position=position, **dates)
    course, pk = course_named(catalog_course), id_of(Curriculum, curriculum)
    with changing_program(partial(_scopes.affected_in, pk, [course.pk]), change) as held:
        row = CurriculumCourseMembership(curriculum_id=pk, catalog_course=course, **wanted)
        _insert_member(row, held.program, "effective_at" in wanted, change)
        for run in {run.pk: run for run in map(get_course_run, runs)}.values():
            refuse_foreign_run(row, run)
            save_with_history(CurriculumCourseRunExclusion(membership=row, run=run), change)
    return row


@writes_to(Curriculum)
def add_program(
    curriculum: Curriculum | UUID | str,
    program: Program | UUID | str,
    *,
    position: int | None = None,
    **dated: Unpack[DatedProvenance],
) -> CurriculumProgramMembership:
    """
    Put a program into a curriculum of another one, e.g. a MicroMasters into a degree.

    Raises ProgramCycle where the program contains the curriculum itself, at any depth, and as `add_course`.
    """
    dates, change = dates_and_change(dated)
    wanted = checked(CurriculumProgramMembership, position=position, **dates)
    nested, pk = Program.objects.get(pk=id_of(Program, program)), id_of(Curriculum, curriculum)
    with changing_program(partial(_scopes.affected_in, pk, programs=[nested.pk]), change) as held:
        row = CurriculumProgramMembership(curriculum_id=pk, program=nested, **wanted)
        _insert_member(row, held.program, "effective_at" in wanted, change)
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
        rows = list(CurriculumCourseMembership.objects.filter(curriculum_id=pk).not_over())
        if sorted(order) != sorted({row.catalog_course_id for row in rows}):
            raise InvalidRequest(reason=_("The order must name each course of the curriculum exactly once, and no others."))
        changed = [store_changes(row, {"position": order.index(row.catalog_course_id)}, change) for row in rows]
        held.changed = any(changed)
    return Curriculum.objects.get(pk=pk)


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
    wanted["version"] = new.version


def _insert_member(row: Any, program: Program, is_dated: bool, change: Change) -> None:
    refuse_closed(program)
    refuse_cycle(program, row)
    if not is_dated and other_versions(row):
        row.effective_at = timezone.now()
    if row.position is None:
        last = type(row).objects.filter(curriculum_id=row.curriculum_id).aggregate(last=Max("position"))["last"]
        row.position = 0 if last is None else min(last + 1, MAX_POSITION)
    insert_dated(row, change)


# For the other modules of this API


def insert_curriculum(
    program: Program | UUID | str,
    row: Curriculum,
    courses: Sequence[CourseName],
    change: Change,
    *,
    into_retired: bool = False,
) -> Curriculum:
    """
    Store a new curriculum with its courses; raises as `create_curriculum`. Call it within `atomically`.

    `into_retired`: also in a retired program, whose courses were taken out by mistake. Newer runs count as little as ever.
    """
    found = [course_named(course) for course in values.sequence("courses", courses)]
    ids = {course.pk for course in found}
    if len(ids) < len(found):
        raise InvalidRequest(reason=_("The list names a course twice."))
    with changing_program(partial(_scopes.Affected, id_of(Program, program), ids), change) as held:
        row.program = held.program
        if found and not (into_retired and held.program.status == Program.Status.RETIRED):
            refuse_closed(held.program)
        insert_dated(row, change)
        for position, course in enumerate(found):
            member = CurriculumCourseMembership(curriculum=row, catalog_course=course, position=position)
            save_with_history(member, change)
    return row
