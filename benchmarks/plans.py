"""
Which statements of a request scan a large table of ours on PostgreSQL: each SELECT is explained, with its values.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

# Of fewer rows a scan costs nothing that anybody notices.
LARGE = 20_000
# The cost (in pages, as the planner counts) of a statement that ends long before it has scanned a table.
CHEAP = 100
_PREFIX = "openedx_catalog"


class Scan(NamedTuple):
    """A Seq Scan: the table without our prefix, the condition that the scan looks for, and the statement."""

    table: str
    condition: str
    sql: str


def large_tables(connection: Any) -> set[str]:
    """The tables of ours with more than `LARGE` rows, by the statistics of the planner."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE %s AND reltuples > %s", [f"{_PREFIX}%", LARGE]
        )
        return {name for (name,) in cursor.fetchall()}


@contextmanager
def watched(connection: Any) -> Iterator[list[Scan]]:
    """``with watched(connection) as scans``: what the SELECTs sent meanwhile scan of the large tables."""
    tables, scans, busy = large_tables(connection), [], []

    def explain(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        if not busy and not many and sql.lstrip("(").startswith("SELECT") and any(table in sql for table in tables):
            busy.append(True)
            try:
                with connection.cursor() as cursor:
                    cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
                    plan = cursor.fetchone()[0][0]["Plan"]
                if plan["Total Cost"] < CHEAP:
                    return result
                scans.extend(Scan(_short(table), condition, sql) for table, condition in scanned(plan) if table in tables)
            finally:
                busy.clear()
        return result

    with connection.execute_wrapper(explain):
        yield scans


def scanned(plan: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each table that a plan scans, and by which condition."""
    if plan["Node Type"] == "Seq Scan":
        yield plan["Relation Name"], plan.get("Filter", "")
    for part in plan.get("Plans", ()):
        yield from scanned(part)


def _short(table: str) -> str:
    return table.removeprefix(f"{_PREFIX}_")
