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
from django.utils.translation import gettext as _

from openedx_catalog import keys
from openedx_catalog.lib.texts import storable

from .. import conf
from ..data import INCOMPLETE, OUTCOMES
from ..exceptions import InvalidSource, LeaseLost
from ..models import Source, SyncJob, SyncLease, SyncOutcome, SyncPage

__all__ = ["Lease", "begin", "counts_of", "finish", "finished_records", "status_of"]

Status = SyncJob.Status


def begin(source: Source, *, only: Sequence[str], allow_mass_missing: bool, resume: bool, user: Any) -> SyncJob:
    """
    A job that runs, or one that says that another one does (``locked``). With `resume` the last job that did not end well.

    A running job whose lease is over is marked as killed.
    """
    _end_killed(source)
    if resume:
        job = _unfinished(source)
    else:
        known = user if user is not None and user.is_authenticated else None
        job = SyncJob.objects.create(
            source=source, status=Status.LOCKED, user=known, allow_mass_missing=allow_mass_missing, only="\n".join(only)
        )
    if _take_lease(job):
        job.status, job.ended_at, job.message = Status.RUNNING, None, ""
        job.allow_mass_missing |= allow_mass_missing
        job.save(update_fields=["status", "ended_at", "message", "allow_mass_missing"])
        return job
    job.message = _("Another job of this source is running.")
    if not resume:
        job.ended_at = timezone.now()
        job.save(update_fields=["ended_at", "message"])
    # What is stored of a job that was to be resumed stays: it may be the very one that is running.
    job.status = Status.LOCKED
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
            # The condition on the token finds out in the same statement whether the lease is still ours.
            if not _own_lease(self.job).update(until=now + lasts):
                raise LeaseLost(source=self.job.source.name)
            self._renewed = now


def finish(job: SyncJob, status: str, message: str, counts: dict[str, int]) -> None:
    """Write down how a job ended, give its lease back, and delete what is too old to be of use."""
    job.status, job.message, job.counts, job.ended_at = status, storable(message), counts, timezone.now()
    job.save(update_fields=["status", "message", "counts", "ended_at"])
    # Only if it is still ours: a job that took over must not lose its own.
    _own_lease(job).update(job=None, until=None, token="")
    oldest = timezone.now() - timedelta(days=conf.keep_jobs_days())
    SyncJob.objects.filter(source=job.source, started_at__lt=oldest).exclude(pk=job.pk).delete()


def counts_of(job: SyncJob) -> dict[str, int]:
    """``{outcome: how many records}`` of what a job has committed, listed or only counted. Two queries."""
    listed = SyncOutcome.objects.filter(job=job).order_by().values_list("outcome").annotate(Count("pk"))
    counts = Counter(dict(listed))
    for unchanged, untold in SyncPage.objects.filter(job=job).values_list("unchanged", "untold").iterator():
        counts.update(untold, unchanged=len(unchanged.splitlines()))
    return {name: counts[name] for name in OUTCOMES}


def finished_records(job: SyncJob) -> set[str]:
    """The folded ids of the records that a job is done with: not those that failed or were missing. Two queries."""
    rows = SyncOutcome.objects.filter(job=job).exclude(outcome__in=("failed", "missing"))
    finished = {keys.fold(name) for name in rows.values_list("external_id", flat=True)}
    for text in SyncPage.objects.filter(job=job).values_list("unchanged", flat=True).iterator():
        finished.update(keys.fold(name) for name in text.splitlines())
    return finished


def status_of(counts: dict[str, int], problems: Sequence[str]) -> str:
    """The status of a job that came to its end."""
    return Status.PARTIAL if problems or any(counts[name] for name in INCOMPLETE) else Status.OK


def _take_lease(job: Any) -> bool:
    """
    Take the lease of the job's source if nobody has it, or it is over.

    One UPDATE whose condition is checked under the lock of the row: of two jobs at once one changes a row. A look before it
    would let both pass.
    """
    now, token = timezone.now(), uuid.uuid4().hex
    free = SyncLease.objects.filter(Q(until=None) | Q(until__lt=now), source=job.source)
    job.token = token
    return bool(free.update(job=job, until=now + timedelta(seconds=conf.lease_seconds()), token=token))


def _own_lease(job: Any) -> Any:
    # The token, since a job that is resumed in another process has the same row.
    return SyncLease.objects.filter(job=job, token=job.token)


def _end_killed(source: Source) -> None:
    SyncLease.objects.get_or_create(source=source)
    over = SyncLease.objects.filter(source=source, until__lt=timezone.now(), job__status=Status.RUNNING)
    # The status once more: the job may end between the two statements, and its own last word stays.
    killed = SyncJob.objects.filter(pk__in=list(over.values_list("job_id", flat=True)), status=Status.RUNNING)
    message = _("The job gave no sign of life until its lease ran out.")
    killed.update(status=Status.KILLED, ended_at=timezone.now(), message=message)


def _unfinished(source: Source) -> SyncJob:
    job = SyncJob.objects.filter(source=source).exclude(status__in=[Status.LOCKED, Status.RUNNING]).order_by("-pk").first()
    if job is None or job.status == Status.OK:
        raise InvalidSource(field="name", value=source.name, reason=_("its last job needs no resuming"))
    return job
