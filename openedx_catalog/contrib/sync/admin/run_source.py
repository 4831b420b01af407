"""Which source has which run, in the admin; and legacy rows that wait for a course key."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from openedx_catalog.exceptions import CatalogError
from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin.base import stored_on_post
from openedx_catalog.lib.admin.texts import instant_column, utc
from openedx_catalog.models_api import CourseRun

from .. import api
from ..models_api import RunSource
from .base import ReadOnlyAdmin, row_page

MISSING = instant_column("missing_since", _("Missing since"))


class MissingFilter(admin.SimpleListFilter):
    """Records that their source does not list any more, and those without a course key."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("missing", _("Missing")), ("listed", _("Listed")), ("legacy", _("Without a course key"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        states = {"missing": Q(missing_since__isnull=False), "listed": Q(missing_since=None), "legacy": Q(run=None)}
        return queryset.filter(states.get(self.value() or "", Q()))


class KeyForm(forms.Form):
    """Which run it is."""

    course_key = forms.CharField(
        label=_("Course key"), max_length=255, help_text=_("E.g. course-v1:MITx+8.01x+2013. The run is created if it is new.")
    )


@admin.register(RunSource)
class RunSourceAdmin(ReadOnlyAdmin):
    """To read; only a legacy row can be given its key."""

    list_display = ("external_id", "source", "run_link", "seen", MISSING)
    list_filter = (MissingFilter, "source")
    search_fields = ("external_id_ci",)
    search_help_text = _("Search by the id at the source.")
    prefetched = ("source", "run")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        found = ("external_id", "source", "run_link", "row", "first_seen_at", "seen", MISSING)
        return (*found, "key_link") if _may_give_key(request) else found

    def get_urls(self) -> list[Any]:
        wrapped = self.admin_site.admin_view(self.key_view)
        return [path("<int:pk>/key/", wrapped, name="openedx_catalog_sync_runsource_key"), *super().get_urls()]

    @stored_on_post
    def key_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give a legacy row its course key."""
        if not _may_give_key(request):
            raise PermissionDenied
        row = self.get_object(request, str(pk))
        if row is None:
            messages.error(request, _("This record does not exist any more."))
            return HttpResponseRedirect(reverse("admin:openedx_catalog_sync_runsource_changelist"))
        form = KeyForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                run = api.give_course_key(row, form.cleaned_data["course_key"], source="admin", user=request.user)
            except CatalogError as error:
                form.add_error("course_key", str(error))
            else:
                messages.success(request, _("The record is now %(key)s.") % {"key": run.course_key})
                return HttpResponseRedirect(reverse("admin:openedx_catalog_sync_runsource_change", args=[pk]))
        title = _("Which run is %(name)s?") % {"name": row.external_id}
        return row_page(self, request, "give_key", row, title=title, form=form, fields=sorted((row.row or {}).items()))

    def get_list_display(self, request: HttpRequest) -> Any:
        return [*self.list_display, "key_link"] if _may_give_key(request) else self.list_display

    @admin.display(description=_("Course run"))
    def run_link(self, row: RunSource) -> str:
        if row.run is None:
            return "–"
        return self.link(row, CourseRun, "change", row.run_id, row.run.course_key)

    @admin.display(description=_("Key"))
    def key_link(self, row: RunSource) -> str:
        if row.run_id is not None:
            return "–"
        url = reverse("admin:openedx_catalog_sync_runsource_key", args=[row.pk])
        return format_html('<a href="{}">{}</a>', url, _("Give it a course key"))

    @admin.display(description=_("Last seen"))
    def seen(self, row: RunSource) -> str:
        return utc(row.seen_at)


def _may_give_key(request: HttpRequest) -> bool:
    """It creates a run, or writes to an existing one, and notes it on the row."""
    needed = ((RunSource, "change"), (CourseRun, "add"), (CourseRun, "change"))
    return all(permissions.can_write(request.user, model, action) for model, action in needed)
