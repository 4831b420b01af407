"""Kinds of programs. Nothing here emits an event or checks permissions."""

from __future__ import annotations

from typing import Unpack
from uuid import UUID

from django.db.models import QuerySet
from django.utils.text import slugify

from openedx_catalog.data import UNSET, Unset
from openedx_catalog.lib import values
from openedx_catalog.lib.changes import (
    Change,
    Provenance,
    delete_with_history,
    refuse_duplicate,
    save_with_history,
    store_changes,
)
from openedx_catalog.lib.dated import revised
from openedx_catalog.lib.transactions import refuse_if_protected, writes_to

from ..models import ProgramType
from .values import checked, identifier


def get_program_types() -> QuerySet[ProgramType]:
    """All types, by name. One query when it is read."""
    return ProgramType.objects.order_by("name", "pk")


def get_program_type(slug: str) -> ProgramType:
    """The type with exactly this slug, e.g. "micromasters". One query. Raises ProgramType.DoesNotExist, InvalidValue."""
    return ProgramType.objects.get(slug=values.text("type", slug, max_length=64))


@writes_to(ProgramType)
def create_program_type(
    *, name: str, slug: str | None = None, uuid: UUID | str | None = None, **provenance: Unpack[Provenance]
) -> ProgramType:
    """
    Create a type; the slug follows from the name unless given ("Boot Camp": "boot-camp").

    Raises DuplicateValue, InvalidValue, InvalidRequest (uuid).
    """
    wanted, own = checked(ProgramType, name=name), identifier(uuid)
    wanted |= checked(ProgramType, slug=slugify(wanted["name"]) if slug is None else slug)
    row = ProgramType(**wanted, **own)
    refuse_duplicate(row, "slug", *own)
    save_with_history(row, Change(**provenance))
    return row


@writes_to(ProgramType)
def update_program_type(
    program_type: ProgramType | str,
    *,
    name: str | Unset = UNSET,
    slug: str | Unset = UNSET,
    **provenance: Unpack[Provenance],
) -> ProgramType:
    """
    Change a type, given as an object or by its slug. Programs keep it; clients compare slugs, so they notice another one.

    Raises ProgramType.DoesNotExist, DuplicateValue, InvalidValue.
    """
    wanted, row = checked(ProgramType, name=name, slug=slug), _locked(program_type)
    refuse_duplicate(revised(row, wanted), "slug")
    store_changes(row, wanted, Change(**provenance))
    return row


@writes_to(ProgramType)
def delete_program_type(program_type: ProgramType | str, **provenance: Unpack[Provenance]) -> None:
    """Delete a type that no program has. Raises HasDependents (a ProtectedError), ProgramType.DoesNotExist."""
    row = _locked(program_type)
    with refuse_if_protected(row.name):
        delete_with_history(row, Change(**provenance))


def _locked(given: ProgramType | str) -> ProgramType:
    """The row, held: otherwise another writer's values would be taken for unchanged ones, and overwrite nothing."""
    rows = ProgramType.objects.select_for_update()
    return rows.get(pk=given.pk) if isinstance(given, ProgramType) else rows.get(slug=values.text("type", given, max_length=64))
