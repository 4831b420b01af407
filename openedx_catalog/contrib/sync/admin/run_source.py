"""Which source has which run, in the admin; and legacy rows that wait for a course key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from openedx_catalog.exceptions import CatalogError
from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin.base import stored_on_post
from openedx_catalog.lib.admin.texts import instant_column, key_cell, utc_cell
from openedx_catalog.models_api import CatalogCourse, CourseRun

from .. import api
from ..models_api import RunSource
from .base import ReadOnlyAdmin, row_page
from .filters import RunStateFilter

MISSING = instant_column("missing_since", _("Missing since"))
LONG = forms.TextInput(attrs={"class": "vLargeTextField"})


class KeyForm(forms.Form):
    """Which run it is."""

    course_key = forms.CharField(
        label=_("Course key"),
        max_length=255,
        widget=LONG,
        help_text=_("E.g. course-v1:MITx+8.01x+2013. The run is created if it is new."),
    )


class CourseForm(forms.Form):
    """Of which catalog course it is a run."""

    catalog_course = forms.CharField(
        label=_("Catalog course"),
        max_length=600,
        required=False,
        widget=LONG,
        help_text=_("Its key, e.g. catalog-course:MITx:8.01x. Programs with this course show the run. Leave blank for none."),
    )


@admin.register(RunSource)
class RunSourceAdmin(ReadOnlyAdmin):
    """To read; a record without a course key can be given its key or, as a run of another platform, its catalog course."""

    list_display = ("external_id", "source", "run_link", "course_link", "seen", MISSING)
    list_filter = (RunStateFilter, "source")
    search_fields = ("external_id_ci",)
    search_help_text = _("Search by the id at the source.")
    prefetched = ("source", "run", "catalog_course__org")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("external_id", "source", "run_link", "course_link", "row", "first_seen_at", "seen", MISSING, *_buttons(request))

    def get_urls(self) -> list[Any]:
        views = {"key": self.key_view, "course": self.course_view}
        wrapped = [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"openedx_catalog_sync_runsource_{name}")
            for name, view in views.items()
        ]
        return [*wrapped, *super().get_urls()]

    @stored_on_post
    def key_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give a record its course key."""

        def give(row: RunSource, course_key: str) -> str:
            run = api.give_course_key(row, course_key, source="admin", user=request.user)
            return _("The record is now %(key)s.") % {"key": run.course_key}

        title = _("Which run is %(name)s?")
        return self._ask(request, pk, _may_give_key(request), KeyForm(request.POST or None), title, give)

    @stored_on_post
    def course_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give a run of another platform its catalog course."""

        def link(row: RunSource, course: str) -> str:
            linked = api.link_external_run(row, course or None, source="admin", user=request.user)
            return _("The record is now a run of %(course)s.") % {"course": linked.catalog_course or "–"}

        row = self.get_object(request, str(pk))
        known = {"catalog_course": row.catalog_course.key_str} if row is not None and row.catalog_course else {}
        title = _("Of which catalog course is %(name)s a run?")
        return self._ask(request, pk, _may_link(request), CourseForm(request.POST or None, initial=known), title, link)

    def _ask(
        self, request: HttpRequest, pk: int, may: bool, form: forms.Form, title: Any, write: Callable[[RunSource, str], str]
    ) -> HttpResponse:
        """A page with a form of one field about a record; what was written is said on the record's own page."""
        if not may:
            raise PermissionDenied
        row = self.get_object(request, str(pk))
        if row is None:
            messages.error(request, _("This record does not exist any more."))
            return HttpResponseRedirect(reverse("admin:openedx_catalog_sync_runsource_changelist"))
        [field] = form.fields
        if request.method == "POST" and form.is_valid():
            try:
                messages.success(request, write(row, form.cleaned_data[field]))
            except (CatalogError, CatalogCourse.DoesNotExist) as error:
                form.add_error(field, str(permissions.discreet(request.user, error)))
            else:
                return HttpResponseRedirect(reverse("admin:openedx_catalog_sync_runsource_change", args=[pk]))
        named, values = title % {"name": row.external_id}, sorted((row.row or {}).items())
        return row_page(self, request, "give_key", row, title=named, form=form, fields=values)

    def get_list_display(self, request: HttpRequest) -> Any:
        return [*self.list_display, *_buttons(request)]

    @admin.display(description=_("Course run"))
    def run_link(self, row: RunSource) -> str:
        if row.run is None:
            return "–"
        return self.link(row, CourseRun, "change", row.run_id, key_cell(str(row.run.course_key)))

    @admin.display(description=_("Key"))
    def key_link(self, row: RunSource) -> str:
        if row.run_id is not None:
            return "–"
        url = reverse("admin:openedx_catalog_sync_runsource_key", args=[row.pk])
        return format_html('<a href="{}">{}</a>', url, _("Give it a course key"))

    @admin.display(description=_("Catalog course"))
    def course_link(self, row: RunSource) -> str:
        if row.catalog_course is None:
            return "–"
        return self.link(row, CatalogCourse, "change", row.catalog_course_id, row.catalog_course.key_str)

    @admin.display(description=_("Course"))
    def link_link(self, row: RunSource) -> str:
        if row.run_id is not None:
            return "–"
        url = reverse("admin:openedx_catalog_sync_runsource_course", args=[row.pk])
        return format_html('<a href="{}">{}</a>', url, _("Give it a catalog course"))

    @admin.display(description=_("Last seen"))
    def seen(self, row: RunSource) -> str:
        return utc_cell(row.seen_at)


def _buttons(request: HttpRequest) -> list[str]:
    asked = {"key_link": _may_give_key, "link_link": _may_link}
    return [name for name, may in asked.items() if may(request)]


def _may_link(request: HttpRequest) -> bool:
    """It notes on the row of which course it is."""
    return permissions.can_write(request.user, RunSource, "change")


def _may_give_key(request: HttpRequest) -> bool:
    """It creates a run, or writes to an existing one, and notes it on the row."""
    needed = ((RunSource, "change"), (CourseRun, "add"), (CourseRun, "change"))
    return all(permissions.can_write(request.user, model, action) for model, action in needed)
