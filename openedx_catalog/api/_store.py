"""
The statements of the bulk engine: what it reads, and what it inserts by multi-row INSERT and ``INSERT … SELECT``.

The ORM would build an instance and parse a key for each row, and split an insert into dozens on SQLite (ADR 0008).
`DryStore` answers as if it had written, so that a dry run takes the very decisions of a real one.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import attrs
from django.db import connections
from django.db.models import Q
from organizations.models import Organization

from .. import identity, keys, signals
from ..data import SCHEDULE_FIELDS
from ..lib.changes import Change, record_events, record_history
from ..lib.events import Event
from ..lib.fields import in_list
from ..lib.sql import in_pairs, insert_rows, one_at_a_time, shared_lock, uuid_text
from ..lib.transactions import Outdated
from ..models import CatalogCourse, CatalogCourseCode, CourseRun, CourseSchedule
from ._changes import course_values, run_values, runs_as_told

Pair = tuple[str, str]
"""(organization as spelled in the key, folded course code)"""


class CourseRef(NamedTuple):
    """What the engine, and the events of its runs, need to know of a catalog course."""

    id: int
    title: str
    uuid: str = ""
    org: str = ""
    code: str = ""

    @property
    def key_str(self) -> str:
        return keys.format_key_str(self.org, self.code)


@attrs.define(slots=True)
class RunState:
    """A stored run, or one about to be: the values the engine compares. `schedule` is None where there is no row."""

    id: int
    text: str
    course_id: int
    title: str
    source_time: datetime | None
    schedule: dict[str, Any] | None
    association: str
    # The (organization, folded code) of its course, where it was read along.
    pair: Pair | None = None
    uuid: uuid.UUID | None = None
    key: keys.RunKey | None = None
    created: datetime | None = None
    # Of a new run.
    course: CourseRef | None = None
    # Whether the row of the schedule was there before: `schedule` is changed.
    had_schedule: bool = False


@attrs.define(slots=True)
class NewCourse:
    """A catalog course to create, as the first row that names it wants it."""

    org_id: int
    org: str
    code: str
    title: str
    language: str


_RUN_COLUMNS = ("id", "key_text", "key_ci", "catalog_course_id", "title", "source_time", "association", "schedule__id")
_PAIR_COLUMNS = ("catalog_course__org__short_name", "catalog_course__course_code_ci")
_NO_SCHEDULE = {name: "" if name == "pacing" else None for name in SCHEDULE_FIELDS}
_SCHEDULE_COLUMNS = tuple(f"schedule__{name}" for name in SCHEDULE_FIELDS)


# What makes a CourseRef, of the tables c (catalog course) and co (its organization).
_REF_COLUMNS = "c.id, c.title, c.uuid, co.short_name, c.course_code"


def _ref(pk: int, title: str, uuid_: Any, org: str, code: str) -> CourseRef:
    return CourseRef(pk, title, uuid_text(uuid_), org, code)


def _told(state: RunState) -> Event:
    """The event of a new run."""
    course, schedule = state.course or CourseRef(0, ""), state.schedule or {}
    times = [schedule.get(name) for name in SCHEDULE_FIELDS]
    values = run_values(state.text, state.uuid, state.title, state.association, course.uuid, course.key_str, times)
    return Event(signals.COURSE_RUN_CREATED, state.text, values)


class Store:
    """The catalog's tables in one database, on behalf of one change. Organizations are read once and kept."""

    def __init__(self, using: str, change: Change) -> None:
        self.using = using
        self.change = change
        self.connection = connections[using]
        self._orgs_known = False
        self._orgs: dict[str, int] = {}
        self._folded_orgs: dict[str, int] = {}
        self._org_names: dict[int, str] = {}
        self._happened: list[Event] = []

    def begin(self) -> None:
        """Forget the events of a try that was rolled back."""
        self._happened = []

    def record_events(self) -> None:
        """Write what has happened since the last call into the outbox, in one INSERT."""
        happened, self._happened = self._happened, []
        record_events(happened, using=self.using)

    # Runs

    def find_runs(self, wanted: Sequence[keys.RunKey], *, lock: bool = False) -> dict[str, RunState]:
        """
        The stored ones among `wanted`, by folded key; completes rows whose identity is still NULL. One SELECT.

        `lock` holds the runs until the transaction ends, and leaves out their courses, which MySQL would hold as well.
        """
        runs = CourseRun.objects.using(self.using).by_key(*wanted).with_key_text().order_by()
        if lock and self.connection.vendor == "postgresql":
            # Of what it had to wait for PostgreSQL reads the locked row anew, but joins the schedule as it was before.
            list(runs.order_by("key_ci", "id").select_for_update().values_list("pk"))
        elif lock:
            runs = runs.order_by("key_ci", "id").select_for_update()
        found = {}
        incomplete = []
        for row in runs.values_list(*_RUN_COLUMNS, *_SCHEDULE_COLUMNS, *(() if lock else _PAIR_COLUMNS)):
            pk, text, key_ci, course_id, title, source_time, association, schedule_id = row[:8]
            schedule = None if schedule_id is None else dict(zip(SCHEDULE_FIELDS, row[8:], strict=False))
            pair = None if lock else row[-2:]
            if key_ci is None:
                incomplete.append(pk)
                key_ci = keys.fold(text)
                if key_ci in found:
                    continue
            found[key_ci] = RunState(pk, text, course_id, title, source_time, schedule, association, pair)
            found[key_ci].had_schedule = schedule_id is not None
        if incomplete:
            self.complete_runs(incomplete)
        return found

    def complete_runs(self, pks: list[int]) -> None:
        identity.complete_course_runs(CourseRun, self.using, Q(pk__in=pks))

    def create_runs(self, states: Sequence[RunState], now: datetime) -> None:
        """Insert runs and their schedules, in key order, with their history; fills in their ids."""
        by_key = {state.key.key_ci: state for state in states if state.key}
        rows = []
        for key_ci in sorted(by_key):
            state = by_key[key_ci]
            state.uuid, state.created = uuid.uuid4(), state.created or now
            rows.append(
                {
                    "course_key": state.text,
                    "catalog_course": state.course_id,
                    "run_code": state.key.run,  # type: ignore[union-attr]
                    "created": state.created,
                    "title": state.title,
                    "uuid": state.uuid,
                    "key_ci": key_ci,
                    "association": state.association,
                    "source_time": state.source_time,
                    "modified": now,
                }
            )
        for pk, key_ci in insert_rows(self.connection, CourseRun, rows, returning=("id", "key_ci"), key="key_ci"):
            by_key[key_ci].id = pk
        record_history(CourseRun, "+", self.change, using=self.using, column="id", values=[s.id for s in states])
        scheduled = [by_key[key_ci] for key_ci in sorted(by_key) if by_key[key_ci].schedule]
        insert_rows(self.connection, CourseSchedule, [{"run": s.id, **_NO_SCHEDULE, **(s.schedule or {})} for s in scheduled])
        record_history(CourseSchedule, "+", self.change, using=self.using, column="run_id", values=[s.id for s in scheduled])
        self._happened += [_told(by_key[key_ci]) for key_ci in sorted(by_key)]

    def update_runs(self, changed: Sequence[tuple[RunState, bool, bool]], now: datetime) -> None:
        """Write (state, title changed?, schedule changed?) back, with history; the rows are locked by `find_runs`."""
        states = sorted((state for state, _title, _schedule in changed), key=lambda state: state.id)
        runs = [CourseRun(pk=s.id, title=s.title, source_time=s.source_time, modified=now) for s in states]
        CourseRun.objects.using(self.using).bulk_update(runs, ["title", "source_time", "modified"])
        retitled = [state.id for state, title, _schedule in changed if title]
        record_history(CourseRun, "~", self.change, using=self.using, column="id", values=retitled)
        rescheduled = [state for state, _title, schedule in changed if schedule]
        if rescheduled:
            self._write_schedules(rescheduled)
        told = runs_as_told([state.id for state in states], using=self.using)
        self._happened += [Event(signals.COURSE_RUN_UPDATED, *values) for values in told]

    def remember_observations(self, states: Sequence[RunState]) -> None:
        """Write when a source last confirmed these runs, which are locked: no change of theirs, so no history."""
        runs = [CourseRun(pk=s.id, source_time=s.source_time) for s in sorted(states, key=lambda state: state.id)]
        CourseRun.objects.using(self.using).bulk_update(runs, ["source_time"])

    def _write_schedules(self, states: list[RunState]) -> None:
        stored = {state.id for state in states if state.had_schedule}
        rows = [CourseSchedule(run_id=s.id, **(s.schedule or {})) for s in sorted(states, key=lambda state: state.id)]
        CourseSchedule.objects.using(self.using).bulk_create(
            rows,
            update_conflicts=True,
            update_fields=list(SCHEDULE_FIELDS),
            unique_fields=["run"] if self.connection.features.supports_update_conflicts_with_target else None,
        )
        for kind, ids in (("~", stored), ("+", {s.id for s in states} - stored)):
            record_history(CourseSchedule, kind, self.change, using=self.using, column="run_id", values=sorted(ids))

    # Catalog courses

    def find_courses(self, pairs: Iterable[Pair]) -> dict[Pair, CourseRef]:
        """
        The catalog courses that own these (organization, folded code), through their own code or an alias.

        One joined SELECT for one pair; the organizations (once) and one more for many. Where a code has no slot, a row
        that another program wrote may own it: it is completed.
        """
        pairs = list(dict.fromkeys(pairs))
        found = self._course_by_name(pairs[0]) if len(pairs) == 1 else {}
        missing = [pair for pair in pairs if pair not in found]
        by_id = {pair: (self.find_org(pair[0]), pair[1]) for pair in missing}
        known = {(org, code) for org, code in by_id.values() if org is not None}
        slots = self._slots(known)
        if unslotted := known - set(slots):
            slots |= self._without_slot(unslotted)
        found |= {pair: slots[key] for pair, key in by_id.items() if key in slots}
        return found

    def hold_courses(self, pks: list[int]) -> dict[int, CourseRef]:
        """Those among these catalog courses that exist, by id; held until the transaction ends."""
        condition, params = in_list(self.connection, "c.id", pks)
        rows = self._select(
            f"SELECT {self._held_ref()} FROM {self._table(CatalogCourse)} c "  # noqa: S608
            f"JOIN {self._table(Organization)} co ON co.id = c.org_id WHERE {condition}{self._share_lock()}",
            params,
        )
        return {row[0]: _ref(*row) for row in rows if row[0] is not None}

    def _held_ref(self) -> str:
        """
        What makes a CourseRef; MySQL holds the course in a subquery, since a lock on the whole join would hold more. Its id is
        NULL where it was merged away while it was waited for.

        It would be held anyway, for the foreign key of a run that is inserted: but then a merge already waits for that run, and
        one of both must be ended.
        """
        if self.connection.vendor != "mysql":
            return _REF_COLUMNS
        held = f"SELECT k.id FROM {self._table(CatalogCourse)} k WHERE k.id = c.id{shared_lock(self.connection)}"  # noqa: S608
        return _REF_COLUMNS.replace("c.id", f"({held})", 1)

    def _share_lock(self) -> str:
        # PostgreSQL checks foreign keys when the transaction commits: hold the course, or a merge may delete it until then.
        return " FOR KEY SHARE OF c" if self.connection.vendor == "postgresql" and self.connection.in_atomic_block else ""

    def _course_by_name(self, pair: Pair) -> dict[Pair, CourseRef]:
        rows = self._select_slots("o.short_name = %s AND s.code_ci = %s", list(pair))
        # A case-insensitive database may answer for another spelling; that one is looked up by the organization's id.
        return {(name, code): _ref(*ref) for _org, name, code, *ref in rows if (name, code) == pair}

    def _slots(self, wanted: set[tuple[Any, str]]) -> dict[tuple[Any, str], CourseRef]:
        if not wanted:
            return {}
        condition, params = in_pairs(self.connection, "s.org_id", "s.code_ci", sorted(wanted))
        rows = [row for row in self._select_slots(condition, params) if (row[0], row[2]) in wanted]
        self._refuse_renamed(self._org_names, ((org, name) for org, name, *_rest in rows))
        return {(org, code): _ref(*ref) for org, _name, code, *ref in rows}

    def _select_slots(self, condition: str, params: list[Any]) -> list[tuple[Any, ...]]:
        """
        Slots with the name of their organization, and their courses.

        The organization is held as well, or it might be renamed before the run is there that its old name makes implicit.
        PostgreSQL reads again what it had to wait for; MySQL holds and reads anew in subqueries of their own, since a lock on
        the whole join would stop writers of slots.
        """
        name, lock, orgs = "o.short_name", self._share_lock(), self._table(Organization)
        if self.connection.vendor == "mysql":
            name = f"(SELECT h.short_name FROM {orgs} h WHERE h.id = s.org_id{shared_lock(self.connection)})"  # noqa: S608
        rows = self._select(
            f"SELECT s.org_id, {name}, s.code_ci, {self._held_ref()} FROM {self._table(CatalogCourseCode)} s "  # noqa: S608
            f"JOIN {self._table(CatalogCourse)} c ON c.id = s.catalog_course_id "
            f"JOIN {orgs} co ON co.id = c.org_id JOIN {orgs} o ON o.id = s.org_id "
            f"WHERE {condition}{lock}{', o' if lock else ''}",
            params,
        )
        # Without those that were merged away while they were waited for: their slots lead elsewhere by now.
        return [row for row in rows if row[3] is not None]

    def _select(self, sql: str, params: list[Any]) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.fetchall()

    def _table(self, model: Any) -> str:
        return self.connection.ops.quote_name(model._meta.db_table)

    def _without_slot(self, wanted: set[tuple[Any, str]]) -> dict[tuple[Any, str], CourseRef]:
        """Courses that other programs wrote: found by their code, and completed."""
        condition, params = in_pairs(self.connection, "c.org_id", "c.course_code_ci", sorted(wanted))
        orgs, org_params = in_list(self.connection, "c.org_id", sorted({org for org, _code in wanted}))
        select = f"SELECT c.org_id, c.course_code, c.id FROM {self._table(CatalogCourse)} c WHERE "  # noqa: S608
        rows = self._select(
            f"{select}{condition} UNION ALL {select}c.course_code_ci IS NULL AND {orgs} ORDER BY 3",
            [*params, *org_params],
        )
        found: dict[tuple[Any, str], int] = {}
        for org, code, pk in rows:
            if (org, keys.fold(code)) in wanted:
                found.setdefault((org, keys.fold(code)), pk)
        if not found:
            return {}
        self.complete_courses(list(found.values()))
        self.hold_orgs({org: self._org_names[org] for org, _code in found})
        refs = self.hold_courses(sorted(found.values()))
        return {pair: refs[pk] for pair, pk in found.items() if pk in refs}

    def complete_courses(self, pks: list[int]) -> None:
        identity.complete_catalog_courses(CatalogCourse, CatalogCourseCode, self.using, Q(pk__in=pks))

    def create_courses(self, new: dict[tuple[Any, str], NewCourse], now: datetime) -> dict[tuple[Any, str], CourseRef]:
        """Insert catalog courses with their slots and history, in (organization, code) order."""
        identities = sorted(new)
        self.hold_orgs({org: self._org_names[org] for org, _code in identities})
        rows = {
            (org, code_ci): {
                "org": org,
                "course_code": new[org, code_ci].code,
                "created": now,
                "title": new[org, code_ci].title,
                "language": new[org, code_ci].language,
                "uuid": uuid.uuid4(),
                "course_code_ci": code_ci,
                "modified": now,
            }
            for org, code_ci in identities
        }
        returned = insert_rows(
            self.connection, CatalogCourse, list(rows.values()), returning=("id", "org_id", "course_code_ci"), key="uuid"
        )
        ids = {(org, code): pk for pk, org, code in returned}
        refs = {i: CourseRef(ids[i], new[i].title, str(rows[i]["uuid"]), new[i].org, new[i].code) for i in identities}
        slots = [
            {"org": org, "code": new[org, code_ci].code, "code_ci": code_ci, "catalog_course": ids[org, code_ci]}
            for org, code_ci in identities
        ]
        insert_rows(self.connection, CatalogCourseCode, slots)
        record_history(CatalogCourse, "+", self.change, using=self.using, column="id", values=list(ids.values()))
        for i, ref in refs.items():
            told = course_values(ref.uuid, ref.org, ref.code, ref.title, new[i].language)
            self._happened.append(Event(signals.CATALOG_COURSE_CREATED, ref.uuid, told))
        return refs

    # Organizations

    def org_name(self, org_id: int) -> str:
        """The short_name of an organization that `find_org` found."""
        return self._org_names[org_id]

    def find_org(self, code: str) -> int | None:
        """The id of an organization: exact, else folded; inactive ones included."""
        if not self._orgs_known:
            self._orgs_known = True
            rows = Organization.objects.using(self.using).order_by("-pk").values_list("short_name", "pk")
            for name, pk in rows:
                self._remember_org(name, pk)
        if code in self._orgs:
            return self._orgs[code]
        return self._folded_orgs.get(keys.fold(code))

    def hold_orgs(self, names: dict[int, str]) -> None:
        """Hold organizations under these names until the transaction ends. Raises Outdated where one has another name."""
        if lock := shared_lock(self.connection):
            condition, params = in_list(self.connection, "id", sorted(names))
            sql = f"SELECT id, short_name FROM {self._table(Organization)} WHERE {condition} ORDER BY id{lock}"  # noqa: S608
            self._refuse_renamed(names, self._select(sql, params))

    def _refuse_renamed(self, known: dict[int, str], held: Iterable[tuple[int, str]]) -> None:
        """What was decided by an old name is decided again from the beginning, as after a twin."""
        for pk, name in held:
            if known[pk] != name:
                raise Outdated(f"the organization {known[pk]} was renamed to {name}")

    def _remember_org(self, name: str, pk: int) -> None:
        self._orgs[name] = self._folded_orgs[keys.fold(name)] = pk
        self._org_names[pk] = name

    def forget(self) -> None:
        """Read the organizations again: a transaction that created some was rolled back, or another writer was faster."""
        self._orgs_known, self._orgs, self._folded_orgs, self._org_names = False, {}, {}, {}

    def create_orgs(self, codes: Sequence[str], now: datetime) -> int:
        """
        Insert active organizations named like their code, with edx-organizations' own history; return how many.

        Their table is unique by exact spelling only, so writers take turns, and what the last one created is seen.
        """
        lock_organizations(self.using)
        self.forget()
        rows = [
            {"name": code, "short_name": code, "active": True, "created": now, "modified": now}
            for code in sorted(codes, key=keys.fold)
            if self.find_org(code) is None
        ]
        returned = insert_rows(self.connection, Organization, rows, returning=("id", "short_name"), key="short_name")
        for pk, name in returned:
            self._remember_org(name, pk)
        record_history(Organization, "+", self.change, using=self.using, column="id", values=[pk for pk, _n in returned])
        return len(returned)


