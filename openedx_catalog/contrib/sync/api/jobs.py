"""What jobs did, for whoever looks at them; and starting one without waiting for it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from typing import Any

import attrs
from django.db import close_old_connections, connections
from django.db.models import QuerySet, Sum

from openedx_catalog.lib.routing import reads_from_writer

from .. import conf
from ..data import OUTCOMES, RecordOutcome
from ..models import Source, SyncJob, SyncOutcome, SyncPage
from . import _jobs
from .syncing import sync_source

__all__ = ["JobSummary", "get_outcome_rows", "get_record_outcomes", "recent_jobs", "start_sync", "summarize"]

# Of `tasks.sync_source`.
TASK = "openedx_catalog.contrib.sync.tasks.sync_source"
log = logging.getLogger(__name__)


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
    counts = job.counts or _jobs.counts_of(job)
    # What was tried again stands in two pages.
    done = done if job.total is None else min(done, job.total)
    return JobSummary(job, done, job.total, {name: counts.get(name, 0) for name in OUTCOMES})


@reads_from_writer()
def recent_jobs(source: Source, limit: int = 30) -> list[SyncJob]:
    """The last jobs of a source that came to an end, the oldest first; not those that were locked out. One query."""
    jobs = SyncJob.objects.filter(source=source, ended_at__isnull=False).exclude(status=SyncJob.Status.LOCKED)
    return list(jobs.order_by("-pk")[:limit])[::-1]


@reads_from_writer()
def get_record_outcomes(job: SyncJob, outcome: str = "") -> Sequence[RecordOutcome]:
    """
    What became of the records of a job, of one outcome or of all but ``unchanged``, in the order in which they were done.

    One query; memory grows with the records.
    """
    if outcome == "unchanged":
        pages = SyncPage.objects.filter(job=job).order_by("number").values_list("unchanged", flat=True)
        return [RecordOutcome(name, "unchanged") for text in pages for name in text.splitlines()]
    rows = get_outcome_rows(job, outcome).values_list("external_id", "outcome", "code", "reason", "place")
    return [RecordOutcome(*row) for row in rows]


def get_outcome_rows(job: SyncJob, outcome: str = "") -> QuerySet[SyncOutcome]:
    """As `get_record_outcomes`, but for ``unchanged``: lazy, for whoever shows a page of them at a time."""
    rows = SyncOutcome.objects.filter(job=job).order_by("pk")
    return rows.filter(outcome=outcome) if outcome else rows


def start_sync(source: Source | str, **kwargs: Any) -> None:
    """
    Begin a sync, and do not wait for it: by Celery, or in a thread of this process, as OPENEDX_CATALOG_SYNC_RUNNER says.

    Arguments are those of `sync_source`; its job says what became of it. A thread dies with its process: its job is called
    killed when its lease is over, and can be resumed. Does not check permissions. Raises nothing that the sync would.
    """
    name = source.name if isinstance(source, Source) else source
    user = kwargs.pop("user", None)
    if conf.runner() == "celery":
        # Imported here, since Celery is no requirement; by its name, since the tasks are callers of this API.
        from celery import current_app

        current_app.signature(TASK).delay(name, user_id=getattr(user, "pk", None), **kwargs)
        return
    threading.Thread(target=_run, args=(name,), kwargs={**kwargs, "user": user}, name=f"sync {name}", daemon=True).start()


def _run(name: str, **kwargs: Any) -> None:
    close_old_connections()
    try:
        sync_source(name, **kwargs)
    except Exception:
        # Nobody waits for this thread; the job has it too, where there is one.
        log.exception("The sync of %s failed.", name)
    finally:
        connections.close_all()
