"""The two ways to do what is planned: for good, page by page, as a job says; or in a rehearsal that leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from django.db import router, transaction
from django.utils import timezone

from openedx_catalog import keys
from openedx_catalog.data import AssociationReport
from openedx_catalog.lib.changes import Provenance
from openedx_catalog.lib.database_errors import in_words
from openedx_catalog.lib.texts import storable
from openedx_catalog.lib.transactions import atomically

from ..data import MAX_ID, RecordOutcome, SourceRow, SyncReport
from ..exceptions import LeaseLost
from ..models import RunSource, Source, SyncJob, SyncOutcome, SyncPage
from . import _jobs, _outcomes
from ._applying import PAGE, Applied, Applier
from ._planning import Planner, Stopped, Work
from .others import AFTER, BEFORE

__all__ = ["Progress", "rehearse", "run"]

BATCH = 500


class Progress(NamedTuple):
    """Called with how many records there are, and with how many more are done."""

    planned: Callable[[int], None]
    done: Callable[[int], None]


def rehearse(planner: Planner, allow_mass_missing: bool, progress: Progress, user: Any) -> SyncReport:
    """What `run` would report."""
    report = SyncReport(planner.source.name, dry_run=True)
    try:
        work = planner.plan(allow_mass_missing)
    except Stopped as stop:
        report.status, report.message = "aborted", str(stop)
        return report
    progress.planned(work.total)
    applier = Applier(work, Provenance(source="dry-run", user=user), rehearsal=True)
    using = router.db_for_write(RunSource)
    outcomes = [*work.listing.outcomes, *work.gone]
    with transaction.atomic(using=using):
        outcomes += [write() for page in applier.others(BEFORE) for _row, write in page]
        # One call for all of them: a dry run remembers only within a call what it would have created.
        applied = applier.apply(work.listing.batches(PAGE))
        outcomes += applied.outcomes
        outcomes += [write() for page in applier.others(AFTER) for _row, write in page]
        # Records beside runs are written, and then were not.
        transaction.set_rollback(True, using=using)
    for outcome in outcomes:
        _outcomes.add_to_report(report, outcome)
    _add_created(report, applied.report)
    progress.done(work.total)
    _conclude(report, work.listing.problems)
    return report


def run(job: SyncJob, lease: _jobs.Lease, planner: Planner, progress: Progress, user: Any) -> SyncReport:
    """Do it, and write down how it ended."""
    report = SyncReport(job.source.name, job=job.pk)
    try:
        work = planner.plan(job.allow_mass_missing)
        progress.planned(work.total)
        _Run(job, lease, work, progress, user, report).apply()
    except Stopped as stop:
        report.status, report.message = "aborted", str(stop)
    except LeaseLost as error:
        # The job that took over has written down what became of this one.
        report.status, report.message = "aborted", str(error)
        return report
    except BaseException as error:
        _jobs.finish(job, "aborted", f"{type(error).__name__}: {in_words(error)}", _jobs.counts_of(job))
        raise
    report.counts = _jobs.counts_of(job)
    _outcomes.complete_report(report, job)
    if report.status != "aborted":
        _conclude(report, planner.listing.problems)
    _jobs.finish(job, report.status, report.message, report.counts)
    return report


class _Run:
    """The pages of a job that are not done yet, each in a transaction of its own together with its checkpoint."""

    def __init__(self, job: SyncJob, lease: _jobs.Lease, work: Work, progress: Progress, user: Any, report: SyncReport) -> None:
        self.job, self.lease, self.work, self.progress, self.report = job, lease, work, progress, report
        self.applier = Applier(work, Provenance(source=job.provenance, user=user))
        self.finished = _jobs.finished_records(job)
        self.page = 0

    def apply(self) -> None:
        """Everything that is planned."""
        work = self.work
        self._prepare_retry()
        SyncJob.objects.filter(pk=self.job.pk).update(total=work.total)
        self.page = SyncPage.objects.filter(job=self.job).count()
        self._apply_others(BEFORE)
        for batch in work.listing.batches(PAGE):
            if rows := [row for row in batch if not self._is_finished(row.external_id or row.place)]:
                applied: Applied = self._store(partial(self._apply_runs, rows))
                _add_created(self.report, applied.report)
            self.progress.done(len(batch))
        for start in range(0, len(work.gone), PAGE):
            gone = work.gone[start : start + PAGE]
            self._store(partial(self._mark_missing, [row for row in gone if not self._is_finished(row.external_id)]))
            self.progress.done(len(gone))
        self._apply_others(AFTER)
        rest = [row for row in work.listing.outcomes if not self._is_finished(row.external_id)]
        _outcomes.store_rest(self.job, self.page + 1, rest)
        self.progress.done(len(work.listing.outcomes))
        if work.listing.complete and not work.partial:
            Source.objects.filter(pk=work.source.pk).update(listed_at=self.job.started_at)

    def _store(self, write: Callable[[], Any]) -> Any:
        """One page: `write` stores what it does and what became of it together, or nothing at all."""
        self.lease.keep()
        self.page += 1
        return atomically(router.db_for_write(RunSource), write)

    def _is_finished(self, name: str) -> bool:
        # As outcomes are stored.
        return keys.fold(storable(name, MAX_ID)) in self.finished

    def _apply_runs(self, rows: Sequence[SourceRow]) -> Applied:
        applied = self.applier.apply([rows])
        self.applier.note_sources(rows, applied.taken)
        _outcomes.store_page(self.job, self.page, applied.outcomes)
        return applied

    def _apply_others(self, kinds: Sequence[str]) -> None:
        for page in self.applier.others(kinds):
            if writes := [write for row, write in page if not self._is_finished(row.external_id or row.place)]:
                self._store(partial(self._write_others, writes))
            self.progress.done(len(page))

    def _write_others(self, writes: Sequence[Callable[[], RecordOutcome]]) -> None:
        _outcomes.store_page(self.job, self.page, [write() for write in writes])

    def _mark_missing(self, outcomes: Sequence[RecordOutcome]) -> None:
        names = [keys.fold(outcome.external_id) for outcome in outcomes]
        rows = RunSource.objects.filter(source=self.work.source, external_id_ci__in=names, missing_since=None)
        now = timezone.now()
        rows.update(missing_since=now, last_seen_at=self.work.source.listed_at or now)
        _outcomes.store_page(self.job, self.page, outcomes)

    def _prepare_retry(self) -> None:
        """
        Of a job that is resumed: what failed is tried again, and what was missing and is listed now is not missing. Of some
        keys all are asked for again.
        """
        rows = SyncOutcome.objects.filter(job=self.job, outcome__in=("failed", "missing"))
        again = [
            pk
            for pk, name, outcome in rows.values_list("pk", "external_id", "outcome")
            if outcome == "failed" or self.work.partial or self.work.listing.has(keys.fold(name))
        ]
        for start in range(0, len(again), BATCH):
            SyncOutcome.objects.filter(pk__in=again[start : start + BATCH]).delete()
        # Those that are counted and not listed have no name by which they could be passed over.
        SyncPage.objects.filter(job=self.job).exclude(untold={}).update(untold={})


def _add_created(report: SyncReport, done: AssociationReport) -> None:
    report.catalog_courses_created += done.catalog_courses_created
    report.organizations_created += done.organizations_created


def _conclude(report: SyncReport, problems: Sequence[str]) -> None:
    report.status = _jobs.status_of(report.counts, problems)
    report.message = _outcomes.message_of(report, problems)
