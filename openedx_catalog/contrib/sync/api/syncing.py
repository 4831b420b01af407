"""One sync: plan, then apply page by page. Whatever happens, what is committed is whole, and the job says what became of it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import IO, Any, NamedTuple

import attrs
from django.db import router, transaction
from django.utils import timezone

from openedx_catalog import api as catalog
from openedx_catalog import keys
from openedx_catalog.data import AssociationReport, RowOutcome, RowProblem, SyncRecord
from openedx_catalog.exceptions import CatalogError
from openedx_catalog.lib.database_errors import in_words
from openedx_catalog.lib.transactions import atomically
from openedx_catalog.models_api import CourseRun
from openedx_catalog.transfer import CatalogFile

from .. import conf
from ..client import Client
from ..credentials import credentials_of
from ..data import Page, RecordOutcome, SourceRow, SyncReport
from ..exceptions import CredentialsRefused, InvalidSource, LeaseLost, RemoteError
from ..loaders import FileLoader, Loader, RemoteLoader, loader_class
from ..models import RunSource, Source, SourceOrganization, SyncJob, SyncOutcome, SyncPage
from ..texts import MAX_ID, storable
from . import _jobs, _outcomes
from ._losses import DATE_COLUMNS, NO_SCHEDULE, DateWatch, dates_of, refusal
from ._plan import Plan, sound
from ._records import record_of
from .legacy import keep_rows
from .others import AFTER, BEFORE, apply_other, is_readable, losses_of
from .sources import get_source

__all__ = ["sync_source"]

PAGE = 100
Advance = Callable[[int], None]


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
    on_progress: Advance = lambda records: None,
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
    "file" reads. `on_planned` is told how many records there are, `on_progress` how many more are done.

    Never raises for a record, nor for what a service answers. Does not check permissions. Emits events as
    `sync_course_runs`. Raises Source.DoesNotExist, InvalidSource.
    """
    source = get_source(source) if isinstance(source, str) else source
    # As the job keeps them: one a line.
    only = [" ".join(storable(str(name)).split()) or '""' for name in only]
    if not source.enabled:
        raise InvalidSource(field="name", value=source.name, reason="it is not enabled")
    with _loader(source, file, clock) as loader, tempfile.TemporaryFile() as spool:
        sync = _Sync(source, loader, spool, only, on_planned, on_progress, user)
        if dry_run:
            return sync.rehearse(allow_mass_missing)
        job = _jobs.begin(source, only=only, allow_mass_missing=allow_mass_missing, resume=resume, user=user)
        if job.status == SyncJob.Status.LOCKED:
            return SyncReport(source.name, job.status, job.message, job.pk)
        # What is resumed is what was asked for then.
        sync.only = job.only.splitlines() if resume else sync.only
        return sync.run(job)


class _Stopped(Exception):
    """Why a sync stops before it writes."""


class Known(NamedTuple):
    """What is stored of a record."""

    pk: int
    missing: bool
    run_id: int | None
    dates: int = NO_SCHEDULE


