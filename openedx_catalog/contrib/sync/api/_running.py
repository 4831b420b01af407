"""The two ways to do what is planned: for good, page by page, as a job says; or in a rehearsal that leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from django.db import router, transaction

from openedx_catalog import keys
from openedx_catalog.lib.changes import Provenance
from openedx_catalog.lib.database_errors import in_words
from openedx_catalog.lib.texts import storable
from openedx_catalog.lib.transactions import atomically

from ..data import MAX_ID, SyncReport
from ..exceptions import LeaseLost
from ..models import RunSource, Source, SyncJob, SyncOutcome, SyncPage
from . import _jobs, _outcomes
from ._applying import Applied, Applier, Step
from ._planning import Planner, Stopped

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
        planner.plan(allow_mass_missing)
    except Stopped as stop:
        report.status, report.message = "aborted", str(stop)
        return report
    progress.planned(planner.total)
    applier = Applier(planner, Provenance(source="dry-run", user=user), rehearsal=True)
    using = router.db_for_write(RunSource)
    with transaction.atomic(using=using):
        for step in applier.steps():
            applied = step.apply(step.pages)
            _add_created(report, applied)
            for outcome in applied.outcomes:
                _outcomes.add_to_report(report, outcome)
        # Records beside runs are written, and then were not.
        transaction.set_rollback(True, using=using)
    for outcome in planner.listing.outcomes:
        _outcomes.add_to_report(report, outcome)
    progress.done(planner.total)
    _conclude(report, planner.listing.problems)
    return report


def run(job: SyncJob, lease: _jobs.Lease, planner: Planner, progress: Progress, user: Any) -> SyncReport:
    """Do it, and write down how it ended."""
    report = SyncReport(job.source.name, job=job.pk)
    applier = Applier(planner, Provenance(source=job.provenance, user=user))
    try:
        planner.plan(job.allow_mass_missing)
        progress.planned(planner.total)
        _Pages(job, lease, planner, progress, report).apply(applier)
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


class _Pages:
    """The pages of a job that are not done yet, each in a transaction of its own together with its checkpoint."""

    def __init__(self, job: SyncJob, lease: _jobs.Lease, planner: Planner, progress: Progress, report: SyncReport) -> None:
        self.job, self.lease, self.planner, self.progress, self.report = job, lease, planner, progress, report
        self.finished = _jobs.finished_records(job)
        self.number = 0

    def apply(self, applier: Applier) -> None:
        """Everything that is planned."""
        listing = self.planner.listing
        self._prepare_retry()
        SyncJob.objects.filter(pk=self.job.pk).update(total=self.planner.total)
        self.number = SyncPage.objects.filter(job=self.job).count()
        for step in applier.steps():
            for page in step.pages:
                if rows := self._unfinished(page):
                    self.lease.keep()
                    self.number += 1
                    write = partial(self._store, step, rows)
                    _add_created(self.report, atomically(router.db_for_write(RunSource), write))
                self.progress.done(len(page))
        _outcomes.store_rest(self.job, self.number + 1, self._unfinished(listing.outcomes))
        self.progress.done(len(listing.outcomes))
        if listing.complete and not self.planner.only:
            Source.objects.filter(pk=self.planner.source.pk).update(listed_at=self.job.started_at)

    def _store(self, step: Step, rows: Sequence[Any]) -> Applied:
        applied = step.apply([rows])
        # In the same transaction: a job that is killed here has done all of the page, or nothing of it.
        _outcomes.store_page(self.job, self.number, applied.outcomes)
        return applied

    def _unfinished(self, rows: Sequence[Any]) -> list[Any]:
        # By the names under which outcomes are stored.
        return [row for row in rows if keys.fold(storable(row.external_id or row.place, MAX_ID)) not in self.finished]

    def _prepare_retry(self) -> None:
        """
        Of a job that is resumed: what failed is tried again, and what was missing and is listed now is not missing. Of some
        keys all are asked for again.
        """
        planner = self.planner
        rows = SyncOutcome.objects.filter(job=self.job, outcome__in=("failed", "missing"))
        again = [
            pk
            for pk, name, outcome in rows.values_list("pk", "external_id", "outcome")
            if outcome == "failed" or planner.only or planner.listing.has(keys.fold(name))
        ]
        for start in range(0, len(again), BATCH):
            SyncOutcome.objects.filter(pk__in=again[start : start + BATCH]).delete()
        # Those that are counted and not listed have no name by which they could be passed over.
        SyncPage.objects.filter(job=self.job).exclude(untold={}).update(untold={})


def _add_created(report: SyncReport, applied: Applied) -> None:
    report.catalog_courses_created += applied.catalog_courses_created
    report.organizations_created += applied.organizations_created


def _conclude(report: SyncReport, problems: Sequence[str]) -> None:
    report.status = _jobs.status_of(report.counts, problems)
    report.message = _outcomes.message_of(report, problems)
