"""Associating runs with catalog courses and taking over what their sources say, one by one and by the hundred thousand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
from itertools import count, islice
from operator import attrgetter
from typing import Any, TypeVar, Unpack
from uuid import UUID

import attrs
from django.db import router
from django.utils.translation import gettext as _
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
from ..lib.texts import shorten
from ..lib.transactions import atomically
from ..models import CourseRun
from . import _requests, values
from ._engine import Created, apply_requests
from ._requests import Request
from ._store import DryStore, Store
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
    5 data statements for a new run of a known course, history and event included; 2 for a run that is unchanged. Sends
    neither Django's nor simple-history's signals (ADR 0008).

    Raises InvalidCourseKey, InvalidCatalogKey, InvalidTitle, InvalidLanguage, InvalidDate, InvalidPacing, InvalidRequest,
    OrganizationNotFound, CreationRefused (by a filter), CatalogCourse.DoesNotExist where the object given is gone, or, in a
    caller's transaction, RetryableConflict.
    """
    request = Request(0, str(course_key), keys.parse_course_key(course_key))
    take_values(request, title=title, language_short=language_short, schedule=schedule, observed_at=observed_at)
    take_course(request, catalog_course)
    return apply_one(request, Change(**provenance))


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
    request = Request(0, str(course_key), keys.parse_course_key(course_key), synced=True)
    take_values(
        request,
        title=None if title is UNSET else values.some_title(title),
        language_short=None if language_short is UNSET else language_short,
        schedule=None if schedule is UNSET else schedule,
        observed_at=observed_at,
    )
    return apply_one(request, Change(**provenance))


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
    bulk = _Bulk(dry_run, batch_size, Change(**provenance), on_progress, on_row)
    return bulk.apply(records, _requests.from_association)


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
    bulk = _Bulk(dry_run, batch_size, Change(**provenance), on_progress, on_row)
    return bulk.apply(records, partial(_requests.from_sync, remembered=remember))


def take_values(
    request: Request, *, title: Any, language_short: Any, schedule: ScheduleLike | None, observed_at: datetime | None
) -> None:
    """The strict form of `_requests`: a single call has nobody to read a list of problems."""
    request.title = None if title is None else values.normalize_title(title) or None
    request.language = None if language_short is None else values.normalize_language(language_short)
    request.schedule = values.parse_schedule(schedule)
    request.observed_at = None if observed_at is None else values.check_source_time(observed_at)


def take_course(request: Request, catalog_course: CourseName | None) -> None:
    """The course that a caller asks for: an object, its uuid, or its key."""
    if catalog_course is None or catalog_course == "":
        return
    if isinstance(catalog_course, str) and not uuid_of(catalog_course):
        # It is created if need be.
        request.course = keys.parse_catalog_key(catalog_course)
    else:
        request.course_id = course_named(catalog_course).pk


def apply_one(request: Request, change: Change) -> AssociationResult:
    """Apply one request in a transaction. Raises what makes it invalid."""
    using = router.db_for_write(CourseRun)
    run = atomically(using, partial(_apply_and_load, request, Store(using, change)))
    if run is None:
        raise request.error or InvalidRequest(reason=_("The request cannot be applied."))
    return AssociationResult(run, request.outcome)


def _apply_and_load(request: Request, store: Store) -> CourseRun | None:
    """One try, which may be repeated: the run, or None where the request is invalid."""
    for _look in range(LOOKS):
        store.reset_cache()
        apply_requests([request], store)
        if request.error is not None:
            return None
        try:
            return _instance(request, store.using)
        except CourseRun.DoesNotExist:
            # Deleted since it was found as it should be, which locks nothing: decided anew, it is created.
            continue
    # A transaction that goes on seeing it: in another one it is gone.
    raise RetryableConflict(reason=_("%(key)s was deleted while it was read") % {"key": request.key.text})


def _instance(request: Request, using: str) -> CourseRun:
    """The run as an object: built from what was just written, else loaded, because nothing holds it."""
    state: Any = request.state
    if not (request.outcome == "created" or (request.outcome == "updated" and state.modified)):
        return CourseRun.objects.using(using).get(pk=state.id)
    run = CourseRun(
        id=state.id,
        course_key=keys.course_key_of(state.key),
        catalog_course_id=state.course_id,
        run_code=state.key.run,
        created=state.created,
        title=state.title,
        uuid=UUID(state.uuid),
        key_ci=state.key.key_ci,
        association=state.association,
        source_time=state.source_time,
        modified=state.modified,
    )
    run._state.adding, run._state.db = False, using
    return run


@attrs.frozen
class _Bulk:
    """How many records are applied: batch by batch, each in a transaction of its own."""

    dry_run: bool
    batch_size: int
    change: Change
    on_progress: Callable[[int], None] | None
    on_row: Callable[[RowOutcome], None] | None

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.batch_size, int) or not 1 <= self.batch_size <= MAX_BATCH_SIZE:
            raise InvalidRequest(
                reason=_("The batch size must be between 1 and %(limit)d, not %(given)s.")
                % {"limit": MAX_BATCH_SIZE, "given": shorten(self.batch_size, 60)}
            )

    def apply(self, records: Iterable[Record], read: Callable[[Record], Request]) -> AssociationReport:
        """Apply all records, and count what became of them."""
        store = (DryStore if self.dry_run else Store)(router.db_for_write(CourseRun), self.change)
        report = AssociationReport()
        for batch in _batched(several(records, field="records"), self.batch_size):
            requests, problems = _read_batch(batch, read)
            refused = list(problems)
            if requests:
                created = _apply_batch(requests, store)
                report.catalog_courses_created += created.catalog_courses
                report.organizations_created += created.organizations
            for request in requests:
                report.outcomes[request.outcome] += 1
                problems += request.problems()
            report.outcomes["invalid"] += len(refused)
            report.problems += sorted(problems, key=attrgetter("line"))
            self._report_progress(requests, refused)
        return report

    def _report_progress(self, requests: list[Request], refused: list[RowProblem]) -> None:
        if self.on_row:
            outcomes = [RowOutcome(problem.line, problem.course_key, problem.outcome) for problem in refused]
            outcomes += [RowOutcome(request.line, request.shown_key, request.outcome) for request in requests]
            for outcome in sorted(outcomes, key=attrgetter("line")):
                self.on_row(outcome)
        if self.on_progress:
            self.on_progress(len(requests) + len(refused))


def _batched(records: Iterable[Record], size: int) -> Iterator[list[Record]]:
    iterator = iter(records)
    while batch := list(islice(iterator, size)):
        yield batch


def _read_batch(batch: list[Record], read: Callable[[Record], Request]) -> tuple[list[Request], list[RowProblem]]:
    requests: list[Request] = []
    problems: list[RowProblem] = []
    for record in batch:
        try:
            requests.append(read(record))
        except CatalogError as error:
            line, course_key = getattr(record, "line", 0), getattr(record, "course_key", record)
            problems.append(_requests.refused(line, course_key, error))
    return requests, problems


def _apply_batch(requests: list[Request], store: Store) -> Created:
    if isinstance(store, DryStore):
        return apply_requests(requests, store)
    tries = count()

    def apply() -> Created:
        if next(tries):
            # What the last try created is rolled back.
            store.reset_cache()
        return apply_requests(requests, store)

    return atomically(store.using, apply)
