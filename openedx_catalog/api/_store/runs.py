"""Course runs and their schedules as the engine reads and writes them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import attrs
from django.db.models import Q
from organizations.models import Organization

from ... import identity, keys, signals
from ...data import SCHEDULE_DATES, SCHEDULE_FIELDS
from ...lib.changes import Change, record_history
from ...lib.events import Event
from ...lib.fields import in_list
from ...lib.sql import aware_reader, insert_rows, select, select_named
from ...models import CatalogCourse, CourseRun, CourseSchedule
from .._changes import run_values, runs_as_told
from .courses import CourseRef, CourseStore, Pair

_NO_SCHEDULE = {name: "" if name == "pacing" else None for name in SCHEDULE_FIELDS}


@attrs.define(slots=True)
class RunState:
    """A stored run, or one about to be: the values the engine compares. `schedule` is None where there is no row."""

    id: int
    key: keys.RunKey
    # As stored, which may be another spelling than that of the request.
    text: str
    course_id: int
    title: str
    source_time: datetime | None
    schedule: dict[str, Any] | None
    association: str
    # The (organization, folded code) of its course, where it was read along.
    pair: Pair | None = None
    # Where the run is locked, or new: what its instance is built of.
    uuid: uuid.UUID | None = None
    created: datetime | None = None
    modified: datetime | None = None
    # Of a new run.
    course: CourseRef | None = None
    # Whether there was a row of the schedule before `schedule` was changed.
    had_schedule: bool = False


class RunChange(NamedTuple):
    """A stored run with its new values, and which of them differ from the row."""

    state: RunState
    title: bool
    schedule: bool


class _Run(NamedTuple):
    """The columns of a run, its schedule and its course."""

    id: Any
    text: Any
    key_ci: Any
    course_id: Any
    title: Any
    source_time: Any
    association: Any
    uuid: Any
    created: Any
    org: Any
    code_ci: Any
    schedule_id: Any
    start: Any
    end: Any
    enrollment_start: Any
    enrollment_end: Any
    pacing: Any


class Store(CourseStore):
    """The catalog's tables in one database, on behalf of one change."""

    def __init__(self, using: str, change: Change) -> None:
        super().__init__(using, change)
        self._read_time = aware_reader(self.connection)

    def find_runs(self, wanted: Sequence[keys.RunKey], *, lock: bool = False) -> dict[str, RunState]:
        """
        The stored ones among `wanted`, by folded key; completes rows whose identity is still NULL. One SELECT.

        `lock` holds the runs until the transaction ends, and leaves out their courses, which MySQL would hold as well.
        """
        rows = self._select_locked(wanted) if lock else self._select_runs(wanted)
        parsed = {key.key_ci: key for key in wanted}
        found: dict[str, RunState] = {}
        incomplete = []
        for row in rows:
            key_ci = row.key_ci or keys.fold(row.text)
            if row.key_ci is None:
                incomplete.append(row.id)
                if key_ci in found:
                    # A twin of another program: the doctor lists it.
                    continue
            if key_ci in parsed:
                found[key_ci] = self._state(row, parsed[key_ci])
        if incomplete:
            self.complete_runs(incomplete)
        return found

    def _state(self, row: _Run, key: keys.RunKey) -> RunState:
        read, schedule = self._read_time, None
        if row.schedule_id is not None:
            schedule = {name: read(getattr(row, name)) for name in SCHEDULE_DATES}
            schedule["pacing"] = row.pacing
        return RunState(
            row.id,
            key,
            row.text,
            row.course_id,
            row.title,
            read(row.source_time),
            schedule,
            row.association,
            None if row.org is None else (row.org, row.code_ci),
            None if row.uuid is None else uuid.UUID(str(row.uuid)),
            read(row.created),
            had_schedule=schedule is not None,
        )

    def _select_runs(self, wanted: Sequence[keys.RunKey]) -> list[_Run]:
        """Runs with their schedules and courses, as they stand: most are unchanged, and need no lock."""
        condition, params = self._by_key(wanted)
        return select_named(
            self.connection,
            self._columns()._replace(uuid="NULL", created="NULL"),
            f"{self._from_runs()} JOIN {self.table(CatalogCourse)} c ON c.id = r.catalog_course_id "
            f"JOIN {self.table(Organization)} o ON o.id = c.org_id WHERE {condition}",
            params,
        )

    def _select_locked(self, wanted: Sequence[keys.RunKey]) -> list[_Run]:
        """Runs with their schedules, held until the transaction ends; in key order, as every writer takes them."""
        condition, params = self._by_key(wanted)
        ordered = f"WHERE {condition} ORDER BY r.key_ci, r.id"
        lock = {"sqlite": ""}.get(self.connection.vendor, " FOR UPDATE")
        if self.connection.vendor == "postgresql":
            # Of what it had to wait for PostgreSQL reads the locked row anew, but joins the schedule as it was before: so the
            # rows are locked first, and read by a statement that begins afterwards.
            select(self.connection, f"SELECT r.id FROM {self.table(CourseRun)} r {ordered}{lock}", params)  # noqa: S608
            lock = ""
        columns = self._columns()._replace(org="NULL", code_ci="NULL")
        return select_named(self.connection, columns, f"{self._from_runs()} {ordered}{lock}", params)

    def _columns(self) -> _Run:
        quote = self.connection.ops.quote_name
        dates = (f"s.{quote(name)}" for name in SCHEDULE_FIELDS)
        run = ("course_key", "key_ci", "catalog_course_id", "title", "source_time", "association", "uuid", "created")
        return _Run._make(["r.id", *(f"r.{name}" for name in run), "o.short_name", "c.course_code_ci", "s.id", *dates])

    def _from_runs(self) -> str:
        return f"FROM {self.table(CourseRun)} r LEFT JOIN {self.table(CourseSchedule)} s ON s.run_id = r.id"

    def _by_key(self, wanted: Sequence[keys.RunKey]) -> tuple[str, list[Any]]:
        """As `CourseRunQuerySet.by_key`: by folded identity, or by the exact key where the identity is still NULL."""
        folded, params = in_list(self.connection, "r.key_ci", [key.key_ci for key in wanted])
        exact, more = in_list(self.connection, "r.course_key", [key.text for key in wanted])
        return f"({folded} OR (r.key_ci IS NULL AND {exact}))", [*params, *more]

    def complete_runs(self, pks: list[int]) -> None:
        identity.complete_course_runs(CourseRun, self.using, Q(pk__in=pks))

    def create_runs(self, states: Sequence[RunState], now: datetime) -> None:
        """Insert runs and their schedules, in key order, with their history; fills in their ids."""
        by_key = {state.key.key_ci: state for state in sorted(states, key=lambda state: state.key.key_ci)}
        rows = [_run_row(state, now) for state in by_key.values()]
        # Many rows in one statement, in key order: two writers that meet do so at the first key, and one of them waits.
        for pk, key_ci in insert_rows(self.connection, CourseRun, rows, returning=("id", "key_ci"), key="key_ci"):
            by_key[key_ci].id = pk
        ids = [state.id for state in by_key.values()]
        record_history(CourseRun, "+", self.change, using=self.using, column="id", values=ids)
        scheduled = [state for state in by_key.values() if state.schedule]
        schedules = [{"run": state.id, **_NO_SCHEDULE, **(state.schedule or {})} for state in scheduled]
        # Nobody can have inserted one: the run is ours until the commit.
        insert_rows(self.connection, CourseSchedule, schedules)
        ids = [state.id for state in scheduled]
        record_history(CourseSchedule, "+", self.change, using=self.using, column="run_id", values=ids)
        self._events += map(_created_event, by_key.values())

    def update_runs(self, changes: Sequence[RunChange], now: datetime) -> None:
        """Write new values, with history; the rows are locked by `find_runs`."""
        changes = sorted(changes, key=lambda change: change.state.id)
        for change in changes:
            change.state.modified = now
        self._update(changes, "title", "source_time", "modified")
        retitled = [change.state.id for change in changes if change.title]
        record_history(CourseRun, "~", self.change, using=self.using, column="id", values=retitled)
        if rescheduled := [change.state for change in changes if change.schedule]:
            self._write_schedules(rescheduled)
        # Read again, because the course was not locked: the event says what is true when it is recorded.
        stored = runs_as_told([change.state.id for change in changes], using=self.using)
        self._events += [Event(signals.COURSE_RUN_UPDATED, *values) for values in stored]

    def confirm_runs(self, states: Sequence[RunState]) -> None:
        """Write when a source last confirmed these runs, which are locked: no change of theirs, so no history."""
        self._update([RunChange(state, False, False) for state in sorted(states, key=lambda state: state.id)], "source_time")

    def _update(self, changes: Sequence[RunChange], *fields: str) -> None:
        rows = [CourseRun(pk=s.id, **{name: getattr(s, name) for name in fields}) for s in (change.state for change in changes)]
        # One UPDATE with a CASE for each field; in the order of ids, as the rows are locked already.
        CourseRun.objects.using(self.using).bulk_update(rows, list(fields))

    def _write_schedules(self, states: list[RunState]) -> None:
        stored = {state.id for state in states if state.had_schedule}
        rows = [CourseSchedule(run_id=state.id, **(state.schedule or {})) for state in states]
        # An upsert: the run is locked, but a program that does not lock it may have inserted a schedule meanwhile.
        CourseSchedule.objects.using(self.using).bulk_create(
            rows,
            update_conflicts=True,
            update_fields=list(SCHEDULE_FIELDS),
            unique_fields=["run"] if self.connection.features.supports_update_conflicts_with_target else None,
        )
        for kind, ids in (("~", stored), ("+", {state.id for state in states} - stored)):
            record_history(CourseSchedule, kind, self.change, using=self.using, column="run_id", values=sorted(ids))


def _run_row(state: RunState, now: datetime) -> dict[str, Any]:
    """A new run as it is inserted; what the database does not say comes to the state."""
    state.uuid, state.created, state.modified = uuid.uuid4(), state.created or now, now
    return {
        "course_key": state.text,
        "catalog_course": state.course_id,
        "run_code": state.key.run,
        "created": state.created,
        "title": state.title,
        "uuid": state.uuid,
        "key_ci": state.key.key_ci,
        "association": state.association,
        "source_time": state.source_time,
        "modified": now,
    }


def _created_event(state: RunState) -> Event:
    course, schedule = state.course or CourseRef(0, ""), state.schedule or {}
    dates = [schedule.get(name) for name in SCHEDULE_FIELDS]
    values = run_values(state.text, state.uuid, state.title, state.association, course.uuid, course.key_str, dates)
    return Event(signals.COURSE_RUN_CREATED, state.text, values)
