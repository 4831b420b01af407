"""Catalog courses in the admin."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery, prefetch_related_objects
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from organizations.models import Organization

from .. import api, keys
from ..exceptions import CatalogError
from ..lib.admin.base import stored_on_post
from ..lib.admin.forms import ApiForm, ApiModelAdmin
from ..lib.admin.searching import Way
from ..lib.admin.texts import utc
from ..models_api import CatalogCourse, CatalogCourseCode, CourseRun
from . import curation, overview
from .texts import association_text

SHOWN = 50


class CatalogCourseForm(ApiForm):
    """What the API takes of a catalog course."""

    named: ClassVar[dict[str, str]] = {"org_code": "org", "catalog_course": "course_code"}

    class Meta:
        model = CatalogCourse
        fields = ("org", "course_code", "title", "language")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = bool(self.instance.pk)
        if not self.instance.pk:
            self.fields["title"].help_text = _("What learners read. If it is left empty, the code is taken as the title.")


@admin.register(CatalogCourse)
class CatalogCourseAdmin(ApiModelAdmin):
    """List, search, create, retitle and delete catalog courses; organization and code cannot be edited afterwards."""

    form = CatalogCourseForm
    change_list_template = "admin/openedx_catalog/catalog_courses.html"
    change_form_template = "admin/openedx_catalog/catalog_course.html"
    list_display = ("title", "org_code", "course_code", "run_count", "language", "created_on")
    list_filter = ("language", ("created", admin.DateFieldListFilter))
    search_fields = ("title__icontains", "org__short_name__icontains")
    searched_elsewhere = (
        Way("pk", CatalogCourseCode, "catalog_course", "code_ci__contains"),
        Way("pk", CourseRun, "catalog_course", "key_ci__contains"),
    )
    search_help_text = _("Search by current or former code or key, title, organization, or the key of a run.")
    autocomplete_fields = ("org",)
    prefetched = ("org",)
    delete_row = staticmethod(api.delete_catalog_course)

    def create_row(self, *, org: Organization, **values: Any) -> CatalogCourse:
        return api.create_catalog_course(org_code=org.short_name, **values)

    def update_row(self, course: CatalogCourse, **values: Any) -> CatalogCourse:
        api.update_catalog_course(course, **values)
        return course

    def get_queryset(self, request: HttpRequest) -> QuerySet[CatalogCourse]:
        counted = CourseRun.objects.filter(catalog_course=OuterRef("pk")).order_by().values("catalog_course")
        return super().get_queryset(request).annotate(runs_=Coalesce(Subquery(counted.annotate(n=Count("pk")).values("n")), 0))

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        try:
            key = keys.parse_catalog_key(search_term)
            course = api.find_catalog_course(org_code=key.org, course_code=key.code)
        except CatalogError:
            course = None
        if course is not None:
            return queryset.filter(pk=course.pk), False
        return super().get_search_results(request, queryset, search_term)

    def get_urls(self) -> list[Any]:
        wrap, name = self.admin_site.admin_view, "openedx_catalog_catalogcourse"
        return [
            path("overview/", wrap(partial(overview.overview_view, self)), name=f"{name}_overview"),
            path("<int:pk>/merge/", wrap(self.merge_view), name=f"{name}_merge"),
            path("<int:pk>/rename/", wrap(self.rename_view), name=f"{name}_rename"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list, with a button for those who may see the overview."""
        return super().changelist_view(request, {**(extra_context or {}), "may_see_overview": overview.may_see(request)})

    @stored_on_post
    def merge_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Merge a catalog course into another."""
        course = self.rows_for(request, [pk], "change", "delete")[0]
        form = curation.MergeForm(request.POST or None, site=self.admin_site)
        title = _("Merge %(key)s") % {"key": course.key_str}
        return curation.with_preview(self, request, title=title, form=form, work=partial(curation.merge, course, request.user))

    @stored_on_post
    def rename_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give a catalog course another code."""
        course = self.rows_to_change(request, [pk])[0]
        form = curation.RenameForm(request.POST or None)
        title = _("Rename %(key)s") % {"key": course.key_str}
        return curation.with_preview(self, request, title=title, form=form, work=partial(curation.rename, course, request.user))

    def get_fieldsets(self, request: HttpRequest, obj: CatalogCourse | None = None) -> list[Any]:
        if obj is None:
            return [(None, {"fields": ("org", "course_code", "title", "language")})]
        identity = ("organization", "course_code", "key", "former_keys", "uuid", "created", "modified")
        return [
            (None, {"fields": ("title", "language")}),
            (_("Course runs"), {"fields": ("run_table",)}),
            (_("Identity"), {"fields": identity}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: CatalogCourse | None = None) -> tuple[str, ...]:
        return (
            () if obj is None else tuple(name for _n, part in self.get_fieldsets(request, obj)[1:] for name in part["fields"])
        )

    @admin.display(description=_("Organization"), ordering="org__short_name")
    def org_code(self, course: CatalogCourse) -> str:
        return course.org_code

    @admin.display(description=_("Runs"), ordering="runs_")
    def run_count(self, course: Any) -> str:
        if not course.runs_:
            return "0"
        if not self.may(course, "view", CourseRun):
            return str(course.runs_)
        url = reverse("admin:openedx_catalog_courserun_changelist")
        return format_html('<a href="{}?catalog_course__id__exact={}">{}</a>', url, course.pk, course.runs_)

    @admin.display(description=_("Organization"))
    def organization(self, course: CatalogCourse) -> str:
        return self.link(course, Organization, "change", course.org_id, course.org)

    @admin.display(description=_("Created"), ordering="created")
    def created_on(self, course: CatalogCourse) -> Any:
        return course.created.date()

    @admin.display(description=_("Key"))
    def key(self, course: CatalogCourse) -> str:
        return course.key_str

    @admin.display(description=_("Former keys"))
    def former_keys(self, course: CatalogCourse) -> str:
        prefetch_related_objects([course], "codes__org")
        former = [
            keys.format_key_str(slot.org.short_name, slot.code)
            for slot in course.codes.all()
            if (slot.org_id, slot.code_ci) != (course.org_id, course.course_code_ci)
        ]
        return ", ".join(sorted(former)[:SHOWN]) or "–"

    @admin.display(description=_("Runs"))
    def run_table(self, course: Any) -> str:
        """The newest runs, with links for those who may see runs; an inline formset would load and post them all."""
        runs = list(course.runs.select_related("schedule").order_by("-pk")[:SHOWN])
        prefetch_related_objects([course], "codes__org")
        for run in runs:
            run.catalog_course, schedule = course, getattr(run, "schedule", None)
            run.texts = (utc(getattr(schedule, "start", None)), utc(getattr(schedule, "end", None)), association_text(run))
        url = f"{reverse('admin:openedx_catalog_courserun_changelist')}?catalog_course__id__exact={course.pk}"
        context = {"runs": runs, "total": course.runs_, "more": course.runs_ > len(runs), "url": url}
        context["may_view"] = self.may(course, "view", CourseRun)
        return render_to_string("admin/openedx_catalog/runs_of_course.html", context)
