"""Catalog courses in the admin."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db import router
from django.db.models import Count, OuterRef, Subquery, prefetch_related_objects
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from organizations.models import Organization

from .. import api, permissions
from ..lib.admin import changelog
from ..lib.admin.base import stored_on_post
from ..lib.admin.exporting import Table
from ..lib.admin.forms import ApiForm
from ..lib.admin.texts import instant_column, utc, utc_cell
from ..lib.sql import values_of
from ..lib.tables import Words
from ..models_api import CatalogCourse, CourseRun
from . import curation, doctor, overview
from .bulk import BulkPages
from .course_codes import CourseCodePages
from .extended import ExtendedAdmin
from .filters import OrganizationFilter, TitledFilter
from .importing import COURSES, ImportPages
from .keeping import KeepsValues
from .texts import association_text, codes_at
from .timelines import OrganizationTimelines

SHOWN = 50
CREATED = instant_column("created", _("creation date"))
MODIFIED = instant_column("modified", _("last modification"))


class LanguageFilter(admin.AllValuesFieldListFilter):
    """The languages that there are; a link that says nothing would be that of courses whose language is not set."""

    def __init__(self, field: Any, request: HttpRequest, params: Any, model: Any, model_admin: Any, field_path: str) -> None:
        super().__init__(field, request, params, model, model_admin, field_path)
        if permissions.sees_all(request.user, model):
            # Django's statement reads every course for each page of the list.
            languages: Any = values_of(model, field.name, router.db_for_read(model))
            self.lookup_choices = languages

    def choices(self, changelist: Any) -> Iterator[Any]:
        for choice in super().choices(changelist):
            yield {**choice, "display": choice["display"] or _("not set")}


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


def number_of_runs(user: Any) -> Coalesce:
    """How many runs of a course a user may see; of them all for nobody in particular."""
    runs = CourseRun.objects.filter(catalog_course=OuterRef("pk"))
    seen = runs if user is None else permissions.visible(user, runs)
    return Coalesce(Subquery(seen.order_by().values("catalog_course").annotate(n=Count("pk")).values("n")), 0)


NUMBER_OF_RUNS = number_of_runs(None)


class CourseList(ChangeList):
    """
    The list of catalog courses: first which ones are on the page, by an index, then these with all that is shown.

    In one statement the runs of every course on the pages before would be counted too.
    """

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        pks = list(self.result_list.prefetch_related(None).values_list("pk", flat=True))
        shown = CatalogCourse.objects.with_org().annotate(runs_=number_of_runs(request.user)).order_by().in_bulk(pks)
        self.result_list = [shown[pk] for pk in pks if pk in shown]


@admin.register(CatalogCourse)
class CatalogCourseAdmin(KeepsValues, OrganizationTimelines, CourseCodePages, ExtendedAdmin, BulkPages, ImportPages):
    """List, search, create, retitle and delete catalog courses; organization and code cannot be edited afterwards."""

    form = CatalogCourseForm
    importer = COURSES
    change_list_template = "admin/openedx_catalog/catalog_courses.html"
    change_form_template = "admin/openedx_catalog/catalog_course.html"
    list_display = ("title", "org_code", "course_code", "run_count", "language_code", "created_on")
    list_filter = (OrganizationFilter, ("language", LanguageFilter), TitledFilter, ("created", admin.DateFieldListFilter))
    search = staticmethod(api.search_catalog_courses)
    searched_by: ClassVar[dict[str, Any]] = {"runs": CourseRun}
    search_fields = ("title",)
    search_help_text = _("Search by current or former code or key, title, organization, or the key of a run.")
    autocomplete_fields = ("org",)
    prefetched = ("org",)
    actions = ("edit_selected",)
    bulk_fields = can_be_empty = ("language",)
    delete_row = staticmethod(api.delete_catalog_course)

    def create_row(self, *, org: Organization, **values: Any) -> CatalogCourse:
        return api.create_catalog_course(org_code=org.short_name, **values)

    def update_row(self, course: CatalogCourse, **values: Any) -> CatalogCourse:
        api.update_catalog_course(course, **values)
        return course

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return CourseList

    def get_urls(self) -> list[Any]:
        wrap, name = self.admin_site.admin_view, "openedx_catalog_catalogcourse"
        return [
            path("overview/", wrap(partial(overview.overview_view, self)), name=f"{name}_overview"),
            path("changes/", wrap(partial(changelog.changes_view, self)), name=f"{name}_changes"),
            path("doctor/", wrap(partial(doctor.findings_view, self)), name=f"{name}_doctor"),
            path("suggestions/", wrap(partial(doctor.suggestions_view, self)), name=f"{name}_suggestions"),
            path("<int:pk>/merge/", wrap(self.merge_view), name=f"{name}_merge"),
            path("<int:pk>/rename/", wrap(self.rename_view), name=f"{name}_rename"),
            path("<int:pk>/move/", wrap(self.move_view), name=f"{name}_move"),
            path("<int:pk>/split/", wrap(self.split_view), name=f"{name}_split"),
            path("<int:pk>/unmerge/", wrap(self.unmerge_view), name=f"{name}_unmerge"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list, with buttons for those who may see the overview, and what has changed."""
        may = {"may_see_overview": overview.may_see(request), "may_see_changes": changelog.may_see(request.user)}
        return super().changelist_view(request, {**(extra_context or {}), **may})

    def export_table(self, request: HttpRequest, rows: Any) -> Table:
        """Key, title and language."""
        found = self.rows_to_export(request, rows)
        return ("catalog_course", "title", "language"), ([row.key_str, Words(row.title), row.language] for row in found)

    @stored_on_post
    def merge_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Merge a catalog course into another."""
        course = self.rows_for(request, [pk], "change", "delete")[0]
        form = curation.MergeForm(request.POST or None, initial=request.GET.dict(), site=self.admin_site)
        title = _("Merge %(key)s") % {"key": course.key_str}
        return curation.with_preview(
            self, request, title=title, form=form, work=partial(curation.merge, course, request.user), rows=[course]
        )

    @stored_on_post
    def rename_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give a catalog course another code."""
        course = self.rows_to_change(request, [pk])[0]
        form = curation.RenameForm(request.POST or None, initial=request.GET.dict())
        title = _("Rename %(key)s") % {"key": course.key_str}
        return curation.with_preview(
            self, request, title=title, form=form, work=partial(curation.rename, course, request.user), rows=[course]
        )

    @stored_on_post
    def move_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give a catalog course to another organization."""
        course = self.rows_to_change(request, [pk])[0]
        form = curation.MoveCourseForm(request.POST or None, site=self.admin_site)
        title, work = _("Move %(key)s") % {"key": course.key_str}, partial(curation.move_course, course, request.user)
        return curation.with_preview(self, request, title=title, form=form, work=work, rows=[course])

    @stored_on_post
    def split_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give some runs of a catalog course a new one."""
        course = self.rows_for(request, [pk], "add", "change")[0]
        form = curation.SplitForm(request.POST or None, site=self.admin_site, course=course)
        title, work = _("Split %(key)s") % {"key": course.key_str}, partial(curation.split, course, request.user)
        return curation.with_preview(self, request, title=title, form=form, work=work, rows=[course])

    @stored_on_post
    def unmerge_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Bring back a catalog course that was merged into this one."""
        course = self.rows_for(request, [pk], "add", "change")[0]
        form = curation.UnmergeForm(request.POST or None, course=course, initial={"merge": request.GET.get("merge")})
        title, work = _("Undo a merge into %(key)s") % {"key": course.key_str}, partial(curation.unmerge, course, request.user)
        return curation.with_preview(self, request, title=title, form=form, work=work, rows=[course])

    def get_fieldsets(self, request: HttpRequest, obj: CatalogCourse | None = None) -> list[Any]:
        if obj is None:
            return [(None, {"fields": ("org", "course_code", "title", "language")})]
        identity = ("organization", "course_code", "key", "former_keys", "rerun_code", "uuid", CREATED, MODIFIED)
        return [
            (None, {"fields": ("title", "language")}),
            (_("Course runs"), {"fields": ("run_table",)}),
            (_("Identity"), {"fields": identity}),
            (_("Merges"), {"fields": ("merge_table",)}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: CatalogCourse | None = None) -> tuple[str, ...]:
        return (
            () if obj is None else tuple(name for _n, part in self.get_fieldsets(request, obj)[1:] for name in part["fields"])
        )

    @admin.display(description=_("Organization"), ordering="org__short_name")
    def org_code(self, course: CatalogCourse) -> str:
        return course.org_code

    @admin.display(description=_("Runs"), ordering=NUMBER_OF_RUNS)
    def run_count(self, course: Any) -> str:
        if not course.runs_:
            return "0"
        if not self.may(course, "view", CourseRun):
            return str(course.runs_)
        url = reverse("admin:openedx_catalog_courserun_changelist")
        return format_html('<a href="{}?catalog_course__id__exact={}">{}</a>', url, course.pk, course.runs_)

    @admin.display(description=_("Organization"))
    def organization(self, course: CatalogCourse) -> str:
        """With a link to what happened to it: the page of edx-organizations does not say."""
        name = self.link(course, Organization, "change", course.org_id, course.org)
        if not self.may(course, "view", Organization):
            return name
        url = reverse("admin:openedx_catalog_catalogcourse_organization_history", args=[course.pk])
        return format_html('{} (<a href="{}">{}</a>)', name, url, _("History of its organization"))

    @admin.display(description=_("language"), ordering="language", empty_value="–")
    def language_code(self, course: CatalogCourse) -> str:
        return course.language

    @admin.display(description=_("Created"), ordering="created")
    def created_on(self, course: CatalogCourse) -> Any:
        return course.created.date()

    @admin.display(description=_("Key"))
    def key(self, course: CatalogCourse) -> str:
        return course.key_str

    @admin.display(description=_("Merged into this course"))
    def merge_table(self, course: CatalogCourse) -> str:
        """What was merged in, when, by whom and why, with a link to undo it for those who may."""
        merges: list[Any] = list(api.get_catalog_merges(course)[:SHOWN])
        for merge in merges:
            merge.when, merge.org_code = utc(merge.at), merge.org.short_name if merge.org else "–"
        may_undo = self.may(course, "change", CatalogCourse) and self.may(course, "add", CatalogCourse)
        context = {"merges": merges, "course": course, "may_undo": may_undo}
        return render_to_string("admin/openedx_catalog/merges_of_course.html", context)

    @admin.display(description=_("Runs"))
    def run_table(self, course: Any) -> str:
        """The newest runs, with links for those who may see runs; an inline formset would load and post them all."""
        seen = permissions.visible(getattr(course, "viewer", None), course.runs.all())
        runs = list(seen.select_related("schedule").order_by("-pk")[:SHOWN])
        total = len(runs) if len(runs) < SHOWN else seen.count()
        prefetch_related_objects([course], *codes_at("codes"))
        for run in runs:
            run.catalog_course, schedule = course, getattr(run, "schedule", None)
            run.start_text, run.end_text = (utc_cell(getattr(schedule, name, None)) for name in ("start", "end"))
            run.association_text = association_text(run)
        url = f"{reverse('admin:openedx_catalog_courserun_changelist')}?catalog_course__id__exact={course.pk}"
        context = {"runs": runs, "total": total, "more": total > len(runs), "url": url}
        context |= {"may_view": self.may(course, "view", CourseRun), **self.add_run_context(course)}
        return render_to_string("admin/openedx_catalog/runs_of_course.html", context)