class _Sync:
    def __init__(
        self,
        source: Source,
        loader: Loader,
        spool: IO[bytes],
        only: Sequence[str],
        on_planned: Callable[[int], None],
        on_progress: Advance,
        user: Any,
    ) -> None:
        self.source, self.loader, self.spool, self.only, self.user = source, loader, spool, list(only), user
        self.on_planned, self.on_progress = on_planned, on_progress
        # By folded id.
        self.known: dict[str, Known] = {}
        self.orgs: set[str] = set()
        self.others: dict[str, list[SourceRow]] = {}
        self.page = self.total = 0

    # The two ways to do it

    def rehearse(self, allow_mass_missing: bool) -> SyncReport:
        """What `run` would report."""
        report = SyncReport(self.source.name, dry_run=True)
        try:
            plan, gone = self._plan(allow_mass_missing, lambda: None)
        except _Stopped as stop:
            report.status, report.message = "aborted", str(stop)
            return report
        for outcome in [*plan.outcomes, *gone]:
            _outcomes.count(report, outcome)
        using = router.db_for_write(RunSource)
        with transaction.atomic(using=using):
            self._rehearse_records(plan, report)
            # Records beside runs are written, and then were not.
            transaction.set_rollback(True, using=using)
        self.on_progress(self.total)
        report.status = _jobs.status_of(report.counts, plan.problems)
        report.message = _message(plan.problems, report)
        return report

    def _rehearse_records(self, plan: Plan, report: SyncReport) -> None:
        for page in self._apply_others(BEFORE, "dry-run"):
            for work in page:
                _outcomes.count(report, work())
        # One call for all of them: a dry run remembers only within a call what it would have created.
        taken: list[RecordOutcome] = []
        rows: dict[int, SourceRow] = {}

        def records() -> Iterator[SyncRecord]:
            for number, batch in enumerate(plan.batches(PAGE)):
                yield from self._records(batch, plan, number * PAGE, rows, taken, write=False)

        # Programs look for the courses of the runs: then these too are written, and then were not.
        outcomes, done = self._call(records(), "dry-run", dry_run=not self.others)
        for outcome in [*taken, *_told(rows, outcomes, done.problems)]:
            _outcomes.count(report, outcome)
        report.catalog_courses_created, report.organizations_created = done.catalog_courses_created, done.organizations_created
        for page in self._apply_others(AFTER, "dry-run"):
            for work in page:
                _outcomes.count(report, work())

    def run(self, job: SyncJob) -> SyncReport:
        """Do it, and write down how it ended."""
        report = SyncReport(self.source.name, job=job.pk)
        lease, problems = _jobs.Lease(job), []
        if isinstance(self.loader, RemoteLoader):
            # A page may take long: each of its requests is a sign of life.
            self.loader.client.on_request = lease.keep
        try:
            plan, gone = self._plan(job.allow_mass_missing, lease.keep)
            problems = plan.problems
            self._apply(job, lease, plan, gone, report)
        except _Stopped as stop:
            report.status, report.message = "aborted", str(stop)
        except LeaseLost as error:
            # The job that took over has said of this one what is to be said.
            report.status, report.message = "aborted", str(error)
            return report
        except BaseException as error:
            _jobs.finish(job, "aborted", f"{type(error).__name__}: {in_words(error)}", _jobs.counts_of(job))
            raise
        report.counts, report.untold = _jobs.counts_of(job), _outcomes.untold_of(job)
        report.outcomes = [
            RecordOutcome(*row)
            for row in SyncOutcome.objects.filter(job=job)
            .order_by("pk")
            .values_list("external_id", "outcome", "code", "reason", "place")
        ]
        if report.status != "aborted":
            report.status = _jobs.status_of(report.counts, problems)
            report.message = _message(problems, report)
        _jobs.finish(job, report.status, report.message, report.counts)
        return report

    # Planning

    def _plan(self, allow_mass_missing: bool, alive: Callable[[], None]) -> tuple[Plan, list[RecordOutcome]]:
        """Read everything, and find what would be lost. Raises _Stopped."""
        if isinstance(self.loader, RemoteLoader) and self.loader.refused is not None:
            # Not even anonymously: it would list less.
            raise _Stopped(str(self.loader.refused))
        allowed = SourceOrganization.objects.filter(source=self.source)
        self.orgs = {keys.fold(code) for code in allowed.values_list("organization__short_name", flat=True)}
        watch = self.watch = DateWatch(self.source, self.orgs)
        own = RunSource.objects.filter(source=self.source)
        columns = ("external_id_ci", "pk", "missing_since", "run_id", *(f"run__{name}" for name in DATE_COLUMNS))
        self.known = {
            name: Known(pk, since is not None, run, dates_of(schedule, dates, watch.now))
            for name, pk, since, run, schedule, *dates in own.values_list(*columns).iterator()
        }
        plan = Plan(self.spool, on_row=self._look)

        def read(pages: Iterable[Page], exact: bool) -> None:
            plan.read(pages, exact=exact, on_page=lambda rows: alive())

        if self.only:
            valid = self._valid_keys(plan)
            read(self.loader.by_keys(list(valid.values())), False)
            gone = {name: spelled for name, spelled in valid.items() if not plan.has(name)}
        else:
            read(self.loader.pages(), self.loader.counts_are_exact)
            if not plan.rows and plan.outcomes:
                raise _Stopped(plan.problems[0])
            # A record without a name may be any of them, and where nobody can be asked, it is.
            plan.complete &= self.loader.looks_up or not plan.nameless
            gone = self._spelled(name for name, known in self.known.items() if not known.missing and not plan.has(name))
            gone = gone if plan.complete else {}
            self._read_others(plan, alive)
        if not allow_mass_missing:
            self._refuse_losses(gone, plan)
        if gone and not self.only and self.loader.looks_up:
            gone = self._confirmed(gone, plan, read)
            if not allow_mass_missing:
                # Whoever was asked for has said something, too.
                self._refuse_losses(gone, plan)
        self.total = plan.rows + len(plan.outcomes) + len(gone) + sum(map(len, self.others.values()))
        self.on_planned(self.total)
        return plan, [_missing(name) for name in gone.values()]

    def _read_others(self, plan: Plan, alive: Callable[[], None]) -> None:
        """What the source has beside runs. A page that fails is a failed record, and says nothing of runs."""
        for what in self.source.also:
            if not is_readable(what):
                plan.problems.append(f"There is no app installed for {what}.")
                continue
            found: dict[str, SourceRow] = {}
            for page in self.loader.pages_of(what):
                if len(found) >= conf.max_records():
                    plan.problems.append(f"The source lists more than {conf.max_records():,} {what}: the others are not read.")
                    plan.outcomes.append(RecordOutcome(what, "failed", "too_many_records", plan.problems[-1]))
                    break
                if page.error is not None:
                    plan.problems.append(str(page.error))
                    plan.outcomes.append(RecordOutcome(what, "failed", str(page.error.code), str(page.error)))
                for row in map(sound, page.rows):
                    found.setdefault(row.external_id or row.place, row)
                alive()
            self.others[what] = list(found.values())

    def _apply_others(self, kinds: Iterable[str], change_source: str) -> Iterator[list[partial[RecordOutcome]]]:
        """What is to be done for records beside runs, a page at a time."""
        notes = {"source": change_source, "user": self.user}
        for what in kinds:
            rows = self.others.get(what, [])
            for start in range(0, len(rows), PAGE):
                yield [partial(apply_other, what, row, self.source, self.orgs, notes) for row in rows[start : start + PAGE]]

    def _spelled(self, names: Iterable[str]) -> dict[str, str]:
        rows = RunSource.objects.filter(source=self.source, external_id_ci__among=list(names))
        return dict(rows.values_list("external_id_ci", "external_id"))

    def _valid_keys(self, plan: Plan) -> dict[str, str]:
        """``{folded key: key}``, spelled as the source does, where that is known."""
        valid: dict[str, str] = {}
        for name in dict.fromkeys(self.only):
            try:
                key = keys.parse_course_key(name)
                valid.setdefault(key.key_ci, key.text)
            except CatalogError as error:
                plan.outcomes.append(RecordOutcome(name, "invalid", str(error.code), str(error)))
        return {**valid, **self._spelled(name for name in valid if name in self.known)}

    def _confirmed(self, gone: dict[str, str], plan: Plan, read: Callable[[Iterable[Page], bool], None]) -> dict[str, str]:
        """Those that the source does not know when it is asked for them; what it does know has only moved between pages."""
        read(self.loader.by_keys(list(gone.values())), False)
        # Where the question itself failed, `plan` says so of its keys, and has them.
        return {name: spelled for name, spelled in gone.items() if not plan.has(name)}

    def _look(self, name: str, row: SourceRow) -> None:
        known = self.known.get(name)
        run_id, dates = (known.run_id, known.dates) if known else (None, NO_SCHEDULE)
        self.watch.look(name, row, run_id, dates)

    def _refuse_losses(self, gone: dict[str, str], plan: Plan) -> None:
        """Raise _Stopped where more of a kind would be lost than the source's limit."""
        percent = self.source.max_missing_percent
        present = sum(not known.missing for known in self.known.values())
        vanished = [name for name in gone if name in self.known and not self.known[name].missing]
        empty = not self.only and not plan.rows and present
        others = [losses_of(what, rows, self.orgs) for what, rows in self.others.items()]
        what = refusal([self.watch.losses(percent, present, vanished), *others], percent)
        if empty or what:
            what = "The source lists nothing" if empty else what
            raise _Stopped(f"{what}; the limit is {percent} %. Nothing was written. If that is right: --allow-mass-missing.")

    # Applying

    def _apply(self, job: SyncJob, lease: _jobs.Lease, plan: Plan, gone: list[RecordOutcome], report: SyncReport) -> None:
        using, finished = router.db_for_write(RunSource), _jobs.done(job)
        self._clear_for_another_try(job, plan)
        SyncJob.objects.filter(pk=job.pk).update(total=self.total)
        self.page = SyncPage.objects.filter(job=job).count()
        self._store_others(job, lease, BEFORE, finished)
        for batch in plan.batches(PAGE):
            rows = [row for row in batch if _name_of(row) not in finished]
            if rows:
                lease.keep()
                self.page += 1
                done = atomically(using, partial(self._apply_page, job, plan, rows, self.page))
                report.catalog_courses_created += done.catalog_courses_created
                report.organizations_created += done.organizations_created
            self.on_progress(len(batch))
        for start in range(0, len(gone), PAGE):
            part = [outcome for outcome in gone[start : start + PAGE] if keys.fold(outcome.external_id) not in finished]
            lease.keep()
            self.page += 1
            atomically(using, partial(self._mark_missing, job, part, self.page))
            self.on_progress(len(part))
        self._store_others(job, lease, AFTER, finished)
        rest = [row for row in plan.outcomes if keys.fold(storable(row.external_id, MAX_ID)) not in finished]
        _outcomes.store_rest(job, self.page + 1, rest)
        self.on_progress(len(plan.outcomes))
        if plan.complete and not self.only:
            Source.objects.filter(pk=self.source.pk).update(listed_at=job.started_at)

    def _clear_for_another_try(self, job: SyncJob, plan: Plan) -> None:
        """
        Of a job that is resumed: what failed is tried again, and what was missing and is listed now is not missing. Of some
        keys all are asked for again.
        """
        rows = SyncOutcome.objects.filter(job=job, outcome__in=("failed", "missing"))
        again = [pk for pk, name, outcome in rows.values_list("pk", "external_id", "outcome")
                 if outcome == "failed" or self.only or plan.has(keys.fold(name))]  # fmt: skip
        for start in range(0, len(again), 500):
            SyncOutcome.objects.filter(pk__in=again[start : start + 500]).delete()
        # Those that are counted and not told have no name by which they could be passed over.
        SyncPage.objects.filter(job=job).exclude(untold={}).update(untold={})

    def _store_others(self, job: SyncJob, lease: _jobs.Lease, kinds: Iterable[str], finished: set[str]) -> None:
        using = router.db_for_write(RunSource)

        def store(page: Sequence[partial[RecordOutcome]], number: int) -> None:
            _outcomes.store_page(job, number, [work() for work in page])

        for page in self._apply_others(kinds, job.change_source):
            wanted = [work for work in page if _name_of(work.args[1]) not in finished]
            if wanted:
                lease.keep()
                self.page += 1
                atomically(using, partial(store, wanted, self.page))
            self.on_progress(len(page))

    def _apply_page(self, job: SyncJob, plan: Plan, batch: list[SourceRow], number: int) -> AssociationReport:
        taken: list[RecordOutcome] = []
        rows: dict[int, SourceRow] = {}
        records = list(self._records(batch, plan, 0, rows, taken, write=True))
        told, done = self._call(records, job.change_source, dry_run=False)
        outcomes = [*taken, *_told(rows, told, done.problems)]
        invalid = {line for line, _key, outcome in told if outcome == "invalid"}
        self._note_sources(batch, [row for line, row in rows.items() if line not in invalid])
        _outcomes.store_page(job, number, outcomes)
        return done

    def _records(
        self,
        batch: Sequence[SourceRow],
        plan: Plan,
        first: int,
        rows: dict[int, SourceRow],
        taken: list[RecordOutcome],
        *,
        write: bool,
    ) -> Iterator[SyncRecord]:
        """The records of a batch that the core is asked for, noted in `rows` by line; the others' outcomes go to `taken`."""
        if self.loader.keeps_legacy_rows:
            batch, kept = keep_rows(self.source, batch, write=write)
            taken += kept
        batch = [self._within_organizations(row) for row in batch]
        absent = self._absent(batch)
        for line, row in enumerate(batch, first + 1):
            if (outcome := self._refusal(row, plan, absent)) is not None:
                taken.append(outcome)
                continue
            try:
                record = record_of(row, null_clears=self.source.null_clears, line=line)
            except CatalogError as error:
                taken.append(_outcome(row, "invalid", str(error.code), str(error)))
                continue
            rows[line] = row
            yield record

    def _refusal(self, row: SourceRow, plan: Plan, absent: set[str]) -> RecordOutcome | None:
        """What becomes of a row that the core need not be asked for."""
        if row.problem is not None:
            return _outcome(row, *row.problem)
        name = keys.fold(row.external_id)
        if name in plan.contradicting:
            return _outcome(row, "conflict", "contradicting_copies", "The source lists it twice, and differently.")
        if self.orgs and row.course_key and keys.fold(_org_of(row.course_key)) not in self.orgs:
            return _outcome(row, "skipped", "other_organization", "The source may not write runs of its organization.")
        if keys.fold(row.course_key) in absent:
            return _outcome(row, "skipped", "not_created", "The catalog does not have it, and the source may not create runs.")
        return None

    def _absent(self, batch: Sequence[SourceRow]) -> set[str]:
        """Those that may not be created, and would be: a query only where the source has something new."""
        if self.source.create_missing:
            return set()
        new = {keys.fold(row.course_key): row.course_key for row in batch if not self._is_known(row)}
        found = {keys.fold(key) for key in catalog.get_course_runs(_parseable(new.values()))} if new else set()
        return set(new) - found

    def _is_known(self, row: SourceRow) -> bool:
        """Whether its run was there when its source listed it before, under this very key."""
        name = keys.fold(row.external_id)
        return name in self.known and name == keys.fold(row.course_key)

    def _within_organizations(self, row: SourceRow) -> SourceRow:
        """Without the course that the source has it under, if that is one of an organization that it may not write."""
        other = self.orgs and row.catalog_course and keys.fold(_org_of_course(row.catalog_course)) not in self.orgs
        return attrs.evolve(row, catalog_course="") if other else row

    def _call(
        self, records: Iterable[SyncRecord], change_source: str, *, dry_run: bool
    ) -> tuple[list[RowOutcome], AssociationReport]:
        outcomes: list[RowOutcome] = []
        settings: dict[str, Any] = {"dry_run": dry_run, "batch_size": PAGE, "source": change_source, "user": self.user}
        return outcomes, catalog.sync_course_runs(records, on_row=outcomes.append, remember=False, **settings)

    def _note_sources(self, batch: Sequence[SourceRow], taken: Iterable[SourceRow]) -> None:
        """Remember which runs the source has, of those that the core took; those that were missing are there again."""
        listed = [known for row in batch if (known := self.known.get(keys.fold(row.external_id))) is not None]
        if back := [known.pk for known in listed if known.missing]:
            RunSource.objects.filter(pk__in=back).update(missing_since=None, last_seen_at=timezone.now())
        rows = {keys.parse_course_key(row.course_key): row for row in taken if not self._is_known(row)}
        if not rows:
            return
        # Written a moment ago: a replica may not have them.
        written = CourseRun.objects.using(router.db_for_write(CourseRun))
        runs = dict(written.by_key(*rows).values_list("key_ci", "pk"))
        new = []
        for key, row in rows.items():
            known, pk = self.known.get(keys.fold(row.external_id)), runs.get(key.key_ci)
            if known is None and pk is not None:
                new.append(RunSource(source=self.source, external_id=row.external_id, run_id=pk))
            elif known is not None and known.run_id != pk:
                # A legacy row has got its key in the file itself, or an id another one.
                RunSource.objects.filter(pk=known.pk).update(run_id=pk, row=None)
        RunSource.objects.bulk_create(new, ignore_conflicts=True)

    def _mark_missing(self, job: SyncJob, part: list[RecordOutcome], number: int) -> None:
        names = [keys.fold(outcome.external_id) for outcome in part]
        seen = self.source.listed_at or timezone.now()
        rows = RunSource.objects.filter(source=self.source, external_id_ci__in=names, missing_since=None)
        rows.update(missing_since=timezone.now(), last_seen_at=seen)
        _outcomes.store_page(job, number, part)


