"""What both admins share: identity that cannot be edited, errors of the API on the form, history, quick pages."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.functional import cached_property

from .. import keys, permissions
from ..exceptions import CatalogError
from . import searching
from .history import history_view

# More makes no sense, and many words make a statement that no database takes.
MOST_SEARCHED = 300
GREATEST_ID = 2**63 - 1
# What Django says of values that it cannot compare with.
NO_FILTER = (OverflowError, ValueError)


class Autocomplete(AutocompleteSelect):
    """Django's, with a name for screen readers."""

    @property
    def media(self) -> forms.Media:
        # Named once more, so that ours comes after it.
        return super().media + forms.Media(js=["admin/js/autocomplete.js", "openedx_catalog/autocomplete.js"])


class PlainCountPaginator(Paginator):
    """Counts the rows without the joins and the order that a changelist puts on them."""

    @cached_property
    def count(self) -> int:
        queryset: Any = self.object_list
        return queryset.order_by().values("pk").count()


class CatalogModelAdmin(admin.ModelAdmin):
    """
    A page costs at most 10 queries, whatever the size of the catalog and the page; two more for each further word of a search.

    Paged lists prefetch instead of joining: MariaDB starts a joined page from the smallest table and sorts it all.
    """

    class Media:
        css: ClassVar[Any] = {"all": ["openedx_catalog/admin.css"]}

    list_per_page = 50
    list_max_show_all = 200
    list_select_related: ClassVar[Any] = ()
    prefetched: ClassVar[tuple[str, ...]] = ()
    # Where they are given, `search_fields` are lookups of the list's own table.
    searched_elsewhere: ClassVar[tuple[searching.Way, ...]] = ()
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

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.autocomplete_fields:
            kwargs["widget"] = Autocomplete(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def rows_to_change(self, request: HttpRequest, pks: list[int]) -> list[Any]:
        """The rows of a form of their own. Raises PermissionDenied, or Http404 where one of them is gone."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        rows = [] if max(pks, default=0) > GREATEST_ID else list(self.get_queryset(request).filter(pk__in=pks).order_by("pk"))
        if not rows or len(rows) != len(set(pks)):
            raise Http404
        return rows

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related(*self.prefetched)

    def histories(self, pk: int) -> list[QuerySet[Any]]:
        """What the history page tells of an object: its own history first."""
        return [self.model.history.filter(id=pk)]

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """To read: going back is a change like any other, made through the API, with its own reason."""
        if not (object_id.isascii() and object_id.isdigit()):
            raise Http404
        pk = int(object_id[:18])
        return history_view(self, request, pk, self.histories(pk))

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        """
        Search the folded columns with a folded term: MariaDB's LIKE minds case in a binary column.

        Titles are not folded; where folding changes more than the case of ASCII letters, they are searched for as well.
        """
        term = search_term[:MOST_SEARCHED]
        if self.searched_elsewhere:
            for word in searching.words(term):
                queryset = queryset.filter(searching.has_word(word, self.search_fields, self.searched_elsewhere))
            return queryset, False
        found, duplicates = super().get_search_results(request, queryset, keys.fold(term))
        if not term.isascii():
            as_given, more = super().get_search_results(request, queryset, term)
            found, duplicates = found | as_given, duplicates or more
        return found, duplicates

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """A filter that no database can compare with leads back to the list, as Django's own wrong ones do."""
        try:
            response = super().changelist_view(request, extra_context)
            return response.render() if isinstance(response, TemplateResponse) else response
        except NO_FILTER as error:
            if request.method != "GET" or not request.GET:
                # No filter's fault: the bare list would lead to itself for ever.
                raise
            self.message_user(request, str(error), messages.ERROR)
            return HttpResponseRedirect(request.path)

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
