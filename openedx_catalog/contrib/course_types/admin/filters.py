"""Catalog courses and runs by their types, and runs by mode."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from openedx_catalog.lib import permissions
from openedx_catalog.models_api import CourseRun

from ..models_api import CourseRunType, CourseRunTypeTrack, CourseRunTyping, CourseType, CourseTyping, Mode

NONE = "none"


class _Listed(admin.SimpleListFilter):
    """One of a few rows, by id, or none. A page costs one query for it."""

    rows: Any

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(NONE, _("No type")), *((str(row.pk), row.name) for row in type(self).rows().only("name"))]

    @property
    def chosen(self) -> int | None:
        """The id that was asked for; one that no row has where that is none."""
        text = self.value() or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else -1

    def narrowed(self, queryset: QuerySet[Any], column: str, typings: Any, owner: str, **lookup: Any) -> QuerySet[Any]:
        """Those whose `column` is the `owner` of one of these typings, or of none of them where no type is asked for."""
        if self.value() in (None, ""):
            return queryset
        if self.value() == NONE:
            return queryset.exclude(**{f"{column}__in": typings.objects.values(owner)})
        return queryset.filter(**{f"{column}__in": typings.objects.filter(**lookup).values(owner)})


class CourseTypeFilter(_Listed):
    """Courses of a type, and their runs."""

    title = _("course type")
    parameter_name = "course_type"
    rows = CourseType.objects.all

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        column = "catalog_course" if queryset.model is CourseRun else "pk"
        return self.narrowed(queryset, column, CourseTyping, "catalog_course", course_type=self.chosen)


class CourseRunTypeFilter(_Listed):
    """Runs of a type."""

    title = _("course run type")
    parameter_name = "course_run_type"
    rows = CourseRunType.objects.all

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return self.narrowed(queryset, "pk", CourseRunTyping, "run", course_run_type=self.chosen)


class ModeFilter(_Listed):
    """Runs whose type has a mode; what is only said of a run, which has no type, is not looked at."""

    title = _("mode of its type")
    parameter_name = "mode"
    rows = Mode.objects.all

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return super().lookups(request, model_admin)[1:]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() in (None, ""):
            return queryset
        types = CourseRunTypeTrack.objects.filter(track__mode=self.chosen).values("course_run_type")
        return queryset.filter(pk__in=CourseRunTyping.objects.filter(course_run_type__in=types).values("run"))


def filters_of(model: Any, viewer: Any) -> list[type[admin.ListFilter]]:
    """Those that a user may know of."""
    found: list[type[admin.ListFilter]] = []
    if permissions.can_view(viewer, CourseTyping) and permissions.can_view(viewer, CourseType):
        found.append(CourseTypeFilter)
    if model is CourseRun and all(permissions.can_view(viewer, each) for each in (CourseRunTyping, CourseRunType)):
        found += [CourseRunTypeFilter, ModeFilter]
    return found
