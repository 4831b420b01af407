"""
Jobs: what they did, for whoever looks at them, and what one writes down while it runs.

The lease, which only one job of a source has, is taken, renewed and given back by conditional UPDATEs, which are atomic on
every database. Pages are the checkpoints from which a job goes on. What was written to the catalog is listed record by record,
since it can be taken back. What was not is listed up to a limit, and counted beyond it: a source may list any number of records
that are none.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

import attrs
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from openedx_catalog import keys
from openedx_catalog.lib.routing import reads_from_writer
from openedx_catalog.lib.texts import storable
from openedx_catalog.lib.transactions import writes_to

from .. import conf
from ..data import BOUNDED, INCOMPLETE, MAX_ID, MAX_REASON, OUTCOMES, PARTLY_TAKEN, RecordOutcome, SyncReport
from ..exceptions import InvalidSource, LeaseLost
from ..models import Source, SyncJob, SyncLease, SyncOutcome, SyncPage

Status = SyncJob.Status
MAX_REASONS = 10


@attrs.frozen
class JobSummary:
    """
    A job in numbers: how many of how many records are done (`total` is None until the listing is read), and with which outcome.

    `percent` is of a hundred, and 100 of a job that came to its end.
    """

    job: SyncJob
    done: int
    total: int | None
    counts: dict[str, int]

    @property
    def percent(self) -> float:
        """How far it is."""
        if self.job.status in (SyncJob.Status.OK, SyncJob.Status.PARTIAL):
            return 100
        return round(100 * self.done / self.total, 1) if self.total else 0


@reads_from_writer()
def summarize(job: SyncJob) -> JobSummary:
    """A job as it is now, also while it runs. At most three queries."""
    done = SyncPage.objects.filter(job=job).aggregate(done=Sum("records"))["done"] or 0
    counts = job.counts or counts_of(job)
    # What was tried again stands in two pages.
    done = done if job.total is None else min(done, job.total)
    return JobSummary(job, done, job.total, {name: counts.get(name, 0) for name in OUTCOMES})


@reads_from_writer()
def recent_jobs(source: Source, limit: int = 30) -> list[SyncJob]:
    """The last syncs of a source that came to an end, the oldest first; not those that were locked out. One query."""
    jobs = SyncJob.objects.filter(source=source, ended_at__isnull=False, dry_run=False).exclude(status=SyncJob.Status.LOCKED)
    return list(jobs.order_by("-pk")[:limit])[::-1]


@reads_from_writer()
def get_record_outcomes(job: SyncJob, outcome: str = "") -> list[RecordOutcome]:
    """
    What became of the records of a job, of one outcome or of all but ``unchanged``, in the order in which they were done.

    One query; memory grows with the records.
    """
    if outcome == "unchanged":
        pages = SyncPage.objects.filter(job=job).order_by("number").values_list("unchanged", flat=True)
        return [RecordOutcome(name, "unchanged") for text in pages for name in text.splitlines()]
    columns = ("external_id", "outcome", "code", "reason", "place", "records", "changes")
    rows = get_outcome_rows(job, outcome).values_list(*columns)
    return [RecordOutcome(*row) for row in rows]


def get_outcome_rows(job: SyncJob, outcome: str = "") -> QuerySet[SyncOutcome]:
    """As `get_record_outcomes`, but for ``unchanged``: lazy, for whoever shows a page of them at a time."""
    rows = SyncOutcome.objects.filter(job=job).order_by("pk")
    return rows.filter(outcome=outcome) if outcome else rows


def counts_of(job: SyncJob) -> dict[str, int]:
    """``{outcome: how many records}`` of what a job has committed, listed or only counted. Two queries."""
    listed = SyncOutcome.objects.filter(job=job).order_by().values_list("outcome").annotate(Sum("records"))
    counts = Counter(dict(listed))
    for unchanged, unlisted in SyncPage.objects.filter(job=job).values_list("unchanged", "unlisted").iterator():
        counts.update(unlisted, unchanged=len(unchanged.splitlines()))
    return {name: counts[name] for name in OUTCOMES}


# The course of a job


def begin(
    source: Source,
    *,
    only: Sequence[str],
    allow_mass_missing: bool,
    resume: bool = False,
    dry_run: bool = False,
    user: Any,
    asked_as: str = "",
) -> SyncJob:
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
            source=source,
            status=Status.LOCKED,
            user=known,
            allow_mass_missing=allow_mass_missing,
            dry_run=dry_run,
            only="\n".join(only),
        )
    if _take_lease(job):
        job.status, job.ended_at, job.message = Status.RUNNING, None, ""
        job.allow_mass_missing |= allow_mass_missing
        job.asked_as = storable(asked_as, MAX_ID)
        job.save(update_fields=["status", "ended_at", "message", "allow_mass_missing", "asked_as"])
        return job
    job.message = _("Another job of this source is running.")
    if not resume:
        job.ended_at = timezone.now()
        job.save(update_fields=["ended_at", "message"])
    # What is stored of a job that was to be resumed stays: it may be the very one that is running.
    job.status = Status.LOCKED
    return job


def stuck_jobs() -> QuerySet[SyncJob]:
    """Jobs that count as running, though nobody holds a lease for them any more: their process is gone."""
    held = SyncLease.objects.filter(until__gte=timezone.now()).exclude(job=None).values("job")
    return SyncJob.objects.filter(status=Status.RUNNING).exclude(pk__in=held).order_by("pk")


@writes_to(SyncJob)
def end_stuck_jobs() -> int:
    """Mark them as killed, as the next job of their source would; say how many."""
    pks = list(stuck_jobs().values_list("pk", flat=True))
    return _mark_killed(pks)


@reads_from_writer()
def are_any_running() -> bool:
    """Whether a job of any source runs. Those that only count as running are marked as killed. One query where none are."""
    lease = SyncLease.objects.filter(job=OuterRef("pk"), until__gte=timezone.now())
    running = SyncJob.objects.filter(status=Status.RUNNING).annotate(held=Exists(lease))
    held = dict(running.order_by("pk").values_list("pk", "held"))
    _mark_killed([pk for pk, is_held in held.items() if not is_held])
    return any(held.values())


def _mark_killed(pks: Sequence[int]) -> int:
    # The status once more: the job may end between the two statements, and its own last word stays.
    killed = SyncJob.objects.filter(pk__in=pks, status=Status.RUNNING)
    message = _("The job gave no sign of life until its lease ran out.")
    return killed.update(status=Status.KILLED, ended_at=timezone.now(), message=message)


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


def finish(job: SyncJob, report: SyncReport) -> None:
    """Write down how a job ended, give its lease back, and delete what is too old to be of use."""
    job.status, job.message, job.counts, job.ended_at = report.status, storable(report.message), report.counts, timezone.now()
    job.save(update_fields=["status", "message", "counts", "ended_at"])
    # Only if it is still ours: a job that took over must not lose its own.
    _own_lease(job).update(job=None, until=None, token="")
    oldest = timezone.now() - timedelta(days=conf.keep_jobs_days())
    SyncJob.objects.filter(source=job.source, started_at__lt=oldest).exclude(pk=job.pk).delete()


def _take_lease(job: Any) -> bool:
    """
    Take the lease of the job's source if nobody has it, or it is over.

    One UPDATE whose condition is checked under the lock of the row: of two jobs at once one changes a row. A look before it
    would let both pass.
    """
    now, job.token = timezone.now(), uuid.uuid4().hex
    free = SyncLease.objects.filter(Q(until=None) | Q(until__lt=now), source=job.source)
    return bool(free.update(job=job, until=now + timedelta(seconds=conf.lease_seconds()), token=job.token))


def _own_lease(job: Any) -> Any:
    # The token, since a job that is resumed in another process has the same row.
    return SyncLease.objects.filter(job=job, token=job.token)


def _end_killed(source: Source) -> None:
    SyncLease.objects.get_or_create(source=source)
    over = SyncLease.objects.filter(source=source, until__lt=timezone.now(), job__status=Status.RUNNING)
    _mark_killed(list(over.values_list("job_id", flat=True)))


def _unfinished(source: Source) -> SyncJob:
    job = (
        SyncJob.objects.filter(source=source, dry_run=False)
        .exclude(status__in=[Status.LOCKED, Status.RUNNING])
        .order_by("-pk")
        .first()
    )
    if job is None or job.status == Status.OK:
        raise InvalidSource(field="name", value=source.name, reason=_("its last job needs no resuming"))
    return job


# Records


def store_page(job: SyncJob, number: int, outcomes: Sequence[RecordOutcome], records: int) -> None:
    """
    The checkpoint: what became of a page of so many records, in their transaction.

    Of outcomes that were on no page (0 records) a page is stored only where it does not list some of them.
    """
    problems = SyncOutcome.objects.filter(job=job, outcome__in=BOUNDED).exclude(code=PARTLY_TAKEN)
    # Counted only where a page has something to list: most pages have nothing.
    before = problems.count() if any(map(_is_bounded, outcomes)) else 0
    listed, unlisted = split(outcomes, conf.max_problems() - before)
    rows = [
        SyncOutcome(
            job=job,
            external_id=storable(outcome.external_id, MAX_ID),
            outcome=outcome.outcome,
            code=outcome.code,
            reason=storable(outcome.reason, MAX_REASON),
            place=storable(outcome.place, 64),
            records=outcome.records,
            changes=outcome.changes,
        )
        for outcome in listed
    ]
    SyncOutcome.objects.bulk_create(rows, batch_size=500)
    if records or unlisted:
        unchanged = "\n".join(outcome.external_id for outcome in outcomes if outcome.outcome == "unchanged")
        SyncPage.objects.create(job=job, number=number, records=records, unchanged=unchanged, unlisted=unlisted)


def split(outcomes: Iterable[RecordOutcome], left: int) -> tuple[list[RecordOutcome], dict[str, int]]:
    """What is listed of some outcomes where so many more problems may be, and how many of each outcome are only counted."""
    listed, unlisted = [], Counter[str]()
    for outcome in outcomes:
        left -= _is_bounded(outcome)
        if _is_bounded(outcome) and left < 0:
            unlisted[outcome.outcome] += outcome.records
        elif outcome.outcome != "unchanged":
            listed.append(outcome)
    return listed, dict(unlisted)


def _is_bounded(outcome: RecordOutcome) -> bool:
    return outcome.outcome in BOUNDED and outcome.code != PARTLY_TAKEN


def finished_records(job: SyncJob) -> set[str]:
    """The folded ids of the records that a job is done with: not those that failed or were missing. Two queries."""
    rows = SyncOutcome.objects.filter(job=job).exclude(outcome__in=("failed", "missing"))
    finished = {keys.fold(name) for name in rows.values_list("external_id", flat=True)}
    for text in SyncPage.objects.filter(job=job).values_list("unchanged", flat=True).iterator():
        finished.update(keys.fold(name) for name in text.splitlines())
    return finished


def conclude(report: SyncReport, problems: Sequence[str]) -> None:
    """The status of a sync that came to its end, why it is not OK, and what it does not list."""
    left_out = any(outcome.code == PARTLY_TAKEN for outcome in report.outcomes)
    is_partial = bool(problems) or left_out or any(report.counts[name] for name in INCOMPLETE)
    report.status = Status.PARTIAL if is_partial else Status.OK
    report.message = join_reasons(problems)
    if unlisted := report.unlisted:
        text = _(
            "A job lists at most %(limit)s problems (OPENEDX_CATALOG_SYNC_MAX_PROBLEMS). Counted, but not listed: %(counts)s."
        )
        counts = ", ".join(f"{number:,} {name}" for name, number in unlisted.items())
        text %= {"limit": f"{conf.max_problems():,}", "counts": counts}
        report.message = f"{report.message} {text}".strip()


def join_reasons(reasons: Sequence[str], separator: str = " ") -> str:
    """What is wrong with one record, in one text: the first ten reasons, cut to what a person reads."""
    left = len(reasons) - MAX_REASONS
    more = separator + _("… and %(number)d more") % {"number": left} if left > 0 else ""
    return storable(separator.join(reasons[:MAX_REASONS]), MAX_REASON - len(more)) + more