@contextmanager
def _loader(source: Source, file: CatalogFile | None, clock: Any) -> Iterator[Loader]:
    found = loader_class(source.kind)
    if issubclass(found, FileLoader):
        if file is None:
            raise InvalidSource(field="name", value=source.name, reason="it reads a file, and none was given")
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


def _told(
    rows: dict[int, SourceRow], outcomes: Sequence[RowOutcome], problems: Sequence[RowProblem]
) -> Iterator[RecordOutcome]:
    """What the core says of each record, in our words: what changed nothing because of a pin is ``pinned``."""
    why: dict[int, list[RowProblem]] = {}
    for problem in problems:
        why.setdefault(problem.line, []).append(problem)
    for line, _key, outcome in outcomes:
        said = why.get(line, [])
        codes = [problem.code for problem in said]
        named = "pinned" if outcome == "unchanged" and "pinned" in codes else outcome
        reason = _outcomes.reason([problem.reason for problem in said])
        yield _outcome(rows[line], named, codes[0] if codes else "", reason)


def _outcome(row: SourceRow, outcome: str, code: str = "", reason: str = "") -> RecordOutcome:
    return RecordOutcome(row.external_id or row.place, outcome, code, reason, row.place)


def _name_of(row: SourceRow) -> str:
    """What its outcome is stored under, folded."""
    return keys.fold(storable(row.external_id or row.place, MAX_ID))


def _missing(name: str) -> RecordOutcome:
    return RecordOutcome(name, "missing", "missing", "The source does not have it any more.")


def _message(problems: Sequence[str], report: SyncReport) -> str:
    """Why a job that came to its end is not OK, and what it does not list."""
    return " ".join(filter(None, [_outcomes.reason(problems), _outcomes.untold_message(report.untold)]))


def _parseable(names: Iterable[str]) -> list[str]:
    found = []
    for name in names:
        try:
            found.append(keys.parse_course_key(name).text)
        except CatalogError:
            continue
    return found


def _org_of_course(text: str) -> str:
    try:
        return keys.parse_catalog_key(text).org
    except CatalogError:
        return ""


def _org_of(course_key: str) -> str:
    try:
        return keys.parse_course_key(course_key).org
    except CatalogError:
        return ""
