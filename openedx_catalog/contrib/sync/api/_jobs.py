"""
The record of a job, and the lease that only one job of a source has.

The lease is taken, renewed and given back by conditional UPDATEs, which are atomic on every database.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from openedx_catalog import keys

from .. import conf
from ..data import OUTCOMES, WANTING
from ..exceptions import InvalidSource, LeaseLost
from ..models import Source, SyncJob, SyncLease, SyncOutcome, SyncPage
from ..texts import storable

Status = SyncJob.Status


def begin(source: Source, *, only: Sequence[str], allow_mass_missing: bool, resume: bool, user: Any) -> SyncJob:
    """
    A job that runs, or one that says that another one does (``locked``). The last job that did not end well goes on, if asked.

    A job whose lease is over is told to be killed.
    """
    _settle_killed(source)
    job = _unfinished(source) if resume else None
    if job is None:
        known = user if user is not None and user.is_authenticated else None
        job = SyncJob.objects.create(
            source=source,
            status=Status.LOCKED,
            user=known,
            allow_mass_missing=allow_mass_missing,
            only="\n".join(only),
        )
    before, until = job.status, timezone.now() + timedelta(seconds=conf.lease_seconds())
    free = Q(until=None) | Q(until__lt=timezone.now())
    token = uuid.uuid4().hex
    if SyncLease.objects.filter(free, source=source).update(job=job, until=until, token=token):
        job.token = token  # type: ignore[attr-defined]
        job.status, job.ended_at, job.message = Status.RUNNING, None, ""
        job.allow_mass_missing |= allow_mass_missing
        job.save(update_fields=["status", "ended_at", "message", "allow_mass_missing"])
    elif before == Status.LOCKED:
        job.ended_at, job.message = timezone.now(), "Another job of this source is running."
        job.save(update_fields=["ended_at", "message"])
    else:
        job.status, job.message = Status.LOCKED, "Another job of this source is running."
    return job


class Lease:
    """The lease of a running job, renewed when a third of it is over."""

    def __init__(self, job: SyncJob) -> None:
        self.job = job
        self._renewed = timezone.now()

    def keep(self) -> None:
        """Call it often. Raises LeaseLost where another job has taken over."""
        now, lasts = timezone.now(), timedelta(seconds=conf.lease_seconds())
        if now - self._renewed > lasts / 3:
            if not _own_lease(self.job).update(until=now + lasts):
                raise LeaseLost(source=self.job.source.name)
            self._renewed = now


def _own_lease(job: Any) -> Any:
    return SyncLease.objects.filter(job=job, token=job.token)


def finish(job: SyncJob, status: str, message: str, counts: dict[str, int]) -> None:
    """Write down how a job ended, give its lease back, and delete what is too old to be of use."""
    job.status, job.message, job.counts, job.ended_at = status, storable(message), counts, timezone.now()
    ended = {"status": status, "message": job.message, "counts": counts, "ended_at": job.ended_at}
    SyncJob.objects.filter(pk=job.pk).update(**ended)
    _own_lease(job).update(job=None, until=None, token="")
    oldest = timezone.now() - timedelta(days=conf.keep_jobs_days())
    SyncJob.objects.filter(source=job.source, started_at__lt=oldest).exclude(pk=job.pk).delete()


def counts_of(job: SyncJob) -> dict[str, int]:
    """``{outcome: how many records}`` of what a job has committed, told or not. Two queries."""
    told = SyncOutcome.objects.filter(job=job).order_by().values_list("outcome").annotate(Count("pk"))
    counts = Counter(dict(told))
    for unchanged, untold in SyncPage.objects.filter(job=job).values_list("unchanged", "untold").iterator():
        counts.update(untold, unchanged=len(unchanged.splitlines()))
    return {name: counts[name] for name in OUTCOMES}


def done(job: SyncJob) -> set[str]:
    """The folded ids of the records that a job has finished with: not those that failed or were missing. Two queries."""
    settled = (
        SyncOutcome.objects.filter(job=job).exclude(outcome__in=("failed", "missing")).values_list("external_id", flat=True)
    )
    finished = {keys.fold(name) for name in settled}
    for text in SyncPage.objects.filter(job=job).values_list("unchanged", flat=True).iterator():
        finished.update(keys.fold(name) for name in text.splitlines())
    return finished


def status_of(counts: dict[str, int], problems: Sequence[str]) -> str:
    """How a job that came to its end ended."""
    return Status.PARTIAL if problems or any(counts[name] for name in WANTING) else Status.OK


def _settle_killed(source: Source) -> None:
    SyncLease.objects.get_or_create(source=source)
    lease = SyncLease.objects.filter(source=source, until__lt=timezone.now(), job__status=Status.RUNNING)
    for job in SyncJob.objects.filter(pk__in=lease.values("job_id")):
        SyncJob.objects.filter(pk=job.pk, status=Status.RUNNING).update(
            status=Status.KILLED, ended_at=timezone.now(), message="It gave no sign of life until its lease was over."
        )


def _unfinished(source: Source) -> SyncJob:
    job = SyncJob.objects.filter(source=source).exclude(status__in=[Status.LOCKED, Status.RUNNING]).order_by("-pk").first()
    if job is None or job.status == Status.OK:
        raise InvalidSource(field="name", value=source.name, reason="its last job needs no resuming")
    return job


__all__ = ["Lease", "begin", "counts_of", "done", "finish", "status_of"]
