"""The other side of every ratio: the driver alone, with plain SQL, on the tables that our migrations make."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import attrs

BATCH = 1000
# (table, its column that names a run, a course or an organization), in the order in which rows can be inserted.
_ORGANIZATION_TABLES = {"organizations_organization": "id", "organizations_historicalorganization": "id"}
_COURSE_TABLES = {
    "openedx_catalog_catalogcourse": "id",
    "openedx_catalog_catalogcoursecode": "catalog_course_id",
    "openedx_catalog_historicalcatalogcourse": "id",
}
_RUN_TABLES = {
    "openedx_catalog_courserun": "id",
    "openedx_catalog_historicalcourserun": "id",
    "openedx_catalog_courseschedule": "run_id",
    "openedx_catalog_historicalcourseschedule": "run_id",
}
_EVENT_TABLES = {"openedx_catalog_outboxmessage": "id"}
TABLES = (*_ORGANIZATION_TABLES, *_COURSE_TABLES, *_RUN_TABLES, *_EVENT_TABLES)
_JOINED = (
    "FROM openedx_catalog_courserun r JOIN openedx_catalog_catalogcourse c ON c.id = r.catalog_course_id "
    "JOIN organizations_organization o ON o.id = c.org_id"
)


class RawDatabase:
    """One connection of sqlite3, psycopg or MySQLdb to the database that Django has open."""

    def __init__(self, vendor: str, settings: dict[str, Any]) -> None:
        self.vendor = vendor
        self.mark = "?" if vendor == "sqlite" else "%s"
        self.quotes = "`" if vendor == "mysql" else '"'
        self.begin = "BEGIN IMMEDIATE" if vendor == "sqlite" else "BEGIN"
        self.connection = {"sqlite": _sqlite, "postgresql": _postgresql, "mysql": _mysql}[vendor](settings)
        self.cursor = self.connection.cursor()

    def select(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Fetch all rows."""
        self.cursor.execute(sql, params)
        return self.cursor.fetchall()

    def stream(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """Rows as the driver hands them out."""
        self.cursor.execute(sql)
        yield from self.cursor

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """One transaction, committed at the end."""
        self.cursor.execute(self.begin)
        yield
        self.cursor.execute("COMMIT")

    def marks(self, count: int) -> str:
        """``?, ?, ?`` in the driver's style."""
        return ", ".join([self.mark] * count)

    def quoted(self, name: str) -> str:
        """A name in the database's quotation marks."""
        return f"{self.quotes}{name}{self.quotes}"

    # What the API's calls ask for, as the driver would be asked by hand

    def run_by_key(self, key_ci: str) -> list[tuple[Any, ...]]:
        """The row of one run."""
        return self.select(f"SELECT * FROM openedx_catalog_courserun WHERE key_ci = {self.mark}", [key_ci])

    def resolve(self, folded: Sequence[str]) -> list[tuple[Any, ...]]:
        """The joined IN query of `resolve_course_runs`."""
        columns = "r.key_ci, r.course_key, r.title, r.association, c.uuid, o.short_name, c.course_code, c.title"
        return self.select(f"SELECT {columns} {_JOINED} WHERE r.key_ci IN ({self.marks(len(folded))})", folded)

    def associations(self) -> Iterator[tuple[Any, ...]]:
        """The ordered SELECT of `iter_associations`."""
        columns = "o.short_name, c.course_code, c.uuid, c.title, r.course_key, r.title, r.association"
        return self.stream(f"SELECT {columns} {_JOINED} ORDER BY o.short_name, c.course_code_ci, r.key_ci")

    def stored(self, folded: Sequence[str]) -> list[tuple[Any, ...]]:
        """What a re-sync has to compare: runs with their schedules."""
        return self.select(
            "SELECT r.id, r.course_key, r.key_ci, r.catalog_course_id, r.title, r.source_time, r.association, s.* "
            "FROM openedx_catalog_courserun r LEFT JOIN openedx_catalog_courseschedule s ON s.run_id = r.id "
            f"WHERE r.key_ci IN ({self.marks(len(folded))})",
            folded,
        )

    # The rows that a bulk association leaves

    def plan_inserts(self) -> list[list[Statement]]:
        """
        The present rows of all tables as INSERTs of many rows: a list for each transaction of 1,000 runs.

        Ids are given, so nothing has to be read back, and the parameters are ready: only the driver and the database work.
        """
        run_courses = self.select("SELECT id, catalog_course_id FROM openedx_catalog_courserun ORDER BY id")
        batch_of_run = {run: place // BATCH for place, (run, _course) in enumerate(run_courses)}
        batch_of_course: dict[int, int] = {}
        for run, course in run_courses:
            batch_of_course.setdefault(course, batch_of_run[run])
        batch_of_org: dict[int, int] = {}
        for course, org in self.select("SELECT id, org_id FROM openedx_catalog_catalogcourse"):
            batch_of_org[org] = min(batch_of_course[course], batch_of_org.get(org, batch_of_course[course]))
        plan: dict[int, list[Statement]] = defaultdict(list)
        groups = (
            (_ORGANIZATION_TABLES, batch_of_org), (_COURSE_TABLES, batch_of_course), (_RUN_TABLES, batch_of_run),
            (_EVENT_TABLES, self._batch_of_event(batch_of_run)),
        )  # fmt: skip
        for tables, batches in groups:
            for table, column in tables.items():
                for batch, statement in self._inserts(table, column, batches):
                    plan[batch].append(statement)
        return [plan[batch] for batch in sorted(plan)]

    def _batch_of_event(self, batch_of_run: dict[int, int]) -> dict[int, int]:
        """Events of courses belong to the batch of the next event of a run."""
        batch_of_key = {
            key: batch_of_run[run] for run, key in self.select("SELECT id, course_key FROM openedx_catalog_courserun")
        }
        batches: dict[int, int] = {}
        waiting: list[int] = []
        for event, subject in self.select("SELECT id, subject FROM openedx_catalog_outboxmessage ORDER BY id"):
            waiting.append(event)
            if subject in batch_of_key:
                batches |= dict.fromkeys(waiting, batch_of_key[subject])
                waiting = []
        return batches

    def _inserts(self, table: str, column: str, batches: dict[int, int]) -> Iterator[tuple[int, Statement]]:
        self.cursor.execute(f"SELECT * FROM {table}")
        names = [description[0] for description in self.cursor.description]
        place = names.index(column)
        rows: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
        for row in self.cursor.fetchall():
            rows[batches[row[place]]].append(row)
        head = f"INSERT INTO {table} ({', '.join(map(self.quoted, names))}) VALUES "
        one = f"({self.marks(len(names))})"
        for batch, some in rows.items():
            if self.vendor == "postgresql":
                # A prepared statement in a pipeline is psycopg's best: over twice as fast as many rows in one statement.
                yield batch, Statement(head + one, some)
                continue
            for start in range(0, len(some), BATCH):
                part = some[start : start + BATCH]
                yield batch, Statement(head + ", ".join([one] * len(part)), [value for row in part for value in row])

    def insert(self, plan: list[list[Statement]]) -> None:
        """Carry out a plan."""
        execute = self.cursor.executemany if self.vendor == "postgresql" else self.cursor.execute
        for statements in plan:
            with self.transaction():
                for statement in statements:
                    execute(statement.sql, statement.params)

    def associate(self, parsed: Any, course_pair: tuple[int, str], now: Any, uuid: Any) -> None:
        """One new run of a known course, with its history and event, in the statements that nobody can do without."""
        mark = self.mark
        with self.transaction():
            self.select(f"SELECT id FROM openedx_catalog_courserun WHERE key_ci = {mark}", [parsed.key_ci])
            ((course, title),) = self.select(
                "SELECT c.id, c.title FROM openedx_catalog_catalogcoursecode s JOIN openedx_catalog_catalogcourse c "
                f"ON c.id = s.catalog_course_id WHERE s.org_id = {mark} AND s.code_ci = {mark}",
                course_pair,
            )
            columns = "course_key, catalog_course_id, run_code, created, title, uuid, association, modified"
            self.cursor.execute(
                f"INSERT INTO openedx_catalog_courserun ({columns}, key_ci) VALUES ({self.marks(9)}) RETURNING id",
                [parsed.text, course, parsed.run, now, title, uuid, "implicit", now, parsed.key_ci],
            )
            ((run,),) = self.cursor.fetchall()
            self.cursor.execute(
                f"INSERT INTO openedx_catalog_historicalcourserun (id, {columns}, "
                "history_date, history_type, history_change_reason, history_user_name) "
                f"SELECT id, {columns}, {mark}, '+', 'api', '' "
                f"FROM openedx_catalog_courserun WHERE id = {mark}",
                [now, run],
            )
            event = {
                "event_id": uuid, "event_type": "org.openedx.catalog.course_run.created.v1", "subject": parsed.text,
                "payload": f'{{"course_key":"{parsed.text}","uuid":"{uuid}","title":"{title}","association":"implicit"}}',
                "occurred_at": now, "state": "done", "dispatched_at": now, "sent_at": now, "due_at": now, "claimed_by": "",
                "attempts": 0, "error": "",
            }  # fmt: skip
            names = ", ".join(event)
            sql = f"INSERT INTO openedx_catalog_outboxmessage ({names}) VALUES ({self.marks(len(event))})"
            self.cursor.execute(sql, [*event.values()])


@attrs.frozen
class Statement:
    """One statement with its parameters; on PostgreSQL those are rows, for ``executemany``."""

    sql: str
    params: list[Any]


def _sqlite(settings: dict[str, Any]) -> Any:
    import sqlite3

    # Autocommit, so that BEGIN and COMMIT are where we put them.
    connection = sqlite3.connect(settings["NAME"], isolation_level=None, timeout=60)
    connection.execute("PRAGMA foreign_keys = ON")
    # A CHECK constraint of the catalog course asks for it; SQLite has none of its own.
    connection.create_function("regexp", 2, lambda pattern, text: bool(re.search(pattern, text)), deterministic=True)
    return connection


def _postgresql(settings: dict[str, Any]) -> Any:
    import psycopg

    return psycopg.connect(
        host=settings["HOST"],
        port=settings["PORT"],
        user=settings["USER"],
        password=settings["PASSWORD"],
        dbname=settings["NAME"],
        autocommit=True,
    )


def _mysql(settings: dict[str, Any]) -> Any:
    # PyMySQL where test_project.settings found no mysqlclient.
    import MySQLdb

    connection = MySQLdb.connect(
        host=settings["HOST"],
        port=int(settings["PORT"]),
        user=settings["USER"],
        password=settings["PASSWORD"],
        database=settings["NAME"],
        charset="utf8mb4",
    )
    connection.autocommit(True)
    # As Django's own connection has it.
    connection.cursor().execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")
    return connection
