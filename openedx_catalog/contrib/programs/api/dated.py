"""
What is in effect from one instant until another: curricula, their courses and programs, costs and deadlines of degrees.

The same functions for all of them. `current` is asked of the rows themselves (``.is_current(at)``, ``.objects.current(at)``).
Nothing here checks permissions; everything emits ``program.updated``, unless nothing changes.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from django.db import router
from django.db.models import Q
from django.utils import timezone

from openedx_catalog.api.for_contrib import Change, atomically
from openedx_catalog.data import UNSET, Unset

from ..models import (
    Curriculum,
    CurriculumCourseMembership,
    CurriculumCourseRunExclusion,
    CurriculumProgramMembership,
    DegreeCost,
    DegreeDeadline,
    Program,
)
from ..models.dated import Dated, not_over
from . import _scopes, _writing, external_keys
from .curricula import change_program, insert_dated, member_text, refuse_closed, refuse_cycle

__all__ = ["reintroduce", "remove", "reschedule", "retire"]

Row = TypeVar("Row", Curriculum, CurriculumCourseMembership, CurriculumProgramMembership, DegreeCost, DegreeDeadline)
_MEMBERS = (CurriculumCourseMembership, CurriculumProgramMembership)


def retire(row: Row, *, at: datetime | str | None = None, source: str = "api", reason: str = "", user: Any = None) -> Row:
    """
    Let something be in effect until an instant, now unless given. What is over already stays as it is. Returns the row.

    Runs that a program excluded are no longer so when the course has left all of its curricula. Raises InvalidDates where
    it would end before it began, InvalidDate, or the row's DoesNotExist.
    """
    if row.is_over():
        return row
    until = _writing.instant("retired_at", at) or timezone.now()
    return reschedule(row, retired_at=until, source=source, reason=reason, user=user)


def reschedule(
    row: Row,
    *,
    effective_at: datetime | str | Unset | None = UNSET,
    retired_at: datetime | str | Unset | None = UNSET,
    source: str = "api",
    reason: str = "",
    user: Any = None,
) -> Row:
    """
    Change the dates of something; UNSET leaves one, None empties it. Returns the row as it is then.

    Raises DatesOverlap, InvalidDates, ExternalKeyConflict, ProgramCycle, ProgramClosed where it would come back into a
    retired program, InvalidDate, or the row's DoesNotExist.
    """
    wanted = {
        "effective_at": _writing.instant("effective_at", effective_at),
        "retired_at": _writing.instant("retired_at", retired_at),
    }
    change = Change(source, reason, user)

    def work() -> Row:
        courses, programs = _inside(row)

        def write(parent: Program) -> tuple[Row, bool]:
            stored = _stored(row)
            was_over = stored.is_over()
            for name, value in wanted.items():
                if value is not UNSET:
                    setattr(stored, name, value)
            if not stored.is_over():
                if was_over:
                    refuse_closed(parent)
                refuse_cycle(parent, programs, str(getattr(stored, "curriculum", stored)))
            _writing.check_dates(stored, _text(stored))
            fresh = _stored(row)
            changed = _writing.store_changes(fresh, wanted, change)
            if changed:
                external_keys.drop_stale_exclusions(program_id=parent.pk)
            return fresh, changed

        return change_program(_program_id(row), write, change, courses=courses, programs=programs)

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

    The old row is kept. `changes` are other values than the old ones had (``amount="9900"``); the version is the next number
    unless given. A curriculum comes back with the courses, programs and exclusions that it had when it was retired.

    Raises DatesOverlap while the old one is in effect, DuplicateVersion, and as `reschedule`.
    """
    since, change = _writing.instant("effective_at", at) or timezone.now(), Change(source, reason, user)
    version = _writing.text("version", version, most=32)

    def work() -> Row:
        courses, programs = _inside(row)

        def write(parent: Program) -> tuple[Row, bool]:
            refuse_closed(parent)
            old = _stored(row)
            new = _copy(old, effective_at=since, retired_at=None, version=version, **changes)
            refuse_cycle(parent, programs, str(getattr(old, "curriculum", old)))
            insert_dated(new, _text(new), change)
            if isinstance(old, Curriculum):
                _copy_members(old, new, change)
            return new, True

        return change_program(_program_id(row), write, change, courses=courses, programs=programs)

    return atomically(router.db_for_write(Program), work)


def remove(row: Row, *, source: str = "api", reason: str = "", user: Any = None) -> None:
    """
    Delete something that should never have been there; its history stays. What was offered once is better retired.

    A curriculum goes with all that stands in it. Raises the row's DoesNotExist.
    """
    change = Change(source, reason, user)

    def work() -> None:
        courses, programs = _inside(row)

        def write(parent: Program) -> tuple[None, bool]:
            _writing.delete(_stored(row), change)
            external_keys.drop_stale_exclusions(program_id=parent.pk)
            return None, True

        change_program(_program_id(row), write, change, courses=courses, programs=programs, only_frees=True)

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


def _copy(row: Dated, **changes: Any) -> Any:
    fields = (field for field in row._meta.concrete_fields if field.name not in ("id", "uuid", "created", "modified"))
    return type(row)(**{field.name: getattr(row, field.name) for field in fields} | changes)


def _copy_members(old: Curriculum, new: Curriculum, change: Change) -> None:
    # What ended together with the curriculum ended because of it.
    until = old.retired_at or timezone.now()
    for model in _MEMBERS:
        for member in model.objects.filter(not_over(until) | Q(retired_at=until), curriculum=old):
            copied = _copy(member, curriculum=new, effective_at=None, retired_at=None, version="1")
            _writing.save(copied, change)
            if isinstance(member, CurriculumCourseMembership):
                for exclusion in member.run_exclusions.all():
                    _writing.save(CurriculumCourseRunExclusion(membership=copied, run_id=exclusion.run_id), change)
