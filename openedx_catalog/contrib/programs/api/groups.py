"""
Groups of a curriculum: of some of its courses and programs, so many have to be passed. Their dates: `dated`.

Which rows are of a group stands in them (`group` of a membership). Nothing here checks permissions; everything that writes
emits ``program.updated``.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Unpack
from uuid import UUID

from django.db.models import QuerySet

from openedx_catalog.data import UNSET, Unset
from openedx_catalog.lib import values
from openedx_catalog.lib.changes import Change, Provenance, store_changes
from openedx_catalog.lib.dated import DatedProvenance, dates_and_change, insert_dated
from openedx_catalog.lib.transactions import writes_to
from openedx_catalog.lib.values import parse_uuid

from ..models import Curriculum, CurriculumGroup
from . import _scopes
from ._changing import begin_now, changing_program, refuse_closed, stored
from .lookup import id_of
from .values import checked


def get_group(uuid: UUID | str) -> CurriculumGroup:
    """Get a group, its curriculum and program joined. One query. Raises CurriculumGroup.DoesNotExist, InvalidRequest."""
    return CurriculumGroup.objects.select_related("curriculum__program__type").get(uuid=parse_uuid(uuid))


def get_groups(curriculum: Curriculum | UUID | str, *, at: datetime | None = None) -> QuerySet[CurriculumGroup]:
    """The groups of a curriculum that are in effect at an instant, now unless given, by age. One query when it is read."""
    rows = CurriculumGroup.objects.filter(curriculum_id=id_of(Curriculum, curriculum))
    return rows.current(values.instant_or_now("at", at)).order_by("pk")


@writes_to(Curriculum)
def add_group(
    curriculum: Curriculum | UUID | str, *, name: str, minimum: int, **dated: Unpack[DatedProvenance]
) -> CurriculumGroup:
    """
    Say that of the courses and programs of a curriculum with the `group` of this name, in any case, `minimum` are enough.

    Without such a row, and while it is not in effect, all of them are required. Without `effective_at` it begins as
    `add_course` has it. Another number later is a row of its own: `retire` the old one, or `reintroduce` it with ``minimum=…``.

    Raises ProgramClosed, DatesOverlap, DuplicateVersion, InvalidDates, InvalidValue, InvalidDate, Curriculum.DoesNotExist.
    """
    dates, change = dates_and_change(dated)
    wanted, pk = checked(CurriculumGroup, name=name, minimum=minimum, **dates), id_of(Curriculum, curriculum)
    with changing_program(partial(_scopes.affected_in, pk), change) as held:
        row = CurriculumGroup(curriculum_id=pk, **wanted)
        refuse_closed(held.program)
        if "effective_at" not in wanted:
            begin_now(row, held.program, within=row.curriculum)
        insert_dated(row, change)
    return row


@writes_to(Curriculum)
def update_group(
    group: CurriculumGroup | UUID | str, *, minimum: int | Unset = UNSET, **provenance: Unpack[Provenance]
) -> CurriculumGroup:
    """
    Correct the number of a group, as if it had always been so; from now on it is another one by `reintroduce`.

    Raises CurriculumGroup.DoesNotExist, InvalidValue.
    """
    wanted, change = checked(CurriculumGroup, minimum=minimum), Change(**provenance)
    row = group if isinstance(group, CurriculumGroup) else get_group(group)
    with changing_program(partial(_scopes.affected_by, row), change) as held:
        found = stored(row)
        held.changed = store_changes(found, wanted, change)
    return found
