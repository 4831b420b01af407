"""What the admins of optional apps share whose rows are about catalog courses, or about runs."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .. import api
from ..lib import permissions
from ..lib.admin.base import CatalogModelAdmin
from ..lib.admin.texts import link_column, value_column
from ..lib.searching import searched
from ..models_api import CourseRun


class OwnedAdmin(CatalogModelAdmin):
    """Rows about catalog courses: without those that the user may not know of, and found as their courses are."""

    # The foreign key to what a row is about.
    owner: ClassVar[str] = "catalog_course"
    # Lookups of texts of the row itself. Django shows the box where there are `search_fields`.
    found_by: ClassVar[tuple[str, ...]] = ()
    course_key = value_column("catalog_course.key_str", _("Catalog course"))
    course_link = link_column("catalog_course", _("Catalog course"), text="key_str")
    organization = value_column("catalog_course.org.short_name", _("Organization"), ordering="catalog_course__org__short_name")

    @admin.display(description=_("Title"))
    def title_(self, row: Any) -> str:
        return str(row)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows, model = super().get_queryset(request), self._owners
        if permissions.sees_all(request.user, model):
            return rows
        return rows.filter(**{f"{self.owner}__in": permissions.visible(request.user, model._default_manager.all())})

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        if not (term := searched(search_term).strip()):
            return queryset, False
        owners = self._owners._default_manager.filter(pk__in=self.model._default_manager.order_by().values(self.owner))
        named = self.owners_found(request, term, owners).order_by().values("pk")
        return queryset.filter(Q(**{f"{self.owner}__in": named}) | self.found_itself(term)), False

    def owners_found(self, request: HttpRequest, term: str, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Those of some courses that a text finds, as in their own list."""
        return api.search_catalog_courses(term, rows=rows, **permissions.seen_parts(request.user, runs=CourseRun))

    def found_itself(self, term: str) -> Q:
        """A condition for rows that a text finds, whatever they are about."""
        found = Q(pk__in=())
        for lookup in self.found_by:
            found |= Q(**{lookup: term})
        return found

    @property
    def _owners(self) -> Any:
        return self.opts.get_field(self.owner).related_model
