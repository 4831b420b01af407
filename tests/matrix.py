"""
The suite in one cell of the matrix (tox calls it, with the name of its environment), or the summary of all cells.

A cell runs each test folder under its settings profile, on SQLite and on each database server that can be reached.
What CATALOG_REQUIRE names (sqlite,postgresql,mariadb,redis,memcached,chromium) must be reached.
Arguments after the name go to pytest.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
OLDEST, NEWEST = "py311-dj52", "py313-dj61"
DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL", "mariadb": "MariaDB"}
PROFILES = {
    "core": "core_only",
    "full": "full",
    "programs": "programs",
    "sync": "sync",
    "custom_models": "custom_models",
    "platform": "platform",
    "events": "events",
    "processes": "core_only",
    "browser": "sync",
    "fuzz": "programs",
    "adoption": "core_only",
}
COUNTED = ("passed", "failed", "skipped")
NOTHING_COLLECTED = 5

# Run in a process of its own, with the settings and the driver that the tests will use.
PROBE = """
import json, sys
import django
django.setup()
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SELECT version()")
    version = cursor.fetchone()[0]
drivers = {"sqlite": "", "postgresql": "psycopg", "mysql": "PyMySQL" if "pymysql" in sys.modules else "mysqlclient"}
print(json.dumps([version, drivers[connection.vendor]]))
"""


def main(arguments: list[str]) -> int:
    """Exit 0: everything that had to run has run and passed."""
    if arguments[:1] == ["--summary"]:
        return summarise(Path(arguments[1]))
    cell, *pytest_arguments = arguments
    return run_cell(cell, pytest_arguments)


def run_cell(cell: str, pytest_arguments: list[str]) -> int:
    """Run the folders of one cell on each database, print a line for each, and leave the counts for the summary."""
    required = {name.strip() for name in os.environ.get("CATALOG_REQUIRE", "").split(",")} - {""}
    totals: Counter[str] = Counter()
    known = {*DATABASES, "redis", "memcached", "chromium"}
    databases, errors = {}, [f"CATALOG_REQUIRE: {name} is unknown" for name in sorted(required - known)]
    with TemporaryDirectory(prefix=f"catalog-{cell}-") as folder:
        for database in DATABASES:
            environment = database_environment(database, cell, folder)
            version, reason = probe(database, environment)
            if not version:
                report(cell, database, f"not reached: {reason}")
                if database in required:
                    errors.append(f"{cell}: {DATABASES[database]} is required and cannot be reached: {reason}")
                continue
            databases[database] = version
            for tests in folders(cell, database):
                counts, error = run_folder(cell, database, tests, environment, pytest_arguments, folder)
                totals.update(counts)
                if error:
                    errors.append(f"{cell}: {database}: tests/{tests}: {error}")
    if not sum(totals.values()):
        errors.append(f"{cell}: no test was run")
    results = os.environ.get("CATALOG_RESULTS")
    if results:
        Path(results).mkdir(parents=True, exist_ok=True)
        content = {"cell": cell, "databases": databases, "counts": dict(totals), "errors": errors}
        Path(results, f"{cell}.json").write_text(json.dumps(content), encoding="utf-8")
    for error in errors:
        print(error, flush=True)
    return 1 if errors else 0


def folders(cell: str, database: str) -> list[str]:
    """
    The test folders of a cell: adoption and fuzzer run in the newest.

    What kills and races processes, and the event bus, take longest and depend on the database above all: in the oldest cell on
    each, in the newest, which has another release of the bus, on SQLite. The browser walks in the newest on every database,
    and in the oldest, whose admin has other pages, on SQLite.
    """
    names = ["core", "full", "programs", "sync", "custom_models", "platform"]
    if cell == OLDEST or (cell == NEWEST and database == "sqlite"):
        names += ["events", "processes"]
    if cell == NEWEST or (cell == OLDEST and database == "sqlite"):
        names.append("browser")
    if cell == NEWEST:
        names += ["fuzz", "adoption"]
    return names


def database_environment(database: str, cell: str, folder: str) -> dict[str, str]:
    """The variables that give each cell a database of its own, since cells run side by side."""
    if database == "sqlite":
        name = str(Path(folder, "catalog.sqlite3"))
    else:
        name = f"{os.environ.get('CATALOG_DB_NAME', 'openedx_catalog')}_{cell.replace('-', '')}"
    return {**os.environ, "CATALOG_DB": database, "CATALOG_DB_NAME": name}


def probe(database: str, environment: dict[str, str]) -> tuple[str, str]:
    """Return (product, version and driver, "") of a database that answers, else ("", why it cannot be used)."""
    # The databases that are always there.
    name = {"postgresql": "postgres", "mariadb": "information_schema"}.get(database, environment["CATALOG_DB_NAME"])
    settings = {"DJANGO_SETTINGS_MODULE": "test_project.settings.core_only", "CATALOG_DB_NAME": name}
    command = [sys.executable, "-c", PROBE]
    try:
        done = subprocess.run(
            command, cwd=ROOT, env={**environment, **settings}, capture_output=True, text=True, timeout=30, check=False
        )
    except subprocess.TimeoutExpired:
        return "", "no answer in 30 seconds"
    if done.returncode:
        return "", (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
    version, driver = json.loads(done.stdout)
    number = re.search(r"[\d.]+", version)[0]
    return f"{DATABASES[database]} {number}" + (f" ({driver})" if driver else ""), ""


def run_folder(
    cell: str, database: str, tests: str, environment: dict[str, str], pytest_arguments: list[str], folder: str
) -> tuple[Counter[str], str]:
    """Run one folder on one database; return the counts, and what went wrong."""
    junit = Path(folder, "junit.xml")
    junit.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", f"tests/{tests}", f"--ds=test_project.settings.{PROFILES[tests]}"]
    command += ["-p", "no:cacheprovider", f"--junitxml={junit}", *pytest_arguments]
    if cell not in (OLDEST, NEWEST):
        command += ["-m", "every_cell"]
    begun = time.monotonic()
    # With arguments, somebody is looking for something and wants to see pytest at work.
    shown = None if pytest_arguments else subprocess.PIPE
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=shown, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode == NOTHING_COLLECTED:
        return Counter(), ""
    counts = count(junit)
    report(cell, database, f"{tests}: {as_text(counts)} in {time.monotonic() - begun:.0f} s")
    if done.returncode == 0:
        return counts, ""
    if done.stdout:
        print(done.stdout, flush=True)
    return counts, f"{counts['failed']} failed" if counts["failed"] else f"pytest ended with exit code {done.returncode}"


def count(junit: Path) -> Counter[str]:
    """What a JUnit file says; nothing where pytest did not come to write it."""
    counts: Counter[str] = Counter()
    if junit.exists():
        for suite in ET.parse(junit).getroot().iter("testsuite"):  # noqa: S314 (pytest wrote it just now)
            number = {name: int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped")}
            failed = number["failures"] + number["errors"]
            counts["failed"] += failed
            counts["skipped"] += number["skipped"]
            counts["passed"] += number["tests"] - failed - number["skipped"]
    return counts


def as_text(counts: Counter[str]) -> str:
    """``12 passed, 0 failed, 3 skipped``"""
    return ", ".join(f"{counts[name]} {name}" for name in COUNTED)


def report(cell: str, database: str, text: str) -> None:
    """A line of progress, whole even where cells run side by side."""
    sys.stdout.write(f"{cell}  {database:<11} {text}\n")
    sys.stdout.flush()


def summarise(results: Path) -> int:
    """Say once, for all cells, which databases they ran on, what failed, and how many tests there were."""
    cells = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(results.glob("*.json"))]
    versions: dict[str, dict[str, None]] = {name: {} for name in DATABASES}
    totals: Counter[str] = Counter()
    for cell in cells:
        totals.update(cell["counts"])
        for database, version in cell["databases"].items():
            versions[database][version] = None
    ran_on = ", ".join(" and ".join(found) for found in versions.values() if found) or "nothing"
    missing = [name for database, name in DATABASES.items() if not versions[database]]
    lines = [f"FAILED {error}" for cell in cells for error in cell["errors"]]
    lines.append(f"Ran on: {ran_on} ({', '.join(cell['cell'] for cell in cells)})")
    if missing:
        lines.append(f"Not run on: {', '.join(missing)} (not reached)")
    lines.append(as_text(totals))
    text = "\n".join(lines)
    print(f"\n{text}")
    if cells:
        # For .ci/run, which has more to say before it ends.
        Path(results, "summary.txt").write_text(f"{text}\n", encoding="utf-8")
    return 0 if cells and not any(cell["errors"] for cell in cells) and totals["passed"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
