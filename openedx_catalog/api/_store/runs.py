"""Course runs and their schedules as the engine reads and writes them."""

from __future__ import annotations

from collections import defaultdict, namedtuple
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, NamedTuple

import attrs
from django.db.models import Q
from organizations.models import Organization

from ... import identity, keys, signals
from ...data import SCHEDULE_FIELDS
from ...exceptions import InvalidCourseKey
from ...lib.changes import Change, is_by_person, record_history
from ...lib.events import Event
from ...lib.fields import in_list
from ...lib.sql import aware_reader, insert_rows, new_uuids, select, select_named, uuid_text
from ...models import CatalogCourse, CourseRun, CourseSchedule, DeletedRunKey
from .._changes import run_values, stored_run_values
from ..values import is_title
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
    uuid: str = ""
    created: datetime | None = None
    modified: datetime | None = None
    # Its course, of a new run, and where it was read along (but its uuid).
    course: CourseRef | None = None
    # Whether there was a row of the schedule before `schedule` was changed.
    had_schedule: bool = False


class RunChange(NamedTuple):
    """A stored run with its new values, and which of them differ from the row."""

    state: RunState
    title: bool
    schedule: bool


# The columns of a run, its schedule and its course.
_Run = namedtuple(
    "_Run",
    "id text key_ci course_id title source_time association uuid created org code_ci course_title code language schedule_id "
    "start end enrollment_start enrollment_end pacing",
)


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
            schedule = {
                "start": read(row.start),
                "end": read(row.end),
                "enrollment_start": read(row.enrollment_start),
                "enrollment_end": read(row.enrollment_end),
                "pacing": row.pacing,
            }
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
            uuid_text(row.uuid) if row.uuid else "",
            read(row.created),
            course=None if row.org is None else _course_of(row),
            had_schedule=schedule is not None,
        )

    def _select_runs(self, wanted: Sequence[keys.RunKey]) -> list[_Run]:
        """Runs with their schedules and courses, as they stand: most are unchanged, and need no lock."""
        columns = self._columns()._replace(uuid="NULL", created="NULL")
        joined = (
            f"{self._from_runs()} JOIN {self.table(CatalogCourse)} c ON c.id = r.catalog_course_id "
            f"JOIN {self.table(Organization)} o ON o.id = c.org_id WHERE "
        )
        folded, exact, params = self._by_key(wanted)
        # A UNION where there are many, because SQLite collects the rows of an OR before it reads them.
        way = f" UNION ALL SELECT {', '.join(columns)} {joined}" if len(wanted) > 1 else " OR "
        return select_named(self.connection, columns, f"{joined}{folded}{way}{exact}", params)

    def _select_locked(self, wanted: Sequence[keys.RunKey]) -> list[_Run]:
        """Runs with their schedules, held until the transaction ends; in key order, as every writer takes them."""
        folded, exact, params = self._by_key(wanted)
        ordered = f"WHERE {folded} OR {exact} ORDER BY r.key_ci, r.id"
        lock = {"sqlite": ""}.get(self.connection.vendor, " FOR UPDATE")
        if self.connection.vendor == "postgresql":
            # Of what it had to wait for PostgreSQL reads the locked row anew, but joins the schedule as it was before: so the
            # rows are locked first, and read by a statement that begins afterwards.
            select(self.connection, f"SELECT r.id FROM {self.table(CourseRun)} r {ordered}{lock}", params)  # noqa: S608
            lock = ""
        columns = self._columns()._replace(**dict.fromkeys(("org", "code_ci", "course_title", "code", "language"), "NULL"))
        return select_named(self.connection, columns, f"{self._from_runs()} {ordered}{lock}", params)

    def _columns(self) -> _Run:
        quote = self.connection.ops.quote_name
        # Django lets SQLite's driver parse each time, before we do; of what is cast it knows no type.
        time = "CAST({} AS TEXT)" if self.connection.vendor == "sqlite" else "{}"
        return _Run(
            id="r.id",
            text="r.course_key",
            key_ci="r.key_ci",
            course_id="r.catalog_course_id",
            title="r.title",
            source_time=time.format("r.source_time"),
            association="r.association",
            uuid="r.uuid",
            created=time.format("r.created"),
            org="o.short_name",
            code_ci="c.course_code_ci",
            course_title="c.title",
            code="c.course_code",
            language="c.language",
            schedule_id="s.id",
            start=time.format("s.start"),
            end=time.format(f"s.{quote('end')}"),
            enrollment_start=time.format("s.enrollment_start"),
            enrollment_end=time.format("s.enrollment_end"),
            pacing="s.pacing",
        )

    def _from_runs(self) -> str:
        return f"FROM {self.table(CourseRun)} r LEFT JOIN {self.table(CourseSchedule)} s ON s.run_id = r.id"

    def _by_key(self, wanted: Sequence[keys.RunKey]) -> tuple[str, str, list[Any]]:
        """As `CourseRunQuerySet.by_key`: by folded identity, or by the exact key where the identity is still NULL."""
        folded, params = in_list(self.connection, "r.key_ci", [key.key_ci for key in wanted])
        exact, more = in_list(self.connection, "r.course_key", [key.text for key in wanted])
        return folded, f"(r.key_ci IS NULL AND {exact})", [*params, *more]

    def find_copies(self, courses: Iterable[CourseRef]) -> list[tuple[RunState, CourseRef]]:
        """Runs that are titled by their own code or that of their course, one of these; held until the transaction ends."""
        by_id = {course.id: course for course in courses}
        wanted = []
        for course_id, title, text in self._titles_of(sorted(by_id)):
            with suppress(InvalidCourseKey):
                # Of another program, which parses otherwise.
                if not is_title(title, by_id[course_id].code, (key := keys.parse_course_key(text)).course):
                    wanted.append(key)
        found = self.find_runs(wanted, lock=True).values() if wanted else ()
        copies = [(state, by_id[state.course_id]) for state in found if state.course_id in by_id]
        return [(state, course) for state, course in copies if not is_title(state.title, course.code, state.key.course)]

    def _titles_of(self, course_ids: Sequence[int]) -> list[tuple[int, str, str]]:
        """(id of the course, title, key) of the runs of these courses. One SELECT."""
        condition, params = in_list(self.connection, "r.catalog_course_id", course_ids)
        columns = "r.catalog_course_id, r.title, r.course_key"
        return select(self.connection, f"SELECT {columns} FROM {self.table(CourseRun)} r WHERE {condition}", params)  # noqa: S608

    def edited_fields(self, pks: Sequence[int]) -> dict[int, set[str]]:
        """``{id of a run: its values that a person has set last}``, by the history. Two SELECTs, if there are any ids."""
        edited: dict[int, set[str]] = defaultdict(set)
        for model, column, fields in ((CourseRun, "id", ("title",)), (CourseSchedule, "run_id", SCHEDULE_FIELDS)):
            history: Any = model.history.model.objects.using(self.using)
            signed = ("history_type", "history_user_id", "history_user_name", "history_change_reason")
            rows = history.filter(**{f"{column}__in": pks}).order_by("history_id") if pks else history.none()
            last: dict[int, list[Any]] = {}
            for pk, kind, user, name, reason, *values in rows.values_list(column, *signed, *fields):
                now = [None if kind == "-" else value or None for value in values]
                for field, old, new in zip(fields, last.get(pk, [None] * len(fields)), now, strict=True):
                    if old != new:
                        (edited[pk].add if is_by_person(user, name, reason) else edited[pk].discard)(field)
                last[pk] = now
        return edited

    def complete_runs(self, pks: list[int]) -> None:
        identity.complete_course_runs(CourseRun, self.using, Q(pk__in=pks))

    def create_runs(self, states: Sequence[RunState], now: datetime) -> None:
        """Insert runs and their schedules, in key order, with their history; fills in their ids."""
        by_key = {state.key.key_ci: state for state in sorted(states, key=lambda state: state.key.key_ci)}
        rows = []
        free = self._free_uuids(state.uuid for state in by_key.values() if state.uuid)
        for state, uuid in zip(by_key.values(), new_uuids(len(by_key)), strict=True):
            own = state.uuid if state.uuid in free else uuid
            # A second one with it in this batch gets another.
            free.discard(own)
            state.uuid, state.created, state.modified = own, state.created or now, now
            rows.append(_run_row(state))
        # Many rows in one statement, in key order: two writers that meet do so at the first key, and one of them waits.
        for pk, key_ci in insert_rows(
            self.connection, CourseRun, rows, common={"modified": now}, returning=("id", "key_ci"), key="key_ci"
        ):
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

    def _free_uuids(self, wanted: Iterable[str]) -> set[str]:
        """Those that no run has, and none had that was deleted for good. Two queries, if any is wanted."""
        uuids = set(wanted)
        if uuids:
            taken = CourseRun.objects.using(self.using).filter(uuid__in=uuids).values_list("uuid", flat=True)
            deleted = DeletedRunKey.objects.using(self.using).filter(run_uuid__in=uuids).values_list("run_uuid", flat=True)
            uuids -= {str(uuid) for uuid in [*taken, *deleted]}
        return uuids

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
        stored = stored_run_values([change.state.id for change in changes], using=self.using)
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


def _course_of(row: _Run) -> CourseRef:
    return CourseRef(row.course_id, row.course_title, "", row.org, row.code, row.language)


def _run_row(state: RunState) -> dict[str, Any]:
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
    }


def _created_event(state: RunState) -> Event:
    course, schedule = state.course or CourseRef(0, ""), state.schedule or {}
    dates = [schedule.get(name) for name in SCHEDULE_FIELDS]
    values = run_values(state.text, state.uuid, state.title, state.association, course.uuid, course.key_str, dates)
    return Event(signals.COURSE_RUN_CREATED, state.text, values)
