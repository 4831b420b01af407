"""One sync: plan, then apply page by page. Whatever happens, what is committed is whole, and the job says what became of it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext as _

from openedx_catalog.lib.routing import reads_from_writer
from openedx_catalog.lib.texts import storable
from openedx_catalog.transfer import CatalogFile

from ..client import Client
from ..credentials import credentials_of
from ..data import SyncReport
from ..exceptions import CredentialsRefused, InvalidSource, RemoteError
from ..loaders import FileLoader, Loader, RemoteLoader, loader_class
from ..models import Source, SyncJob
from . import _jobs
from ._planning import Planner
from ._running import Progress, rehearse, run
from .sources import get_source

__all__ = ["sync_source"]


# A job goes on from what it has just written: its checkpoints, its lease, and the runs of the page before.
@reads_from_writer()
def sync_source(
    source: Source | str,
    *,
    file: CatalogFile | None = None,
    only: Sequence[str] = (),
    dry_run: bool = False,
    resume: bool = False,
    allow_mass_missing: bool = False,
    clock: Any = None,
    on_planned: Callable[[int], None] = lambda total: None,
    on_progress: Callable[[int], None] = lambda records: None,
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
    ends ``locked``. A dry run writes nothing at all and reports what a real one would do. `file` is what a source of kind
    "file" reads. `on_planned` is called with how many records there are, `on_progress` with how many more are done.

    Never raises for a record, nor for what a service answers. Does not check permissions. Emits events as
    `sync_course_runs`. Raises Source.DoesNotExist, InvalidSource.
    """
    source = get_source(source) if isinstance(source, str) else source
    if not source.enabled:
        raise InvalidSource(field="name", value=source.name, reason=_("it is not enabled"))
    # As the job keeps them: one a line.
    only = [" ".join(storable(str(name)).split()) or '""' for name in only]
    progress = Progress(on_planned, on_progress)
    with _loader(source, file, clock) as loader, tempfile.TemporaryFile() as spool:
        if dry_run:
            planner = Planner(source, loader, spool, only, on_page=lambda: None)
            return rehearse(planner, allow_mass_missing, progress, user)
        job = _jobs.begin(source, only=only, allow_mass_missing=allow_mass_missing, resume=resume, user=user)
        if job.status == SyncJob.Status.LOCKED:
            return SyncReport(source.name, job.status, job.message, job.pk)
        lease = _jobs.Lease(job)
        loader.on_request(lease.keep)
        # What is resumed is what was asked for then.
        return run(job, lease, Planner(source, loader, spool, job.only.splitlines(), on_page=lease.keep), progress, user)


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
            client = Client(source.base_url, credentials=credentials, per_minute=source.per_minute, clock=clock)
        except RemoteError as error:
            raise InvalidSource(field="base_url", value=source.base_url, reason=str(error)) from error
        with client:
            loader = found(source.field_map, client, source.username)
            loader.refused = refused
            yield loader
