"""Course runs in the admin."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from .. import api, keys
from ..data import SCHEDULE_FIELDS, AssociationRecord
from ..models_api import CatalogCourse, CourseRun
from ..transfer import write_catalog_csv
from . import curation, importing
from .base import CatalogModelAdmin

# What a URL can carry.
MOST_MOVED = 200


class CourseRunForm(forms.ModelForm):
    """A key for a new run, the title, and the schedule."""

    key = forms.CharField(
        label=_("Course key"),
        max_length=keys.MAX_LENGTH,
        help_text=_("For example course-v1:MITx+14.100x+3T2017. It decides the catalog course, which is created if need be."),
    )
    start = forms.SplitDateTimeField(required=False, widget=AdminSplitDateTime, help_text=_("UTC."))
    end = forms.SplitDateTimeField(required=False, widget=AdminSplitDateTime, help_text=_("UTC."))
    enrollment_start = forms.SplitDateTimeField(required=False, widget=AdminSplitDateTime, help_text=_("UTC."))
    enrollment_end = forms.SplitDateTimeField(required=False, widget=AdminSplitDateTime, help_text=_("UTC."))
    pacing = forms.ChoiceField(
        required=False, choices=[("", "–"), ("instructor", _("Instructor-paced")), ("self", _("Self-paced"))]
    )

    class Meta:
        model = CourseRun
        fields = ("title",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = False
        if self.instance.pk:
            self.fields.pop("key", None)
            schedule = getattr(self.instance, "schedule", None)
            for name in SCHEDULE_FIELDS:
                self.fields[name].initial = getattr(schedule, name, None)

    def clean_key(self) -> str:
        key = self.cleaned_data["key"]
        report = api.associate_course_runs([AssociationRecord(key)], dry_run=True, source="admin")
        if not report.outcomes["created"]:
            reasons = [problem.reason for problem in report.problems]
            raise ValidationError(reasons or _("The course run exists as %(key)s."), params={"key": key})
        return key

    def _post_clean(self) -> None:
        """The API validates, once, when it saves; the instance has no key to validate before that."""

    def schedule(self) -> dict[str, Any]:
        """What the form says of the schedule, ready for the API."""
        return {name: self.cleaned_data.get(name) or None for name in SCHEDULE_FIELDS}


@admin.register(CourseRun)
class CourseRunAdmin(CatalogModelAdmin):
    """List, search, create, retitle, reschedule and delete runs; key and catalog course cannot be edited afterwards."""

    form = CourseRunForm
    list_display = ("title", "key_text", "course_link", "association", "start", "created_on")
    list_filter = ("association", ("created", admin.DateFieldListFilter), ("schedule__start", admin.DateFieldListFilter))
    search_fields = ("key_ci", "title", "catalog_course__course_code_ci", "catalog_course__org__short_name")
    search_help_text = _("Search by key, title, code or organization.")
    prefetched = ("catalog_course__org", "schedule")
    fieldsets_for_schedule = (_("Schedule"), {"fields": SCHEDULE_FIELDS})

    actions = ("move_selected",)

    def get_urls(self) -> list[Any]:
        wrap, name = self.admin_site.admin_view, "openedx_catalog_courserun"
        return [
            path("<int:pk>/move/", wrap(self.move_view), name=f"{name}_move"),
            path("move/", wrap(self.move_view), name=f"{name}_move_many"),
            path("import/", wrap(partial(importing.import_view, self)), name=f"{name}_import"),
            path("export/", wrap(self.export_view), name=f"{name}_export"),
            *super().get_urls(),
        ]

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """The filtered list as a file that can be imported again."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        runs = self.get_changelist_instance(request).get_queryset(request).prefetch_related(None)
        disposition = 'attachment; filename="course_runs.csv"'
        return StreamingHttpResponse(
            write_catalog_csv(CourseRun.objects.filter(pk__in=runs.order_by().values("pk"))),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": disposition},
        )

    @admin.action(description=_("Move selected runs to another catalog course"), permissions=["change"])
    def move_selected(self, request: HttpRequest, queryset: QuerySet[CourseRun]) -> HttpResponse | None:
        """Go to the form, with what was selected."""
        pks = list(queryset.order_by("pk").values_list("pk", flat=True)[: MOST_MOVED + 1])
        if len(pks) > MOST_MOVED:
            text = _("At most %(most)d runs at once. To move all runs of a course, merge it.") % {"most": MOST_MOVED}
            self.message_user(request, text, messages.ERROR)
            return None
        url = reverse("admin:openedx_catalog_courserun_move_many")
        return HttpResponseRedirect(f"{url}?ids={','.join(map(str, pks))}")

    def move_view(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """Move one run, or those of ``?ids=1,2``, to another catalog course."""
        given = [text for text in request.GET.get("ids", "").split(",") if text.isascii() and text.isdigit()]
        runs = self.rows_to_change(request, [pk] if pk else [int(text[:18]) for text in given])
        form = curation.MoveForm(request.POST or None, site=self.admin_site)
        title = ngettext("Move %(key)s", "Move %(count)d course runs", len(runs)) % {
            "key": runs[0].course_key,
            "count": len(runs),
        }
        return curation.curate(self, request, title=title, form=form, work=partial(curation.move, runs, request.user))

    def get_fieldsets(self, request: HttpRequest, obj: CourseRun | None = None) -> list[Any]:
        if obj is None:
            return [(None, {"fields": ("key", "title")}), self.fieldsets_for_schedule]
        identity = ("course_key", "course_link", "association", "mismatch", "run_code", "uuid", "created", "modified")
        return [
            (None, {"fields": ("title",)}),
            self.fieldsets_for_schedule,
            (_("Identity"), {"fields": (*identity, "source_time")}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: CourseRun | None = None) -> tuple[str, ...]:
        return () if obj is None else tuple(self.get_fieldsets(request, obj)[2][1]["fields"])

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        # The admin would ask the model for fields that only our form has.
        kwargs["fields"] = ("title",)
        return super().get_form(request, obj, change=change, **kwargs)

    def save_model(self, request: HttpRequest, obj: CourseRun, form: Any, change: bool) -> None:
        title = form.cleaned_data["title"]
        if change:
            schedule = {name: value for name, value in form.schedule().items() if name in form.changed_data}
            wanted: dict[str, Any] = {"title": title} if title and "title" in form.changed_data else {}
            api.update_course_run(str(obj.course_key), **wanted, schedule=schedule, source="admin", user=request.user)
            obj.refresh_from_db()
            return
        created = api.create_course_run(
            form.cleaned_data["key"], title=title, schedule=form.schedule(), source="admin", user=request.user
        )
        obj.pk, obj._state.adding, obj._state.db = created.pk, False, created._state.db
        obj.refresh_from_db()

    def delete_model(self, request: HttpRequest, obj: CourseRun) -> None:
        api.delete_course_run(str(obj.course_key), source="admin", user=request.user)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[CourseRun]) -> None:
        for run in queryset:
            self.delete_model(request, run)

    @admin.display(description=_("Course key"), ordering="key_ci")
    def key_text(self, run: CourseRun) -> str:
        return str(run.course_key)

    @admin.display(description=_("Catalog course"), ordering="catalog_course__course_code")
    def course_link(self, run: CourseRun) -> str:
        course: CatalogCourse = run.catalog_course
        url = reverse("admin:openedx_catalog_catalogcourse_change", args=[course.pk])
        return format_html('<a href="{}">{} {}</a>', url, course.org_code, course.course_code)

    @admin.display(description=_("Start"), ordering="schedule__start")
    def start(self, run: CourseRun) -> Any:
        return getattr(getattr(run, "schedule", None), "start", None)

    @admin.display(description=_("Created"), ordering="created")
    def created_on(self, run: CourseRun) -> Any:
        return run.created.date()

    @admin.display(description=_("Key and course"))
    def mismatch(self, run: CourseRun) -> str:
        if run.catalog_course.owns_code(run.org_code, run.course_code):
            return str(_("The key names this course."))
        return str(_("The key names another course: {} {}.")).format(run.org_code, run.course_code)
