"""Kinds of programs."""

from __future__ import annotations

from typing import Unpack
from uuid import UUID

from django.db import router
from django.db.models import QuerySet
from django.utils.text import slugify

from openedx_catalog.data import UNSET, Unset
from openedx_catalog.lib import values
from openedx_catalog.lib.changes import Change, Provenance, delete_with_history, save_with_history, store_changes
from openedx_catalog.lib.transactions import atomically, refuse_if_protected

from ..exceptions import DuplicateProgramType
from ..models import ProgramType
from . import _writing

__all__ = ["create_program_type", "delete_program_type", "get_program_type", "get_program_types", "update_program_type"]


def get_program_types() -> QuerySet[ProgramType]:
    """All types, by name. One query when it is read."""
    return ProgramType.objects.order_by("name", "pk")


def get_program_type(slug: str) -> ProgramType:
    """The type with exactly this slug, e.g. "micromasters". One query. Raises ProgramType.DoesNotExist, InvalidValue."""
    return ProgramType.objects.get(slug=values.text("type", slug, max_length=64))


def create_program_type(
    *,
    name: str,
    slug: str | None = None,
    uuid: UUID | str | None = None,
    **provenance: Unpack[Provenance],
) -> ProgramType:
    """
    Create a type; the slug follows from the name unless given ("Boot Camp": "boot-camp").

    Emits nothing. Does not check permissions. Raises DuplicateProgramType, InvalidValue, InvalidRequest (uuid).
    """
    name = values.text("name", name, max_length=64, required=True)
    slug = values.slug("slug", slugify(name) if slug is None else slug)

    given = _writing.identifier(uuid)

    def work() -> ProgramType:
        _refuse_taken(slug)
        if ProgramType.objects.filter(**given).exists() if given else False:
            raise values.invalid("uuid", uuid, "another program type has it")
        row = ProgramType(name=name, slug=slug, **given)
        save_with_history(row, Change(**provenance))
        return row

    return atomically(router.db_for_write(ProgramType), work)


def update_program_type(
    program_type: ProgramType | str,
    *,
    name: str | Unset = UNSET,
    slug: str | Unset = UNSET,
    **provenance: Unpack[Provenance],
) -> ProgramType:
    """
    Change a type, given as an object or by its slug. Programs keep it; they compare slugs, so another one is felt.

    Emits nothing. Does not check permissions. Raises ProgramType.DoesNotExist, DuplicateProgramType, InvalidValue.
    """
    wanted = {
        "name": name if name is UNSET else values.text("name", name, max_length=64, required=True),
        "slug": slug if slug is UNSET else values.slug("slug", slug),
    }

    def work() -> ProgramType:
        row = _locked(program_type)
        if wanted["slug"] not in (UNSET, row.slug):
            _refuse_taken(str(wanted["slug"]))
        store_changes(row, wanted, Change(**provenance))
        return row

    return atomically(router.db_for_write(ProgramType), work)


def delete_program_type(program_type: ProgramType | str, **provenance: Unpack[Provenance]) -> None:
    """Delete a type that no program has. Raises HasDependents (a ProtectedError), ProgramType.DoesNotExist."""

    def work() -> None:
        row = _locked(program_type)
        with refuse_if_protected(row.name):
            delete_with_history(row, Change(**provenance))

    atomically(router.db_for_write(ProgramType), work)


def _locked(given: ProgramType | str) -> ProgramType:
    rows = ProgramType.objects.select_for_update()
    return rows.get(pk=given.pk) if isinstance(given, ProgramType) else rows.get(slug=values.text("type", given, max_length=64))


def _refuse_taken(slug: str) -> None:
    if ProgramType.objects.filter(slug=slug).exists():
        raise DuplicateProgramType(slug=slug)
