"""Course runs in the admin."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from .. import api, keys
from ..data import SCHEDULE_FIELDS
from ..extensions import installed_extensions
from ..lib.admin.base import stored_on_post
from ..lib.admin.exporting import Table
from ..lib.admin.forms import ApiForm, DeleteForm, InstantField
from ..lib.admin.texts import instant_column, key_cell, utc, utc_cell
from ..models_api import CatalogCourse, CourseRun, CourseSchedule
from ..policies import date_window
from ..transfer import EXPORTED, table_of_runs
from . import curation
from .bulk import BulkPages
from .extended import ExtendedAdmin
from .filters import CourseFilter, OneOfFilter, OrganizationFilter
from .following import FollowForm, follow
from .importing import RUNS, ImportPages
from .keeping import KeepsValues
from .texts import STATUS_LABELS, association_text, codes_at, mismatch_text
from .timelines import TimelineAdmin

PACING = [("", "–"), ("instructor", _("Instructor-paced")), ("self", _("Self-paced"))]
SCHEDULE_LABELS = {
    "start": _("Start"),
    "end": _("End"),
    "enrollment_start": _("Enrollment start"),
    "enrollment_end": _("Enrollment end"),
    "pacing": _("Pacing"),
}

CREATED = instant_column("created", _("creation date"))
MODIFIED = instant_column("modified", _("last modification"))
SOURCE_TIME = instant_column("source_time", _("source time"))

# Dates that should not come in another order.
_IN_ORDER = (("start", "end"), ("enrollment_start", "enrollment_end"), ("enrollment_start", "end"))


class WithdrawnFilter(OneOfFilter):
    """Runs whose content was deleted upstream."""

    title = _("state of the content")
    parameter_name = "withdrawn"
    offered: ClassVar[Any] = [("1", _("Deleted at the source")), ("0", _("Not deleted"))]

    def condition(self, chosen: Any) -> Q:
        return Q(withdrawal__isnull=chosen == "0")


class StatusFilter(admin.SimpleListFilter):
    """What the dates of a run say now."""

    title = _("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        # Those of the host's policy, which may have others.
        return [(name, STATUS_LABELS.get(name, name)) for name in date_window().statuses()]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.in_status(self.value()) if self.value() in dict(self.lookup_choices) else queryset


class EnrollableFilter(admin.SimpleListFilter):
    """Whether learners can enroll now."""

    title = _("enrollment")
    parameter_name = "enrollable"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("1", _("Open")), ("0", _("Closed"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        narrowed = {"1": queryset.enrollable, "0": queryset.not_enrollable}.get(self.value() or "")
        return narrowed() if narrowed else queryset


class CourseRunForm(ApiForm):
    """A key for a new run, the title, and the schedule."""

    named: ClassVar[dict[str, str]] = {"course_key": "key", "org_code": "key"}

    key = forms.CharField(
        label=_("Course key"),
        max_length=keys.MAX_LENGTH,
        widget=forms.TextInput(attrs={"class": "vLargeTextField"}),
        help_text=_(
            "For example course-v1:MITx+14.100x+3T2017. The run comes under the catalog course that its key names; a course "
            "that does not exist yet is created."
        ),
    )
    start = InstantField()
    end = InstantField()
    enrollment_start = InstantField()
    enrollment_end = InstantField()
    pacing = forms.ChoiceField(required=False, show_hidden_initial=True, choices=PACING)

    class Meta:
        model = CourseRun
        fields = ("title",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in SCHEDULE_LABELS.items():
            self.fields[name].label = label
        self.fields["title"].required = bool(self.instance.pk)
        if self.instance.pk:
            self.fields["title"].help_text = _("What learners read.")
            self.fields.pop("key", None)
            schedule = getattr(self.instance, "schedule", None)
            for name in SCHEDULE_FIELDS:
                self.fields[name].initial = getattr(schedule, name, None)

    def write(self) -> CourseRun:
        values = self.changed("title", *SCHEDULE_FIELDS)
        if self.instance.pk is not None:
            return self.model_admin.update_row(self.instance, **values, **self.provenance)
        values, schedule = _parted(values)
        return api.create_course_run(self.cleaned_data["key"], schedule=schedule, **values, **self.provenance)


def _parted(values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Values of a run, and those of its schedule, where "" is none."""
    schedule = {name: values[name] or None for name in SCHEDULE_FIELDS if name in values}
    return {name: value for name, value in values.items() if name not in schedule}, schedule


class DeleteRunForm(DeleteForm):
    """Whether the key is remembered, and why."""

    for_good = forms.BooleanField(
        label=_("For good"),
        required=False,
        help_text=_(
            "No sync, file or event creates such a run again, until somebody restores it (Deleted Run Keys). Without this, the "
            "next sync that lists the run creates it anew."
        ),
    )
    field_order = ("for_good", "reason")


