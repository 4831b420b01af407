"""The page on which somebody tries a catalog query: how many courses it finds, and the first of them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin.base import own_page
from openedx_catalog.lib.admin.links import page_of
from openedx_catalog.models_api import CatalogCourse

from .. import api
from ..api.catalogs import MAX_QUERY
from ..exceptions import InvalidQuery
from ..models_api import CourseCatalog

SHOWN = 50


class PreviewForm(forms.Form):
    """A query that may not be stored yet. What is wrong with it is said at its field; `courses` are those that it finds."""

    query = forms.CharField(
        label=_("Query"),
        max_length=MAX_QUERY,
        widget=forms.Textarea({"rows": 4, "cols": 100}),
        help_text=CourseCatalog._meta.get_field("query").help_text,
    )
    include_archived = forms.BooleanField(
        label=_("Include archived"), required=False, help_text=CourseCatalog._meta.get_field("include_archived").help_text
    )

    def __init__(self, data: Any, viewer: Any) -> None:
        super().__init__(data)
        self.viewer = viewer
        self.courses: Any = CatalogCourse.objects.none()

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if "query" in values:
            seen: Any = permissions.visible(self.viewer, CatalogCourse.objects.with_org())
            try:
                self.courses = api.courses_for(**values, courses=seen)
            except InvalidQuery as error:
                self.add_error("query", str(error))
        return values


def may_try(model_admin: Any, request: HttpRequest) -> bool:
    """Whether a user may try queries: he may store some."""
    return model_admin.has_add_permission(request) or model_admin.has_change_permission(request)


def preview_page(model_admin: Any, request: HttpRequest, pk: int | None) -> HttpResponse:
    """
    What the query of a course catalog finds, for whoever may view it; or that which was typed, for whoever may write some.
    Writes nothing. Raises PermissionDenied, Http404.
    """
    tries = may_try(model_admin, request)
    if not model_admin.has_view_permission(request) or (not tries and (pk is None or request.method == "POST")):
        raise PermissionDenied
    row = None if pk is None else model_admin.rows_for(request, [pk], "view")[0]
    data: Any = request.POST if request.method == "POST" else None
    if data is None and row is not None:
        data = {"query": row.query, **({"include_archived": "on"} if row.include_archived else {})}
    form = PreviewForm(data, request.user)
    asked = form.is_bound and form.is_valid()
    context: dict[str, Any] = {"form": form, "asked": asked, "shown": SHOWN, "may_try": tries, "query": row and row.query}
    if asked:
        first = form.courses.order_by("pk")[:SHOWN]
        context |= {"count": form.courses.order_by().count(), "rows": [(each, page_of(request.user, each)) for each in first]}
    original = row or _("Try a catalog query")
    return own_page(model_admin, request, "admin/openedx_catalog_search/preview.html", original=original, **context)
