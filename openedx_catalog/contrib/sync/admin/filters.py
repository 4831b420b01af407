"""Filters of lists: by source, and by what a source does not list any more."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from openedx_catalog.admin.filters import ChosenFilter, OneOfFilter
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


class StateFilter(OneOfFilter):
    """Records that their source does not list any more."""

    title = _("state")
    parameter_name = "state"
    offered: ClassVar[Any] = [("missing", _("Missing")), ("listed", _("Listed"))]

    def condition(self, chosen: Any) -> Q:
        return Q(missing_since__isnull=chosen == "listed")


class RunStateFilter(StateFilter):
    """The same of runs, and those without a course key."""

    offered: ClassVar[Any] = [*StateFilter.offered, ("legacy", _("Without a course key"))]

    def condition(self, chosen: Any) -> Q:
        return Q(run=None) if chosen == "legacy" else super().condition(chosen)


class PreviewFilter(OneOfFilter):
    """Syncs, and previews of syncs."""

    title = _("what")
    parameter_name = "preview"
    offered: ClassVar[Any] = [("0", _("Syncs")), ("1", _("Previews"))]

    def condition(self, chosen: Any) -> Q:
        return Q(dry_run=chosen == "1")


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
