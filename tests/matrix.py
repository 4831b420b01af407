"""
Which tests run where, and running them: cells (a Python with a Django) × databases × suites.

``python tests/matrix.py CELL [pytest's arguments]`` runs one cell with the interpreter it is called with (tox does that). Where
CATALOG_CELLS names a folder, it only leaves a note there that this cell is here; ``--run FOLDER`` then runs all that have left
one, CATALOG_WORKERS (2) suites at a time. What CATALOG_REQUIRE names (sqlite,postgresql,mariadb,redis,memcached,chromium,
peer) must be reached. CATALOG_EVERYTHING=1 runs every suite in every cell on every database, as long as it takes;
CATALOG_SUITES=model,fuzz only these suites.

docs/references/tests.rst says what each part of `PLAN` is there to prove.
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
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL", "mariadb": "MariaDB"}
# Each suite is one run of pytest: a settings profile, the folders that share it, and about how many seconds it takes, so that
# the long ones begin first.
SUITES: dict[str, tuple[str, tuple[str, ...], int]] = {
    "core": ("core_only", ("core",), 120),
    "contrib": ("sync", ("programs", "sync"), 500),
    "programs": ("programs", ("programs",), 120),
    "full": ("full", ("full",), 100),
    "scale": ("full", ("scale",), 90),
    "course_types": ("course_types", ("course_types",), 40),
    "subscriptions": ("subscriptions", ("subscriptions",), 40),
    "skills": ("skills", ("skills",), 40),
    "listings": ("listings", ("listings",), 80),
    "publishing": ("publishing", ("publishing",), 100),
    "pathways": ("pathways", ("pathways",), 60),
    "search": ("search", ("search",), 60),
    "course_types_lms": ("course_types_lms", ("course_types_lms",), 10),
    "course_types_sync": ("all_apps", ("course_types_sync",), 15),
    "listings_sync": ("all_apps", ("listings_sync",), 25),
    "custom_models": ("custom_models", ("custom_models",), 8),
    "platform": ("platform", ("platform",), 40),
    "events": ("events", ("events",), 60),
    "processes": ("core_only", ("processes",), 450),
    "model": ("core_only", ("model",), 120),
    "browser": ("all_apps", ("browser",), 220),
    "fuzz": ("sync", ("fuzz",), 600),
    "adoption": ("core_only", ("adoption",), 30),
    "overlay": ("core_only", ("overlay",), 90),
    "peer": ("core_only", ("peer",), 15),
    "credentials": ("host_credentials", ("hosts",), 40),
    "discovery": ("host_discovery", ("hosts",), 40),
    "lms": ("host_lms", ("hosts",), 45),
}
# Services of which the profile has the shape.
HOSTS = ("credentials", "discovery", "lms")
EVERYWHERE = ("core", "full", "custom_models", "platform")
OTHER_APPS = ("course_types", "course_types_lms", "subscriptions", "skills", "listings", "publishing", "pathways", "search")
DEPENDS_ON_THE_DATABASE = (
    "processes",
    "contrib",
    *OTHER_APPS,
    "course_types_sync",
    "listings_sync",
    *EVERYWHERE,
    "adoption",
    "peer",
)
OLDEST, NEWEST = "py311-dj52", "py313-dj61"
PLAN: dict[str, dict[str, tuple[str, ...]]] = {
    NEWEST: {
        "sqlite": (*DEPENDS_ON_THE_DATABASE, "model", "browser"),
        "postgresql": (*DEPENDS_ON_THE_DATABASE, "model", "events", "fuzz", "scale"),
        "mariadb": (*DEPENDS_ON_THE_DATABASE, "model", "events"),
    },
    OLDEST: {"sqlite": ("contrib", "browser", *OTHER_APPS, *EVERYWHERE, *HOSTS)},
    "py312-dj52": {"postgresql": ("full", "custom_models")},
    "py312-dj60": {"sqlite": ("programs",), "mariadb": ("full", "custom_models")},
    "py312-dj61": {"sqlite": ("custom_models",)},
    "py313-dj52": {"mariadb": ("full", "custom_models")},
    "py313-dj60": {"postgresql": ("full", "custom_models")},
    # It installs packages by itself. Its Python and Django are those of the platform. Migrations of openedx-core's
    # openedx_tagging do not run on PostgreSQL.
    "overlay": {"sqlite": ("overlay",), "mariadb": ("overlay",)},
}
# Suites that need what only some environments have: the fuzzer and the browser's driver, the peer.
ONLY_IN = {
    "browser": (NEWEST, OLDEST), "fuzz": (NEWEST,), "model": (NEWEST,), "scale": (NEWEST,), "adoption": (NEWEST,),
    "peer": (NEWEST,), "overlay": ("overlay",),
}  # fmt: skip
# Where what says the same everywhere is run: tests with the marker "once", with which some take thrice as long.
ONCE = {(NEWEST, "sqlite"), ("overlay", "sqlite")}
KNOWN = {*DATABASES, "redis", "memcached", "chromium", "peer"}
COUNTED = ("passed", "failed", "skipped")
NOTHING_COLLECTED = 5
# After so many seconds a suite of the gate is ended: something in it waits for ever.
LIMIT = 3000

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


@dataclass
class Cell:
    """A Python with a Django, as tox has made it; `variables` are those that tox gives it."""

    name: str
    python: str
    variables: dict[str, str] = field(default_factory=dict)


@dataclass
class Job:
    """One suite in one cell on one database, and what became of it."""

    cell: Cell
    database: str
    suite: str
    counts: Counter[str] = field(default_factory=Counter)
    error: str = ""
    seconds: float = 0
    tests: list[tuple[float, str]] = field(default_factory=list)


def main(arguments: list[str]) -> int:
    """Exit 0: everything that had to run has run and passed."""
    if arguments[0] == "--run":
        notes = sorted(Path(arguments[1]).glob("*.json"))
        cells = [Cell(**json.loads(note.read_text(encoding="utf-8"))) for note in notes]
        return run(cells, [], workers=int(os.environ.get("CATALOG_WORKERS", "2")), results=Path(arguments[1]))
    here = Cell(
        arguments[0], sys.executable, {name: os.environ[name] for name in ("PEER_PYTHON", "PEER_TESTS") if name in os.environ}
    )
    if notes := os.environ.get("CATALOG_CELLS"):
        Path(notes).mkdir(parents=True, exist_ok=True)
        Path(notes, f"{here.name}.json").write_text(json.dumps(asdict(here)), encoding="utf-8")
        return 0
    return run([here], arguments[1:])


def run(cells: list[Cell], pytest_arguments: list[str], *, workers: int = 1, results: Path | None = None) -> int:
    """Run what the plan has for these cells, and say what became of it."""
    required = {name.strip() for name in os.environ.get("CATALOG_REQUIRE", "").split(",")} - {""}
    errors = [f"CATALOG_REQUIRE: {name} is unknown" for name in sorted(required - KNOWN)]
    begun = time.monotonic()
    with TemporaryDirectory(prefix="catalog-tests-") as folder:
        reached = {}
        for name in DATABASES:
            cell = next((cell for cell in cells if name in planned(cell.name)), None)
            version, reason = probe(cell, name, folder) if cell else ("", "no cell that is here runs on it")
            if version:
                reached[name] = version
            elif name in required:
                errors.append(f"{DATABASES[name]} is required and cannot be reached: {reason}")
        jobs = [job for cell in cells for job in jobs_of(cell) if job.database in reached]
        # The long ones first, or the last of them would run alone.
        jobs.sort(key=expected_seconds, reverse=True)
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(lambda job: run_job(job, pytest_arguments, folder), jobs))
    errors += [f"{where(job)}: {job.error}" for job in jobs if job.error]
    return summarise(jobs, reached, errors, time.monotonic() - begun, results)


def expected_seconds(job: Job) -> int:
    """About how long it takes."""
    is_long = job.suite in ("contrib", "core", "full", "listings", "publishing") and (job.cell.name, job.database) in ONCE
    return SUITES[job.suite][2] * (3 if is_long else 1)


def planned(cell: str) -> dict[str, tuple[str, ...]]:
    """``{database: suites}`` of a cell."""
    if os.environ.get("CATALOG_EVERYTHING") != "1" or cell == "overlay":
        return PLAN[cell]
    suites = tuple(name for name in SUITES if name != "contrib" and cell in ONLY_IN.get(name, (cell,)))
    return dict.fromkeys(DATABASES, (*suites, "contrib"))


def jobs_of(cell: Cell) -> Iterator[Job]:
    wanted = os.environ.get("CATALOG_SUITES", ",".join(SUITES)).split(",")
    for database, suites in planned(cell.name).items():
        for suite in suites:
            if suite in wanted:
                yield Job(cell, database, suite)


def environment_of(cell: Cell, database: str, suite: str, folder: str) -> dict[str, str]:
    """The variables that give each job a database of its own, since several run side by side."""
    name = f"{cell.name.replace('-', '')}_{suite}"
    base = os.environ.get("CATALOG_DB_NAME", "catalog")
    name = str(Path(folder, f"{name}.sqlite3")) if database == "sqlite" else f"{base}_{name}"
    # What is imported is compiled once, whatever the caller has: else each of the thousands of processes compiles all of it.
    compiles = {"PYTHONDONTWRITEBYTECODE": ""}
    return {**os.environ, **cell.variables, **compiles, "CATALOG_DB": database, "CATALOG_DB_NAME": name}


def probe(cell: Cell, database: str, folder: str) -> tuple[str, str]:
    """Return (product, version and driver, "") of a database that answers, else ("", why it cannot be used)."""
    environment = environment_of(cell, database, "probe", folder)
    # The databases that are always there.
    name = {"postgresql": "postgres", "mariadb": "information_schema"}.get(database, environment["CATALOG_DB_NAME"])
    settings = {"DJANGO_SETTINGS_MODULE": "test_project.settings.core_only", "CATALOG_DB_NAME": name}
    command = [cell.python, "-c", PROBE]
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


def run_job(job: Job, pytest_arguments: list[str], folder: str) -> None:
    """Run one suite on one database; the job gets the counts, and what went wrong."""
    profile, folders, _seconds = SUITES[job.suite]
    junit = Path(folder, f"{job.cell.name}-{job.database}-{job.suite}.xml")
    command = [job.cell.python, "-m", "pytest", *(f"tests/{name}" for name in folders)]
    command += [f"--ds=test_project.settings.{profile}", "-p", "no:cacheprovider", f"--junitxml={junit}"]
    # Where a test waits for ever, its line is printed before the suite is ended.
    command += ["-o", f"faulthandler_timeout={LIMIT // 3}", *pytest_arguments]
    everything = os.environ.get("CATALOG_EVERYTHING") == "1" or "-m" in pytest_arguments
    if not everything and (job.cell.name, job.database) not in ONCE:
        left_out = ["once"]
        if job.database != "sqlite" or job.cell.name not in (OLDEST, NEWEST):
            left_out.append("any_database")
        if job.database == "mariadb":
            left_out.append("two_databases")
        if job.cell.name != NEWEST:
            left_out.append("newest")
        command += ["-m", " and ".join(f"not {marker}" for marker in left_out)]
    begun = time.monotonic()
    # With arguments, somebody is looking for something and wants to see pytest at work.
    shown = None if pytest_arguments else subprocess.PIPE
    environment = environment_of(job.cell, job.database, job.suite, folder)
    limit = None if everything or pytest_arguments else LIMIT
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, stdout=shown, stderr=subprocess.STDOUT, text=True, check=False, timeout=limit
        )
    except subprocess.TimeoutExpired as error:
        job.seconds, job.error = time.monotonic() - begun, f"was ended after {LIMIT} s"
        say(f"{where(job)}: {job.error}")
        say((error.stdout or b"").decode(errors="replace"))
        return
    job.seconds = time.monotonic() - begun
    if done.returncode == NOTHING_COLLECTED:
        return
    read_junit(job, junit)
    say(f"{where(job)}: {as_text(job.counts)} in {job.seconds:.0f} s")
    if done.returncode:
        failed = job.counts["failed"]
        job.error = f"{failed} failed" if failed else f"pytest ended with exit code {done.returncode}"
        if done.stdout:
            say(done.stdout)


def read_junit(job: Job, junit: Path) -> None:
    """The counts and the time of each test; nothing where pytest did not come to write them."""
    if not junit.exists():
        return
    for suite in ET.parse(junit).getroot().iter("testsuite"):  # noqa: S314 (pytest wrote it just now)
        number = {name: int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped")}
        failed = number["failures"] + number["errors"]
        job.counts.update(failed=failed, skipped=number["skipped"], passed=number["tests"] - failed - number["skipped"])
        for case in suite.iter("testcase"):
            job.tests.append((float(case.get("time", 0)), f"{case.get('classname')}::{case.get('name')}"))


def where(job: Job) -> str:
    return f"{job.cell.name}  {job.database:<10}  {job.suite}"


def as_text(counts: Counter[str]) -> str:
    """``12 passed, 0 failed, 3 skipped``"""
    return ", ".join(f"{counts[name]} {name}" for name in COUNTED)


def say(text: str) -> None:
    """Whole lines, even where suites run side by side."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def summarise(jobs: list[Job], reached: dict[str, str], errors: list[str], seconds: float, results: Path | None) -> int:
    """Where the time went, which databases it ran on, what failed, and how many tests there were."""
    totals = sum((job.counts for job in jobs), Counter())
    if not totals["passed"]:
        errors = [*errors, "no test was run"]
    slowest = sorted(((taken, f"{where(job)}  {name}") for job in jobs for taken, name in job.tests), reverse=True)[:20]
    lines = ["", "The slowest tests:", *(f"{taken:7.1f} s  {name}" for taken, name in slowest)]
    for title, name_of in (("cell", lambda job: job.cell.name), ("suite", lambda job: job.suite)):
        times: Counter[str] = Counter()
        for job in jobs:
            times[name_of(job)] += round(job.seconds)
        lines += ["", f"Seconds by {title}: " + ", ".join(f"{name} {taken}" for name, taken in times.most_common())]
    lines += ["", *(f"{where(job):<40} {job.seconds:5.0f} s" for job in sorted(jobs, key=where))]
    lines += ["", f"Tests: {seconds:.0f} s in all.", *(f"FAILED {error}" for error in errors)]
    lines.append(f"Ran on: {', '.join(reached.values()) or 'nothing'} ({', '.join(sorted({job.cell.name for job in jobs}))})")
    if missing := [title for name, title in DATABASES.items() if name not in reached]:
        lines.append(f"Not run on: {', '.join(missing)} (not reached, or no cell that is here runs on it)")
    lines.append(as_text(totals))
    say("\n".join(lines))
    if results is not None:
        # For .ci/run, which has more to say before it ends.
        (results / "summary.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
