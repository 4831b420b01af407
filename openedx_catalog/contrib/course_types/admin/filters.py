"""Catalog courses and runs by their types, and runs by mode."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet, Value
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin.base import row_id
from openedx_catalog.models_api import CatalogCourse, CourseRun

from .. import api
from ..models_api import CourseRunType, CourseRunTyping, CourseType, CourseTyping, Mode

NONE = "none"


class _Listed(admin.SimpleListFilter):
    """One of a few rows of a model, by id, or none. A page costs one query for all of these filters."""

    kind: ClassVar[Any]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        names = _names(request)[self.kind.__name__]
        return [(NONE, _("No type")), *((str(pk), name) for pk, name in sorted(names.items()))]

    @property
    def chosen(self) -> int:
        """The id that was asked for."""
        return row_id(self.value())


class _OfType(_Listed):
    """By the type of a course or a run; by that of its course, where it is a run."""

    typings: ClassVar[Any]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() in (None, ""):
            return queryset
        owner, field = self.typings.ends
        column = owner if queryset.model is CourseRun and owner == "catalog_course" else "pk"
        if self.value() == NONE:
            # Not "NOT IN", with which MariaDB reads all of them for each row.
            return queryset.filter(~Exists(self.typings.objects.filter(**{owner: OuterRef(column)})))
        return queryset.filter(**{f"{column}__in": self.typings.objects.filter(**{field: self.chosen}).values(owner)})


class CourseTypeFilter(_OfType):
    """Courses of a type, and their runs."""

    title = _("course type")
    parameter_name = "course_type"
    kind, typings = CourseType, CourseTyping


class CourseRunTypeFilter(_OfType):
    """Runs of a type."""

    title = _("course run type")
    parameter_name = "course_run_type"
    kind, typings = CourseRunType, CourseRunTyping


class ModeFilter(_Listed):
    """Runs whose type has a mode; what is only said of a run, which has no type, is not looked at."""

    title = _("mode of its type")
    parameter_name = "mode"
    kind = Mode

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return super().lookups(request, model_admin)[1:]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() in (None, ""):
            return queryset
        return queryset.filter(pk__in=api.runs_with_mode(pk=self.chosen))


def _names(request: Any) -> dict[str, dict[int, str]]:
    """``{kind: {id: name}}`` of all that there is to choose from; one query for a request."""
    if (found := getattr(request, "catalog_type_names", None)) is None:
        first, *others = (
            model.objects.order_by().annotate(kind_=Value(model.__name__)).values_list("kind_", "pk", "name")
            for model in (CourseType, CourseRunType, Mode)
        )
        found = {model.__name__: {} for model in (CourseType, CourseRunType, Mode)}
        for kind, pk, name in first.union(*others, all=True):
            found[kind][pk] = name
        request.catalog_type_names = found
    return found


def filters_of(model: Any, viewer: Any) -> list[type[admin.ListFilter]]:
    """Those that a user may know of."""
    found: list[type[admin.ListFilter]] = []
    if model not in (CatalogCourse, CourseRun):
        return found
    if permissions.can_view(viewer, CourseTyping) and permissions.can_view(viewer, CourseType):
        found.append(CourseTypeFilter)
    if model is CourseRun and all(permissions.can_view(viewer, each) for each in (CourseRunTyping, CourseRunType)):
        found += [CourseRunTypeFilter, ModeFilter]
    return found
