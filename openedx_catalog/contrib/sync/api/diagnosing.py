"""The rules of sync, for the doctor: jobs end, sources are synced when they are due, and records are found by their ids."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openedx_catalog.api import Finding
from openedx_catalog.api.for_contrib import unfolded_rows
from openedx_catalog.lib import folds, permissions
from openedx_catalog.lib.values import format_utc

from ..models import RunSource, Source, SyncJob
from . import jobs
from .sources import due_sources

FIX = "manage.py catalog_doctor --fix"
SHOWN = 300
# What runs every few minutes may be late.
PATIENCE = timedelta(minutes=15)


def diagnose(quick: bool) -> Iterator[Finding]:
    """
    What is wrong with sources and their jobs. Four queries, and unless `quick` the records of all sources, in pages.

    Code of errors: ``folded_text_wrong``. Of warnings: ``sync_job_stuck``, ``sync_source_failing``, ``sync_source_overdue``.
    """
    yield from _stuck()
    yield from _failing()
    yield from _overdue()
    if not quick:
        yield from unfolded_rows(RunSource)


def repair() -> int:
    """Mend what is fixable of that: mark jobs as killed that are, and fold ids anew."""
    return jobs.end_stuck_jobs() + folds.refold(RunSource)


def _stuck() -> Iterator[Finding]:
    for job in jobs.stuck_jobs().select_related("source"):
        message = _("Its job of %(started)s counts as running, but has given no sign of life. It is to be marked as killed.")
        facts = {"started": format_utc(job.started_at)}
        yield _warning("sync_job_stuck", job.source.name, message % facts, FIX, fixable=True, job=job.pk)


def _last_jobs() -> QuerySet[SyncJob]:
    """The newest job of each source that is on, of those that have ended, by the name of the source."""
    ended = SyncJob.objects.filter(dry_run=False).exclude(status__in=[SyncJob.Status.LOCKED, SyncJob.Status.RUNNING])
    newest = ended.filter(source__enabled=True).order_by().values("source").annotate(newest=Max("pk")).values("newest")
    return SyncJob.objects.filter(pk__in=newest).select_related("source").order_by("source__name")


def jobs_to_look_at(viewer: Any) -> list[tuple[str, str]]:
    """
    For the overview of the admin: which sources' last jobs have failed, or met conflicts, with the page of each. Two queries.

    None for users who may not view jobs.
    """
    found: list[tuple[str, str]] = []
    if not permissions.can_view(viewer, SyncJob):
        return found
    # A job whose process is gone counts as running until the next job, or a page of jobs, says that it was killed.
    stuck = list(jobs.stuck_jobs().filter(dry_run=False).select_related("source"))
    for job in stuck:
        job.status = SyncJob.Status.KILLED
    newer = {job.source_id for job in stuck}
    for job in [*stuck, *(job for job in _last_jobs() if job.source_id not in newer)]:
        url = reverse("admin:openedx_catalog_sync_syncjob_change", args=[job.pk])
        conflicts = (job.counts or {}).get("conflict", 0)
        values = {"source": job.source.name, "status": job.get_status_display(), "count": conflicts}
        if job.status in (SyncJob.Status.ABORTED, SyncJob.Status.KILLED):
            found.append((_("The last sync of %(source)s ended as %(status)s.") % values, url))
        elif conflicts:
            text = ngettext(
                "The last sync of %(source)s met %(count)d conflict.",
                "The last sync of %(source)s met %(count)d conflicts.",
                conflicts,
            )
            found.append((text % values, f"{url}?outcome=conflict"))
    return found


def _failing() -> Iterator[Finding]:
    for job in _last_jobs().filter(status__in=[SyncJob.Status.ABORTED, SyncJob.Status.KILLED]):
        why = job.message[:SHOWN] or "–"
        facts = {"started": format_utc(job.started_at), "status": job.get_status_display(), "message": why}
        message = _("Its last job, of %(started)s, ended as %(status)s: %(message)s") % facts
        resume = ["--resume"] if job.status == SyncJob.Status.KILLED else []
        command = shlex.join(["manage.py", "sync_catalog", job.source.name, *resume])
        remedy = "" if job.source.kind == Source.Kind.FILE else command
        yield _warning("sync_source_failing", job.source.name, message, remedy, job=job.pk)


def _overdue() -> Iterator[Finding]:
    now = timezone.now()
    for source in due_sources():
        every = timedelta(minutes=source.every_minutes or 0)
        last = getattr(source, "last", None) or source.created
        if last is not None and last + 2 * every + PATIENCE < now:
            message = _("It is to be synced every %(minutes)d minutes, but the last job began at %(last)s: nothing starts it.")
            facts = {"minutes": source.every_minutes, "last": format_utc(last)}
            yield Finding(
                "sync_source_overdue", "warning", source.name, message % facts, "manage.py sync_catalog --due",
                model=Source._meta.label_lower, pk=source.pk,
            )  # fmt: skip


def _warning(code: str, subject: str, message: str, remedy: str, *, job: int, fixable: bool = False) -> Finding:
    return Finding(code, "warning", subject, message, remedy, fixable, model=SyncJob._meta.label_lower, pk=job)
