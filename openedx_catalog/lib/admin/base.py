"""Shared by all our admins: permissions, errors of the API, history, fast pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from itertools import chain
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import NestedObjects, flatten
from django.contrib.admin.views.main import ORDER_VAR
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import router
from django.db.models import DateTimeField, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from .. import permissions, texts
from ..exceptions import CatalogError
from ..routing import WriterReads, reads_from_writer, rows_of
from ..searching import searched
from .exporting import MAX_QUERY, NO_FILTER, ExportPages
from .history import history_view, names_of
from .links import address_of
from .texts import instant_column

GREATEST_ID = 2**63 - 1


def row_id(text: str | None) -> int:
    """The id that an address says; -1, which no row has, where it says none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else -1


def row_or_404(user: Any, rows: QuerySet[Any], text: str | None) -> Any:
    """The one of some rows that an address names by its id, if the user may know of it. Raises Http404."""
    found = permissions.visible(user, rows).filter(pk=row_id(text)).first()
    if found is None:
        raise Http404
    return found


def own_page(
    model_admin: Any, request: HttpRequest, template: str, *, original: Any, title: Any = None, **context: Any
) -> TemplateResponse:
    """
    A page in the frame of an admin, about the row `original`, or a text where it is about none, which is its title then. With
    a `form`, its scripts and styles are there as well.
    """
    form = context.get("form")
    common = {
        **model_admin.admin_site.each_context(request),
        "title": original if title is None else title,
        # For the breadcrumbs, whose markup differs between the versions of Django.
        "original": original,
        "has_view_permission": True,
        "opts": model_admin.opts,
        "media": model_admin.media + form.media if form else model_admin.media,
    }
    return TemplateResponse(request, template, common | context)


