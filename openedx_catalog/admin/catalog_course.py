"""Catalog courses in the admin."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from .. import api, keys
from ..abstract_models import normalize_language
from ..exceptions import CatalogError, DuplicateCatalogCourse
from ..models_api import CatalogCourse, CourseRun
from . import curation, overview
from .base import CatalogModelAdmin


class CatalogCourseForm(forms.ModelForm):
    """Takes what the API takes; the API decides."""

    class Meta:
        model = CatalogCourse
        fields = ("org", "course_code", "title", "language")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = False
        self.fields["title"].help_text = _("What learners read. Left empty for a new course, its code is taken.")

    def clean_language(self) -> str:
        return normalize_language(self.cleaned_data["language"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("org") and values.get("course_code"):
            try:
                key = keys.check_catalog_key(values["org"].short_name, values["course_code"])
                owner = api.find_catalog_course(org_code=key.org, course_code=key.code)
                if owner is not None:
                    raise DuplicateCatalogCourse(org_code=key.org, course_code=key.code, key_str=owner.key_str)
            except CatalogError as error:
                self.add_error("course_code", str(error))
        return values

    def _post_clean(self) -> None:
        """The API validates, once, when it saves."""


@admin.register(CatalogCourse)
class CatalogCourseAdmin(CatalogModelAdmin):
    """List, search, create, retitle and delete catalog courses; organization and code cannot be edited afterwards."""

    form = CatalogCourseForm
    list_display = ("title", "org_code", "course_code", "run_count", "language", "created_on")
    list_filter = ("language", ("created", admin.DateFieldListFilter))
    search_fields = ("course_code_ci", "title", "org__short_name", "runs__key_ci")
    search_help_text = _("Search by code, title, organization or the key of a run.")
    autocomplete_fields = ("org",)
    prefetched = ("org",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[CatalogCourse]:
        counted = CourseRun.objects.filter(catalog_course=OuterRef("pk")).order_by().values("catalog_course")
        return super().get_queryset(request).annotate(runs_=Coalesce(Subquery(counted.annotate(n=Count("pk")).values("n")), 0))

    def get_urls(self) -> list[Any]:
        wrap, name = self.admin_site.admin_view, "openedx_catalog_catalogcourse"
        return [
            path("overview/", wrap(partial(overview.overview_view, self)), name=f"{name}_overview"),
            path("<int:pk>/merge/", wrap(self.merge_view), name=f"{name}_merge"),
            path("<int:pk>/rename/", wrap(self.rename_view), name=f"{name}_rename"),
            *super().get_urls(),
        ]

    def merge_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Merge a catalog course into another."""
        course = self.rows_to_change(request, [pk])[0]
        form = curation.MergeForm(request.POST or None, site=self.admin_site)
        title = _("Merge %(key)s") % {"key": course.key_str}
        return curation.curate(self, request, title=title, form=form, work=partial(curation.merge, course, request.user))

    def rename_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give a catalog course another code."""
        course = self.rows_to_change(request, [pk])[0]
        form = curation.RenameForm(request.POST or None)
        title = _("Rename %(key)s") % {"key": course.key_str}
        return curation.curate(self, request, title=title, form=form, work=partial(curation.rename, course, request.user))

    def get_fields(self, request: HttpRequest, obj: CatalogCourse | None = None) -> tuple[str, ...]:
        if obj is None:
            return ("org", "course_code", "title", "language")
        return ("title", "language", "org", "course_code", "key", "former_keys", "uuid", "run_links", "created", "modified")

    def get_readonly_fields(self, request: HttpRequest, obj: CatalogCourse | None = None) -> tuple[str, ...]:
        return () if obj is None else self.get_fields(request, obj)[2:]

    def save_model(self, request: HttpRequest, obj: CatalogCourse, form: forms.ModelForm, change: bool) -> None:
        values = form.cleaned_data
        if change:
            wanted = {name: values[name] for name in form.changed_data if name in ("title", "language")}
            api.update_catalog_course(obj.pk, **wanted, source="admin", user=request.user)
            obj.refresh_from_db()
            return
        created = api.create_catalog_course(
            org_code=values["org"].short_name,
            course_code=values["course_code"],
            title=values["title"],
            language=values["language"],
            source="admin",
            user=request.user,
        )
        obj.pk, obj._state.adding, obj._state.db = created.pk, False, created._state.db
        obj.refresh_from_db()

    def delete_model(self, request: HttpRequest, obj: CatalogCourse) -> None:
        api.delete_catalog_course(obj, source="admin", user=request.user)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[CatalogCourse]) -> None:
        for course in queryset:
            self.delete_model(request, course)

    @admin.display(description=_("Organization"), ordering="org__short_name")
    def org_code(self, course: CatalogCourse) -> str:
        return course.org_code

    @admin.display(description=_("Runs"), ordering="runs_")
    def run_count(self, course: Any) -> str:
        if not course.runs_:
            return "0"
        url = reverse("admin:openedx_catalog_courserun_changelist")
        return format_html('<a href="{}?catalog_course__id__exact={}">{}</a>', url, course.pk, course.runs_)

    @admin.display(description=_("Created"), ordering="created")
    def created_on(self, course: CatalogCourse) -> Any:
        return course.created.date()

    @admin.display(description=_("Key"))
    def key(self, course: CatalogCourse) -> str:
        return course.key_str

    @admin.display(description=_("Former keys"))
    def former_keys(self, course: CatalogCourse) -> str:
        codes = course.codes.exclude(org_id=course.org_id, code_ci=course.course_code_ci).order_by("code_ci")
        names = codes.values_list("org__short_name", "code")[:50]
        return ", ".join(f"catalog-course:{org}:{code}" for org, code in names) or "–"

    @admin.display(description=_("Runs"))
    def run_links(self, course: Any) -> str:
        return self.run_count(course)
