"""Course runs in the admin."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from organizations.models import Organization

from .. import api, keys
from ..data import SCHEDULE_FIELDS
from ..lib.admin.base import MAX_QUERY, NO_FILTER, stored_on_post
from ..lib.admin.forms import ApiForm, ApiModelAdmin, InstantField
from ..lib.admin.searching import Way
from ..lib.admin.texts import utc
from ..models_api import CatalogCourse, CourseRun, CourseSchedule
from ..transfer import write_catalog_csv
from . import curation, importing
from .texts import association_text, mismatch_text

# What a URL can carry.
MAX_MOVED = 200
PACING = [("", "–"), ("instructor", _("Instructor-paced")), ("self", _("Self-paced"))]
SCHEDULE_LABELS = {
    "start": _("Start"),
    "end": _("End"),
    "enrollment_start": _("Enrollment start"),
    "enrollment_end": _("Enrollment end"),
    "pacing": _("Pacing"),
}


class WithdrawnFilter(admin.SimpleListFilter):
    """Runs whose content was deleted upstream."""

    title = _("state of the content")
    parameter_name = "withdrawn"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("1", _("Deleted at the source")), ("0", _("Not deleted"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        not_deleted = {"1": False, "0": True}.get(self.value() or "")
        return queryset if not_deleted is None else queryset.filter(withdrawal__isnull=not_deleted)


class CourseRunForm(ApiForm):
    """A key for a new run, the title, and the schedule."""

    named: ClassVar[dict[str, str]] = {"course_key": "key", "org_code": "key"}

    key = forms.CharField(
        label=_("Course key"),
        max_length=keys.MAX_LENGTH,
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
        schedule = {name: values.pop(name) or None for name in SCHEDULE_FIELDS if name in values}
        if self.instance.pk is None:
            return api.create_course_run(self.cleaned_data["key"], schedule=schedule, **values, **self.provenance)
        return api.update_course_run(str(self.instance.course_key), schedule=schedule, **values, **self.provenance)


@admin.register(CourseRun)
class CourseRunAdmin(ApiModelAdmin):
    """List, search, create, retitle, reschedule and delete runs; key and catalog course cannot be edited afterwards."""

    form = CourseRunForm
    change_list_template = "admin/openedx_catalog/course_runs.html"
    change_form_template = "admin/openedx_catalog/course_run.html"
    list_display = ("title", "key_text", "course_link", "association_text", "start", "created_on")
    list_filter = (
        "association",
        WithdrawnFilter,
        ("created", admin.DateFieldListFilter),
        ("schedule__start", admin.DateFieldListFilter),
    )
    search_fields = ("key_ci__contains", "title__icontains")
    searched_elsewhere = (
        Way("catalog_course", CatalogCourse, "pk", "course_code_ci__contains"),
        Way("catalog_course__org", Organization, "pk", "short_name__icontains"),
    )
    search_help_text = _("Search by key, title, code or organization.")
    prefetched = ("catalog_course__codes__org", "schedule")
    fieldsets_for_schedule = (_("Schedule"), {"fields": SCHEDULE_FIELDS})

    actions = ("move_selected",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[CourseRun]:
        # The courses of a page are few: joined with their organizations they are one query less.
        courses = Prefetch("catalog_course", CatalogCourse.objects.with_org())
        return super().get_queryset(request).prefetch_related(None).prefetch_related(courses, *self.prefetched)

    def get_urls(self) -> list[Any]:
        wrap, name = self.admin_site.admin_view, "openedx_catalog_courserun"
        return [
            path("<int:pk>/move/", wrap(self.move_view), name=f"{name}_move"),
            path("move/", wrap(self.move_view), name=f"{name}_move_many"),
            path("import/", wrap(partial(importing.import_view, self)), name=f"{name}_import"),
            path("export/", wrap(self.export_view), name=f"{name}_export"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list, with a button for those who may import."""
        return super().changelist_view(request, {**(extra_context or {}), "may_import": importing.may_import(self, request)})

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """The filtered list as a file that can be imported again."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if len(request.META.get("QUERY_STRING", "")) > MAX_QUERY:
            return HttpResponseRedirect(reverse("admin:openedx_catalog_courserun_changelist"))
        try:
            runs = self.get_changelist_instance(request).get_queryset(request).prefetch_related(None)
            # Some filters fail only when the query is sent.
            list(runs.order_by().values("pk")[:1])
        except (IncorrectLookupParameters, *NO_FILTER):
            # The list shows the message for such a filter.
            return HttpResponseRedirect(f"{reverse('admin:openedx_catalog_courserun_changelist')}?{request.GET.urlencode()}")
        disposition = 'attachment; filename="course_runs.csv"'
        return StreamingHttpResponse(
            write_catalog_csv(CourseRun.objects.filter(pk__in=runs.order_by().values("pk"))),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": disposition},
        )

    @admin.action(description=_("Move selected runs to another catalog course"), permissions=["change"])
    def move_selected(self, request: HttpRequest, queryset: QuerySet[CourseRun]) -> HttpResponse | None:
        """Go to the form, with what was selected."""
        pks = list(queryset.order_by("pk").values_list("pk", flat=True)[: MAX_MOVED + 1])
        if len(pks) > MAX_MOVED:
            text = _("Select at most %(limit)d runs. To move all runs of a course, merge the course.") % {"limit": MAX_MOVED}
            self.message_user(request, text, messages.ERROR)
            return None
        url = reverse("admin:openedx_catalog_courserun_move_many")
        return HttpResponseRedirect(f"{url}?ids={','.join(map(str, pks))}")

    @stored_on_post
    def move_view(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """Move one run, or those of ``?ids=1,2``, to another catalog course."""
        given = request.GET.get("ids", "").split(",")
        if pk is None and (len(given) > MAX_MOVED or not all(text.isascii() and text.isdigit() for text in given)):
            raise Http404
        runs = self.rows_to_change(request, [int(text[:30]) for text in given] if pk is None else [pk])
        form = curation.MoveForm(request.POST or None, site=self.admin_site)
        title = _("Move %(key)s") % {"key": runs[0].course_key}
        if len(runs) > 1:
            title = ngettext("Move %(count)d course run", "Move %(count)d course runs", len(runs)) % {"count": len(runs)}
        return curation.with_preview(self, request, title=title, form=form, work=partial(curation.move, runs, request.user))

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
            "created",
            "modified",
        )
        return [
            (None, {"fields": ("title",)}),
            self.fieldsets_for_schedule,
            (_("Identity"), {"fields": (*identity, "modified", "source_time")}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: CourseRun | None = None) -> tuple[str, ...]:
        return () if obj is None else tuple(self.get_fieldsets(request, obj)[2][1]["fields"])

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        # The admin would ask the model for fields that only our form has.
        kwargs["fields"] = ("title",)
        return super().get_form(request, obj, change=change, **kwargs)

    def delete_row(self, run: CourseRun, **provenance: Any) -> None:
        api.delete_course_run(str(run.course_key), **provenance)

    @admin.display(description=_("Course key"), ordering="key_ci")
    def key_text(self, run: CourseRun) -> str:
        return str(run.course_key)

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

    @admin.display(description=_("Created"), ordering="created")
    def created_on(self, run: CourseRun) -> Any:
        return run.created.date()

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

    def histories(self, pk: int) -> list[QuerySet[Any]]:
        return [*super().histories(pk), CourseSchedule.history.filter(run_id=pk)]


def _instant(run: CourseRun, name: str) -> str:
    return utc(getattr(getattr(run, "schedule", None), name, None))
