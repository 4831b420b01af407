"""Moving many runs at once, and letting runs follow their keys again. One at a time, and merges: `curation`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Unpack
from uuid import UUID

import attrs
from django.db import router
from django.utils.translation import gettext as _

from .. import keys
from ..data import MoveOutcome, MoveRecord, MoveReport
from ..exceptions import CatalogError, InvalidRequest
from ..lib.changes import Change, Provenance, ReasonedProvenance
from ..lib.routing import reads_from_writer
from ..models import CatalogCourse, CourseRun
from . import lookup
from ._requests import Request
from ._store import DryStore, Store
from .associations import DEFAULT_BATCH_SIZE, apply_batch, check_batch_size

__all__ = ["follow_key", "follow_keys", "move_all_course_runs", "move_course_runs"]


@reads_from_writer()
def move_course_runs(
    records: Iterable[MoveRecord],
    *,
    dry_run: bool = False,
    batch_size: int = DEFAULT_BATCH_SIZE,
    on_progress: Callable[[int], None] | None = None,
    **provenance: Unpack[ReasonedProvenance],
) -> MoveReport:
    """
    Move many runs, each to the catalog course that its record names: `move_course_run` for each of them, in order.

    Never raises for a record: the report has one outcome for each, in order. Without an effect are a run or a course that does
    not exist (``invalid``), and a move that a filter or an extension refuses (``conflict``); an extension is asked once for all
    runs of a batch that come under one course, and refuses them together. A run that stands there already is ``confirmed``: its
    association becomes explicit. Each batch is one transaction, of at most 15 data statements, events included, whatever its
    size; what extensions do comes on top. A dry run writes nothing, and reports what a real one does.

    Emits ``course_run.moved`` for each run that is moved or confirmed. Does not check permissions. Raises ReasonRequired,
    InvalidRequest for a batch size not within 1 to 3,000, RetryableConflict when a caller's transaction is lost, and whatever
    `records` raises: batches before that are stored.
    """
    change = Change(**provenance)
    change.require_reason(_("moving runs"))
    return _Moving(change, dry_run, batch_size, on_progress).apply(records)


@reads_from_writer()
def move_all_course_runs(
    catalog_course: lookup.CourseName,
    to: lookup.CourseName,
    *,
    dry_run: bool = False,
    **provenance: Unpack[ReasonedProvenance],
) -> MoveReport:
    """
    Move every run that stands under `catalog_course` to `to`; the course itself stays, with its codes.

    So new runs keyed with these join it again; where that is not wanted, merge the courses. Both are given as objects, or by
    uuid or key. As `move_course_runs`, run by run, in the order of their keys; runs that join it meanwhile stay.

    Raises as `move_course_runs`, and CatalogCourse.DoesNotExist or InvalidCatalogKey, also for `to`.
    """
    left, target = lookup.course_named(catalog_course), lookup.course_named(to)
    runs = CourseRun.objects.filter(catalog_course=left).order_by("key_ci", "pk").values_list("course_key__text", flat=True)
    records = [MoveRecord(key, target, line=line) for line, key in enumerate(runs, 1)]
    return move_course_runs(records, dry_run=dry_run, **provenance)


@reads_from_writer()
def follow_key(course_key: lookup.RunName, *, dry_run: bool = False, **provenance: Unpack[Provenance]) -> CourseRun:
    """
    Let a run follow its key again: it comes under the catalog course that owns the key's organization and code, implicitly.

    Undoes a move, so that the run goes where its code goes from now on. Extensions are asked to follow, but not which course is
    meant. A reason is optional. Emits ``course_run.moved``, and nothing where the run follows its key already. A dry run
    returns the run as it would be. Does not check permissions.

    Raises CourseRun.DoesNotExist, InvalidCourseKey, KeyLeadsNowhere where no catalog course owns the code, MoveRefused (by a
    filter), and whatever an extension refuses with.
    """
    change = Change(**provenance)
    run = lookup.course_run(course_key)
    request = _following(str(run.course_key))
    apply_batch([request], _store(change, dry_run))
    if request.error is not None:
        raise request.error
    if request.outcome == "invalid":
        # Deleted since that look.
        lookup.course_run(course_key)
    if dry_run and request.state:
        run.association, run.catalog_course_id = request.state.association, request.state.course_id
        return run
    return lookup.course_run(course_key)


@reads_from_writer()
def follow_keys(
    course_keys: Iterable[Any],
    *,
    dry_run: bool = False,
    batch_size: int = DEFAULT_BATCH_SIZE,
    on_progress: Callable[[int], None] | None = None,
    **provenance: Unpack[Provenance],
) -> MoveReport:
    """
    `follow_key` for many runs, named by key or uuid, at the statements of `move_course_runs`, whose report it returns.

    Never raises for a run; one whose key leads nowhere is a ``conflict``. A reason is optional. Raises InvalidRequest,
    RetryableConflict.
    """
    several = lookup.several(course_keys)
    records = (MoveRecord(key, None, line=line) for line, key in enumerate(several, 1))
    return _Moving(Change(**provenance), dry_run, batch_size, on_progress, follows=True).apply(records)


def _store(change: Change, dry_run: bool) -> Store:
    return (DryStore if dry_run else Store)(router.db_for_write(CourseRun), change)


def _following(course_key: str, line: int = 0) -> Request:
    return Request(line, course_key, keys.parse_course_key(course_key), moves=True, follows=True, existing=True)


@attrs.frozen
class _Moving:
    """How many records are applied: batch by batch, each in a transaction of its own."""

    change: Change
    dry_run: bool
    batch_size: int
    on_progress: Callable[[int], None] | None = None
    follows: bool = False

    def apply(self, records: Iterable[MoveRecord]) -> MoveReport:
        """Apply all records, and say what became of each."""
        check_batch_size(self.batch_size)
        store, rows = _store(self.change, self.dry_run), []
        given = iter(lookup.several(records, field="records"))
        while batch := list(islice(given, self.batch_size)):
            outcomes = list(self._read(batch))
            if requests := [request for request in outcomes if isinstance(request, Request)]:
                apply_batch(requests, store)
            rows += [_outcome_of(found) if isinstance(found, Request) else found for found in outcomes]
            if self.on_progress:
                self.on_progress(len(batch))
        return MoveReport(rows)

    def _read(self, batch: Sequence[MoveRecord]) -> Iterator[Request | MoveOutcome]:
        """A request for each record, or why there is none."""
        runs = lookup.run_keys_by_uuid([_part(record, "course_run") for record in batch])
        courses = _courses_by_uuid([_part(record, "catalog_course") for record in batch])
        for record in batch:
            try:
                yield self._request(record, runs, courses)
            except (CatalogError, CatalogCourse.DoesNotExist, CourseRun.DoesNotExist) as error:
                shown = keys.shorten(_part(record, "course_run"))
                yield MoveOutcome(_part(record, "line") or 0, shown, "invalid", code=_code_of(error), reason=str(error))

    def _request(self, record: MoveRecord, runs: Mapping[UUID, str], courses: Mapping[UUID, int]) -> Request:
        if not isinstance(record, MoveRecord):
            reason = _("Expected a record of type %(expected)s, got %(type)s.")
            raise InvalidRequest(reason=reason % {"expected": MoveRecord.__name__, "type": type(record).__name__})
        name = lookup.key_of_run(record.course_run, runs)
        if self.follows:
            return attrs.evolve(_following(name, record.line), raw_key=record.course_run)
        request = Request(record.line, record.course_run, keys.parse_course_key(name), moves=True, existing=True)
        given = record.catalog_course
        if isinstance(given, str) and not lookup.uuid_of(given):
            request.course = keys.parse_catalog_key(given)
        else:
            # One that is not there may have been merged: the look-up of a single one knows.
            found = courses.get(uuid) if (uuid := lookup.uuid_of(given)) else None
            request.course_id = found or lookup.course_named(given).pk
        return request


def _code_of(error: Exception) -> str:
    if isinstance(error, CatalogError):
        return str(error.code)
    return "course_run_not_found" if isinstance(error, CourseRun.DoesNotExist) else "catalog_course_not_found"


def _part(record: Any, name: str) -> Any:
    return getattr(record, name, None)


def _courses_by_uuid(names: Iterable[Any]) -> dict[UUID, int]:
    uuids = {uuid for name in names if (uuid := lookup.uuid_of(name))}
    rows = CatalogCourse.objects.filter(uuid__in=uuids) if uuids else CatalogCourse.objects.none()
    return {uuid: pk for uuid, pk in rows.values_list("uuid", "pk") if uuid}


def _outcome_of(request: Request) -> MoveOutcome:
    problem = next(iter(request.problems()), None)
    before, after = request.moved if request.moved and request.outcome in ("moved", "confirmed") else ("", "")
    code, reason = (problem.code, problem.reason) if problem else ("", "")
    return MoveOutcome(request.line, request.shown_key, request.outcome, before, after, code, reason)
