"""Filters of lists in which something is looked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import admin
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Lower
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from .. import api
from ..exceptions import CatalogError
from ..lib import permissions
from ..lib.admin.base import Autocomplete
from ..lib.routing import rows_of
from ..models_api import CatalogCourse, CourseRun


class ChosenFilter(admin.SimpleListFilter):
    """
    What a foreign key leads to, found as somebody types; a page costs no query for it, and one more where something is chosen.

    The address has an id, or whatever else `found` knows it by.
    """

    template = "admin/openedx_catalog/chosen_filter.html"
    # The foreign key by which Django's autocomplete knows what to look for.
    key: ClassVar[Any]
    # ``found(text)``: the row of a name, or None. May raise CatalogError, or that there is none.
    found: Any

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        self.widget = Autocomplete(self.key, model_admin.admin_site)
        # What is kept back from the user is not there, whoever knows its id or its name.
        self.rows = permissions.visible(request.user, rows_of(self.key.related_model))
        self.widget.choices = forms.ModelChoiceField(self.rows, widget=self.widget, required=False).choices
        # Django leaves out a filter that has nothing to choose from.
        return [("", "")]

    @property
    def media(self) -> forms.Media:
        return self.widget.media

    @cached_property
    def chosen(self) -> Any:
        """The row that was asked for, or None."""
        text = (self.value() or "").strip()
        if text.isascii() and text.isdigit() and len(text) < 19:
            return self.rows.filter(pk=int(text)).first()
        try:
            found = self.found(text) if text else None
        except (CatalogError, ObjectDoesNotExist):
            return None
        return found and self.rows.filter(pk=found.pk).first()

    def choices(self, changelist: Any) -> Iterator[Any]:
        """One: the field to type into, and the other filters, which stay."""
        others = [(name, value) for name, value in changelist.get_filters_params().items() if name != self.parameter_name]
        pk = self.chosen.pk if self.chosen else ""
        name = str(self.parameter_name)
        yield {
            "field": self.widget.render(name, pk, {"id": f"filter-{name}"}),
            "others": [(name, each) for name, values in others for each in (values if isinstance(values, list) else [values])],
            "query": changelist.query,
            # What Django's own choices have, for whatever looks at them.
            "query_string": changelist.get_query_string(),
        }

    def narrowed(self, queryset: QuerySet[Any], **lookup: Any) -> QuerySet[Any]:
        if not (self.value() or "").strip():
            return queryset
        return queryset.filter(**lookup) if self.chosen else queryset.none()


class OrganizationFilter(ChosenFilter):
    """That of catalog courses, or of the courses of other rows; also by short_name, in any case, and a former one."""

    title = _("organization")
    parameter_name = "organization"
    key = CatalogCourse._meta.get_field("org")

    found = staticmethod(api.find_organization_by_code)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return self.narrowed(queryset, **{"org" if queryset.model is CatalogCourse else "catalog_course__org": self.chosen})


class CourseFilter(ChosenFilter):
    """Also by a key of the catalog course, a former one too, or its uuid."""

    title = _("catalog course")
    parameter_name = "course"
    key = CourseRun._meta.get_field("catalog_course")

    def found(self, text: str) -> CatalogCourse:
        try:
            uuid = str(UUID(text))
        except ValueError:
            return api.get_catalog_course(key_str=text)
        return api.get_catalog_course(uuid=uuid)

    def queryset(self, request: HttpRequest, queryset: QuerySet[CourseRun]) -> QuerySet[CourseRun]:
        return self.narrowed(queryset, catalog_course=self.chosen)


class OneOfFilter(admin.SimpleListFilter):
    """Rows for which one of some conditions holds; what makes no sense narrows nothing."""

    # As those of a field of Django.
    offered: ClassVar[Any]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return self.offered

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value()
        return queryset.filter(self.condition(chosen)) if chosen in dict(self.offered) else queryset

    def condition(self, chosen: Any) -> Q:
        """What holds for the rows of a choice: that their column of the name of the parameter has it."""
        return Q(**{str(self.parameter_name): chosen})


class TitledFilter(admin.SimpleListFilter):
    """Catalog courses whose title is their code, as the database folds case."""

    title = _("title")
    parameter_name = "titled"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("0", _("Only the code")), ("1", _("A title"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() not in ("0", "1"):
            return queryset
        folded = queryset.alias(title_=Lower("title"), code_=Lower("course_code"))
        return folded.filter(title_=F("code_")) if self.value() == "0" else folded.exclude(title_=F("code_"))
