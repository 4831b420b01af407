"""From nothing, or from what is there, to a database that can be shown; it says what it does."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from openedx_catalog import api
from openedx_catalog.lib.commands import progress_bar
from openedx_catalog.transfer import UnreadableFile, open_catalog_file

from . import content, listings, publishing
from .claim import Refused


def check(file: str | None) -> None:
    """Read the file to its end before anything is written. Raises Refused."""
    if file is None:
        return
    if file == "-":
        raise Refused("INPUT is the name of a file.")
    try:
        with open_catalog_file(file):
            pass
    except UnreadableFile as error:
        raise Refused(f"{error} Nothing was changed.") from error


def begin(database: Path, *, reset: bool) -> None:
    """Say which database it is; where that is wanted, empty it."""
    if not database.exists():
        print(f"A new database: {database}", flush=True)
    elif reset:
        print(f"RESET=1: {database} is emptied.", flush=True)
    else:
        print(f"Going on with what is in {database} (make demo RESET=1 empties it).", flush=True)
        return
    for end in ("", "-journal", "-shm", "-wal"):
        database.with_name(f"{database.name}{end}").unlink(missing_ok=True)
    settings.DEMO_LMS_FILE.unlink(missing_ok=True)


def migrate() -> None:
    """Make the tables, or bring them up to date. Raises Refused where the file is no database."""
    try:
        executor = MigrationExecutor(connection)
    except DatabaseError as error:
        name = settings.DATABASES["default"]["NAME"]
        text = f"{name} cannot be used: {error}. It is kept; make demo RESET=1 would begin with an empty one."
        raise Refused(text) from error
    if not (plan := executor.migration_plan(executor.loader.graph.leaf_nodes())):
        return
    print(f"Making its tables: {len(plan)} migrations", flush=True)
    with progress_bar(sys.stderr, len(plan), "migrations") as advance:

        class Applied(io.StringIO):
            """Whatever the command prints; of each migration that it is done."""

            def write(self, text: str) -> int:
                advance(int(text.strip() == "OK"))
                return len(text)

        call_command("migrate", stdout=Applied(), no_color=True)


def fill(file: str | None, url: str) -> bool:
    """Load the file that was asked for, or what is not there yet; whether something was loaded."""
    before = content.state()
    is_ready = before == content.State.READY
    # What the database of an older demo has stays as it is; a load that was interrupted is done again.
    is_loaded = is_ready or (before == content.State.NEW and api.get_course_runs().exists())
    if not is_ready:
        content.note(content.State.LOADING)
    if loads := bool(file) or not is_loaded:
        _load(file or content.write_sample())
    if not is_ready:
        print("\nAdding a program, public pages, a course under review, a source to sync from and a user", flush=True)
        content.create_user()
        content.create_program()
        courses = content.courses_of_program()
        listings.create_listings(courses)
        if courses:
            publishing.create_review(courses[0])
        content.create_source(url)
        content.note(content.State.READY)
    content.prepare_lms(url)
    print(f"\nThere are {content.counts()}.", flush=True)
    return loads


def examine() -> None:
    """Run the doctor, and print how many findings there are of each kind, with one example and its remedy."""
    head("manage.py catalog_doctor")
    output = io.StringIO()
    try:
        call_command("catalog_doctor", json=True, stdout=output)
    except SystemExit as exit_:
        if exit_.code != 1:
            raise
    *findings, summary = [json.loads(line) for line in output.getvalue().splitlines()]
    for code, count in summary["codes"].items():
        example = next(finding for finding in findings if finding["code"] == code)
        print(f"{example['severity']:<8} {code:<30}{count:>7,}   e.g. {example['subject']}: {example['message']}")
        if example["remedy"]:
            print(f"         {example['remedy']}")
    print(f"{summary['errors']} errors, {summary['warnings']} warnings.", flush=True)


def head(text: str) -> None:
    """Print a line that stands alone."""
    print(f"\n{text}\n", flush=True)


def _load(file: str) -> None:
    head(f"manage.py backfill_catalog {file}")
    try:
        call_command("backfill_catalog", file)
    except SystemExit as exit_:
        # 1: some rows were refused, as the table says.
        if exit_.code != 1:
            raise