def lock_organizations(using: str) -> None:
    """Hold until the transaction ends what every writer of a short_name asks for: their table is unique by exact spelling."""
    one_at_a_time(connections[using])


class DryStore(Store):
    """A store that writes nothing and answers as if it had: what it would have created and changed stays in memory."""

    def __init__(self, using: str, change: Change) -> None:
        super().__init__(using, change)
        self._runs: dict[str, RunState] = {}
        self._courses: dict[tuple[Any, str], CourseRef] = {}
        self._next_id = 0

    def find_runs(self, wanted: Sequence[keys.RunKey], *, lock: bool = False) -> dict[str, RunState]:
        found = super().find_runs(wanted)
        return found | {key.key_ci: self._runs[key.key_ci] for key in wanted if key.key_ci in self._runs}

    def record_events(self) -> None: ...

    def complete_runs(self, pks: list[int]) -> None: ...

    def complete_courses(self, pks: list[int]) -> None: ...

    def _refuse_renamed(self, known: dict[int, str], held: Iterable[tuple[int, str]]) -> None: ...

    def create_runs(self, states: Sequence[RunState], now: datetime) -> None:
        for state in states:
            state.id = self._fake_id()
            self._runs[state.key.key_ci] = state  # type: ignore[union-attr]

    def update_runs(self, changed: Sequence[tuple[RunState, bool, bool]], now: datetime) -> None:
        self._runs |= {keys.fold(state.text): state for state, _title, _schedule in changed}

    def remember_observations(self, states: Sequence[RunState]) -> None:
        self._runs |= {keys.fold(state.text): state for state in states}

    def _slots(self, wanted: set[tuple[Any, str]]) -> dict[tuple[Any, str], CourseRef]:
        return super()._slots(wanted) | {pair: self._courses[pair] for pair in wanted if pair in self._courses}

    def create_courses(self, new: dict[tuple[Any, str], NewCourse], now: datetime) -> dict[tuple[Any, str], CourseRef]:
        created = {pair: CourseRef(self._fake_id(), course.title) for pair, course in new.items()}
        self._courses |= created
        return created

    def create_orgs(self, codes: Sequence[str], now: datetime) -> int:
        for code in codes:
            self._remember_org(code, self._fake_id())
        return len(codes)

    def forget(self) -> None: ...

    def _fake_id(self) -> int:
        self._next_id -= 1
        return self._next_id
