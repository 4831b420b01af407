"""Catalog courses and runs by what learners see of them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from openedx_catalog.models_api import CatalogCourse, CourseRun

from ..models_api import CourseListing, CourseRunListing
from .panels import may_see
from .seen import OFFLINE

NONE = "none"
_VISIBILITY = CourseListing.Visibility
_CHOICES: list[tuple[str, Any]] = [
    (_VISIBILITY.PUBLIC.value, _("Live and public")),
    (_VISIBILITY.UNLISTED.value, _("Live, unlisted")),
    (_VISIBILITY.HIDDEN.value, _("Live, hidden")),
    (OFFLINE, _("Not live")),
    (NONE, _("No listing")),
]


class ListingFilter(admin.SimpleListFilter):
    """By the listing of a course or a run; what makes no sense narrows nothing."""

    title = _("listing")
    parameter_name = "listing"
    # By the model of a list: that of its listings, and the column by which they name a row of it.
    listings: ClassVar[dict[Any, tuple[Any, str]]] = {
        CatalogCourse: (CourseListing, "catalog_course"),
        CourseRun: (CourseRunListing, "run"),
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return _CHOICES

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if (chosen := self.value()) not in dict(_CHOICES):
            return queryset
        model, owner = self.listings[queryset.model]
        rows = model.objects.order_by()
        if chosen == NONE:
            # Not "NOT IN", with which databases read all of them for each row.
            return queryset.filter(~Exists(rows.filter(**{owner: OuterRef("pk")})))
        rows = rows.filter(live=False) if chosen == OFFLINE else rows.filter(live=True, visibility=chosen)
        return queryset.filter(pk__in=rows.values(owner))


def filters_of(model: Any, viewer: Any) -> list[type[admin.ListFilter]]:
    """For whoever may view all listings."""
    found = ListingFilter.listings.get(model)
    return [ListingFilter] if found and may_see(viewer, found[0]) else []
