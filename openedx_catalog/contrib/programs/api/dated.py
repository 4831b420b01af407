"""
What is in effect from one instant until another: curricula, their courses and programs, costs and deadlines of degrees.

The same functions for all of them. `current` is asked of the rows themselves (``.is_current(at)``, ``.objects.current(at)``).
Nothing here checks permissions; everything emits ``program.updated``, unless nothing changes.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar, Unpack

from django.db import router
from django.utils import timezone

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
from openedx_catalog.lib.dated import check_dates, copy_row, insert_dated, is_longer, not_over
from openedx_catalog.lib.transactions import atomically

from ..models import (
    Curriculum,
    CurriculumCourseMembership,
    CurriculumCourseRunExclusion,
    CurriculumProgramMembership,
    DegreeCost,
    DegreeDeadline,
    Program,
)
from . import _scopes
from .curricula import change_program, member_text, nested_in, refuse_closed, refuse_cycle
from .values import parse_amount, parse_currency, parse_due, parse_zone

__all__ = ["reintroduce", "remove", "reschedule", "retire"]

Row = TypeVar("Row", Curriculum, CurriculumCourseMembership, CurriculumProgramMembership, DegreeCost, DegreeDeadline)
_MEMBERS = (CurriculumCourseMembership, CurriculumProgramMembership)
_OF_DEGREES = (DegreeCost, DegreeDeadline)


def retire(row: Row, *, at: datetime | str | None = None, **provenance: Unpack[Provenance]) -> Row:
    """
    Let something be in effect until an instant, now unless given. What is over already stays as it is. Returns the row.

    Runs that a program excluded are no longer so when the course has left all of its curricula. Raises InvalidDates where
    it would end before it began, InvalidDate, or the row's DoesNotExist.
    """
    until = values.instant("retired_at", at) or timezone.now()
    return _reschedule(row, {"effective_at": UNSET, "retired_at": until}, Change(**provenance), keep_over=True)


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
    wanted = {
        "effective_at": values.instant("effective_at", effective_at),
        "retired_at": values.instant("retired_at", retired_at),
    }
    return _reschedule(row, wanted, Change(**provenance))


def _reschedule(row: Row, wanted: dict[str, Any], change: Change, *, keep_over: bool = False) -> Row:
    """`keep_over`: what is over already stays as it is, which is looked at when everything is held."""

    def work() -> Row:
        def write(parent: Program) -> tuple[Row, bool]:
            stored, before = _stored(row), _stored(row)
            if keep_over and stored.is_over():
                return stored, False
            for name, value in wanted.items():
                if value is not UNSET:
                    setattr(stored, name, value)
            if not isinstance(stored, _OF_DEGREES):
                if is_longer(stored, before):
                    refuse_closed(parent)
                if not stored.is_over():
                    refuse_cycle(parent, _nested(stored), str(getattr(stored, "curriculum", stored)))
            check_dates(stored, _text(stored))
            return before, store_changes(before, wanted, change)

        return change_program(lambda: _program_id(row), write, change, around=lambda: _inside(row))

    return atomically(router.db_for_write(Program), work)


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
    ``zone`` of a deadline; the version is the next number unless given. A curriculum comes back with the courses, programs
    and exclusions that it had when it was retired, planned dates included; a course comes back with its exclusions.

    Raises DatesOverlap while the old one is in effect, DuplicateVersion, InvalidRequest for other changes, and as `reschedule`.
    """
    since, change = values.instant("effective_at", at) or timezone.now(), Change(source, reason, user)
    version = values.text("version", version, max_length=32)

    wanted = _changes(row, changes)

    def work() -> Row:
        def write(parent: Program) -> tuple[Row, bool]:
            old = _stored(row)
            if not isinstance(old, _OF_DEGREES):
                refuse_closed(parent)
            new = copy_row(old, effective_at=since, retired_at=None, version=version, **wanted)
            insert_dated(new, _text(new), change)
            if isinstance(old, Curriculum):
                _copy_members(old, new, change)
            elif isinstance(old, CurriculumCourseMembership):
                _copy_exclusions(old, new, change)
            refuse_cycle(parent, _nested(new), str(getattr(old, "curriculum", old)))
            return new, True

        return change_program(lambda: _program_id(row), write, change, around=lambda: _inside(row))

    return atomically(router.db_for_write(Program), work)


