"""What the demo has to show: a catalog, a program of some of its courses, a source to sync from, and somebody to sign in."""

from __future__ import annotations

import os
from collections import Counter
from enum import IntEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import check_password
from django.db import connection

from openedx_catalog import api
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.programs.models_api import Program
from openedx_catalog.contrib.sync import api as sync
from openedx_catalog.contrib.sync.models_api import Source
from openedx_catalog.models_api import CatalogCourse
from test_project import sample_catalog

from . import lms

NAME = PASSWORD = "admin"
SOURCE = "demo-lms"
PROGRAM = "demo-program"
# How many of its courses: whoever takes the program chooses among the others.
REQUIRED = 3
SAMPLE = Path(__file__).resolve().parents[2] / "build" / "sample_catalog.csv"


class State(IntEnum):
    """How far a database is, in the number that SQLite keeps in each file for the program that it belongs to."""

    NEW = 0
    LOADING = 1
    READY = 2


def state() -> State:
    """How far the database is; that of an older demo, which noted nothing, counts as new."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA user_version")
        return State(cursor.fetchone()[0])


def note(reached: State) -> None:
    """Remember how far it is."""
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA user_version = {reached:d}")


def write_sample() -> str:
    """Write the sample catalog, and leave it there: what is said of it names its lines."""
    SAMPLE.parent.mkdir(exist_ok=True)
    sample_catalog.write(SAMPLE, sample_catalog.rows())
    return os.path.relpath(SAMPLE)


def create_program() -> None:
    """A program with a curriculum of several courses, some of them of a choice; none where the catalog has no courses."""
    title, courses = _program_of_courses()
    if program() is not None or not courses:
        return
    said: dict[str, Any] = {"source": "demo"}
    made = programs.create_program(
        title=title,
        type="professional-certificate",
        marketing_slug=PROGRAM,
        authoring_organizations=[courses[0].org_code],
        **said,
    )
    required, choice = courses[:REQUIRED], courses[REQUIRED:]
    curriculum = programs.create_curriculum(made, name="Core", courses=required, **said)
    if choice:
        programs.add_group(curriculum, name="Electives", minimum=1, **said)
    for course in choice:
        programs.add_course(curriculum, course, group="Electives", **said)
    # Offered when it is complete: what is added later begins then.
    programs.change_program_status(made, "active", **said)


def program() -> Program | None:
    """The program of the demo, unless somebody has deleted it."""
    return Program.objects.filter(marketing_slug=PROGRAM).first()


def courses_of_program() -> list[CatalogCourse]:
    """The courses that it is made of."""
    return _program_of_courses()[1]


def source() -> Source | None:
    """The source of the demo, unless somebody has deleted it."""
    return Source.objects.filter(name=SOURCE).first()


def create_source(url: str) -> None:
    """The demo's own LMS as a source, which may create runs."""
    if source() is None:
        # It asks itself: there is nobody to be spared.
        fields = {"base_url": _address(url), "create_missing": True, "per_minute": 600}
        sync.create_source(name=SOURCE, kind="lms", source="demo", **fields)


def prepare_lms(url: str) -> None:
    """Have the source ask where the demo is served this time, and write what the LMS lists, unless that is there."""
    if source() is not None:
        sync.update_source(SOURCE, base_url=_address(url), source="demo")
    # It may have been edited.
    if not settings.DEMO_LMS_FILE.exists():
        lms.write_file(_program_of_courses()[1])


def create_user() -> None:
    """Somebody who may do everything. It is for this machine alone: nobody else reaches the demo."""
    users = get_user_model().objects
    if not users.filter(username=NAME).exists():
        users.create_superuser(NAME, password=PASSWORD)


def password() -> str:
    """The password of that user, as long as nobody has set another one; else ""."""
    user = get_user_model().objects.filter(username=NAME).first()
    return PASSWORD if user is not None and _is_ours(user.password) else ""


def counts() -> str:
    """What is there, in words."""
    found = api.get_catalog_overview()
    numbers = {"organization": found.organizations, "course": found.catalog_courses, "run": found.course_runs}
    return ", ".join(f"{number:,} {name}" + "s" * (number != 1) for name, number in numbers.items())


@lru_cache(maxsize=1)
def _is_ours(encoded: str) -> bool:
    # Not at each request: it takes long, as it should.
    return check_password(PASSWORD, encoded)


def _address(url: str) -> str:
    return f"{url}/{lms.PREFIX}"


def _program_of_courses() -> tuple[str, list[CatalogCourse]]:
    """Those of the sample, with their title; without them some of the organization that has the most."""
    rows, sample = CatalogCourse.objects.select_related("org"), sample_catalog.PROGRAM
    found = {row.course_code: row for row in rows.filter(org__short_name=sample.org, course_code__in=sample.codes)}
    if len(found) == len(sample.codes):
        return sample.title, [found[code] for code in sample.codes]
    most = Counter(rows.order_by().values_list("org", flat=True)).most_common(1)
    some = rows.filter(org=most[0][0], runs__isnull=False).distinct().order_by("pk") if most else rows.none()
    courses = list(some[: len(sample.codes)])
    return f"Courses of {courses[0].org_code}" if courses else "", courses
