"""Subjects and levels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack
from uuid import UUID

from django.db import router
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from openedx_catalog.api.for_contrib import some_language
from openedx_catalog.data import UNSET, Unset
from openedx_catalog.lib import feed, values
from openedx_catalog.lib.changes import Change, Provenance
from openedx_catalog.lib.named import MAX_LENGTH, NamedRows
from openedx_catalog.lib.transactions import writes_to

from ..models import Level, Subject

MAX_TRANSLATIONS = 200


def get_subjects() -> QuerySet[Subject]:
    """All subjects, sorted by name. One query when it is read."""
    return Subject.objects.order_by("name", "pk")


def get_subject(slug: str) -> Subject:
    """The subject with exactly this slug. One query. Raises Subject.DoesNotExist, InvalidValue."""
    return SUBJECTS.find(slug)


@writes_to(Subject)
def create_subject(
    *,
    name: str,
    slug: str | None = None,
    translations: Mapping[str, str] | None = None,
    uuid: UUID | str | None = None,
    **provenance: Unpack[Provenance],
) -> Subject:
    """
    Create a subject; the slug follows from the name unless given. `translations` are names by codes of languages:
    ``{"es": "Informática"}``. Raises DuplicateValue, InvalidValue, InvalidRequest (uuid, provenance).
    """
    given = {"translations": translations or {}}
    return SUBJECTS.create(Change(**provenance), name=name, slug=slug, uuid=uuid, **given)


@writes_to(Subject)
def update_subject(
    subject: Subject | str,
    *,
    name: str | Unset = UNSET,
    slug: str | Unset = UNSET,
    translations: Mapping[str, str] | Unset = UNSET,
    **provenance: Unpack[Provenance],
) -> Subject:
    """
    Change a subject, given as an object or by its slug; translations are given whole. Raises Subject.DoesNotExist,
    DuplicateValue, InvalidValue.
    """
    return SUBJECTS.update(subject, Change(**provenance), name=name, slug=slug, translations=translations)


@writes_to(Subject)
def delete_subject(subject: Subject | str, **provenance: Unpack[Provenance]) -> None:
    """Delete a subject of no course. Raises HasDependents (a ProtectedError), Subject.DoesNotExist, InvalidValue."""
    SUBJECTS.delete(subject, Change(**provenance))


def get_levels() -> QuerySet[Level]:
    """All levels, the oldest first. One query when it is read."""
    return Level.objects.order_by("pk")


def get_level(slug: str) -> Level:
    """The level with exactly this slug. One query. Raises Level.DoesNotExist, InvalidValue."""
    return LEVELS.find(slug)


@writes_to(Level)
def create_level(
    *,
    name: str,
    slug: str | None = None,
    translations: Mapping[str, str] | None = None,
    uuid: UUID | str | None = None,
    **provenance: Unpack[Provenance],
) -> Level:
    """As `create_subject`."""
    given = {"translations": translations or {}}
    return LEVELS.create(Change(**provenance), name=name, slug=slug, uuid=uuid, **given)


@writes_to(Level)
def update_level(
    level: Level | str,
    *,
    name: str | Unset = UNSET,
    slug: str | Unset = UNSET,
    translations: Mapping[str, str] | Unset = UNSET,
    **provenance: Unpack[Provenance],
) -> Level:
    """As `update_subject`. Raises Level.DoesNotExist, DuplicateValue, InvalidValue."""
    return LEVELS.update(level, Change(**provenance), name=name, slug=slug, translations=translations)


@writes_to(Level)
def delete_level(level: Level | str, **provenance: Unpack[Provenance]) -> None:
    """Delete a level of no course. Raises HasDependents (a ProtectedError), Level.DoesNotExist, InvalidValue."""
    LEVELS.delete(level, Change(**provenance))


def _translations(field: str, value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping) or len(value) > MAX_TRANSLATIONS:
        raise values.invalid(field, value, _('expected names by codes of languages, e.g. {"es": "Informática"}'))
    named = {some_language(code): values.text(field, name, max_length=MAX_LENGTH) for code, name in value.items()}
    return {code: named[code] for code in sorted(named) if named[code]}


class _Kinds(NamedRows[Any]):
    """Nothing emits an event, and the change feed tells of them: followers have copies of their names."""

    def tell(self, row: Any, what: str) -> None:
        entry = feed.Entry(row._meta.model_name, str(row.uuid), row.slug, what)
        feed.write([entry], using=router.db_for_write(type(row), instance=row))


SUBJECTS = _Kinds(Subject, "subject", translations=_translations)
LEVELS = _Kinds(Level, "level", translations=_translations)
