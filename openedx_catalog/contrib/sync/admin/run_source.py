"""Which source has which run, in the admin; and legacy rows that wait for a course key."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from openedx_catalog.exceptions import CatalogError
from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin.base import CatalogModelAdmin
from openedx_catalog.lib.admin.texts import utc
from openedx_catalog.models_api import CourseRun

from .. import api
from ..models_api import RunSource


class MissingFilter(admin.SimpleListFilter):
    """What its source does not list any more, and what has no course key yet."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("missing", _("Missing")), ("listed", _("Listed")), ("legacy", _("Without a course key"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        conditions: dict[str, dict[str, Any]] = {
            "missing": {"missing_since__isnull": False},
            "listed": {"missing_since": None},
            "legacy": {"run": None},
        }
        return queryset.filter(**conditions.get(self.value() or "", {}))


class KeyForm(forms.Form):
    """Which run it is."""

    course_key = forms.CharField(
        label=_("Course key"), max_length=255, help_text=_("E.g. course-v1:MITx+8.01x+2013. The run is created, if it is new.")
    )


@admin.register(RunSource)
class RunSourceAdmin(CatalogModelAdmin):
    """To read, but for the key of a legacy row."""

    list_display = ("external_id", "source", "run_link", "seen", "missing")
    list_filter = (MissingFilter, "source")
    search_fields = ("external_id_ci",)
    search_help_text = _("Search by what the source calls it.")
    prefetched = ("source", "run")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Of the row nothing is edited; see `_may_give_key`."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        found = ("external_id", "source", "run_link", "row", "first_seen_at", "seen", "missing")
        return (*found, "key_link") if _may_give_key(request) else found

    def get_urls(self) -> list[Any]:
        wrapped = self.admin_site.admin_view(self.key_view)
        return [path("<int:pk>/key/", wrapped, name="openedx_catalog_sync_runsource_key"), *super().get_urls()]

    def key_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give a legacy row its course key."""
        if not _may_give_key(request):
            raise PermissionDenied
        row = self.get_object(request, str(pk))
        if row is None:
            return self._no(request)
        form = KeyForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                run = api.give_course_key(row, form.cleaned_data["course_key"], source="admin", user=request.user)
            except CatalogError as error:
                form.add_error("course_key", str(error))
            else:
                messages.success(request, _("It is %(key)s now.") % {"key": run.course_key})
                return HttpResponseRedirect(reverse("admin:openedx_catalog_sync_runsource_change", args=[pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Which run is %(name)s?") % {"name": row.external_id},
            "original": row,
            "opts": self.opts,
            "has_view_permission": True,
            "form": form,
            "media": self.media + form.media,
            "fields": sorted((row.row or {}).items()),
        }
        return TemplateResponse(request, "admin/openedx_catalog_sync/give_key.html", context)

    def _no(self, request: HttpRequest) -> HttpResponse:
        messages.error(request, _("That cannot be done."))
        return HttpResponseRedirect(reverse("admin:openedx_catalog_sync_runsource_changelist"))

    def get_list_display(self, request: HttpRequest) -> Any:
        return [*self.list_display, "key_link"] if _may_give_key(request) else self.list_display

    @admin.display(description=_("Run"))
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

    @admin.display(description=_("Missing since"), ordering="missing_since")
    def missing(self, row: RunSource) -> str:
        return utc(row.missing_since)


def _may_give_key(request: HttpRequest) -> bool:
    """It makes a run, or writes to the one that there is, and says so on the row."""
    needed = ((RunSource, "change"), (CourseRun, "add"), (CourseRun, "change"))
    return all(permissions.can_write(request.user, model, action) for model, action in needed)
