"""Jobs in the admin: how far they are, what became of each record, and two buttons: go on, and take back."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from openedx_catalog import keys
from openedx_catalog.data import SCHEDULE_FIELDS
from openedx_catalog.exceptions import CatalogError
from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin.base import stored_on_post
from openedx_catalog.lib.admin.history import shown
from openedx_catalog.lib.admin.texts import instant_column, utc
from openedx_catalog.models_api import CourseSchedule

from .. import api
from ..models_api import Source, SyncJob
from .base import ReadOnlyAdmin, may_sync, row_page
from .charts import stacked
from .filters import PreviewFilter

PAGE = 100
MAX_REASON = 200
# What may have changed something that can be taken back.
REVERTIBLE = ("updated", "conflict", "missing")
UNFINISHED = (SyncJob.Status.KILLED, SyncJob.Status.ABORTED, SyncJob.Status.PARTIAL)
STARTED = instant_column("started_at", _("Started"))


def _differences(change: api.RecordChange | None) -> list[tuple[str, str, str]]:
    """What a job has changed of a row, as a person reads it: ``[(field, before, after)]``."""
    if change is None:
        return []
    fields: list[tuple[Any, Any, Any]] = [
        ((CourseSchedule if name in SCHEDULE_FIELDS else change.model)._meta.get_field(name), *pair)
        for name, pair in change.fields.items()
    ]
    values = [(field.verbose_name, shown(field, before), shown(field, after)) for field, before, after in fields]
    return [*values, *change.parts]


def _advice(job: SyncJob) -> Any:
    """What to do about a job that did not end well."""
    if job.status == SyncJob.Status.KILLED:
        if job.dry_run:
            return _("Its process is gone: the server was restarted, say. Nothing was written. Start another preview.")
        if job.source.kind == Source.Kind.FILE:
            return _("Its process is gone. What it has done stays. Run the command again with --resume.")
        return _("Its process is gone: the server was restarted, say. What it has done stays. Resume it, below, or sync again.")
    if job.status == SyncJob.Status.ABORTED:
        return _(
            "Settle what the status says, and sync again. Where the source takes away more than its limit allows, and that is "
            "right, sync with “Allow mass missing”."
        )
    if job.status == SyncJob.Status.LOCKED:
        return _("Nothing was done. Wait for the job that was running, and start this one again.")
    return ""


@admin.register(SyncJob)
class SyncJobAdmin(ReadOnlyAdmin):
    """To read; a job is started from its source."""

    list_display = (
        STARTED,
        "source",
        "what",
        "status",
        "progress",
        "outcomes_",
        instant_column("ended_at", _("Ended")),
        "user",
    )
    list_display_links = (STARTED,)
    list_filter = ("status", PreviewFilter, "source")
    change_list_template = "admin/openedx_catalog_sync/refreshed_list.html"
    prefetched = ("source", "user")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        # Nobody else says of a job whose process is gone that it is.
        return super().changelist_view(request, {**(extra_context or {}), "refreshes": api.are_any_running()})

    @stored_on_post
    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """One job: its progress, its outcomes, and its buttons, which whoever may start syncs may press."""
        is_id = object_id.isascii() and object_id.isdigit() and len(object_id) < 20
        api.end_stuck_jobs()
        (job,) = self.rows_for(request, [int(object_id) if is_id else 0], "view")
        if request.method != "POST":
            return row_page(self, request, "job", job, **self._context(request, job))
        if not may_sync(request):
            raise PermissionDenied
        if "_preview" in request.POST:
            return row_page(self, request, "job", job, **self._context(request, job), **self._preview(request, job))
        if "_resume" in request.POST:
            api.start_sync(job.source, resume=True, user=request.user)
            messages.success(request, _("The last job of this source was resumed."))
        elif "_revert" in request.POST:
            self._revert(request, job)
        elif "_sync" in request.POST and job.dry_run:
            return self._sync(request, job)
        return HttpResponseRedirect(request.get_full_path())

    def _context(self, request: HttpRequest, job: SyncJob) -> dict[str, Any]:
        summary, may_act = api.summarize(job), may_sync(request)
        ended = job.status != SyncJob.Status.RUNNING
        outcome = request.GET.get("outcome", "")
        outcome = outcome if outcome in api.OUTCOMES else ""
        found: Any = api.get_record_outcomes if outcome == "unchanged" else api.get_outcome_rows
        return {
            "title": (_("Preview of a sync of %(name)s") if job.dry_run else _("Sync of %(name)s")) % {"name": job.source.name},
            "subtitle": utc(job.started_at),
            "original": utc(job.started_at),
            "job": job,
            "may_view_source": permissions.can_view(request.user, Source),
            "summary": summary,
            "began": utc(job.started_at),
            "ended": utc(job.ended_at),
            "reverted": utc(job.reverted_at) if job.reverted_at else "",
            "counts": [(name, count) for name, count in summary.counts.items() if count],
            "parts": stacked(summary.counts),
            "outcome": outcome,
            "records": self._records(request, job, found(job, outcome)),
            "advice": _advice(job),
            "refreshes": job.status == SyncJob.Status.RUNNING,
            "may_resume": may_act and not job.dry_run and job.status in UNFINISHED and job.source.kind != Source.Kind.FILE,
            "may_revert": may_act and not job.dry_run and ended and any(summary.counts[name] for name in REVERTIBLE),
            "may_sync": may_act and job.dry_run and ended and job.source.kind != Source.Kind.FILE,
        }

    def _records(self, request: HttpRequest, job: SyncJob, found: Any) -> Any:
        """A page of the outcomes; each has a link to its row, and what the job has changed of it."""
        page = Paginator(found, PAGE).get_page(request.GET.get("p"))
        page.object_list = list(page.object_list)
        changes = api.get_record_changes(job, [row.external_id for row in page])
        found = [(row, changes.get(keys.fold(row.external_id))) for row in page]
        page.object_list = [(row, self._name(job, row, change), _differences(change)) for row, change in found]
        return page

    def _name(self, job: SyncJob, row: Any, change: api.RecordChange | None) -> str:
        """What the source calls it; a link where that is a row of ours."""
        found = change is not None and change.pk is not None
        return self.link(job, change.model, "change", change.pk, row.external_id) if change and found else row.external_id

    def _sync(self, request: HttpRequest, job: SyncJob) -> HttpResponse:
        """Do what a preview has shown, with the same options."""
        asked: dict[str, Any] = {"only": job.only.splitlines(), "allow_mass_missing": job.allow_mass_missing}
        reason = request.POST.get("reason", "")[:MAX_REASON]
        api.start_sync(job.source, **asked, reason=reason, user=request.user)
        messages.success(request, _("The sync of %(name)s has been started.") % {"name": job.source.name})
        url = reverse("admin:openedx_catalog_sync_syncjob_changelist")
        return HttpResponseRedirect(f"{url}?{urlencode({'source__id__exact': job.source_id})}")

    def _preview(self, request: HttpRequest, job: SyncJob) -> dict[str, Any]:
        """What taking the job back would do: ``[(what becomes of it, the record, the field, why), …]``."""
        reason = request.POST.get("reason", "")[:MAX_REASON]
        try:
            report = api.revert_sync(job, reason=reason, user=request.user, dry_run=True)
        except CatalogError as error:
            messages.error(request, str(error))
            return {}
        restored, kept, left = _("restored"), _("kept, since it was changed later"), _("cannot be restored")
        rows = [(restored, record, field, "") for record, field in report.restored]
        rows += [(kept, record, field, "") for record, field in report.kept]
        rows += [(left, *row) for row in report.left]
        return {"preview": rows[:PAGE], "more": max(0, len(rows) - PAGE), "reason": reason}

    def _revert(self, request: HttpRequest, job: SyncJob) -> None:
        try:
            report = api.revert_sync(job, reason=request.POST.get("reason", "")[:MAX_REASON], user=request.user)
        except CatalogError as error:
            messages.error(request, str(error))
            return
        text = ngettext(
            "%(restored)d value was restored; %(kept)d were kept, because they have been changed since.",
            "%(restored)d values were restored; %(kept)d were kept, because they have been changed since.",
            len(report.restored),
        )
        messages.success(request, text % {"restored": len(report.restored), "kept": len(report.kept)})
        if report.left:
            text = ngettext(
                "%(number)d value could not be restored: %(which)s",
                "%(number)d values could not be restored: %(which)s",
                len(report.left),
            )
            parts = [" ".join(filter(None, (record, field))) + f": {why}" for record, field, why in report.left[:10]]
            which = "; ".join(parts) + ("; …" if len(report.left) > 10 else "")
            messages.warning(request, text % {"number": len(report.left), "which": which})

    @admin.display(description=_("What"), ordering="dry_run")
    def what(self, job: SyncJob) -> str:
        return str(_("Preview, nothing written") if job.dry_run else _("Sync"))

    @admin.display(description=_("Progress"))
    def progress(self, job: SyncJob) -> str:
        if job.status != SyncJob.Status.RUNNING:
            return "–"
        summary = api.summarize(job)
        bar = '<progress max="100" value="{}" aria-label="{}"></progress> {} / {}'
        return format_html(bar, summary.percent, _("Progress"), summary.done, summary.total or "?")

    @admin.display(description=_("Outcomes"))
    def outcomes_(self, job: SyncJob) -> str:
        found = [f"{count:,} {_(name)}" for name, count in (job.counts or {}).items() if count]
        return ", ".join(found) or Truncator(job.message).chars(80) or "–"
