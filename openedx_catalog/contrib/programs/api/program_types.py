"""Kinds of programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import router
from django.db.models import QuerySet
from django.utils.text import slugify

from openedx_catalog.api.for_contrib import Change, atomically, refuse_if_protected
from openedx_catalog.data import UNSET, Unset

from ..exceptions import DuplicateProgramType
from ..models import ProgramType
from . import _writing

__all__ = ["create_program_type", "delete_program_type", "get_program_type", "get_program_types", "update_program_type"]


def get_program_types() -> QuerySet[ProgramType]:
    """All types, by name. One query when it is read."""
    return ProgramType.objects.order_by("name", "pk")


def get_program_type(slug: str) -> ProgramType:
    """The type with exactly this slug, e.g. "micromasters". One query. Raises ProgramType.DoesNotExist, InvalidValue."""
    return ProgramType.objects.get(slug=_writing.text("type", slug, most=64))


def create_program_type(
    *,
    name: str,
    slug: str | None = None,
    uuid: UUID | str | None = None,
    source: str = "api",
    reason: str = "",
    user: Any = None,
) -> ProgramType:
    """
    Create a type; the slug follows from the name unless given ("Boot Camp": "boot-camp").

    Emits nothing. Does not check permissions. Raises DuplicateProgramType, InvalidValue, InvalidRequest (uuid).
    """
    name = _writing.text("name", name, most=64, required=True)
    slug = _writing.slug("slug", slugify(name) if slug is None else slug)

    given = _writing.identifier(uuid)

    def work() -> ProgramType:
        _refuse_taken(slug)
        if ProgramType.objects.filter(**given).exists() if given else False:
            raise _writing.invalid("uuid", uuid, "another program type has it")
        row = ProgramType(name=name, slug=slug, **given)
        _writing.save(row, Change(source, reason, user))
        return row

    return atomically(router.db_for_write(ProgramType), work)


def update_program_type(
    program_type: ProgramType | str,
    *,
    name: str | Unset = UNSET,
    slug: str | Unset = UNSET,
    source: str = "api",
    reason: str = "",
    user: Any = None,
) -> ProgramType:
    """
    Change a type, given as an object or by its slug. Programs keep it; they compare slugs, so another one is felt.

    Emits nothing. Does not check permissions. Raises ProgramType.DoesNotExist, DuplicateProgramType, InvalidValue.
    """
    wanted = {
        "name": name if name is UNSET else _writing.text("name", name, most=64, required=True),
        "slug": slug if slug is UNSET else _writing.slug("slug", slug),
    }

    def work() -> ProgramType:
        row = _locked(program_type)
        if wanted["slug"] not in (UNSET, row.slug):
            _refuse_taken(str(wanted["slug"]))
        _writing.store_changes(row, wanted, Change(source, reason, user))
        return row

    return atomically(router.db_for_write(ProgramType), work)


def delete_program_type(program_type: ProgramType | str, *, source: str = "api", reason: str = "", user: Any = None) -> None:
    """Delete a type that no program has. Raises HasDependents (a ProtectedError), ProgramType.DoesNotExist."""

    def work() -> None:
        row = _locked(program_type)
        with refuse_if_protected(row.name):
            _writing.delete(row, Change(source, reason, user))

    atomically(router.db_for_write(ProgramType), work)


def _locked(given: ProgramType | str) -> ProgramType:
    rows = ProgramType.objects.select_for_update()
    return rows.get(pk=given.pk) if isinstance(given, ProgramType) else rows.get(slug=_writing.text("type", given, most=64))


def _refuse_taken(slug: str) -> None:
    if ProgramType.objects.filter(slug=slug).exists():
        raise DuplicateProgramType(slug=slug)
