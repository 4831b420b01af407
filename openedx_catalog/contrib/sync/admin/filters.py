"""Catalog courses and runs by the source that lists them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from openedx_catalog.admin.filters import ChosenFilter
from openedx_catalog.lib import permissions
from openedx_catalog.models_api import CourseRun

from .. import api
from ..models_api import RecordKind, RunSource, Source, SourceRecord


class SourceFilter(ChosenFilter):
    """Also by name. What it does not list any more counts too: the pages of records tell them apart."""

    title = _("source")
    parameter_name = "source"
    key = RunSource._meta.get_field("source")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        may = permissions.can_view(request.user, Source) and permissions.can_view(request.user, RunSource)
        return super().lookups(request, model_admin) if may else []

    def found(self, text: str) -> Source:
        return api.get_source(text)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if queryset.model is CourseRun:
            return self.narrowed(queryset, pk__in=RunSource.objects.filter(source=self.chosen, run__isnull=False).values("run"))
        # A record is told by a text, which databases compare with no UUID.
        courses = SourceRecord.objects.filter(source=self.chosen, kind=RecordKind.COURSE)
        return self.narrowed(queryset, uuid__in=[UUID(text) for text in courses.values_list("record", flat=True)])
