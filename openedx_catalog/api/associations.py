"""Associating runs with catalog courses and taking over what their sources say, one by one and by the hundred thousand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any, TypeVar, Unpack

from django.db import router
from opaque_keys.edx.keys import CourseKey

from .. import keys
from ..data import (
    UNSET,
    AssociationRecord,
    AssociationReport,
    AssociationResult,
    RowOutcome,
    RowProblem,
    ScheduleLike,
    SyncRecord,
    Unset,
)
from ..exceptions import CatalogError, InvalidRequest, RetryableConflict
from ..lib.changes import Change, Provenance
from ..lib.transactions import atomically
from ..models import CourseRun
from . import _rows, values
from ._engine import apply_rows
from ._rows import Row
from ._store import DryStore, RunState, Store
from .lookup import CourseName, course_named, several, uuid_of

__all__ = ["associate_course_run", "associate_course_runs", "sync_course_run", "sync_course_runs"]

Record = TypeVar("Record", AssociationRecord, SyncRecord)
DEFAULT_BATCH_SIZE = 1000
# A statement on SQLite takes 32,766 values, and a run has ten.
MAX_BATCH_SIZE = 3000
# How often one call looks for a run that others delete as often as it finds it.
LOOKS = 3


def associate_course_run(
    course_key: CourseKey | str,
    *,
    title: str | None = None,
    language_short: str | None = None,
    schedule: ScheduleLike | None = None,
    catalog_course: CourseName | None = None,
    observed_at: datetime | None = None,
    **provenance: Unpack[Provenance],
) -> AssociationResult:
    """
    Make sure that a run exists and belongs to a catalog course; idempotent, and safe among concurrent writers.

    A run that exists is never moved: its outcome is ``unchanged``, ``updated`` where given values differ, ``stale`` where
    a source has set them later than `observed_at` (or at all, without it), or ``conflict`` where it is spelled otherwise
    or stands under another course than `catalog_course`. A new run joins `catalog_course` (an object, its uuid, or a key,
    created if absent; the association is then explicit), or the owner of its (organization, code), which is created if need be:
    the title and `language_short` reach the course only then. Titles left out come from the course, and its from the code.

    Does not check permissions. Emits ``course_run.created`` or ``course_run.updated``, and ``catalog_course.created``. At most
    5 data statements for a new run of a known course, history and event included; 1 for a run that is unchanged, and 1 to
    load it. Sends neither Django's nor simple-history's signals (ADR 0008).

    Raises InvalidCourseKey, InvalidCatalogKey, InvalidTitle, InvalidLanguage, InvalidDate, InvalidPacing, InvalidRequest,
    OrganizationNotFound, CreationRefused (by a filter), CatalogCourse.DoesNotExist where the object given is gone, or
    RetryableConflict inside a caller's transaction.
    """
    row = Row(0, str(course_key), keys.parse_course_key(course_key))
    take_values(row, title=title, language_short=language_short, schedule=schedule, observed_at=observed_at)
    take_course(row, catalog_course)
    return apply_one(row, Change(**provenance))


def sync_course_run(
    course_key: CourseKey | str,
    *,
    title: str | Unset = UNSET,
    language_short: str | Unset = UNSET,
    schedule: ScheduleLike | Unset = UNSET,
    observed_at: datetime | None = None,
    **provenance: Unpack[Provenance],
) -> AssociationResult:
    """
    Take over what the owner of the truth says of one run, and create the run where it is missing.

    UNSET leaves a value as it is; None empties a date or the pacing. `observed_at` is when the source saw it so: older
    never overwrites newer, and without it a value fills only what no source has set (else ``stale``); the title counts as
    set with the first observation. An observation that changes nothing writes nothing but its time, without history.
    Fields that an installed extension pins are kept. The association of an existing run never changes. Emits events as
    `associate_course_run`; sends no other signals (ADR 0008).

    Does not check permissions. Raises as `associate_course_run`.
    """
    row = Row(0, str(course_key), keys.parse_course_key(course_key), synced=True)
    take_values(
        row,
        title=None if title is UNSET else values.some_title(title),
        language_short=None if language_short is UNSET else language_short,
        schedule=None if schedule is UNSET else schedule,
        observed_at=observed_at,
    )
    return apply_one(row, Change(**provenance))


def associate_course_runs(
    records: Iterable[AssociationRecord],
    *,
    dry_run: bool = False,
    batch_size: int = DEFAULT_BATCH_SIZE,
    on_progress: Callable[[int], None] | None = None,
    on_row: Callable[[RowOutcome], None] | None = None,
    **provenance: Unpack[Provenance],
) -> AssociationReport:
    """
    Associate many runs: `associate_course_run` for each record in order, at up to 16 data statements per 1,000 new runs,
    events included.

    Never raises for a record. Its key, course or organization can make it ``invalid``; a title, language, date or pacing
    that cannot be stored is left out, and listed with its code, while the run is associated. Values may be blank (""), and
    then are left as they are. Each batch is one transaction: a killed call is finished by calling it again. Memory is
    constant but for `problems`. A dry run writes nothing, reports exactly what a real one does, and remembers what it
    would have created. Sends neither Django's nor simple-history's signals (ADR 0008).

    `source` stands in the history (e.g. ``backfill:2027-01``). `on_progress` is called after each batch with its number
    of records, and `on_row` for each record of it, sorted by line. Does not check permissions.

    Raises InvalidRequest for a batch size not within 1 to 3,000, RetryableConflict when a caller's transaction is lost, and
    whatever `records` raises: batches before that are stored.
    """
    return _apply_many(records, _rows.from_association, dry_run, batch_size, Change(**provenance), on_progress, on_row)


def sync_course_runs(
    records: Iterable[SyncRecord],
    *,
    dry_run: bool = False,
    batch_size: int = DEFAULT_BATCH_SIZE,
    on_progress: Callable[[int], None] | None = None,
    on_row: Callable[[RowOutcome], None] | None = None,
    remember: bool = True,
    **provenance: Unpack[Provenance],
) -> AssociationReport:
    """
    Take over what a source says of many runs: `sync_course_run` for each record, with the batches of `associate_course_runs`.

    Installed extensions are asked once per batch which fields are pinned; what was kept is listed with code ``pinned``.
    A record may name the catalog course of a new run, as an explicit association; a stored run that is under another one by
    its key alone is a ``conflict``. Without `remember` the time of what confirms is not stored: unchanged rows write nothing.
    """
    read = partial(_rows.from_sync, remembered=remember)
    return _apply_many(records, read, dry_run, batch_size, Change(**provenance), on_progress, on_row)


def take_values(
    row: Row, *, title: Any, language_short: Any, schedule: ScheduleLike | None, observed_at: datetime | None
) -> None:
    """The strict form of `_rows`: a single call has nobody to read a list of problems."""
    row.title = None if title is None else values.normalize_title(title) or None
    row.language = None if language_short is None else values.normalize_language(language_short)
    row.schedule = values.parse_schedule(schedule)
    row.observed_at = None if observed_at is None else values.check_source_time(observed_at)


def take_course(row: Row, catalog_course: CourseName | None) -> None:
    if catalog_course is None or catalog_course == "":
        return
    if isinstance(catalog_course, str) and not uuid_of(catalog_course):
        # It is created if need be.
        row.course = keys.parse_catalog_key(catalog_course)
    else:
        row.course_id = course_named(catalog_course).pk


def apply_one(row: Row, change: Change) -> AssociationResult:
    using = router.db_for_write(CourseRun)

    def work() -> CourseRun | None:
        for _look in range(LOOKS):
            apply_rows([row], Store(using, change))
            if row.outcome == "invalid":
                return None
            try:
                return _instance(row, using)
            except CourseRun.DoesNotExist:
                # Deleted since it was found as it should be, which locks nothing: decided anew, it is created.
                continue
        # A transaction that goes on seeing it: in another one it is gone.
        raise RetryableConflict(reason=f"{row.key.text} was deleted while it was read.")

    run = atomically(using, work)
    if run is None:
        raise row.error
    return AssociationResult(run, row.outcome)


def _instance(row: Row, using: str) -> CourseRun:
    """The run as an object: built from what was just inserted, else loaded."""
    state: RunState = row.state
    if row.outcome == "created":
        now: Any = state.created
        run = CourseRun(
            id=state.id,
            course_key=keys.normalize_course_key(state.text),
            catalog_course_id=state.course_id,
            run_code=row.key.run,
            created=now,
            title=state.title,
            uuid=state.uuid,
            key_ci=row.key.key_ci,
            association=state.association,
            source_time=state.source_time,
            modified=now,
        )
        run._state.adding, run._state.db = False, using
        return run
    return CourseRun.objects.using(using).get(pk=state.id)


def _apply_many(
    records: Iterable[Record],
    read: Callable[[Record], Row],
    dry_run: bool,
    batch_size: int,
    change: Change,
    on_progress: Callable[[int], None] | None,
    on_row: Callable[[RowOutcome], None] | None = None,
) -> AssociationReport:
    if not isinstance(batch_size, int) or not 1 <= batch_size <= MAX_BATCH_SIZE:
        raise InvalidRequest(reason=f"The batch size is 1 to {MAX_BATCH_SIZE}, not {batch_size}.")
    using = router.db_for_write(CourseRun)
    store = (DryStore if dry_run else Store)(using, change)
    report = AssociationReport()
    for batch in _batched(several(records, field="records"), batch_size):
        rows, problems = _read_batch(batch, read)
        outcomes = [RowOutcome(problem.line, problem.course_key, problem.outcome) for problem in problems]
        if rows:
            _apply_batch(rows, store, report)
        for row in rows:
            report.outcomes[row.outcome] += 1
            problems += row.problems()
        report.outcomes["invalid"] += len(batch) - len(rows)
        report.problems += sorted(problems, key=lambda problem: problem.line)
        if on_row:
            outcomes += [RowOutcome(row.line, row.raw_key, row.outcome) for row in rows]
            for outcome in sorted(outcomes, key=lambda outcome: outcome.line):
                on_row(outcome)
        if on_progress:
            on_progress(len(batch))
    return report


def _batched(records: Iterable[Record], size: int) -> Iterator[list[Record]]:
    iterator = iter(records)
    while batch := list(islice(iterator, size)):
        yield batch


def _read_batch(batch: list[Record], read: Callable[[Record], Row]) -> tuple[list[Row], list[RowProblem]]:
    rows: list[Row] = []
    problems: list[RowProblem] = []
    for record in batch:
        try:
            rows.append(read(record))
        except CatalogError as error:
            line, course_key = getattr(record, "line", 0), getattr(record, "course_key", record)
            problems.append(_rows.refused(line, course_key, error))
    return rows, problems


def _apply_batch(rows: list[Row], store: Store, report: AssociationReport) -> None:
    def work() -> Any:
        if tries:
            # What the last try created is rolled back.
            store.forget()
        tries.append(len(tries))
        return apply_rows(rows, store)

    tries: list[int] = []
    created = work() if isinstance(store, DryStore) else atomically(store.using, work)
    report.catalog_courses_created += created.catalog_courses
    report.organizations_created += created.organizations
