"""
Curricula. What stands in them: `members`, `exclusions`; their dates: `dated`.

Nothing here checks permissions; everything emits ``program.updated`` for the program of the curriculum.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any, Unpack
from uuid import UUID

from django.utils.translation import gettext as _

from openedx_catalog.api.for_contrib import CourseName, course_named
from openedx_catalog.data import UNSET, Unset
from openedx_catalog.exceptions import InvalidRequest
from openedx_catalog.lib.changes import Change, Provenance, refuse_duplicate, save_with_history, store_changes
from openedx_catalog.lib.dated import check_dates, insert_dated, is_longer, renumber, revised
from openedx_catalog.lib.transactions import writes_to

from .. import signals
from ..models import Curriculum, CurriculumCourseMembership, Program
from . import _scopes, external_keys
from ._changing import changing_program, record_program_event, refuse_closed, refuse_cycle
from .lookup import id_of
from .values import checked, identifier, parse_list


@writes_to(Curriculum)
def create_curriculum(
    program: Program | UUID | str,
    *,
    name: str,
    courses: Sequence[CourseName] = (),
    effective_at: datetime | str | None = None,
    retired_at: datetime | str | None = None,
    version: str = "",
    uuid: UUID | str | None = None,
    **provenance: Unpack[Provenance],
) -> Curriculum:
    """
    Create a curriculum of a program, with its courses (objects, uuids or keys) in this order, in effect as long as it is.

    The version is the next number for this name unless given. Rows of one name never overlap; several names may be current.

    Raises Program.DoesNotExist, CatalogCourse.DoesNotExist, ProgramClosed, DatesOverlap, DuplicateVersion, DuplicateValue
    (uuid), InvalidDates, ExternalKeyConflict, InvalidValue, InvalidDate, InvalidCatalogKey, InvalidRequest.
    """
    wanted = checked(Curriculum, name=name, effective_at=effective_at, retired_at=retired_at, version=version)
    own = identifier(uuid)
    row = Curriculum(**wanted, **own)
    refuse_duplicate(row, *own)
    return insert_curriculum(program, row, courses, Change(**provenance))


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
    found = [course_named(course) for course in parse_list("courses", courses)]
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
