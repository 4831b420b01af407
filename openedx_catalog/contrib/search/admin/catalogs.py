"""Course catalogs in the admin: their queries, what these find, and who sees them."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from openedx_catalog.lib import permissions, texts
from openedx_catalog.lib.admin.base import AutocompleteMultiple, KeptAdmin, row_id
from openedx_catalog.lib.admin.building import RowsInOrderField
from openedx_catalog.lib.admin.forms import ApiForm, ApiModelAdmin
from openedx_catalog.lib.admin.texts import instant_column
from openedx_catalog.models_api import CatalogCourse

from .. import api
from ..exceptions import InvalidQuery
from ..models_api import CourseCatalog, CourseCatalogGroup, CourseCatalogUser
from .preview import may_try, preview_page

_CREATED, _MODIFIED = instant_column("created", _("Created")), instant_column("modified", _("Modified"))
_IDENTITY = ("uuid", _CREATED, _MODIFIED)
_QUERY = ("name", "query", "include_archived")
_SEEN: Any = (_("Who sees it"), {"fields": ("viewers", "viewer_groups")})
_PREVIEW = "openedx_catalog_search_coursecatalog_preview"


class UsernamesField(forms.CharField):
    """Usernames, which may have blanks in them where they come from elsewhere."""

    widget = AdminTextareaWidget({"rows": 3})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, show_hidden_initial=True, **kwargs)

    def clean(self, value: Any) -> Any:
        return _names(super().clean(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return _names(initial) != _names(data)


def _names(text: str | None) -> list[str]:
    return [name for part in re.split(r"[,\r\n]", text or "") if (name := part.strip())]


class CourseCatalogForm(ApiForm):
    """A query, and who sees it besides those who may view all."""

    viewers = UsernamesField(
        label=_("Users who see it"),
        help_text=_("Usernames, separated by commas or line breaks. Whoever may view course catalogs sees it anyway."),
    )
    viewer_groups = RowsInOrderField(
        label=_("Groups that see it"),
        queryset=Group.objects.all(),
        required=False,
        help_text=_("Groups of users, e.g. of a customer: all of their members see it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["viewer_groups"]
        field.widget = AutocompleteMultiple(CourseCatalogGroup._meta.get_field("group"), self.model_admin.admin_site)
        field.widget.choices = field.choices
        if self.instance.pk:
            users, _groups = api.viewers_of([self.instance.pk])[self.instance.pk]
            self.initial["viewers"] = ", ".join(users)
            rows = self.instance.group_rows.order_by("group__name").values_list("group_id", flat=True)
            self.initial["viewer_groups"] = list(rows)


@admin.register(CourseCatalog)
class CourseCatalogAdmin(KeptAdmin, ApiModelAdmin):
    """By name."""

    form = CourseCatalogForm
    change_list_template = "admin/openedx_catalog_search/catalogs.html"
    list_display = ("name", "short_query", "include_archived", _MODIFIED)
    list_filter = ("include_archived",)
    search_fields = ("name_ci", "uuid")
    search_help_text = _("Search by name or UUID.")
    ordering: ClassVar[tuple[str, ...]] = ("name_ci",)
    linked: ClassVar[dict[Any, str]] = dict.fromkeys((CourseCatalogUser, CourseCatalogGroup), "catalog_id")
    add_fieldsets: ClassVar[Any] = ((None, {"fields": _QUERY}), _SEEN)
    fieldsets = ((None, {"fields": (*_QUERY, "found")}), _SEEN, (_("Identity"), {"fields": _IDENTITY}))
    readonly_fields = ("found", *_IDENTITY)
    create_row = staticmethod(api.create_course_catalog)
    update_row = staticmethod(api.update_course_catalog)
    delete_row = staticmethod(api.delete_course_catalog)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.preview_view)
        return [path("preview/", view, name=_PREVIEW), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, {**(extra_context or {}), "may_try": may_try(self, request)})

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """What a query finds: that of ``?catalog=``, or one that is typed there."""
        given = request.GET.get("catalog")
        return preview_page(self, request, None if given is None else row_id(given))

    @admin.display(description=_("Query"))
    def short_query(self, row: CourseCatalog) -> str:
        return texts.shorten(row.query, 100)

    @admin.display(description=_("Courses"))
    def found(self, row: Any) -> str:
        """How many courses it has that whoever looks may see, and the way to a list of them."""
        try:
            count = api.count_courses(row, **permissions.seen_parts(row.viewer, courses=CatalogCourse))
            said = ngettext("%(count)s course", "%(count)s courses", count) % {"count": f"{count:,}"}
        except InvalidQuery as error:
            said = str(error)
        url = reverse(f"admin:{_PREVIEW}", query={"catalog": row.pk})
        return format_html('{} · <a href="{}">{}</a>', said, url, _("Preview"))

    # What the form asks for, and who may not change it sees.

    @admin.display(description=_("Users who see it"))
    def viewers(self, row: CourseCatalog) -> str:
        return ", ".join(api.viewers_of([row.pk])[row.pk][0]) or "–"

    @admin.display(description=_("Groups that see it"))
    def viewer_groups(self, row: CourseCatalog) -> str:
        return ", ".join(api.viewers_of([row.pk])[row.pk][1]) or "–"
