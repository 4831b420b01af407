"""What both admins share: identity that cannot be edited, errors of the API on the form, history, quick pages."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import cached_property
from simple_history.admin import SimpleHistoryAdmin

from .. import keys, permissions
from ..exceptions import CatalogError


class PlainCountPaginator(Paginator):
    """Counts the rows without the joins and the order that a changelist puts on them."""

    @cached_property
    def count(self) -> int:
        queryset: Any = self.object_list
        return queryset.order_by().values("pk").count()


class CatalogModelAdmin(SimpleHistoryAdmin):
    """
    A page costs at most 10 queries, whatever the size of the catalog and the page.

    Paged lists prefetch instead of joining: MariaDB starts a joined page from the smallest table and sorts it all.
    """

    list_per_page = 50
    list_max_show_all = 200
    list_select_related: ClassVar[Any] = ()
    prefetched: ClassVar[tuple[str, ...]] = ()
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    ordering = ("-pk",)
    paginator = PlainCountPaginator

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return permissions.can_read(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return permissions.can_write(request.user, self.model, "add")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return permissions.can_write(request.user, self.model, "change")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return permissions.can_write(request.user, self.model, "delete")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return permissions.can_read(request.user)

    def rows_to_change(self, request: HttpRequest, pks: list[int]) -> list[Any]:
        """The rows of a form of their own. Raises PermissionDenied, or Http404 where one of them is gone."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        rows = list(self.get_queryset(request).filter(pk__in=pks).order_by("pk"))
        if not rows or len(rows) != len(set(pks)):
            raise Http404
        return rows

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related(*self.prefetched)

    def revert_disabled(self, request: HttpRequest, obj: Any = None) -> bool:
        """History is to read: going back is a change like any other, made through the API, with its own reason."""
        return True

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        """Search the folded columns with a folded term: MariaDB's LIKE minds case in a binary column."""
        return super().get_search_results(request, queryset, keys.fold(search_term))

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Whatever the API refuses, the operator reads, on the page that was sent."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except CatalogError as error:
            self.message_user(request, str(error), messages.ERROR)
            return self._again(request)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().delete_view(request, *args, **kwargs)
        except CatalogError as error:
            self.message_user(request, str(error), messages.ERROR)
            return self._again(request)

    def _again(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(request.get_full_path())
