"""Associating runs with catalog courses and taking over what their sources say, one by one and by the hundred thousand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from functools import partial
from itertools import chain, count, islice
from operator import attrgetter
from typing import Any, TypeVar, Unpack
from uuid import UUID

import attrs
from django.db import router
from django.utils.translation import gettext as _
from opaque_keys.edx.keys import CourseKey

from .. import extensions, keys
from ..data import (
    UNSET,
    AssociationRecord,
    AssociationReport,
    AssociationResult,
    RowChange,
    RowOutcome,
    RowProblem,
    ScheduleLike,
    SyncRecord,
    Unset,
)
from ..exceptions import CatalogError, InvalidRequest, RetryableConflict
from ..lib import dispatch
from ..lib.changes import Change, Provenance
from ..lib.texts import shorten
from ..lib.transactions import atomically
from ..lib.values import flag
from ..models import CatalogCourse, CourseRun
from . import _requests, values
from ._engine import Created, apply_requests
from ._foresight import Answers, foresee
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
    create_catalog_course: bool = True,
    observed_at: datetime | None = None,
    **provenance: Unpack[Provenance],
) -> AssociationResult:
    """
    Make sure that a run exists and belongs to a catalog course; idempotent, and safe among concurrent writers.

    A run that exists is never moved: its outcome is ``unchanged``, ``updated`` where given values differ, ``stale`` where
    a source has set them later than `observed_at` (or at all, without it), or ``conflict`` where it is spelled otherwise
    or stands under another course than `catalog_course`. A key that was deleted for good is ``skipped``: there is no run then.
    A new run joins `catalog_course` (an object, its uuid, or a key, created if absent unless `create_catalog_course` is False;
    the association is then explicit), or the owner of its (organization, code), which is created if need be. The title and
    `language_short` reach the course as long as it has none: a title that is only the code, in any case, counts as none, and
    the runs that copied it get the new one too. Titles left out come from the course.

    Does not check permissions. Emits ``course_run.created`` or ``course_run.updated``, and ``catalog_course.created`` or
    ``catalog_course.updated``. At most 8 data statements for a new run of a known course, history and event included, and 9 or
    so more where it brings the course its title; 2 for a run that is unchanged. Sends
    neither Django's nor simple-history's signals (ADR 0008).

    Raises InvalidCourseKey, InvalidCatalogKey, InvalidTitle, InvalidLanguage, InvalidDate, InvalidPacing, InvalidRequest,
    OrganizationNotFound, UnknownCatalogCourse, CreationRefused (by a filter), CatalogCourse.DoesNotExist (the uuid of none, an
    object that is gone), or, in a caller's transaction, RetryableConflict.
    """
    request = Request(0, str(course_key), keys.parse_course_key(course_key))
    take_values(request, title=title, language_short=language_short, schedule=schedule, observed_at=observed_at)
    take_course(request, catalog_course, create=create_catalog_course)
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
        language_short=None if language_short is UNSET else values.some_language(language_short),
        schedule=None if schedule is UNSET else schedule,
        observed_at=observed_at,
    )
    return apply_one(request, Change(**provenance))


def associate_course_runs(
    records: Iterable[AssociationRecord],
    *,
    move: bool = False,
    keep_edits: bool = False,
    create_catalog_course: bool = True,
    dry_run: bool = False,
    batch_size: int = DEFAULT_BATCH_SIZE,
    on_progress: Callable[[int], None] | None = None,
    on_row: Callable[[RowOutcome], None] | None = None,
    on_change: Callable[[RowChange], None] | None = None,
    stop: Callable[[], bool] | None = None,
    **provenance: Unpack[Provenance],
) -> AssociationReport:
    """
    Associate many runs: `associate_course_run` for each record in order, at up to 19 data statements per 1,000 new runs,
    events included, and about as many again where a course gets its title or language, or a run is named, after others of its
    batch. What becomes of a record does not depend on the batches.

    Records name catalog courses by key or uuid. A key of none creates it; without `create_catalog_course` it is ``invalid``.

    Never raises for a record. Its key, course or organization can make it ``invalid``; a title, language, date or pacing
    that cannot be stored is left out, and listed with its code, while the run is associated. Values may be blank (""), and
    then are left as they are. Each batch is one transaction: a killed call is finished by calling it again. Memory is
    constant but for `problems`. What receivers put off (`dispatch.coalesce`) is done once, at the end. A dry run writes
    nothing, reports exactly what a real one does, and remembers what it would have created. Where an extension resolves
    courses, all records are read into memory, and it is asked about them before the first one is written, so that neither the
    batch size nor the order of the rows decides which course a run is under (ADR 0025). Sends neither Django's nor
    simple-history's signals (ADR 0008).

    With `move` (and a reason) a record may move the run: what names another course than the run stands under moves it there
    (``moved``), and what names that very course makes the association explicit (``confirmed``), as in `move_course_runs`; a
    course that does not exist is created. Without it the first is a ``conflict``, and the second says nothing.

    With `keep_edits` a value that a person has set last stays, and is listed with code ``edited``: somebody with a user, in the
    admin, over REST or by a call, and not through a file or a sync. Two queries more a batch in which stored runs change.

    `source` stands in the history (e.g. ``backfill:2027-01``). `on_progress` is called after each batch with its number
    of records, `on_row` for each record of it, and `on_change` for each value of a stored run that is another one then, both
    sorted by line; `stop` is asked before each batch, and the report is then of
    those before it. Does not check permissions.

    Raises ReasonRequired, InvalidRequest for a batch size not within 1 to 3,000, RetryableConflict when a caller's
    transaction is lost, and whatever `records` raises: batches before that are stored.
    """
    change = Change(**provenance)
    if move:
        change.require_reason(_("moving runs"))
    bulk = _Bulk(dry_run, batch_size, change, on_progress, on_row, stop, on_change)
    creates, keeps = flag("create_catalog_course", create_catalog_course), flag("keep_edits", keep_edits)
    return bulk.apply(records, partial(_requests.from_association, moves=move, creates_course=creates, keeps_edits=keeps))


def sync_course_runs(
    records: Iterable[SyncRecord],
    *,
    dry_run: bool = False,
    batch_size: int = DEFAULT_BATCH_SIZE,
    on_progress: Callable[[int], None] | None = None,
    on_row: Callable[[RowOutcome], None] | None = None,
    on_change: Callable[[RowChange], None] | None = None,
    stop: Callable[[], bool] | None = None,
    remember: bool = True,
    places: bool = False,
    create_catalog_course: bool = True,
    **provenance: Unpack[Provenance],
) -> AssociationReport:
    """
    Take over what a source says of many runs: `sync_course_run` for each record, with the batches of `associate_course_runs`.

    Installed extensions are asked once per batch which fields are pinned; what was kept is listed with code ``pinned``.
    A record may name the catalog course of a new run, as an explicit association; a stored run that is under another one by
    its key alone is a ``conflict``, unless the source `places` runs: then it is moved there, explicitly (``moved``, or
    ``confirmed`` where it stands there), once and for all. The course is created where it does not exist; without
    `create_catalog_course` that is a ``conflict`` too. What somebody has decided stays in any case. Without `remember` the time
    of what confirms is not stored: unchanged rows write nothing.
    """
    creates = flag("create_catalog_course", create_catalog_course)
    bulk = _Bulk(dry_run, batch_size, Change(**provenance), on_progress, on_row, stop, on_change)
    return bulk.apply(records, partial(_requests.from_sync, remembered=remember, places=places, creates_course=creates))


def take_values(
    request: Request, *, title: Any, language_short: Any, schedule: ScheduleLike | None, observed_at: datetime | None
) -> None:
    """The strict form of `_requests`: a single call has nobody to read a list of problems."""
    request.title = None if title is None else values.normalize_title(title) or None
    request.language = None if language_short is None else values.normalize_language(language_short)
    request.schedule = values.parse_schedule(schedule)
    request.observed_at = None if observed_at is None else values.check_source_time(observed_at)


def take_course(request: Request, catalog_course: CourseName | None, *, create: bool) -> None:
    """The course that a caller asks for: an object, its uuid, or its key. Raises InvalidValue, and as `lookup.course_named`."""
    request.creates_course = flag("create_catalog_course", create)
    if catalog_course is None or catalog_course == "":
        return
    if isinstance(catalog_course, str) and not uuid_of(catalog_course):
        request.course = keys.parse_catalog_key(catalog_course)
    else:
        request.course_id = course_named(catalog_course).pk


def apply_one(request: Request, change: Change) -> AssociationResult:
    """Apply one request in a transaction. Raises what makes it invalid."""
    using = router.db_for_write(CourseRun)
    run = atomically(using, partial(_apply_and_load, request, Store(using, change)))
    # Whoever asks for a run that was deleted for good is told by the outcome: a source asks for it every night.
    if run is None and request.outcome != "skipped":
        raise request.error or InvalidRequest(reason=_("The request cannot be applied."))
    return AssociationResult(run, request.outcome, request.error)


def run_of(result: AssociationResult) -> CourseRun:
    """The run of a request that needs one. Raises DeletedOnPurpose where somebody deleted it for good."""
    if result.run is None:
        raise result.error or InvalidRequest(reason=_("The request cannot be applied."))
    return result.run


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
    stop: Callable[[], bool] | None
    on_change: Callable[[RowChange], None] | None = None

    def __attrs_post_init__(self) -> None:
        check_batch_size(self.batch_size)

    def apply(self, records: Iterable[Record], read: Callable[[Record], Request]) -> AssociationReport:
        """Apply all records, and count what became of them."""
        store = (DryStore if self.dry_run else Store)(router.db_for_write(CourseRun), self.change)
        report = AssociationReport()
        records = several(records, field="records")
        answers = None
        if any(extensions.resolving_extensions()):
            records = list(records)
            answers = self._foresee(records, read)
        # What receivers do once for many events is done after all batches, not after each.
        with dispatch.coalescing():
            for batch in _batched(records, self.batch_size):
                if self.stop and self.stop():
                    break
                requests, problems = _read_batch(_by_key(batch), read)
                for request in requests if answers is not None else ():
                    request.looked_ahead, request.foreseen = True, (answers or {}).get(request.key.key_ci)
                self._apply_batch(requests, problems, store, report)
        return report

    def _foresee(self, records: Iterable[Record], read: Callable[[Record], Request]) -> Answers:
        requests, _problems = _read_batch(_by_key(list(records)), read)
        return foresee(requests, router.db_for_write(CourseRun), self.change)

    def _apply_batch(
        self, requests: list[Request], problems: list[RowProblem], store: Store, report: AssociationReport
    ) -> None:
        refused = list(problems)
        if requests:
            created = apply_batch(requests, store)
            report.catalog_courses_created += created.catalog_courses
            report.organizations_created += created.organizations
        for request in requests:
            report.outcomes[request.outcome] += 1
            problems += request.problems()
        report.outcomes["invalid"] += len(refused)
        report.problems += sorted(problems, key=attrgetter("line"))
        self._report_progress(requests, refused)

    def _report_progress(self, requests: list[Request], refused: list[RowProblem]) -> None:
        if self.on_row:
            outcomes = [RowOutcome(problem.line, problem.course_key, problem.outcome) for problem in refused]
            outcomes += [RowOutcome(each.line, each.shown_key, each.outcome) for each in requests]
            for outcome in sorted(outcomes, key=attrgetter("line")):
                self.on_row(outcome)
        if self.on_change:
            for change in chain.from_iterable(each.changes() for each in sorted(requests, key=attrgetter("line"))):
                self.on_change(change)
        if self.on_progress:
            self.on_progress(len(requests) + len(refused))


def check_batch_size(size: int) -> None:
    """Raise InvalidRequest for a number of records that no transaction can take."""
    if not isinstance(size, int) or not 1 <= size <= MAX_BATCH_SIZE:
        raise InvalidRequest(
            reason=_("The batch size must be between 1 and %(limit)d, not %(given)s.")
            % {"limit": MAX_BATCH_SIZE, "given": shorten(size, 60)}
        )


def _batched(records: Iterable[Record], size: int) -> Iterator[list[Record]]:
    iterator = iter(records)
    while batch := list(islice(iterator, size)):
        yield batch


def _by_key(batch: list[Record]) -> list[Record]:
    """The records, with the key of each catalog course that they name by a uuid: one query, and one for each that is merged."""
    named = [uuid_of(getattr(record, "catalog_course", None)) for record in batch]
    if not any(named):
        return batch
    uuids = {uuid for uuid in named if uuid}
    found = {course.uuid: course.key_str for course in CatalogCourse.objects.with_org().filter(uuid__in=uuids)}
    for uuid in uuids - found.keys():
        with suppress(CatalogCourse.DoesNotExist):
            found[uuid] = course_named(uuid).key_str
    return [
        attrs.evolve(record, catalog_course=found[uuid]) if uuid in found else record
        for record, uuid in zip(batch, named, strict=True)
    ]


def _read_batch(batch: Iterable[Record], read: Callable[[Record], Request]) -> tuple[list[Request], list[RowProblem]]:
    requests: list[Request] = []
    problems: list[RowProblem] = []
    for record in batch:
        try:
            requests.append(read(record))
        except CatalogError as error:
            line, course_key = getattr(record, "line", 0), getattr(record, "course_key", record)
            problems.append(_requests.refused(line, course_key, error))
    return requests, problems


def apply_batch(requests: list[Request], store: Store) -> Created:
    """Decide and write requests, in one transaction."""
    if isinstance(store, DryStore):
        return apply_requests(requests, store)
    tries = count()

    def apply() -> Created:
        if next(tries):
            # What the last try created is rolled back.
            store.reset_cache()
        return apply_requests(requests, store)

    return atomically(store.using, apply)