@admin.register(CourseRun)
class CourseRunAdmin(KeepsValues, TimelineAdmin, ExtendedAdmin, BulkPages, ImportPages):
    """List, search, create, retitle, reschedule and delete runs; key and catalog course cannot be edited afterwards."""

    form = CourseRunForm
    delete_form = DeleteRunForm
    importer = RUNS
    change_form_template = "admin/openedx_catalog/course_run.html"
    list_display = ("title", "key_text", "course_link", "association_text", "start")
    list_filter = (
        OrganizationFilter,
        CourseFilter,
        "association",
        StatusFilter,
        EnrollableFilter,
        "schedule__pacing",
        WithdrawnFilter,
        ("created", admin.DateFieldListFilter),
        ("schedule__start", admin.DateFieldListFilter),
    )
    search = staticmethod(api.search_course_runs)
    search_fields = ("title",)
    search_help_text = _("Search by key, title, organization, or the current or former code of the catalog course.")
    prefetched = ("schedule",)
    fieldsets_for_schedule = (_("Schedule"), {"fields": SCHEDULE_FIELDS})

    actions = ("edit_selected", "move_selected", "follow_selected")
    bulk_fields = can_be_empty = SCHEDULE_FIELDS

    def get_queryset(self, request: HttpRequest) -> QuerySet[CourseRun]:
        # The courses of a page, and their codes, are few: joined with their organizations they are a query less each.
        courses = Prefetch("catalog_course", CatalogCourse.objects.with_org())
        wanted = (courses, *codes_at("catalog_course__codes"), *self.prefetched)
        return super().get_queryset(request).prefetch_related(None).prefetch_related(*wanted)

    def get_urls(self) -> list[Any]:
        wrap, name = self.admin_site.admin_view, "openedx_catalog_courserun"
        return [
            path("<int:pk>/move/", wrap(self.move_view), name=f"{name}_move"),
            path("move/", wrap(self.move_view), name=f"{name}_move_many"),
            path("<int:pk>/follow-key/", wrap(self.follow_view), name=f"{name}_follow"),
            path("follow-key/", wrap(self.follow_view), name=f"{name}_follow_many"),
            *super().get_urls(),
        ]

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """A run, with what optional apps remark on it."""
        is_id = object_id.isascii() and object_id.isdigit() and self.has_view_permission(request)
        asked = installed_extensions() if is_id else ()
        remarks = [remark for extension in asked for remark in extension.remarks_on_run(int(object_id), request.user)]
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "remarks": remarks})

    def export_table(self, request: HttpRequest, rows: QuerySet[CourseRun]) -> Table:
        """What can be imported again."""
        return EXPORTED, table_of_runs(CourseRun.objects.filter(pk__in=rows.order_by().values("pk")))

    @admin.action(description=_("Move selected"), permissions=["change"])
    def move_selected(self, request: HttpRequest, queryset: QuerySet[CourseRun]) -> HttpResponse | None:
        """Go to the form, with what was selected."""
        too_many = _("Select at most %(limit)d runs. To move all runs of a course, merge the course.")
        return self.to_form(request, queryset, "move_many", too_many)

    @admin.action(description=_("Let selected follow their keys"), permissions=["change"])
    def follow_selected(self, request: HttpRequest, queryset: QuerySet[CourseRun]) -> HttpResponse | None:
        """Go to the form, with what was selected."""
        return self.to_form(request, queryset, "follow_many")

    @stored_on_post
    def move_view(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """Move one run, or those of ``?ids=1,2``, to another catalog course."""
        runs = self.selected_rows(request, pk)
        form = curation.MoveForm(request.POST or None, initial=request.GET.dict(), site=self.admin_site, runs=runs)
        title = _("Move %(key)s") % {"key": runs[0].course_key}
        if len(runs) > 1:
            title = ngettext("Move %(count)d course run", "Move %(count)d course runs", len(runs)) % {"count": len(runs)}
        work = partial(curation.move, runs, request.user)
        return curation.with_preview(self, request, title=title, form=form, work=work, rows=runs, skippable=True)

    @stored_on_post
    def follow_view(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """Let one run, or those of ``?ids=1,2``, follow their keys again."""
        runs = self.selected_rows(request, pk)
        title = _("Let %(key)s follow its key again") % {"key": runs[0].course_key}
        if len(runs) > 1:
            title = ngettext(
                "Let %(count)d course run follow its key again", "Let %(count)d course runs follow their keys again", len(runs)
            ) % {"count": len(runs)}
        form, work = FollowForm(request.POST or None), partial(follow, runs, request.user)
        return curation.with_preview(self, request, title=title, form=form, work=work, rows=runs)

    def get_fieldsets(self, request: HttpRequest, obj: CourseRun | None = None) -> list[Any]:
        if obj is None:
            return [(None, {"fields": ("key", "title")}), self.fieldsets_for_schedule]
        identity = (
            "course_key",
            "course_link",
            "association",
            "mismatch",
            "withdrawn",
            "run_code",
            "uuid",
            CREATED,
        )
        return [
            (None, {"fields": ("title",)}),
            self.fieldsets_for_schedule,
            (_("Identity"), {"fields": (*identity, MODIFIED, SOURCE_TIME)}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: CourseRun | None = None) -> tuple[str, ...]:
        return () if obj is None else tuple(self.get_fieldsets(request, obj)[2][1]["fields"])

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        # The admin would ask the model for fields that only our form has.
        kwargs["fields"] = ("title",)
        return super().get_form(request, obj, change=change, **kwargs)

    def save_model(self, request: HttpRequest, obj: CourseRun, form: Any, change: bool) -> None:
        """It is stored. What of its dates makes no sense is said: sources have such runs, so that it is no error."""
        super().save_model(request, obj, form, change)
        for remark in _contradictions(CourseSchedule.objects.filter(run=obj).first()):
            self.message_user(request, remark, messages.WARNING)

    def remarks(self, run: CourseRun) -> list[str]:
        """Which of its dates contradict each other."""
        return _contradictions(getattr(run, "schedule", None))

    def update_row(self, run: CourseRun, **given: Any) -> CourseRun:
        """Change a run and its schedule."""
        values, schedule = _parted(given)
        return api.update_course_run(str(run.course_key), schedule=schedule, **values)

    def delete_row(self, run: CourseRun, **provenance: Any) -> None:
        api.delete_course_run(str(run.course_key), **provenance)

    @admin.display(description=_("Course key"), ordering="key_ci")
    def key_text(self, run: CourseRun) -> str:
        """In as many lines as it needs, broken before a + or / alone."""
        key = str(run.course_key)
        return format_html('<span title="{}">{}</span>', key, key_cell(key))

    @admin.display(description=_("Catalog course"), ordering="catalog_course__course_code")
    def course_link(self, run: CourseRun) -> str:
        course: CatalogCourse = run.catalog_course
        return self.link(run, CatalogCourse, "change", course.pk, f"{course.org_code} {course.course_code}")

    @admin.display(description=SCHEDULE_LABELS["start"], ordering="schedule__start")
    def start(self, run: CourseRun) -> str:
        return _instant(run, "start")

    # Fields of the form, for those who may only read.

    @admin.display(description=SCHEDULE_LABELS["end"])
    def end(self, run: CourseRun) -> str:
        return _instant(run, "end")

    @admin.display(description=SCHEDULE_LABELS["enrollment_start"])
    def enrollment_start(self, run: CourseRun) -> str:
        return _instant(run, "enrollment_start")

    @admin.display(description=SCHEDULE_LABELS["enrollment_end"])
    def enrollment_end(self, run: CourseRun) -> str:
        return _instant(run, "enrollment_end")

    @admin.display(description=SCHEDULE_LABELS["pacing"])
    def pacing(self, run: CourseRun) -> str:
        return str(dict(PACING)[getattr(getattr(run, "schedule", None), "pacing", None) or ""])

    @admin.display(description=_("Association"), ordering="association")
    def association_text(self, run: CourseRun) -> str:
        return association_text(run)

    @admin.display(description=_("Key and course"))
    def mismatch(self, run: CourseRun) -> str:
        return mismatch_text(run)

    @admin.display(description=_("Content"))
    def withdrawn(self, run: CourseRun) -> str:
        withdrawal = getattr(run, "withdrawal", None)
        if not withdrawal:
            return "–"
        text = _("Deleted at the source on %(instant)s (%(source)s)")
        return "⚠ " + text % {"instant": utc(withdrawal.at), "source": withdrawal.source}


def _contradictions(schedule: CourseSchedule | None) -> list[str]:
    text, found = _("%(late)s (%(second)s) is before %(early)s (%(first)s)."), []
    for early, late in _IN_ORDER:
        first: Any = getattr(schedule, early, None)
        second: Any = getattr(schedule, late, None)
        if first and second and first > second:
            labels = {"early": SCHEDULE_LABELS[early], "late": SCHEDULE_LABELS[late]}
            found.append(text % {**labels, "first": utc(first), "second": utc(second)})
    return found


def _instant(run: CourseRun, name: str) -> str:
    return utc_cell(getattr(getattr(run, "schedule", None), name, None))