def remove(row: Row, **provenance: Unpack[Provenance]) -> None:
    """
    Delete something that should never have been there; its history stays. What was offered once is better retired.

    A curriculum goes with all that stands in it. Raises the row's DoesNotExist.
    """
    change = Change(**provenance)

    def work() -> None:
        def write(parent: Program) -> tuple[None, bool]:
            delete_with_history(_stored(row), change)
            return None, True

        change_program(lambda: _program_id(row), write, change, around=lambda: _inside(row), only_frees=True)

    atomically(router.db_for_write(Program), work)


def _stored(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)


def _program_id(row: Any) -> int:
    if isinstance(row, Curriculum):
        return Curriculum.objects.values_list("program_id", flat=True).get(pk=row.pk)
    parent = "curriculum" if isinstance(row, _MEMBERS) else "degree"
    return type(row).objects.values_list(f"{parent}__program_id", flat=True).get(pk=row.pk)


def _inside(row: Any) -> tuple[set[int], set[int]]:
    """The courses and programs that come or go with a row."""
    if isinstance(row, Curriculum):
        return _scopes.inside([row.pk])
    courses = {row.catalog_course_id} if isinstance(row, CurriculumCourseMembership) else set()
    return courses, {row.program_id} if isinstance(row, CurriculumProgramMembership) else set()


def _text(row: Any) -> str:
    if isinstance(row, _MEMBERS):
        return member_text(row)
    if isinstance(row, Curriculum):
        return f"The curriculum {row.name!r}"
    return f"{row.description!r}" if isinstance(row, DegreeCost) else f"{row.semester}, {row.name}"


def _copy_members(old: Curriculum, new: Curriculum, change: Change) -> None:
    """What stood in a curriculum, or was to, when it was retired; dates that are still to come are kept."""
    until, since = old.retired_at or timezone.now(), new.effective_at
    for model in _MEMBERS:
        target = f"{model.version_of[1]}_id"
        rows = list(model.objects.filter(not_over(until), curriculum=old).order_by("pk"))
        for member in rows:
            same = [row for row in rows if getattr(row, target) == getattr(member, target)]
            if member.is_over(since) and member is not same[-1]:
                continue
            begins = member.effective_at if member.effective_at and since and member.effective_at > since else None
            ends = None if member.is_over(since) else member.retired_at
            copied = copy_row(member, curriculum=new, effective_at=begins, retired_at=ends)
            check_dates(copied, member_text(copied))
            save_with_history(copied, change)
            if isinstance(member, CurriculumCourseMembership):
                _copy_exclusions(member, copied, change)


def _copy_exclusions(old: CurriculumCourseMembership, new: CurriculumCourseMembership, change: Change) -> None:
    runs = old.run_exclusions.order_by("pk").values_list("run_id", flat=True)
    save_many_with_history([CurriculumCourseRunExclusion(membership=new, run_id=run) for run in runs], change)


def _nested(row: Any) -> list[int]:
    """The programs that a row brings into its program."""
    if isinstance(row, Curriculum):
        return nested_in(row)
    return [row.program_id] if isinstance(row, CurriculumProgramMembership) else []


def _changes(row: Any, changes: dict[str, Any]) -> dict[str, Any]:
    """What a row may say otherwise when it comes back, checked. Raises InvalidRequest, InvalidValue, InvalidDate."""
    readers = {
        DegreeCost: {"amount": parse_amount, "currency": parse_currency},
        DegreeDeadline: {"due_at": parse_due, "zone": parse_zone},
    }.get(type(row), {})
    if unknown := sorted(set(changes) - set(readers)):
        raise InvalidRequest(reason=f"This cannot change when something comes back: {', '.join(unknown)}.")
    return {name: readers[name](value) for name, value in changes.items()}
