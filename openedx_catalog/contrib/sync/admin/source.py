"""Sources in the admin: how they are configured, what their last jobs did, and a button that starts one."""

from __future__ import annotations

import shlex
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Max, Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from openedx_catalog.exceptions import CatalogError
from openedx_catalog.lib.admin.base import stored_on_post
from openedx_catalog.lib.admin.forms import ApiForm, ApiModelAdmin, CodesField, ReasonField
from openedx_catalog.lib.admin.texts import utc, utc_cell

from .. import api
from ..credentials import credentials_of
from ..data import OWNABLE_FIELDS
from ..models_api import RunSource, Source, SourceRecord, SyncJob
from .base import may_sync, row_page
from .charts import over_time


class SourceForm(ApiForm):
    """Everything but the credentials."""

    organizations = CodesField(
        label=_("Organizations"),
        help_text=_("Short names of the organizations whose runs it may write, e.g. MITx HarvardX. If empty, all."),
    )

    also = forms.MultipleChoiceField(
        label=_("Also"),
        required=False,
        choices=[
            ("organizations", _("Organizations")),
            ("courses", _("Courses")),
            ("programs", _("Programs")),
            ("modes", _("Modes of new and changed runs (LMS)")),
            ("all_modes", _("Modes of all runs, each time (LMS)")),
            ("listings", _("What learners read")),
        ],
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "What else to take from a discovery service; courses get its titles. From an LMS: which course modes runs have, by "
            "one request for each run."
        ),
    )

    owns = forms.MultipleChoiceField(
        label=_("Owns"),
        required=False,
        choices=[(name, name) for name in OWNABLE_FIELDS],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Fields for which this source wins against every other, whatever the ranks."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            self.fields["organizations"].initial = _codes(self.instance)


class SyncNowForm(forms.Form):
    """The options of one sync."""

    only = forms.CharField(
        label=_("Only these runs"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text=_("Course keys, one per line. If empty, everything that the source lists."),
    )
    resume = forms.BooleanField(
        label=_("Resume the last job"),
        required=False,
        help_text=_("If it was killed or aborted, or if some records failed. A preview looks at all records anyway."),
    )
    allow_mass_missing = forms.BooleanField(
        label=_("Allow mass missing"),
        required=False,
        help_text=_(
            "Write even if more runs vanish or end, or more programs are deleted or hidden, than the source's limit allows. "
            "Check first what the source lists."
        ),
    )
    reason = ReasonField()


@admin.register(Source)
class SourceAdmin(ApiModelAdmin):
    """List, configure, sync and delete sources."""

    class Media:
        css: ClassVar[Any] = {"all": ["openedx_catalog_sync/sync.css"]}

    form = SourceForm
    create_row = staticmethod(api.create_source)
    update_row = staticmethod(api.update_source)
    delete_row = staticmethod(api.delete_source)
    change_list_template = "admin/openedx_catalog_sync/refreshed_list.html"
    delete_confirmation_template = "admin/openedx_catalog_sync/delete_source.html"
    delete_selected_confirmation_template = "admin/openedx_catalog_sync/delete_sources.html"
    list_display = ("name", "kind", "base_url", "enabled", "every_minutes", "last_job")
    list_filter = ("kind", "enabled")
    readonly_fields = ("chart", "sync_link", "missing", "credentials", "organization_codes")
    fixed_fields = ("name", "kind")
    search_fields = ("name", "base_url")
    ordering = ("name",)

    def get_urls(self) -> list[Any]:
        wrapped = self.admin_site.admin_view(self.sync_view)
        return [path("<int:pk>/sync/", wrapped, name="openedx_catalog_sync_source_sync"), *super().get_urls()]

    @stored_on_post
    def sync_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Start a sync, or a preview of one."""
        if not may_sync(request):
            raise PermissionDenied
        (source,) = self.rows_for(request, [pk])
        form = SyncNowForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            asked = {**form.cleaned_data, "only": form.cleaned_data["only"].split()}
            if "_preview" in request.POST:
                del asked["resume"]
                api.start_sync(source, **asked, dry_run=True, user=request.user)
                text = _("The preview of %(name)s has been started. It writes nothing.")
            else:
                api.start_sync(source, **asked, user=request.user)
                text = _("The sync of %(name)s has been started.")
            messages.success(request, text % {"name": source.name})
            url = reverse("admin:openedx_catalog_sync_syncjob_changelist")
            return HttpResponseRedirect(f"{url}?{urlencode({'source__id__exact': source.pk})}")
        previews = "preview" in request.GET
        context = {
            "title": (_("Preview of a sync of %(name)s") if previews else _("Sync %(name)s now")) % {"name": source.name},
            "form": form,
            "previews": previews,
            "is_file": source.kind == Source.Kind.FILE,
            # For a command to paste.
            "quoted_name": shlex.quote(source.name),
        }
        return row_page(self, request, "sync_now", source, **context)

    @stored_on_post
    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list, which loads itself again while one of its sources is synced."""
        return super().changelist_view(request, {**(extra_context or {}), "refreshes": api.are_any_running()})

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """A source, whose last jobs do not count as running when their process is gone."""
        api.end_stuck_jobs()
        return super().change_view(request, object_id, form_url, extra_context)

    def get_list_display(self, request: HttpRequest) -> Any:
        return [*self.list_display, "sync_link"] if may_sync(request) else self.list_display

    def get_fieldsets(self, request: HttpRequest, obj: Source | None = None) -> list[Any]:
        where = ("name", "kind", "base_url", "username", "parameters")
        # What a form shows is none where it cannot be changed.
        codes = "organizations" if obj is None or self.has_change_permission(request, obj) else "organization_codes"
        missing = ("max_missing_percent", "retire_missing", "retire_after")
        rules = (codes, "field_map", "also", "create_missing", "null_clears", *missing)
        found: list[Any] = [
            (None, {"fields": where if obj is None else ("credentials", *where)}),
            (_("What it may write"), {"fields": rules}),
            (_("Where sources disagree"), {"fields": ("rank", "owns", "places_runs")}),
            (_("When"), {"fields": ("every_minutes", "per_minute", "enabled")}),
        ]
        jobs = ("sync_link", "missing", "chart") if may_sync(request) else ("missing", "chart")
        return found if obj is None else [(_("Last jobs"), {"fields": jobs}), *found]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Each with its newest job, in one query for the page."""
        newest = SyncJob.objects.filter(dry_run=False).order_by().values("source").annotate(newest=Max("pk")).values("newest")
        jobs = Prefetch("jobs", SyncJob.objects.filter(pk__in=newest), to_attr="newest_jobs")
        return super().get_queryset(request).prefetch_related(jobs)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """
        Its jobs, and what it calls the runs, go with it, though nobody may delete them alone.

        Counted, and not listed by name: a source has a row for each run, and Django's page would read them all.
        """
        models, pks = (SyncJob, RunSource, SourceRecord), [obj.pk for obj in objs]
        related = {model: model.objects.filter(source__in=pks).count() for model in models}
        counts = {model._meta.verbose_name_plural: count for model, count in related.items() if count}
        named = [str(obj) for obj in objs]
        refused = set() if self.has_delete_permission(request) else {self.opts.verbose_name}
        return named, {self.opts.verbose_name_plural: len(named), **counts}, refused, []

    @admin.display(description=_("Last job"))
    def last_job(self, source: Source) -> str:
        for job in getattr(source, "newest_jobs", ()):
            return self.link(
                source, SyncJob, "change", job.pk, format_html("{}, {}", job.get_status_display(), utc_cell(job.started_at))
            )
        return "–"

    @admin.display(description=_("Sync"))
    def sync_link(self, source: Source) -> str:
        url = reverse("admin:openedx_catalog_sync_source_sync", args=[source.pk])
        buttons = '<a class="button" href="{}?preview">{}</a> <a class="button" href="{}">{}</a>'
        return format_html(buttons, url, _("Preview"), url, _("Sync now"))

    @admin.display(description=_("Not listed any more"))
    def missing(self, source: Source) -> str:
        """How much that is, each number with a link to what it counts."""
        runs, others = api.count_missing(source)
        texts = [
            (RunSource, ngettext("%(count)d run", "%(count)d runs", runs) % {"count": runs}, runs),
            (SourceRecord, ngettext("%(count)d other record", "%(count)d other records", others) % {"count": others}, others),
        ]
        query = urlencode({"source__id__exact": str(source.pk), "state": "missing"})
        found = [(self.list_link(source, model, query, text),) for model, text, count in texts if count]
        return format_html_join(", ", "{}", found) or str(_("Nothing is missing."))

    def list_link(self, source: Source, model: Any, query: str, text: str) -> str:
        """A link to a part of a list, for whoever may see it."""
        if not self.may(source, "view", model):
            return text
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        return format_html('<a href="{}?{}">{}</a>', url, query, text)

    @admin.display(description=_("Outcomes"))
    def chart(self, source: Source) -> str:
        """The last jobs, each with what it changed and what went wrong."""
        rows = [
            (job, self.link(source, SyncJob, "change", job.pk, utc(job.started_at)), parts, records)
            for job, parts, records in over_time(api.recent_jobs(source))
        ]
        context = {"rows": rows, "source": source, "outcomes": [name for name in api.OUTCOMES if name != "unchanged"]}
        return render_to_string("admin/openedx_catalog_sync/jobs_of_source.html", context)

    @admin.display(description=_("Organizations"))
    def organization_codes(self, source: Source) -> str:
        return _codes(source) or str(_("All"))

    @admin.display(description=_("Credentials"))
    def credentials(self, source: Source) -> str:
        if source.kind == Source.Kind.FILE:
            return "–"
        try:
            found = credentials_of(source)
        except CatalogError as error:
            return str(error)
        if found is not None:
            return str(_("In OPENEDX_CATALOG_SYNC_CREDENTIALS, for %(name)s.")) % {"name": source.name}
        return str(_("None: requests are anonymous. They belong in OPENEDX_CATALOG_SYNC_CREDENTIALS."))


def _codes(source: Source) -> str:
    return " ".join(source.organizations.order_by("pk").values_list("organization__short_name", flat=True))
