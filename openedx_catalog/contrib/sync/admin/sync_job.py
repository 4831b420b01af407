"""Jobs in the admin: how far they are, what became of each record, and two buttons: go on, and take back."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from openedx_catalog.exceptions import CatalogError
from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin.base import GREATEST_ID, CatalogModelAdmin
from openedx_catalog.lib.admin.texts import utc

from .. import api
from ..models_api import Source, SyncJob
from .base import may_sync
from .charts import stacked

PAGE = 100
# What may have changed something that can be taken back.
REVERTIBLE = ("updated", "conflict", "missing")


@admin.register(SyncJob)
class SyncJobAdmin(CatalogModelAdmin):
    """To read; a job is started from its source."""

    list_display = ("started", "source", "status", "progress", "outcomes_", "ended", "user")
    list_display_links = ("started",)
    list_filter = ("status", "source")
    prefetched = ("source", "user")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """One job: its progress, its outcomes, and its buttons, which whoever may start syncs may press."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        number = int(object_id) if object_id.isascii() and object_id.isdigit() and len(object_id) < 20 else 0
        job = SyncJob.objects.select_related("source", "user").filter(pk=number if number <= GREATEST_ID else 0).first()
        if job is None:
            raise Http404
        may_act = may_sync(request)
        if request.method == "POST":
            if not may_act:
                raise PermissionDenied
            self._press(request, job)
            return HttpResponseRedirect(request.get_full_path())
        summary = api.summarize(job)
        outcome = request.GET.get("outcome", "")
        outcome = outcome if outcome in api.OUTCOMES else ""
        found: Any = api.get_record_outcomes if outcome == "unchanged" else api.get_outcome_rows
        records = Paginator(found(job, outcome), PAGE).get_page(request.GET.get("p"))
        counts = [(name, count) for name, count in summary.counts.items() if count]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Sync of %(name)s") % {"name": job.source.name},
            "subtitle": utc(job.started_at),
            "original": job,
            "opts": self.opts,
            "has_view_permission": True,
            "media": self.media,
            "job": job,
            "may_view_source": permissions.can_view(request.user, Source),
            "summary": summary,
            "began": utc(job.started_at),
            "ended": utc(job.ended_at),
            "reverted": utc(job.reverted_at) if job.reverted_at else "",
            "counts": counts,
            "parts": stacked(summary.counts),
            "outcome": outcome,
            "records": records,
            "may_resume": may_act and job.status in ("killed", "aborted", "partial") and job.source.kind != "file",
            "may_revert": may_act and job.status != "running" and any(summary.counts[name] for name in REVERTIBLE),
        }
        return TemplateResponse(request, "admin/openedx_catalog_sync/job.html", context)

    def _press(self, request: HttpRequest, job: SyncJob) -> None:
        if "_resume" in request.POST:
            api.start_sync(job.source, resume=True, user=request.user)
            messages.success(request, _("The last job of this source goes on."))
        elif "_revert" in request.POST:
            try:
                report = api.revert_sync(job, reason=request.POST.get("reason", "")[:200], user=request.user)
            except CatalogError as error:
                messages.error(request, str(error))
            else:
                done = {"restored": len(report.restored), "kept": len(report.kept)}
                said = _("%(restored)d values were restored; %(kept)d were kept, because they have been changed since.") % done
                messages.success(request, said)
                if report.left:
                    parts = [" ".join(filter(None, (record, field))) + f": {why}" for record, field, why in report.left]
                    left = {"number": len(parts), "which": "; ".join(parts[:10]) + ("; …" if len(parts) > 10 else "")}
                    messages.warning(request, _("%(number)d could not be brought back: %(which)s") % left)

    @admin.display(description=_("Started"), ordering="started_at")
    def started(self, job: SyncJob) -> str:
        return utc(job.started_at)

    @admin.display(description=_("Ended"), ordering="ended_at")
    def ended(self, job: SyncJob) -> str:
        return utc(job.ended_at)

    @admin.display(description=_("Progress"))
    def progress(self, job: SyncJob) -> str:
        if job.status != SyncJob.Status.RUNNING:
            return "–"
        summary = api.summarize(job)
        bar = '<progress max="100" value="{}" aria-label="{}"></progress> {} / {}'
        return format_html(bar, summary.percent, _("Progress"), summary.done, summary.total or "?")

    @admin.display(description=_("Outcomes"))
    def outcomes_(self, job: SyncJob) -> str:
        found = [f"{count:,} {name}" for name, count in (job.counts or {}).items() if count]
        return ", ".join(found) or job.message[:80] or "–"
