"""A sync that writes nothing: all of it is done, and taken back, in one transaction. A preview is one that is kept as a job."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.db import router, transaction

from openedx_catalog.lib.changes import Provenance
from openedx_catalog.lib.database_errors import in_words
from openedx_catalog.lib.transactions import atomically

from .. import conf
from ..data import RecordOutcome, SyncReport
from ..models import RunSource, SyncJob
from . import jobs
from ._applying import Applier, add_created
from ._planning import Planner, Stopped

# Outcomes of a preview that are stored in one transaction.
PAGE = 1000


def rehearse(
    planner: Planner,
    allow_mass_missing: bool,
    why: Provenance,
    on_planned: Callable[[int], None],
    on_progress: Callable[[int], None],
) -> SyncReport:
    """What an execution would report. It leaves nothing behind."""
    report, outcomes = _rehearsed(planner, allow_mass_missing, why, on_planned)
    report.outcomes, _unlisted = jobs.split(outcomes, conf.max_problems())
    if report.status != "aborted":
        on_progress(planner.total)
        jobs.conclude(report, planner.listing.problems)
    return report


def preview(
    job: SyncJob, planner: Planner, why: Provenance, on_planned: Callable[[int], None], on_progress: Callable[[int], None]
) -> SyncReport:
    """
    The same as a job, which keeps the outcomes, each with what would change.

    Its lease is not renewed while the transaction lasts, in which nobody would see that: a preview that takes longer counts as
    killed until it is there. It writes nothing that another job could meet.
    """

    def planned(total: int) -> None:
        SyncJob.objects.filter(pk=job.pk).update(total=total)
        on_planned(total)

    report = SyncReport(job.source.name, job=job.pk, dry_run=True)
    try:
        report, outcomes = _rehearsed(planner, job.allow_mass_missing, why, planned)
        report.job = job.pk
        if (total := sum(report.counts.values())) > planner.total:
            # Outcomes of what is no record: modes that are unknown here.
            SyncJob.objects.filter(pk=job.pk).update(total=total)
        for number, start in enumerate(range(0, len(outcomes), PAGE), 1):
            page = outcomes[start : start + PAGE]
            store = partial(jobs.store_page, job, number, page, records=sum(outcome.records for outcome in page))
            atomically(router.db_for_write(SyncJob), store)
            on_progress(len(page))
        report.counts, report.outcomes = jobs.counts_of(job), jobs.get_record_outcomes(job)
        if report.status != "aborted":
            jobs.conclude(report, planner.listing.problems)
    except BaseException as error:
        report.status, report.message = "aborted", f"{type(error).__name__}: {in_words(error)}"
        report.counts = jobs.counts_of(job)
        jobs.finish(job, report)
        raise
    jobs.finish(job, report)
    return report


def _rehearsed(
    planner: Planner, allow_mass_missing: bool, why: Provenance, on_planned: Callable[[int], None]
) -> tuple[SyncReport, list[RecordOutcome]]:
    """The report without its outcomes, which are beside it: all of them."""
    report = SyncReport(planner.source.name, dry_run=True)
    outcomes: list[RecordOutcome] = []
    try:
        planner.plan(allow_mass_missing)
    except Stopped as stop:
        report.status, report.message = "aborted", str(stop)
        return report, outcomes
    on_planned(planner.total)
    applier = Applier(planner, Provenance(source="dry-run", **why))
    using = router.db_for_write(RunSource)
    with transaction.atomic(using=using):
        for step in applier.steps():
            applied = step.apply(step.pages)
            add_created(report, applied)
            outcomes += applied.outcomes
        # Records beside runs are written, and then were not.
        transaction.set_rollback(True, using=using)
    outcomes += planner.listing.outcomes
    for outcome in outcomes:
        report.counts[outcome.outcome] += outcome.records
    return report, outcomes
