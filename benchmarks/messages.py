"""
What a publish costs, how fast the inbox is worked off, and the relay beside the bare producer.

``python -m benchmarks.messages``. Needs redis-server. Each part runs in a process of its own, with the settings it needs; the
peer's with its own Python.
"""

from __future__ import annotations

import argparse
import json
import os
import runpy
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parent.parent
NAME = "openedx_catalog_messages"
SETTINGS = {"publish": "platform", "inbox": "platform", "relay": "events"}
JANUARY = datetime(2025, 1, 1, tzinfo=UTC)
PUBLISHES = ("a new run of a known course", "again, with another title", "again, unchanged")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.messages", description=__doc__)
    databases = ["sqlite", "postgresql", "mariadb"]
    parser.add_argument("--databases", nargs="+", choices=databases, default=databases)
    parser.add_argument("--count", type=int, default=2000, help="publishes, messages and events of each measurement")
    parser.add_argument("--peer-python", metavar="PYTHON", help="a Python with openedx-core 1.15.2 and the database drivers")
    options = parser.parse_args()
    if not shutil.which("redis-server"):
        sys.exit("redis-server is not here; it is in Debian's package of that name.")
    with tempfile.TemporaryDirectory(prefix="openedx-catalog-messages-") as folder:
        for database in options.databases:
            report(database, options, Path(folder))


def report(database: str, options: argparse.Namespace, folder: Path) -> None:
    ours = {part: start(part, database, options.count, folder) for part in SETTINGS}
    peer = start("peer", database, options.count, folder, options.peer_python) if options.peer_python else {}
    print(f"\n{database}, {options.count:,} each")
    print(f"\n{'publish, in its transaction':<34}{'ours':>10}{'queries':>9}{'after it':>11}{'queries':>9}", end="")
    print(f"{'openedx-core':>14}{'queries':>9}{'ratio':>8}")
    for name in PUBLISHES:
        inside, after = ours["publish"][name]["inside"], ours["publish"][name]["after"]
        line = f"{name:<34}{inside[0] * 1e3:>7.2f} ms{inside[1]:>9g}{after[0] * 1e3:>8.2f} ms{after[1]:>9g}"
        if peer:
            seconds, queries = peer[name]
            line += f"{seconds * 1e3:>11.2f} ms{queries:>9g}{inside[0] / seconds:>8.2f}"
        print(line)
    for name, rate in ours["inbox"].items():
        print(f"inbox, one worker, {name:<30}{rate:>10,.0f} messages/s")
    relay, bare = ours["relay"]["relay"], ours["relay"]["bare"]
    print(
        f"relay to Redis {1 / relay:>8,.0f} events/s; bare producer.send {1 / bare:>8,.0f} events/s; ratio {relay / bare:.2f}"
    )


def start(part: str, database: str, count: int, folder: Path, python: str = sys.executable) -> Any:
    """Run one part, and return what it prints last, as JSON."""
    name = f"{NAME}_{part}"
    environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    environment |= {
        "CATALOG_DB": database,
        "CATALOG_DB_NAME": str(folder / f"{name}.sqlite3") if database == "sqlite" else name,
    }
    # Ours must not be found where the peer is.
    command = [python, "-P", __file__] if part == "peer" else [python, "-m", "benchmarks.messages_worker"]
    if part != "peer":
        environment["DJANGO_SETTINGS_MODULE"] = f"test_project.settings.{SETTINGS[part]}"
    done = subprocess.run([*command, part, str(count)], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{part} failed on {database}:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def peer(count: int) -> dict[str, tuple[float, float]]:
    """What openedx-core's receiver does in the platform, as reference: in the transaction of the publish."""
    import django
    from django.conf import settings

    settings.configure(
        DATABASES={"default": runpy.run_path(str(ROOT / "test_project" / "settings" / "databases.py"))["database"]()},
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "organizations", "openedx_catalog"],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        SECRET_KEY="for the benchmark only",  # noqa: S106
        SILENCED_SYSTEM_CHECKS=["models.W036", "models.W044"],
    )
    django.setup()
    from django.db import connection
    from opaque_keys.edx.keys import CourseKey

    from openedx_catalog import api
    from openedx_catalog.models_api import CourseRun

    def publish(n: int, title: str) -> None:
        key = CourseKey.from_string(f"course-v1:Org{n % 50}+C{n % 50}+R{n}")
        try:
            api.get_course_run(key)
        except CourseRun.DoesNotExist:
            api.create_course_run_for_modulestore_course_with(course_key=key, title=title, language_short="en")
        else:
            api.sync_course_run_details(key, title=title)

    with empty_database(connection):
        for n in range(50):
            publish(n, "Title")
        return {
            PUBLISHES[0]: measured(connection, count, lambda n: publish(n + 50, "Title")),
            PUBLISHES[1]: measured(connection, count, lambda n: publish(n + 50, "Another")),
            PUBLISHES[2]: measured(connection, count, lambda n: publish(n + 50, "Another")),
        }


@contextmanager
def empty_database(connection: Any) -> Iterator[None]:
    """A database of this process's own, dropped in the end."""
    connection.settings_dict["TEST"]["NAME"] = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


def measured(connection: Any, count: int, work: Callable[[int], Any]) -> tuple[float, float]:
    """The median seconds of ``work(n)`` in a transaction that is open already, and its statements."""
    import time

    from django.db import transaction

    statements = 0

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal statements
        statements += sql.lstrip("( ").startswith(("SELECT", "INSERT", "UPDATE", "DELETE"))
        return execute(sql, params, many, context)

    taken = []
    for n in range(count):
        with transaction.atomic(), connection.execute_wrapper(note):
            began = time.perf_counter()
            work(n)
            taken.append(time.perf_counter() - began)
    return median(taken), statements / count


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def at(n: int) -> datetime:
    return JANUARY + timedelta(seconds=n)


if __name__ == "__main__":
    if sys.argv[1:2] == ["peer"]:
        print(json.dumps(peer(int(sys.argv[2]))))
    else:
        main()