def stored_on_post(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view, or a method of an admin, whose POST looks up what is stored, however late a replica is."""

    @wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> HttpResponse:
        if not any(isinstance(given, HttpRequest) and given.method == "POST" for given in args):
            return view(*args, **kwargs)
        with reads_from_writer():
            response = view(*args, **kwargs)
            # Rendered in here, since the page that is shown again reads what its fields name.
            return response.render() if isinstance(response, TemplateResponse) else response

    return wrapped


class _NamedBox:
    """Of Django's autocomplete: with a name for screen readers, and deaf to what is no id."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        """Of what is chosen."""
        ids = [each for each in value if not each or row_id(str(each)) >= 0]
        return super().optgroups(name, ids, attr)  # type: ignore[misc]  # that of the widget beside it

    @property
    def media(self) -> forms.Media:
        # Named once more, so that ours comes after it.
        ours = forms.Media(js=["admin/js/autocomplete.js", "openedx_catalog/autocomplete.js"])
        return super().media + ours  # type: ignore[misc]  # that of the widget beside it


class Autocomplete(_NamedBox, AutocompleteSelect):
    """One row, found while somebody types."""


class AutocompleteMultiple(_NamedBox, AutocompleteSelectMultiple):
    """Several, each with its own cross: that which takes all away stands in their list, where no button may stand."""

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        return {**super().build_attrs(base_attrs, extra_attrs), "data-allow-clear": "false"}

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        """In the order in which they were chosen, also where a form is shown again."""
        groups, order = super().optgroups(name, value, attr), [str(each) for each in value]
        for _label, options, _index in groups:
            options.sort(key=lambda option: order.index(str(option["value"])))
        return groups


class PlainCountPaginator(Paginator):
    """Counts the rows without the joins and the order that a changelist puts on them."""

    @cached_property
    def count(self) -> int:
        queryset: Any = self.object_list
        return queryset.order_by().values("pk").count()


class PolicyModelAdmin(admin.ModelAdmin):
    """
    Asks `openedx_catalog.permissions` alone: what users may not do is not shown to them, and refused if they try.

    An action names what it needs (``@admin.action(permissions=["change"])``); a page of its own asks first of all.
    """

    empty_value_display = "–"

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return permissions.can_view(request.user, self.model)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return permissions.can_write(request.user, self.model, "add")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return permissions.can_write(request.user, self.model, "change")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return permissions.can_write(request.user, self.model, "delete")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return any(self.get_model_perms(request).values())

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return permissions.visible(request.user, super().get_queryset(request))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        row = super().get_object(request, object_id, from_field)
        return row and _seen_by(request.user, row)

    def link(self, row: Any, model: Any, view: str, pk: Any, text: Any) -> str:
        """A link to a page of `model`, or the text alone where the viewer of `row` may not see it, or a host has none."""
        url = address_of(getattr(row, "viewer", None), model, view, pk)
        return format_html('<a href="{}">{}</a>', url, text) if url else str(text)

    def may(self, row: Any, action: str, model: Any) -> bool:
        """Whether the viewer of a row may do this with rows of `model`."""
        user = getattr(row, "viewer", None)
        return permissions.can_view(user, model) if action == "view" else permissions.can_write(user, model, action)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().render_change_form(request, context, *args, **kwargs)
        if not hasattr(self.model, "history") and isinstance(response, TemplateResponse):
            # Its rows have no history, so no button leads to one.
            response.template_name = "admin/openedx_catalog/form_without_history.html"
        return response

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """
        What whoever may not change a row reads: instants in UTC, which Django would show in the zone of the host without its
        name; what the row points at as text, where Django would link to a page that he may not see.
        """
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        hidden = {
            field.name: self._as_text(field.name)
            for field in self.opts.fields
            if field.is_relation and not permissions.can_view(request.user, field.related_model)
        }
        hidden |= {field.name: self._as_utc(field.name) for field in self.opts.fields if isinstance(field, DateTimeField)}
        return [
            (title, {**options, "fields": [hidden.get(name, name) for name in flatten(options["fields"])]})
            for title, options in fieldsets
        ]

    @cache  # noqa: B019 - an admin class has one instance, as long as its site lives; Django compares what it gets
    def _as_text(self, name: str) -> Callable[[Any], str]:
        field: Any = self.opts.get_field(name)
        return admin.display(description=field.verbose_name)(lambda row: str(getattr(row, name) or "–"))

    @cache  # noqa: B019 - as above
    def _as_utc(self, name: str) -> Callable[[Any], str]:
        field: Any = self.opts.get_field(name)
        return instant_column(name, field.verbose_name)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if change and not self.has_change_permission(request, obj):
            # Every field is shown as text: our own forms would look for fields that are not there.
            kwargs["form"] = forms.ModelForm
        return super().get_form(request, obj, change=change, **kwargs)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """
        An action that is not offered is refused; Django would only show the list again.

        Our own actions are buttons as well (`catalog_list.html`): they send no index, as pages that ask first do.
        """
        asked = {*request.POST.getlist("action")} - {""} if request.method == "POST" else set()
        offered = self.get_actions(request)
        if not self.has_view_permission(request) or asked - set(offered):
            raise PermissionDenied
        if asked and ACTION_CHECKBOX_NAME not in request.POST and "index" not in request.POST:
            self.message_user(request, _("Select the rows first."), messages.WARNING)
        buttons = [(name, getattr(self, name).short_description) for name in self.actions or () if name in offered]
        response = super().changelist_view(request, {**(extra_context or {}), "buttons": buttons})
        if changelist := getattr(response, "context_data", {}).get("cl"):
            changelist.result_list = [_seen_by(request.user, row) for row in changelist.result_list]
        return response

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Django's own shows only what was done in the admin."""
        raise Http404


class ReadOnlyModelAdmin(PolicyModelAdmin):
    """Rows that are looked at here, and written elsewhere."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ShortQueries(ExportPages):
    """
    A list that refuses what no server in front of it would let through: every link of the page repeats the whole query.

    Its templates, and those of all our admins, are named here and not found by Django: what Django finds by the name of an
    app or a model, it takes for the pages of a host's own admin of our models too.
    """

    change_list_template = "admin/openedx_catalog/catalog_list.html"

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if len(request.META.get("QUERY_STRING", "")) <= MAX_QUERY:
            return super().changelist_view(request, extra_context)
        text = _("The address of the page was longer than %(limit)s characters, so its filters were removed. Use fewer.") % {
            "limit": f"{MAX_QUERY:,}"
        }
        self.message_user(request, text, messages.ERROR)
        return HttpResponseRedirect(request.path)


class CatalogModelAdmin(ShortQueries, PolicyModelAdmin):
    """
    A page costs at most 10 queries, whatever the size of the catalog; three more for each further word of a search.

    Paged lists prefetch instead of joining: MariaDB starts a joined page from the smallest table and sorts it all.
    """

    class Media:
        css: ClassVar[Any] = {"all": ["openedx_catalog/admin.css"]}

    list_per_page = 50
    list_max_show_all = 200
    list_select_related: ClassVar[Any] = ()
    prefetched: ClassVar[tuple[str, ...]] = ()
    # ``search(text, rows=queryset)``, best matches first. Django shows the box, and lets others complete, where there are
    # `search_fields`, which then mean nothing else.
    search: ClassVar[Any] = None
    # Models by whose rows it finds others, by the argument of `search` that takes those which the user may know of.
    searched_by: ClassVar[dict[str, Any]] = {}
    # What belongs to a row, and goes with it: models, with the columns that point at it. Histories of both are one.
    linked: ClassVar[dict[Any, str]] = {}
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    ordering: ClassVar[tuple[str, ...]] = ("-pk",)
    paginator = PlainCountPaginator

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.autocomplete_fields:
            kwargs["widget"] = Autocomplete(db_field, self.admin_site)
        if "queryset" not in kwargs:
            related = db_field.remote_field.model
            rows: Any = related._default_manager.all()
            # The manager of organizations is not ours: a form that is sent would be held against a replica.
            if not isinstance(rows, WriterReads):
                rows = rows_of(related)
            kwargs["queryset"] = permissions.visible(request.user, rows)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def rows_for(self, request: HttpRequest, pks: list[int], *actions: str) -> list[Any]:
        """
        The rows of a page of their own, which needs permission for all these actions ("view", "change", …).

        Raises PermissionDenied, or Http404 where one of them is gone.
        """
        if not all(getattr(self, f"has_{action}_permission")(request) for action in actions):
            raise PermissionDenied
        rows = [] if max(pks, default=0) > GREATEST_ID else list(self.get_queryset(request).filter(pk__in=pks).order_by("pk"))
        if not rows or len(rows) != len(set(pks)):
            raise Http404
        return [_seen_by(request.user, row) for row in rows]

    def rows_to_change(self, request: HttpRequest, pks: list[int]) -> list[Any]:
        """The rows of a form of their own that changes them. Raises as `rows_for`."""
        return self.rows_for(request, pks, "change")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related(*self.prefetched)

    def histories(self, pk: int) -> list[QuerySet[Any]]:
        """The histories that the page of an object shows: its own first."""
        parts = (model.history.filter(**{column: pk}) for model, column in self.linked.items())
        return [self.model.history.filter(id=pk), *parts]

    def histories_for(self, user: Any, pk: int) -> list[QuerySet[Any]]:
        """The same without rows that name what a user may not know of."""
        return self.histories(pk)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Read-only: to go back is a change like any other, made through the API, with its own reason."""
        if not hasattr(self.model, "history") or not (object_id.isascii() and object_id.isdigit()):
            raise Http404
        pk = int(object_id[:18])
        return history_view(self, request, pk, self.histories_for(request.user, pk))

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        """
        Search the folded columns with a folded term: MariaDB's LIKE minds case in a binary column.

        Titles are not folded; where folding changes more than the case of ASCII letters, they are searched for as well.
        """
        if self.search is not None:
            found = self.search(search_term, rows=queryset, **permissions.seen_parts(request.user, **self.searched_by))
            # An order that was asked for wins.
            return (found.order_by(*queryset.query.order_by) if ORDER_VAR in request.GET else found), False
        term = searched(search_term)
        found, duplicates = super().get_search_results(request, queryset, texts.fold(term))
        if not term.isascii():
            as_given, more = super().get_search_results(request, queryset, term)
            found, duplicates = found | as_given, duplicates or more
        return found, duplicates

    @stored_on_post
    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """
        A filter that no database can compare with leads back to the list, as Django's own wrong ones do. So does an action that
        the API refuses.
        """
        try:
            response = super().changelist_view(request, extra_context)
            return response.render() if isinstance(response, TemplateResponse) else response
        except CatalogError as error:
            if request.method != "POST":
                raise
            self.message_user(request, str(permissions.discreet(request.user, error)), messages.ERROR)
            return self._again(request)
        except NO_FILTER as error:
            if request.method != "GET" or not request.GET:
                # No filter's fault: the bare list would lead to itself for ever.
                raise
            self.message_user(request, str(error), messages.ERROR)
            return HttpResponseRedirect(request.path)

    @stored_on_post
    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Whatever the API refuses, the operator reads, on the page that was sent."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except CatalogError as error:
            self.message_user(request, str(permissions.discreet(request.user, error)), messages.ERROR)
            return self._again(request)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[list[Any], dict[str, int], set[str], list[Any]]:
        """What goes along, and what is in the way, but for rows that the user may not know of."""
        to_delete, counts, missing, protected = super().get_deleted_objects(objs, request)
        collector = NestedObjects(using=router.db_for_write(self.model), origin=objs)
        collector.collect(objs)
        found: set[Any] = {*collector.model_objs, *map(type, collector.protected)}
        texts = self._texts_of(found, [*chain.from_iterable(collector.model_objs.values()), *collector.protected])
        if not (kept := {model for model in found if not permissions.sees_all(request.user, model)}):
            return _replaced(to_delete, texts), counts, missing, _replaced(protected, texts)
        names = {model._meta.verbose_name_plural for model in kept}
        known = permissions.known_rows(request.user, collector.protected)
        more = [_("rows that you may not view")] if len(known) < len(collector.protected) else []
        shown = [row for row in to_delete if not isinstance(row, list)]
        known = [texts.get(_plain(row), row) for row in known]
        return shown, {name: count for name, count in counts.items() if name not in names}, missing, [*known, *more]

    def _texts_of(self, models: set[Any], rows: list[Any]) -> dict[str, str]:
        """``{what Django says of a row: the same by name}`` of rows that have no page, and say ids of themselves."""
        found: dict[str, str] = {}
        for model in models - set(self.admin_site._registry):
            of_model = [row for row in rows if type(row) is model]
            names = names_of(model, [row.pk for row in of_model])
            found |= {_plain(row): _plain(row, names[row.pk]) for row in of_model if row.pk in names}
        return found

    @stored_on_post
    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().delete_view(request, *args, **kwargs)
        except CatalogError as error:
            self.message_user(request, str(permissions.discreet(request.user, error)), messages.ERROR)
            return self._again(request)

    def _again(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(request.get_full_path())


class KeptAdmin(CatalogModelAdmin):
    """Rows that are kept back with others (`kept_with`): whoever may not view those, sees and does nothing here."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) and permissions.sees_all(request.user, self.model)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self.has_view_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self.has_view_permission(request, obj)


def _plain(row: Any, name: str = "") -> str:
    return f"{capfirst(str(row._meta.verbose_name))}: {name or row}"


def _replaced(shown: list[Any], texts: dict[str, str]) -> list[Any]:
    """Also in the lists within a list."""
    return [_replaced(each, texts) if isinstance(each, list) else texts.get(each, each) for each in shown]


def _seen_by(user: Any, row: Any) -> Any:
    """The row with its viewer, so that it links only to what the viewer may see."""
    row.viewer = user
    return row
