"""Filters of lists: what a source does not list any more."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from openedx_catalog.lib import permissions

from .. import api
from ..models_api import RunSource


class StateFilter(admin.SimpleListFilter):
    """Records that their source does not list any more."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("missing", _("Missing")), ("listed", _("Listed"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        states = {"missing": Q(missing_since__isnull=False), "listed": Q(missing_since=None)}
        return queryset.filter(states.get(self.value() or "", Q()))


class RunStateFilter(StateFilter):
    """The same of runs, and those without a course key."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*super().lookups(request, model_admin), ("legacy", _("Without a course key"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(run=None) if self.value() == "legacy" else super().queryset(request, queryset)


class PreviewFilter(admin.SimpleListFilter):
    """Syncs, and previews of syncs."""

    title = _("what")
    parameter_name = "preview"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("0", _("Syncs")), ("1", _("Previews"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        wanted = {"0": False, "1": True}.get(self.value() or "")
        return queryset if wanted is None else queryset.filter(dry_run=wanted)


class NotListedFilter(admin.SimpleListFilter):
    """Course runs that a source does not list any more."""

    title = _("at its sources")
    parameter_name = "not_listed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("1", _("Not listed any more"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return api.not_listed(queryset) if self.value() == "1" else queryset


def may_filter(viewer: Any) -> bool:
    """Whether a user may know which source has which run."""
    return permissions.can_view(viewer, RunSource)
