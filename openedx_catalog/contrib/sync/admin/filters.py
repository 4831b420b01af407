"""Filters of lists: by source, and by what a source does not list any more."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from openedx_catalog.admin.filters import ChosenFilter
from openedx_catalog.lib import permissions
from openedx_catalog.models_api import CatalogCourse, CourseRun

from .. import api
from ..models_api import RecordKind, RunSource, Source, SourceRecord


class SourceFilter(ChosenFilter):
    """Also by name. What it does not list any more counts too: the pages of records tell them apart."""

    title = _("source")
    parameter_name = "source"
    key = RunSource._meta.get_field("source")

    def found(self, text: str) -> Source:
        return api.get_source(text)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if queryset.model is CourseRun:
            return self.narrowed(queryset, pk__in=RunSource.objects.filter(source=self.chosen, run__isnull=False).values("run"))
        # A record is told by a text, which databases compare with no UUID.
        courses = SourceRecord.objects.filter(source=self.chosen, kind=RecordKind.COURSE)
        return self.narrowed(queryset, uuid__in=[UUID(text) for text in courses.values_list("record", flat=True)])


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

    title = _("what its sources list")
    parameter_name = "not_listed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("1", _("Not listed any more"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return api.not_listed(queryset) if self.value() == "1" else queryset


def filters_of(model: Any, viewer: Any) -> tuple[type[admin.SimpleListFilter], ...]:
    """Those of the list of catalog courses or of runs that a user may know of."""
    if model not in (CatalogCourse, CourseRun) or not permissions.can_view(viewer, RunSource):
        return ()
    listed = (NotListedFilter,) if model is CourseRun else ()
    return (SourceFilter, *listed) if permissions.can_view(viewer, Source) else listed
