"""Configuring sources. Credentials are not among it: they stand in the settings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Unpack

from django.db import router
from django.db.models import QuerySet
from django.utils import timezone
from organizations.models import Organization

from openedx_catalog import keys
from openedx_catalog.api import find_organization_by_code
from openedx_catalog.data import UNSET, Unset
from openedx_catalog.exceptions import OrganizationNotFound
from openedx_catalog.lib.changes import Change, Provenance, delete_with_history, save_with_history
from openedx_catalog.lib.transactions import atomically

from ..client import host_of
from ..data import MAPPED_FIELDS
from ..exceptions import DuplicateSource, InvalidSource, RemoteError
from ..loaders import loader_class
from ..models import Source, SourceOrganization, SyncJob, SyncLease

__all__ = ["create_source", "delete_source", "due_sources", "get_source", "get_sources", "update_source"]

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
_NUMBERS = {"max_missing_percent": (0, 100), "per_minute": (1, 6000), "every_minutes": (1, 60 * 24 * 366)}


def get_source(name: str) -> Source:
    """The source of this name. One query. Raises Source.DoesNotExist."""
    if keys.unstorable(name):
        raise Source.DoesNotExist(f"No source {keys.shorten(name, 60)!r}.")
    try:
        return Source.objects.get(name=name)
    except Source.DoesNotExist:
        raise Source.DoesNotExist(f"No source {name!r}.") from None


def get_sources() -> QuerySet[Source]:
    """All sources, by name. One query when it is read."""
    return Source.objects.order_by("name")


def due_sources(*, at: datetime | None = None) -> list[Source]:
    """
    The enabled sources whose last job began at least `every_minutes` ago, by name; those that never ran are due. Two queries.

    Files are never due: nobody is there to give them.
    """
    at = at or timezone.now()
    wanted = Source.objects.filter(enabled=True, every_minutes__isnull=False).exclude(kind=Source.Kind.FILE)
    begun: dict[int, datetime] = {}
    ran = SyncJob.objects.filter(source__in=wanted).exclude(status=SyncJob.Status.LOCKED).order_by("started_at")
    begun.update(ran.values_list("source_id", "started_at"))
    return [
        source
        for source in wanted.order_by("name")
        if source.pk not in begun or begun[source.pk] + timedelta(minutes=source.every_minutes or 0) <= at
    ]


def create_source(
    *,
    name: str,
    kind: str,
    organizations: Sequence[str] = (),
    source: str = "api",
    reason: str = "",
    user: Any = None,
    **values: Any,
) -> Source:
    """
    Configure a source: what the fields of `Source` mean stands at the model. `organizations` are short_names, in any case.

    Does not check permissions; emits nothing. Raises DuplicateSource, InvalidSource, OrganizationNotFound.
    """
    change = Change(source, reason, user)

    def work() -> Source:
        if Source.objects.filter(name=name).exists():
            raise DuplicateSource(name=name)
        row = _checked(Source(name=name, kind=kind), values)
        save_with_history(row, change)
        _set_organizations(row, organizations)
        return row

    _check("name", name, isinstance(name, str) and NAME.match(name) and len(name) <= 64, "only a-z, 0-9 and single hyphens")
    return atomically(router.db_for_write(Source), work)


def update_source(
    given: Source | str,
    *,
    organizations: Sequence[str] | Unset = UNSET,
    source: str = "api",
    reason: str = "",
    user: Any = None,
    **values: Any,
) -> Source:
    """
    Change a source, given as an object or by its name; its name and kind stay. Organizations are given whole.

    Does not check permissions; emits nothing. Raises Source.DoesNotExist, InvalidSource, OrganizationNotFound.
    """
    change = Change(source, reason, user)

    def work() -> Source:
        wanted = Source.objects.select_for_update()
        row = wanted.get(pk=given.pk) if isinstance(given, Source) else wanted.get(name=given)
        before = {name: getattr(row, name, None) for name in values}
        _checked(row, values)
        if any(getattr(row, name) != value for name, value in before.items()):
            save_with_history(row, change)
        if organizations is not UNSET:
            _set_organizations(row, organizations)
        return row

    return atomically(router.db_for_write(Source), work)


def delete_source(given: Source | str, **provenance: Unpack[Provenance]) -> None:
    """
    Forget a source, its jobs, and what it called the runs. The runs themselves stay, as they are.

    Raises Source.DoesNotExist, and InvalidSource while a job of it is running.
    """
    change = Change(**provenance)

    def work() -> None:
        row = Source.objects.get(pk=given.pk) if isinstance(given, Source) else get_source(given)
        running = SyncLease.objects.select_for_update().filter(source=row, until__gt=timezone.now()).exists()
        _check("name", row.name, not running, "a job of it is running")
        delete_with_history(row, change)

    atomically(router.db_for_write(Source), work)


def _checked(row: Source, values: dict[str, Any]) -> Source:
    fields = {"base_url", "username", "field_map", "also", "create_missing", "null_clears", "enabled", *_NUMBERS}
    for name, value in values.items():
        _check(name, value, name in fields, "a source has no such field")
        # A form says None for an empty mapping or list.
        value = {"field_map": {}, "also": []}.get(name, value) if value is None else value
        setattr(row, name, value.strip() if isinstance(value, str) else value)
    _check("kind", row.kind, row.kind in Source.Kind.values, f"it is none of {', '.join(Source.Kind.values)}")
    for name in ("base_url", "username"):
        _check(name, getattr(row, name), not keys.unstorable(getattr(row, name)), "it is no text")
    _check("username", row.username, len(row.username) <= 150, "it is longer than 150 characters")
    row.base_url = row.base_url.rstrip("/")
    if row.kind != Source.Kind.FILE:
        good = len(row.base_url) <= 255 and re.match(r"https?://[^\s/?#@\\]+(/[^\s?#\\]*)?\Z", row.base_url)
        _check("base_url", row.base_url, good, "it is no http or https address without a question or a password")
        try:
            host_of(row.base_url)
        except RemoteError as error:
            raise InvalidSource(field="base_url", value=keys.shorten(row.base_url, 60), reason=str(error)) from error
    for name in ("create_missing", "null_clears", "enabled"):
        _check(name, getattr(row, name), isinstance(getattr(row, name), bool), "it is neither true nor false")
    for name, (least, most) in _NUMBERS.items():
        number = getattr(row, name)
        whole = isinstance(number, int) and not isinstance(number, bool) and least <= number <= most
        _check(name, number, whole or (number is None and name == "every_minutes"), f"it is no number from {least} to {most:,}")
    _check("field_map", row.field_map, isinstance(row.field_map, dict), "it is no mapping")
    others = loader_class(row.kind).others
    _check("also", row.also, isinstance(row.also, list) and all(what in others for what in row.also), _only(others))
    for ours, theirs in row.field_map.items():
        _check("field_map", ours, ours in MAPPED_FIELDS, f"it is none of {', '.join(MAPPED_FIELDS)}")
        _check("field_map", theirs, not keys.unstorable(theirs) and theirs.strip() == theirs != "", "it is no name of a field")
    return row


def _only(others: Sequence[str]) -> str:
    return f"it may name {', '.join(others)}" if others else "such a source has runs only"


def _check(field: str, value: Any, holds: Any, reason: str) -> None:
    if not holds:
        raise InvalidSource(field=field, value=keys.shorten(value, 60), reason=reason)


def _set_organizations(row: Source, codes: Sequence[str]) -> None:
    _check("organizations", codes, isinstance(codes, Sequence) and not isinstance(codes, str), "it is no list of short names")
    wanted = {_organization(code).pk for code in codes}
    stored = set(SourceOrganization.objects.filter(source=row).values_list("organization_id", flat=True))
    SourceOrganization.objects.filter(source=row, organization_id__in=stored - wanted).delete()
    SourceOrganization.objects.bulk_create(
        [SourceOrganization(source=row, organization_id=pk) for pk in sorted(wanted - stored)]
    )


def _organization(code: Any) -> Organization:
    found = None if keys.unstorable(code) else find_organization_by_code(code)
    if found is None:
        raise OrganizationNotFound(org_code=keys.shorten(code, 60), reason="a source may only name organizations that exist")
    return found
