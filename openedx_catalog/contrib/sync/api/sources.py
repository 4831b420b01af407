"""Configuring sources. Credentials are not among it: they stand in the settings."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Unpack

from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from openedx_catalog.api import find_organization_by_code
from openedx_catalog.data import UNSET, Unset
from openedx_catalog.exceptions import InvalidValue, OrganizationNotFound
from openedx_catalog.lib import changes, texts, values
from openedx_catalog.lib.changes import Change, Provenance
from openedx_catalog.lib.routing import reads_from_writer
from openedx_catalog.lib.transactions import writes_to

from ..client import host_of
from ..data import MAPPED_FIELDS, MAX_ID, OWNABLE_FIELDS
from ..exceptions import InvalidSource, RemoteError
from ..loaders import loader_class
from ..models import RunSource, Source, SourceOrganization, SyncJob, SyncLease
from . import missing

__all__ = ["create_source", "delete_source", "due_sources", "get_source", "get_sources", "update_source"]

# Whatever two parsers could read differently is refused, and so is a password.
ADDRESS = re.compile(r"https?://[^\s/?#@\\]+(/[^\s?#\\]*)?\Z")
PARAMETER = re.compile(r"[A-Za-z_][\w.\[\]-]{0,63}\Z")
# What the loaders set themselves.
PAGING = ("page", "page_size", "limit", "offset", "keys", "course_keys", "username", "format", "cursor", "ordering")
# Parameters stand in the history, on pages and in messages.
SECRET = re.compile(r"token|secret|password|passwd|api_?key|authorization|signature", re.IGNORECASE)


@reads_from_writer()
def get_source(name: str) -> Source:
    """The source of this name, as it is stored now. One query. Raises Source.DoesNotExist."""
    found = None if texts.unstorable(name) else Source.objects.filter(name=name).first()
    if found is None:
        raise Source.DoesNotExist(_("There is no source %(name)r.") % {"name": texts.shorten(name, 60)})
    return found


def get_sources() -> QuerySet[Source]:
    """All sources, by name. One query when it is read."""
    return Source.objects.order_by("name")


@reads_from_writer()
def due_sources(*, at: datetime | None = None) -> list[Source]:
    """
    The enabled sources whose last job began at least `every_minutes` ago, by name; those that never ran are due. One query.

    Files are never due: nobody is there to give them.
    """
    at = at or timezone.now()
    last = Max("jobs__started_at", filter=Q(jobs__dry_run=False) & ~Q(jobs__status=SyncJob.Status.LOCKED))
    scheduled = Source.objects.filter(enabled=True, every_minutes__isnull=False).exclude(kind=Source.Kind.FILE)
    rows = scheduled.annotate(last=last).order_by("name")
    return [row for row in rows if row.last is None or row.last + timedelta(minutes=row.every_minutes or 0) <= at]


@writes_to(Source)
def create_source(
    *,
    name: str,
    kind: str,
    organizations: Sequence[str] = (),
    source: str = "api",
    reason: str = "",
    user: Any = None,
    **fields: Any,
) -> Source:
    """
    Configure a source: what its fields mean stands at the model. `organizations` are short_names, in any case.

    Does not check permissions; emits nothing. Raises DuplicateValue, InvalidSource, OrganizationNotFound.
    """
    if kind not in Source.Kind.values:
        raise _invalid("kind", kind, _one_of(Source.Kind.values))
    row = Source(name=_read("name", name), kind=kind)
    if name != row.name:
        raise _invalid("name", name, _("it begins or ends with a blank"))
    changes.refuse_duplicate(row, "name")
    for field, value in _checked(row, fields).items():
        setattr(row, field, value)
    changes.save_with_history(row, Change(source, reason, user))
    _set_organizations(row, organizations)
    return row


@writes_to(Source)
def update_source(
    given: Source | str,
    *,
    organizations: Sequence[str] | Unset = UNSET,
    source: str = "api",
    reason: str = "",
    user: Any = None,
    **fields: Any,
) -> Source:
    """
    Change a source, given as an object or by its name; its name and kind stay. Organizations are given whole.

    Does not check permissions; emits nothing. Raises Source.DoesNotExist, InvalidSource, OrganizationNotFound.
    """
    # Locked, so that of two changes at once each is compared with what the other one has stored.
    row = _stored(given, Source.objects.select_for_update())
    changes.store_changes(row, _checked(row, fields), Change(source, reason, user))
    if organizations is not UNSET:
        _set_organizations(row, organizations)
    return row


@writes_to(Source)
def delete_source(given: Source | str, **provenance: Unpack[Provenance]) -> None:
    """
    Delete a source, its jobs, and what it called the runs and other records. These themselves stay, as they are, and so do
    pinned fields, and what the history says of its jobs, which cannot be reverted any more.

    What it did not list any more is not missing after that: ``course_run.updated`` is recorded of these runs. Does not check
    permissions. Raises Source.DoesNotExist, and InvalidSource while a job of it is running.
    """
    row = _stored(given, Source.objects)
    # Locked whether it is free or not: a job that begins meanwhile waits, and finds no source.
    lease = SyncLease.objects.select_for_update().filter(source=row).first()
    if lease is not None and lease.until is not None and lease.until > timezone.now():
        raise _invalid("name", row.name, _("a job of it is running"))
    change, runs = Change(**provenance), RunSource.objects.filter(source=row)
    missing.mark(runs.exclude(missing_since=None), reason=str(change), missing_since=None)
    # By the thousand: one by one, as a cascade does it, they would keep a browser waiting for minutes.
    changes.delete_many_with_history(RunSource, list(runs.order_by("pk").values_list("pk", flat=True)), change)
    changes.delete_with_history(row, change)


def _stored(given: Source | str, rows: Any) -> Source:
    return rows.get(pk=given.pk) if isinstance(given, Source) else rows.get(pk=get_source(given).pk)


# The values of the fields


def _number(field: str, value: Any, *, least: int, most: int, optional: bool = False) -> int | None:
    if value is None and optional:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        expected = _("expected a whole number from %(least)d to %(most)d") % {"least": least, "most": most}
        raise values.invalid(field, value, expected)
    return value


def _field_map(field: str, value: Any) -> dict[str, str]:
    if not isinstance(value, dict | None):
        raise values.invalid(field, value, _("expected a mapping of our fields to those of the source"))
    for ours, theirs in (value or {}).items():
        if ours not in MAPPED_FIELDS:
            raise values.invalid(field, ours, _one_of(MAPPED_FIELDS))
        if texts.unstorable(theirs) or not theirs or theirs.strip() != theirs:
            raise values.invalid(field, theirs, _("expected the name of a field of the source"))
    return value or {}


def _also(field: str, value: Any) -> list[str]:
    if not isinstance(value, list | None):
        raise values.invalid(field, value, _("expected a list"))
    return value or []


def _owns(field: str, value: Any) -> list[str]:
    found = _also(field, value)
    if unknown := [name for name in found if name not in OWNABLE_FIELDS]:
        raise values.invalid(field, unknown[0], _one_of(OWNABLE_FIELDS))
    return [name for name in OWNABLE_FIELDS if name in found]


def _parameters(field: str, value: Any) -> dict[str, str]:
    if not isinstance(value, dict | None):
        raise values.invalid(field, value, _("expected a mapping of parameters to their values"))
    for name, given in (value or {}).items():
        if texts.unstorable(name) or not PARAMETER.match(name) or name.lower() in PAGING:
            raise values.invalid(field, name, _("expected the name of a parameter, but none of those that ask for a page"))
        if SECRET.search(name):
            raise values.invalid(field, name, _("it is the name of a secret; secrets stand in the settings"))
        if texts.unstorable(given) or len(given) > MAX_ID:
            raise values.invalid(field, given, _("expected a text of at most %(limit)s characters") % {"limit": MAX_ID})
    return value or {}


_FIELDS: dict[str, Callable[[str, Any], Any]] = {
    "name": values.slug,
    "base_url": lambda field, value: values.text(field, value).rstrip("/"),
    "username": partial(values.text, max_length=150),
    # A form says None for an empty mapping or list.
    "field_map": _field_map,
    "also": _also,
    "create_missing": values.flag,
    "null_clears": values.flag,
    "enabled": values.flag,
    "rank": partial(_number, least=0, most=32767),
    "owns": _owns,
    "places_runs": values.flag,
    "retire_missing": values.flag,
    "retire_after": partial(_number, least=1, most=1000),
    "parameters": _parameters,
    "max_missing_percent": partial(_number, least=0, most=100),
    "per_minute": partial(_number, least=1, most=6000),
    "every_minutes": partial(_number, least=1, most=60 * 24 * 366, optional=True),
}


def _checked(row: Source, given: dict[str, Any]) -> dict[str, Any]:
    """The given values as they are stored, held against each other and against the others of the row."""
    for field, value in given.items():
        if field not in _FIELDS or field == "name":
            raise _invalid(field, value, _("a source has no such field, or it cannot be changed"))
    found = {field: _read(field, value) for field, value in given.items()}
    if row.kind != Source.Kind.FILE:
        url = found.get("base_url", row.base_url)
        if not ADDRESS.match(url):
            raise _invalid("base_url", url, _("expected an http or https address without a query or a password"))
        try:
            host_of(url)
        except RemoteError as error:
            raise _invalid("base_url", url, str(error)) from error
    others = loader_class(row.kind).others
    if unknown := [name for name in found.get("also", row.also) if name not in others]:
        raise _invalid("also", unknown[0], _one_of(others) if others else _("a source of this kind has runs only"))
    _refuse_second_owner(row, found.get("owns", row.owns) if found.get("enabled", row.enabled) else [])
    return found


def _refuse_second_owner(row: Source, owns: Sequence[str]) -> None:
    """Raise InvalidSource where another enabled source owns one of these fields: neither could win."""
    for other in Source.objects.filter(enabled=True).exclude(pk=row.pk).order_by("name") if owns else ():
        if twice := [name for name in owns if name in other.owns]:
            names = {"source": row.name, "other": other.name}
            reason = _("both %(source)s and %(other)s would own it; take it from one of them first") % names
            raise _invalid("owns", twice[0], reason)


def _read(field: str, value: Any) -> Any:
    try:
        return _FIELDS[field](field, value)
    except InvalidValue as error:
        raise InvalidSource(**error.facts) from error


def _invalid(field: str, value: Any, reason: str) -> InvalidSource:
    return InvalidSource(field=field, value=texts.shorten(value, 60), reason=reason)


def _one_of(names: Sequence[str]) -> str:
    return _("expected one of %(names)s") % {"names": ", ".join(names)}


def _set_organizations(row: Source, codes: Sequence[str]) -> None:
    if not isinstance(codes, Sequence) or isinstance(codes, str):
        raise _invalid("organizations", codes, _("expected a list of short names"))
    wanted = set()
    for code in codes:
        if (found := find_organization_by_code(code)) is None:
            reason = _("a source may only name organizations that exist")
            raise OrganizationNotFound(org_code=texts.shorten(code, 60), reason=reason)
        wanted.add(found.pk)
    stored = set(SourceOrganization.objects.filter(source=row).values_list("organization_id", flat=True))
    SourceOrganization.objects.filter(source=row, organization_id__in=stored - wanted).delete()
    SourceOrganization.objects.bulk_create(
        [SourceOrganization(source=row, organization_id=pk) for pk in sorted(wanted - stored)]
    )
