"""
Who may read, which rows a user sees, and who may write what: one policy, asked by every door. The API itself asks nobody.

OPENEDX_CATALOG_PERMISSION_POLICY names its class. Doors ask the functions here; a host subclasses a class here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, TypeVar

from django.apps import apps
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from . import conf, exceptions
from .exceptions import CatalogError

Rows = TypeVar("Rows", bound=QuerySet[Any])

METHODS = ("can_read", "can_view", "can_write", "sees_all", "visible")
"""What every policy has."""


class ModelPermissions:
    """
    The default: whoever is signed in reads what is public, and Django's permissions of the models decide the rest.

    Being staff opens the admin site, and no more. Permissions are asked without a row: Django keeps those of a user once it
    has read them, so that a page with a thousand rows costs two queries, as one with none does.
    """

    anonymous_may_read: bool | None = None
    """Whether what is public is read by those who are not signed in, too; None: as OPENEDX_CATALOG_ANONYMOUS_READ says."""

    def can_read(self, user: Any) -> bool:
        """Whether a user may read what is public."""
        is_open = conf.anonymous_read() if self.anonymous_may_read is None else self.anonymous_may_read
        return _is_active(user) or (is_open and not getattr(user, "is_authenticated", False))

    def can_view(self, user: Any, model: Any) -> bool:
        """Whether a user may see every row of a model, and its pages in the admin; changing includes it, as in Django."""
        return self.can_write(user, model, "view") or self.can_write(user, model, "change")

    def can_write(self, user: Any, model: Any, action: str) -> bool:
        """Whether a user has the permission for an action on a model: "add", "change", "delete", or another verb."""
        options = model._meta
        return _is_active(user) and user.has_perm(f"{options.app_label}.{action}_{options.model_name}")

    def sees_all(self, user: Any, model: Any) -> bool:
        """
        Whether nothing of a model is kept from a user.

        A model that keeps rows back names the model whose view permission shows them (`kept_with`, "app_label.Model"), and
        its querysets have `public()`. All others are public as a whole.
        """
        owner = getattr(model, "kept_with", None)
        return owner is None or self.can_view(user, apps.get_model(owner))

    def visible(self, user: Any, rows: Rows) -> Rows:
        """Those of some rows that a user may know of."""
        return rows if self.sees_all(user, rows.model) else rows.public()  # type: ignore[attr-defined]


class StaffMayWrite(ModelPermissions):
    """Staff may do everything, as before Django's permissions were asked; who is not staff needs them."""

    def can_write(self, user: Any, model: Any, action: str) -> bool:
        """Whether a user is staff, or has the permission."""
        return (_is_active(user) and user.is_staff) or super().can_write(user, model, action)


def policy() -> ModelPermissions:
    """The policy that OPENEDX_CATALOG_PERMISSION_POLICY names. Raises ImportError; check E009 says so first."""
    return import_string(conf.permission_policy_path())()


def can_read(user: Any) -> bool:
    """Whether a user may read what is public."""
    return policy().can_read(user)


def can_view(user: Any, model: Any) -> bool:
    """Whether a user may see every row of a model, and its pages in the admin."""
    return policy().can_view(user, model)


def can_write(user: Any, model: Any, action: str) -> bool:
    """Whether a user may "add", "change" or "delete" rows of a model, or do what another verb says."""
    return policy().can_write(user, model, action)


def sees_all(user: Any, model: Any) -> bool:
    """Whether nothing of a model is kept from a user."""
    return policy().sees_all(user, model)


def visible(user: Any, rows: Rows) -> Rows:
    """Those of some rows that a user may know of: lists, look-ups, filters and nested rows all ask this."""
    return policy().visible(user, rows)


def seen_parts(user: Any, **models: Any) -> dict[str, QuerySet[Any]]:
    """By name, the visible rows of those models of which a user does not see every row."""
    kept = {name: model for name, model in models.items() if not sees_all(user, model)}
    return {name: visible(user, model._default_manager.all()) for name, model in kept.items()}


def known_rows(user: Any, rows: Iterable[Any]) -> list[Any]:
    """Those of some objects that a user may know of. A query for each kind of which any is kept back from him."""
    return exceptions.known_rows(rows, partial(visible, user))


def known_entries(user: Any, entries: Iterable[Any], models: Mapping[str, Any]) -> list[Any]:
    """
    Those of some entries of a timeline (`data.HistoryEntry`) that name no row which a user may not know of; `models` by kind.
    What happened in the table of an app is told to whoever sees all of that table.

    Where a policy hides rows of a kind, what is gone is not told of either: whether it was hidden can no longer be known. A
    query for each such kind, none where all is seen.
    """
    found = list(entries)
    kept = {table for table in {entry.table for entry in found} - {None} if not sees_all(user, table)}
    found = [entry for entry in found if entry.table not in kept]
    for kind, model in models.items():
        if not sees_all(user, model):
            found = _known_of(user, found, kind, model)
    return found


def _known_of(user: Any, entries: list[Any], kind: str, model: Any) -> list[Any]:
    named = [[row for row in (entry.row, entry.other) if row and row.kind == kind] for entry in entries]
    rows = model._default_manager.filter(pk__in={row.pk for rows in named for row in rows})
    known = set(visible(user, rows).values_list("pk", flat=True))
    # Values name a row by the key that it had; an organization is named by them alone.
    keys, field = {row.key for rows in named for row in rows if row.pk in known}, kind
    if kind == "organization":
        field, values = "org", set().union(*(_values_of(entry, "org") for entry in entries))
        found = visible(user, model._default_manager.filter(short_name__in=values))
        keys.update(found.values_list("short_name", flat=True))
    return [
        entry
        for entry, rows in zip(entries, named, strict=True)
        if all(row.pk in known for row in rows) and _values_of(entry, field) <= keys
    ]


def _values_of(entry: Any, field: str) -> set[Any]:
    return {value for change in entry.changes if change.field == field for value in (change.before, change.after)} - {None}


def discreet(user: Any, error: Exception) -> Exception:
    """An error as a door shows it to a user: rows that he may not know of are not named."""
    return error.known_to(partial(visible, user)) if isinstance(error, CatalogError) else error


def _is_active(user: Any) -> bool:
    return bool(user and user.is_authenticated and user.is_active)
