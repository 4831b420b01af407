"""The courses and programs of a curriculum. Nothing here checks permissions; everything emits ``program.updated``."""

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
from openedx_catalog.lib.changes import Change, Provenance, save_with_history, store_changes
from openedx_catalog.lib.dated import insert_dated, other_versions
from openedx_catalog.lib.transactions import writes_to

from ..models import (
    Curriculum,
    CurriculumCourseMembership,
    CurriculumCourseRunExclusion,
    CurriculumProgramMembership,
    Program,
)
from . import _scopes
from ._changing import changing_program, refuse_closed, refuse_cycle
from .exclusions import refuse_foreign_run
from .lookup import id_of
from .values import MAX_POSITION, checked, parse_list


@writes_to(Curriculum)
def add_course(
    curriculum: Curriculum | UUID | str,
    catalog_course: CourseName,
    *,
    excluded_runs: Sequence[CourseKey | str] = (),
    position: int | None = None,
    effective_at: datetime | str | Unset | None = UNSET,
    retired_at: datetime | str | None = None,
    version: str = "",
    **provenance: Unpack[Provenance],
) -> CurriculumCourseMembership:
    """
    Put a catalog course (an object, its uuid or its key) into a curriculum, at the end unless a position is given.

    Without `effective_at` it has always been there; from now on, where it was there before and was retired. `excluded_runs`
    are left out from the beginning, as by `exclude_course_run`.

    Raises ProgramClosed, DatesOverlap where it is there at that time already, ExternalKeyConflict where its runs and others
    of the program share an external key, NotAMember where a run to leave out is another course's, CourseRun.DoesNotExist,
    InvalidCourseKey, and as `create_curriculum`.
    """
    given = {"position": position, "effective_at": effective_at, "retired_at": retired_at, "version": version}
    wanted = checked(CurriculumCourseMembership, **given)
    runs, course, pk = parse_list("excluded_runs", excluded_runs), course_named(catalog_course), id_of(Curriculum, curriculum)
    row = CurriculumCourseMembership(curriculum_id=pk, catalog_course=course, **wanted)
    return _insert(row, partial(_scopes.affected_in, pk, [course.pk]), wanted, Change(**provenance), excluded_runs=runs)


@writes_to(Curriculum)
def add_program(
    curriculum: Curriculum | UUID | str,
    program: Program | UUID | str,
    *,
    position: int | None = None,
    effective_at: datetime | str | Unset | None = UNSET,
    retired_at: datetime | str | None = None,
    version: str = "",
    **provenance: Unpack[Provenance],
) -> CurriculumProgramMembership:
    """
    Put a program into a curriculum of another one, e.g. a MicroMasters into a degree.

    Raises ProgramCycle where the program contains the curriculum itself, at any depth, and as `add_course`.
    """
    given = {"position": position, "effective_at": effective_at, "retired_at": retired_at, "version": version}
    wanted = checked(CurriculumProgramMembership, **given)
    nested, pk = Program.objects.get(pk=id_of(Program, program)), id_of(Curriculum, curriculum)
    row = CurriculumProgramMembership(curriculum_id=pk, program=nested, **wanted)
    return _insert(row, partial(_scopes.affected_in, pk, programs=[nested.pk]), wanted, Change(**provenance))


@writes_to(Curriculum)
def reorder(curriculum: Curriculum | UUID | str, courses: Sequence[CourseName], **provenance: Unpack[Provenance]) -> Curriculum:
    """
    Give the courses of a curriculum another order. The list names each course once that is there, or will be.

    Raises InvalidRequest where it names others or leaves some out, Curriculum.DoesNotExist, InvalidCatalogKey.
    """
    wanted, pk = parse_list("courses", courses), id_of(Curriculum, curriculum)
    change = Change(**provenance)
    with changing_program(partial(_scopes.affected_in, pk), change) as held:
        order = [course_named(course).pk for course in wanted]
        rows = list(CurriculumCourseMembership.objects.filter(curriculum_id=pk).not_over())
        if sorted(order) != sorted({row.catalog_course_id for row in rows}):
            raise InvalidRequest(reason=_("The order must name each course of the curriculum exactly once, and no others."))
        changed = [store_changes(row, {"position": order.index(row.catalog_course_id)}, change) for row in rows]
        held.changed = any(changed)
    return Curriculum.objects.get(pk=pk)


def _insert(row: Any, affected: Any, wanted: dict[str, Any], change: Change, *, excluded_runs: Sequence[Any] = ()) -> Any:
    with changing_program(affected, change) as held:
        refuse_closed(held.program)
        row.curriculum = Curriculum.objects.get(pk=row.curriculum_id)
        refuse_cycle(held.program, row)
        if "effective_at" not in wanted and other_versions(row):
            row.effective_at = timezone.now()
        if row.position is None:
            last = type(row).objects.filter(curriculum=row.curriculum).aggregate(last=Max("position"))["last"]
            row.position = 0 if last is None else min(last + 1, MAX_POSITION)
        insert_dated(row, change)
        for pk, run in {run.pk: run for run in map(get_course_run, excluded_runs)}.items():
            refuse_foreign_run(row, run)
            save_with_history(CurriculumCourseRunExclusion(membership=row, run_id=pk), change)
    return row
