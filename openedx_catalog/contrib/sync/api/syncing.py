"""One sync: plan, then apply page by page. Whatever happens, what is committed is whole, and the job says what became of it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.db import router
from django.utils.translation import gettext as _

from openedx_catalog import keys
from openedx_catalog.lib import background, dispatch
from openedx_catalog.lib.changes import Change, Provenance
from openedx_catalog.lib.database_errors import in_words
from openedx_catalog.lib.routing import reads_from_writer
from openedx_catalog.lib.texts import storable
from openedx_catalog.lib.transactions import atomically
from openedx_catalog.transfer import CatalogFile

from .. import conf
from ..client import Client
from ..credentials import credentials_of
from ..data import MAX_ID, SyncReport
from ..exceptions import CredentialsRefused, InvalidSource, LeaseLost, RemoteError
from ..loaders import FileLoader, Loader, RemoteLoader, describing, loader_class
from ..models import RunSource, Source, SyncJob, SyncOutcome, SyncPage
from . import jobs
from ._applying import Applied, Applier, Step, add_created
from ._planning import Planner, Stopped
from ._rehearsing import preview, rehearse
from .sources import get_source

__all__ = ["start_sync", "sync_source"]

# Of `tasks.sync_source`.
TASK = "openedx_catalog.contrib.sync.tasks.sync_source"


# A job goes on from what it has just written: its checkpoints, its lease, and the runs of the page before.
@reads_from_writer()
def sync_source(
    source: Source | str,
    *,
    file: CatalogFile | None = None,
    only: Sequence[str] = (),
    dry_run: bool = False,
    keep_report: bool = False,
    resume: bool = False,
    allow_mass_missing: bool = False,
    clock: Any = None,
    on_begun: Callable[[int], None] = lambda job: None,
    on_planned: Callable[[int], None] = lambda total: None,
    on_progress: Callable[[int], None] = lambda records: None,
    stop: Callable[[], bool] = lambda: False,
    reason: str = "",
    user: Any = None,
) -> SyncReport:
    """
    Bring the catalog in step with a source, given as an object or by its name: all of it, or `only` some course keys.

    First the whole listing is read; nothing is written while that can still stop the job. Then each page of 100 records is one
    transaction, with its outcomes: a job that was killed goes on with `resume`, and does only what it has not done. Writes
    the mapped fields alone, through `sync_course_runs`: pinned fields and explicit associations stay. A run that the source no
    longer lists is marked, never deleted, and only after the listing was read to its end and the source, asked for that very
    run, does not know it.

    Where more runs would vanish, end or lose their dates than the source's limit, or more programs would be deleted,
    unpublished, retired or hidden, the job ends ``aborted`` before it writes, unless `allow_mass_missing`. So it does before it
    asks where the source's credentials are for another place than its base URL. Where another job of the source is running, it
    ends ``locked``. `file` is what a source of kind "file" reads. `on_begun` is called with the id of the job, `on_planned`
    with how many records there are, `on_progress` with how many more are done. `stop` is asked after each page that is read,
    and before each that is written: the job then ends ``aborted``, and goes on with `resume`. `reason` stands in the history,
    after the job; one that is resumed has the reason of each part.

    A dry run writes nothing at all and reports what a real one would do, with the values of each record before and after. With
    `keep_report` it is a job, too, for whoever looks at it later: a preview, which is never the last sync of its source.

    Never raises for a record, nor for what a service answers. Does not check permissions. Emits events as
    `sync_course_runs`. Raises Source.DoesNotExist, InvalidSource, InvalidRequest (reason).
    """
    source = get_source(source) if isinstance(source, str) else source
    # Refused before a job begins.
    why = Provenance(reason=Change(reason=reason).reason, user=user)
    if not source.enabled:
        raise InvalidSource(field="name", value=source.name, reason=_("it is not enabled"))
    # As the job keeps them: one a line.
    only = [" ".join(storable(str(name)).split()) or '""' for name in only]
    with _loader(source, file, clock) as loader, tempfile.TemporaryFile() as spool:
        if dry_run and not keep_report:
            planner = Planner(source, loader, spool, only, on_page=partial(_stop_where_asked, stop))
            return rehearse(planner, allow_mass_missing, why, on_planned, on_progress)
        asked: dict[str, Any] = {
            "only": only,
            "allow_mass_missing": allow_mass_missing,
            # What was done of a job that stopped is unchanged by now: a preview of the rest shows it so.
            "resume": resume and not dry_run,
            "dry_run": dry_run,
            "asked_as": loader.asked_as,
        }
        job = jobs.begin(source, **asked, user=user)
        on_begun(job.pk)
        if job.status == SyncJob.Status.LOCKED:
            return SyncReport(source.name, job.status, job.message, job.pk)
        lease = jobs.Lease(job)
        loader.on_request(lease.keep)
        # What is resumed is what was asked for then.

        def on_page() -> None:
            _stop_where_asked(stop)
            lease.keep()

        planner = Planner(source, loader, spool, job.only.splitlines(), on_page=on_page)
        if dry_run:
            return preview(job, planner, why, on_planned, on_progress)
        with dispatch.coalescing():
            return _Execution(job, planner, why, on_planned, on_progress).run()


def start_sync(source: Source | str, **kwargs: Any) -> None:
    """
    Begin a sync, and do not wait for it: by Celery, or in a thread of this process, as OPENEDX_CATALOG_SYNC_RUNNER says.

    Arguments are those of `sync_source`; its job says what became of it, also of a dry run, whose report nobody would read
    otherwise. A thread's job is there when this returns, unless that takes longer than some seconds; a thread dies with its
    process: its job is called killed when its lease is over, and can be resumed. Does not check permissions. Raises nothing
    that the sync would.
    """
    name = source.name if isinstance(source, Source) else source
    kwargs |= {"keep_report": True} if kwargs.get("dry_run") else {}
    user = kwargs.pop("user", None)
    if conf.runner() == "celery":
        background.delay(TASK, name, user_id=getattr(user, "pk", None), **kwargs)
    else:
        background.in_thread(f"sync {name}", lambda begun: sync_source(name, on_begun=begun, user=user, **kwargs))


def _stop_where_asked(stop: Callable[[], bool]) -> None:
    if stop():
        raise Stopped(_("It was interrupted. What is done stays, and it can be resumed."))


@contextmanager
def _loader(source: Source, file: CatalogFile | None, clock: Any) -> Iterator[Loader]:
    found = loader_class(source.kind)
    if issubclass(found, FileLoader):
        if file is None:
            raise InvalidSource(field="name", value=source.name, reason=_("it reads a file, and none was given"))
        yield found(source.field_map, file)
    elif issubclass(found, RemoteLoader):
        refused, credentials = None, None
        try:
            credentials = credentials_of(source)
        except CredentialsRefused as error:
            refused = error
        try:
            limits = {"per_minute": source.per_minute, "clock": clock, "parameters": source.parameters}
            client = Client(source.base_url, credentials=credentials, **limits)
        except RemoteError as error:
            raise InvalidSource(field="base_url", value=source.base_url, reason=str(error)) from error
        with client:
            loader = found(source.field_map, client, source.username)
            loader.refused = refused
            loader.describes = describing.LISTINGS in source.also and describing.is_kept()
            loader.asked_as = source.username or (credentials.client_id if credentials else "")
            yield loader


class _Execution:
    """A job that does what is planned: page by page, each in a transaction of its own together with its checkpoint."""

    def __init__(
        self,
        job: SyncJob,
        planner: Planner,
        why: Provenance,
        on_planned: Callable[[int], None],
        on_progress: Callable[[int], None],
    ) -> None:
        self.job, self.planner, self.on_planned, self.on_progress = job, planner, on_planned, on_progress
        self.applier = Applier(planner, Provenance(source=job.provenance, **why), job=job.pk)
        self.report = SyncReport(job.source.name, job=job.pk)

    def run(self) -> SyncReport:
        """Do it, and write down how it ended."""
        report = self.report
        try:
            self.planner.plan(self.job.allow_mass_missing)
            self.on_planned(self.planner.total)
            self._apply()
        except Stopped as stop:
            report.status, report.message = "aborted", str(stop)
        except LeaseLost as error:
            # The job that took over has written down what became of this one.
            report.status, report.message = "aborted", str(error)
            return report
        except BaseException as error:
            report.status, report.message = "aborted", f"{type(error).__name__}: {in_words(error)}"
            report.counts = jobs.counts_of(self.job)
            jobs.finish(self.job, report)
            raise
        report.counts, report.outcomes = jobs.counts_of(self.job), jobs.get_record_outcomes(self.job)
        if report.status != "aborted":
            jobs.conclude(report, self.planner.listing.problems)
        jobs.finish(self.job, report)
        return report

    def _apply(self) -> None:
        job, planner, listing = self.job, self.planner, self.planner.listing
        finished = jobs.finished_records(job)
        self._prepare_retry()
        # What it was done with before, and may not be listed any more.
        done = sum(jobs.counts_of(job).values()) if finished else 0
        planned = planner.total
        SyncJob.objects.filter(pk=job.pk).update(total=planned)
        number = SyncPage.objects.filter(job=job).count()
        for step in self.applier.steps():
            for page in step.pages:
                rows = _unfinished(page, finished)
                done -= len(page) - len(rows)
                if rows:
                    planner.on_page()
                    number += 1
                    write = partial(self._write, step, rows, number)
                    add_created(self.report, atomically(router.db_for_write(RunSource), write))
                self.on_progress(len(page))
        left = _unfinished(listing.outcomes, finished)
        done -= sum(outcome.records for outcome in listing.outcomes) - sum(outcome.records for outcome in left)
        jobs.store_page(job, number + 1, left, records=0)
        added = self.applier.added
        if planner.total + done + added != planned:
            SyncJob.objects.filter(pk=job.pk).update(total=planner.total + done + added)
        self.on_progress(sum(outcome.records for outcome in listing.outcomes))
        if listing.complete and not planner.only:
            Source.objects.filter(pk=planner.source.pk).update(listed_at=job.started_at)

    def _write(self, step: Step, rows: Sequence[Any], number: int) -> Applied:
        applied = step.apply([rows])
        # In the same transaction: a job that is killed here has done all of the page, or nothing of it.
        jobs.store_page(self.job, number, applied.outcomes, records=len(applied.outcomes))
        return applied

    def _prepare_retry(self) -> None:
        """
        Of a job that is resumed: what failed is tried again, and what was missing and is listed now is not missing. Of some
        keys all are asked for again.
        """
        only = self.planner.only
        rows = SyncOutcome.objects.filter(job=self.job, outcome__in=("failed", "missing"))
        again = [
            pk
            for pk, name, outcome in rows.values_list("pk", "external_id", "outcome")
            if outcome == "failed" or only or self.planner.has(keys.fold(name))
        ]
        if again:
            SyncOutcome.objects.filter(pk__among=again).delete()
        # Those that are counted and not listed have no name by which they could be passed over.
        SyncPage.objects.filter(job=self.job).exclude(unlisted={}).update(unlisted={})


def _unfinished(rows: Sequence[Any], finished: set[str]) -> list[Any]:
    # By the names under which outcomes are stored.
    return [row for row in rows if keys.fold(storable(row.external_id or row.place, MAX_ID)) not in finished]
