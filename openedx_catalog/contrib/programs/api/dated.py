"""
What is in effect from one instant until another: curricula, their courses and programs, costs and deadlines of degrees.

The same functions for all of them. `current` is asked of the rows themselves (``.is_current(at)``, ``.objects.current(at)``).
Nothing here checks permissions; everything emits ``program.updated``, unless nothing changes.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from functools import partial
from typing import Any, TypeVar, Unpack

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from openedx_catalog.data import UNSET, Unset
from openedx_catalog.exceptions import InvalidRequest
from openedx_catalog.lib import values
from openedx_catalog.lib.changes import (
    Change,
    Provenance,
    delete_with_history,
    save_many_with_history,
    save_with_history,
    store_changes,
)
from openedx_catalog.lib.dated import check_dates, copy_row, insert_dated, is_longer, revised
from openedx_catalog.lib.texts import fold
from openedx_catalog.lib.transactions import writes_to

from ..models import (
    Curriculum,
    CurriculumCourseMembership,
    CurriculumCourseRunExclusion,
    CurriculumGroup,
    CurriculumProgramMembership,
    Degree,
    DegreeCost,
    DegreeDeadline,
    Program,
    ProgramType,
)
from ..models.curriculum import CurriculumMembership
from ._changing import HeldProgram, changing_program, refuse_closed, refuse_closed_early, refuse_cycle, stored
from ._order import place
from ._scopes import affected_by, affected_by_program, lock_affected
from .values import checked

Row = TypeVar(
    "Row", Curriculum, CurriculumCourseMembership, CurriculumProgramMembership, CurriculumGroup, DegreeCost, DegreeDeadline
)
# What a retired program gains none of; what it costs may still change.
CLOSED_WITH_PROGRAM = (Curriculum, CurriculumCourseMembership, CurriculumProgramMembership, CurriculumGroup)
# What a row may say otherwise when it comes back.
_MAY_CHANGE = {DegreeCost: {"amount", "currency"}, DegreeDeadline: {"due_at", "zone"}, CurriculumGroup: {"minimum"}}


@writes_to(Program)
def retire(row: Row, *, at: datetime | str | None = None, **provenance: Unpack[Provenance]) -> Row:
    """
    Let something be in effect until an instant, now unless given. What is over already stays as it is. Returns the row.

    Runs that were left out stay so: what counted until then does not change. Raises InvalidDates where it would end before it
    began, InvalidDate, or the row's DoesNotExist.
    """
    until, change = values.instant_or_now("retired_at", at), Change(**provenance)
    with changing_program(partial(affected_by, row), change) as held:
        # Asked now that everything is held: another writer may just have retired it.
        found = stored(row)
        held.changed = not found.is_over() and _store_dates(held, found, {"retired_at": until}, change)
    return found


@writes_to(Program)
def reschedule(
    row: Row,
    *,
    effective_at: datetime | str | Unset | None = UNSET,
    retired_at: datetime | str | Unset | None = UNSET,
    **provenance: Unpack[Provenance],
) -> Row:
    """
    Change the dates of something; UNSET leaves one, None empties it. Returns the row as it is then.

    Raises DatesOverlap, InvalidDates, ExternalKeyConflict, ProgramCycle, ProgramClosed where it would come back into a
    retired program, InvalidDate, or the row's DoesNotExist.
    """
    wanted = checked(type(row), effective_at=effective_at, retired_at=retired_at)
    change = Change(**provenance)
    with changing_program(partial(affected_by, row), change) as held:
        found = stored(row)
        held.changed = _store_dates(held, found, wanted, change)
    return found


def _store_dates(held: HeldProgram, row: Any, wanted: dict[str, Any], change: Change) -> bool:
    new: Any = revised(row, wanted)
    held.releases_only = not is_longer(new, row)
    if isinstance(row, CLOSED_WITH_PROGRAM) and is_longer(new, row):
        refuse_closed(held.program)
    refuse_cycle(held.program, new)
    check_dates(new)
    refuse_closed_early(new)
    return store_changes(row, wanted, change)


@writes_to(Program)
def reintroduce(
    row: Row,
    *,
    at: datetime | str | None = None,
    version: str = "",
    source: str = "api",
    reason: str = "",
    user: Any = None,
    **changes: Any,
) -> Row:
    """
    Offer something again that was retired, as another version from an instant on, now unless given. Returns the new row.

    The old row is kept. `changes` are other values than the old ones had: ``amount`` and ``currency`` of a cost, ``due_at`` and
    ``zone`` of a deadline, ``minimum`` of a group; the version is the next number unless given. A curriculum comes back open to
    new learners, with the courses, programs, groups and exclusions that it had when it was retired, planned dates included; a
    course comes back with its exclusions, behind the others.

    Raises DatesOverlap while the old one is in effect, DuplicateVersion, InvalidRequest for other changes, and as `reschedule`.
    """
    if unknown := sorted(set(changes) - _MAY_CHANGE.get(type(row), set())):
        why = _("These values cannot change when something is reintroduced: %(names)s.") % {"names": ", ".join(unknown)}
        raise InvalidRequest(reason=why)
    since, change = values.instant_or_now("effective_at", at), Change(source, reason, user)
    wanted = checked(type(row), effective_at=since, retired_at=None, version=version, **changes)
    with changing_program(partial(affected_by, row), change) as held:
        old = stored(row)
        if isinstance(row, CLOSED_WITH_PROGRAM):
            refuse_closed(held.program)
        new = copy_row(old, **wanted, **({"closed_at": None} if isinstance(old, Curriculum) else {}))
        if isinstance(old, CurriculumMembership):
            place(None, change, new)
        insert_dated(new, change)
        if isinstance(old, Curriculum):
            _copy_members(old, new, change)
        elif isinstance(old, CurriculumCourseMembership):
            _copy_exclusions(old, new, change)
        refuse_cycle(held.program, new)
    return new


@writes_to(Program)
def remove(row: Row, **provenance: Unpack[Provenance]) -> None:
    """
    Delete something that should never have been there; its history stays. What was offered once is better retired.

    A curriculum goes with all that stands in it. Raises the row's DoesNotExist.
    """
    change = Change(**provenance)
    with changing_program(partial(affected_by, row), change, releases_only=True):
        delete_with_history(stored(row), change)


def hold(row: Any) -> None:
    """For REST: hold what every change of a row of programs holds, until the transaction ends. Call it within `atomically`."""
    if isinstance(row, Program):
        lock_affected(partial(affected_by_program, row.pk))
    elif isinstance(row, Degree):
        lock_affected(partial(affected_by_program, row.program_id))
    elif not isinstance(row, ProgramType):
        lock_affected(partial(affected_by, row))


def _copy_members(old: Curriculum, new: Curriculum, change: Change) -> None:
    """What stood in a curriculum, or was to, when it was retired; dates that are still to come are kept."""
    until, since = old.retired_at or timezone.now(), new.effective_at
    models: tuple[Any, ...] = (CurriculumCourseMembership, CurriculumProgramMembership, CurriculumGroup)
    for model in models:
        versions: dict[Any, list[Any]] = defaultdict(list)
        # What was planned and called off never was in effect.
        rows = model.objects.filter(curriculum=old).not_over(until).exclude(effective_at=F("retired_at"))
        for row in rows.order_by("pk"):
            versions[fold(str(getattr(row, model._meta.get_field(model.version_of[1]).attname)))].append(row)
        for rows in versions.values():
            for row in rows:
                # Of those that are over by now, the last one is what it had.
                if row is rows[-1] or not row.is_over(since):
                    _copy_member(row, new, change)


def _copy_member(row: Any, curriculum: Curriculum, change: Change) -> None:
    since = curriculum.effective_at
    begins = row.effective_at if row.effective_at and since and row.effective_at > since else None
    copied = copy_row(
        row, curriculum=curriculum, effective_at=begins, retired_at=None if row.is_over(since) else row.retired_at
    )
    check_dates(copied)
    save_with_history(copied, change)
    if isinstance(row, CurriculumCourseMembership):
        _copy_exclusions(row, copied, change)


def _copy_exclusions(old: CurriculumCourseMembership, new: CurriculumCourseMembership, change: Change) -> None:
    runs = old.run_exclusions.order_by("pk").values_list("run_id", flat=True)
    save_many_with_history([CurriculumCourseRunExclusion(membership=new, run_id=run) for run in runs], change)
