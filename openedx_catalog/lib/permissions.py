"""
Who may read, which rows a user sees, and who may write what: one policy, asked by every door. The API itself asks nobody.

OPENEDX_CATALOG_PERMISSION_POLICY names its class. Doors ask the functions here; a host subclasses a class here.
"""

from __future__ import annotations

from typing import Any, TypeVar

from django.apps import apps
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from . import conf

Rows = TypeVar("Rows", bound=QuerySet[Any])

METHODS = ("can_read", "can_view", "can_write", "sees_all", "visible")
"""What every policy has."""


class ModelPermissions:
    """
    The default: whoever is signed in reads what is public, and Django's permissions of the models decide the rest.

    Being staff opens the admin site, and no more. Permissions are asked without a row: Django keeps those of a user once it
    has read them, so that a page with a thousand rows costs two queries, as one with none does.
    """

    anonymous_may_read = False
    """Whether what is public is read by those who are not signed in, too."""

    def can_read(self, user: Any) -> bool:
        """Whether a user may read what is public."""
        return _is_active(user) or (self.anonymous_may_read and not getattr(user, "is_authenticated", False))

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


def _is_active(user: Any) -> bool:
    return bool(user and user.is_authenticated and user.is_active)
