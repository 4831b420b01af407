"""
Every list, filter and page over 1,000,000 runs on PostgreSQL: ``python -m benchmarks.million``.

The rows are made by SQL, in the database itself. What is asked is found by introspection: each parameter of each REST list,
with values that match many rows, few, and none, and in each order; of each admin list every filter, order and search, and every
page of one row (benchmarks/questions.py). ``--plans`` has every statement explained (benchmarks/plans.py) and times nothing.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from .plans import Scan, watched
from .questions import ROOT, admin_urls, rest_urls

RUNS, ORGS = 1_000_000, 300
LIMIT, NARROW_LIMIT, STATEMENT_TIMEOUT = 3.0, 1.0, 20
# Lists that once took minutes, and have a limit of their own.
NARROW = re.compile(r"[?&](enrollable|current)=(?!.*ordering)")
# Nobody adds a message by hand: that page is refused.
ANSWERED = (200, 302, 403)


class Asked(NamedTuple):
    """One request: what it took (None: a statement was stopped), its limit, and the status of its answer."""

    url: str
    seconds: float | None
    limit: float
    status: int = 200

    @property
    def missed(self) -> bool:
        return self.seconds is None or self.seconds > self.limit or self.status not in ANSWERED

    @property
    def taken(self) -> str:
        if self.status not in ANSWERED:
            return f"({self.status})"
        return "stopped" if self.seconds is None else f"{self.seconds:.2f}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--name", default="openedx_catalog_million", help="The database, made anew unless --keep.")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--courses", type=int, help="Three of them for ten runs, unless given.")
    parser.add_argument("--limit", type=float, default=LIMIT, help="Seconds that an answer may take.")
    parser.add_argument("--keep", action="store_true", help="Use what stands there, if it does, and leave it.")
    parser.add_argument("--only", default="", help="A regular expression: which URLs are asked.")
    parser.add_argument("--plans", action="store_true", help="Show what is scanned, by request, and time nothing.")
    parser.add_argument("--top", type=int, default=40, help="How many lines are shown.")
    options = parser.parse_args()
    os.environ.update(CATALOG_DB="postgresql", CATALOG_DB_NAME=options.name)
    os.environ["DJANGO_SETTINGS_MODULE"] = "test_project.settings.full"
    import django

    django.setup()
    from django.db import connection

    made = not (options.keep and _exists(connection))
    if made:
        build(connection, options.runs, options.courses or options.runs * 3 // 10)
    try:
        if options.plans:
            return show_scans(connection, re.compile(options.only))
        asked = ask_everything(connection, re.compile(options.only), options.limit)
    finally:
        if not options.keep:
            connection.close()
            _execute_elsewhere(connection, f"DROP DATABASE {connection.ops.quote_name(options.name)}")
    report(asked, options.top)
    return int(any(answer.missed for answer in asked))


def _exists(connection: Any) -> bool:
    name = connection.settings_dict["NAME"]
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() is not None


def _execute_elsewhere(connection: Any, *statements: str) -> None:
    with connection._nodb_cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


# The rows


def build(connection: Any, runs: int, courses: int) -> None:
    """Make the database and its rows, and say what it took."""
    from django.core.management import call_command

    began, name = time.monotonic(), connection.ops.quote_name(connection.settings_dict["NAME"])
    _execute_elsewhere(connection, f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}")
    call_command("migrate", verbosity=0)
    fill(connection, runs, courses)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_size_pretty(pg_database_size(current_database()))")
        size = cursor.fetchone()[0]
    print(f"{runs:,} runs in {time.monotonic() - began:.0f} s, {size}", flush=True)


def fill(connection: Any, runs: int, courses: int) -> None:
    """Make the rows in a database that is migrated and empty, outside of a transaction."""
    script = (Path(__file__).parent / "million.sql").read_text(encoding="utf-8")
    for name, count in ((":runs", runs), (":courses", courses), (":orgs", ORGS)):
        script = script.replace(name, str(count))
    with connection.cursor() as cursor:
        # What is lost when the server falls is made again; and the checks of foreign keys would find nothing.
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET maintenance_work_mem = '256MB'")
        for statement in script.split(";\n"):
            if statement.strip():
                cursor.execute(statement)
        cursor.execute("RESET ALL")
        # Until the commits of before are written, no page counts as seen by everybody: this one waits for them.
        cursor.execute("ANALYZE")
        # As autovacuum does after such a load: lists of one table are then counted by its index.
        cursor.execute("VACUUM (ANALYZE)")


# The questions


def ask_everything(connection: Any, only: re.Pattern[str], usual: float) -> list[Asked]:
    """Every request, asked once; one above its limit twice more, and the fastest counts: others use the machine too."""
    user, client = _reader()
    with connection.cursor() as cursor:
        cursor.execute(f"SET statement_timeout = '{STATEMENT_TIMEOUT}s'")

    asked: list[Asked] = []

    def ask(url: str) -> Any:
        if not only.search(url):
            return None
        narrow = url.startswith(ROOT) and NARROW.search(url)
        limit, best = min(usual, NARROW_LIMIT) if narrow else usual, None
        response = None
        for _turn in range(3):
            response, spent = get(client, url)
            if response is not None and (best is None or spent < best):
                best = spent
            if response is None or not limit < spent < 3 * limit:
                break
        asked.append(Asked(url, best, limit, response.status_code if response is not None else 200))
        if len(asked) % 50 == 0:
            print(f"{len(asked)} asked …", file=sys.stderr, flush=True)
        return response

    for url in rest_urls(ask):
        ask(url)
    for url in admin_urls(client, ask, user):
        ask(url)
    return asked


def show_scans(connection: Any, only: re.Pattern[str]) -> int:
    """Print each request that scans a large table, and which."""
    found = 0
    for url, scans in scans_of_everything(connection, only):
        found += bool(scans)
        for scan in scans:
            print(f"{url[:150]}\n    {scan.table} | {scan.condition[:150]} | {scan.sql[:60]}", flush=True)
    print(f"{found} requests scan a large table.")
    return 0


def scans_of_everything(connection: Any, only: re.Pattern[str]) -> Iterator[tuple[str, list[Scan]]]:
    """Every request, and what its statements scan. Raises RuntimeError for an answer that is an error."""
    user, client = _reader()
    seen: list[tuple[str, list[Scan]]] = []

    def ask(url: str) -> Any:
        if not only.search(url):
            return None
        with watched(connection) as scans:
            response, _spent = get(client, url)
        if response is None or response.status_code not in ANSWERED:
            raise RuntimeError(f"{url}: {response and response.status_code}")
        seen.append((url, list(scans)))
        return response

    for url in chain(rest_urls(ask), admin_urls(client, ask, user)):
        ask(url)
        yield from seen
        seen.clear()


def _reader() -> tuple[Any, Any]:
    """A superuser, and a client that is signed in as such."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    user, _new = get_user_model().objects.get_or_create(
        username="million", defaults={"is_staff": True, "is_superuser": True, "is_active": True}
    )
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return user, client


def get(client: Any, url: str) -> tuple[Any, float]:
    from django.db import OperationalError

    began = time.perf_counter()
    response = client.get(url)
    if isinstance((getattr(response, "exc_info", None) or (None, None))[1], OperationalError):
        return None, time.perf_counter() - began
    if response.streaming:
        # The first piece: a file of everything takes as long as it takes.
        next(iter(response.streaming_content))
        response.close()
    return response, time.perf_counter() - began


def report(asked: list[Asked], top: int) -> None:
    """The slowest first, and how many missed their limit."""
    asked = sorted(asked, key=lambda answer: (not answer.missed, -(1e9 if answer.seconds is None else answer.seconds)))
    print(f"\n{'seconds':>8}  {'limit':>5}  request")
    for answer in asked[:top]:
        print(f"{answer.taken:>8}  {answer.limit:>5.1f}  {'MISSED ' if answer.missed else ''}{answer.url}")
    missed = sum(answer.missed for answer in asked)
    times = sorted(answer.seconds for answer in asked if answer.seconds is not None)
    if times:
        print(f"\n{len(asked)} requests, {missed} above the limit; the median took {times[len(times) // 2]:.3f} s.")


if __name__ == "__main__":
    sys.exit(main())
