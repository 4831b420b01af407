"""
``migrate`` that is killed at any of its statements is finished by running it again, also where DDL is not rolled back.

Each process begins where the one before it was killed, and dies some statements later than that one did.
"""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from openedx_catalog.models_api import CatalogCourse, CatalogCourseCode, CourseRun, PathwayCategory
from tests.databases import new_database, on_database, schema
from tests.thorough import sample

from . import killed_migrate

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

# Every statement in the nightly run; there are about 130 on MariaDB, each of which MariaDB commits.
STEP = sample(120 if connection.vendor == "mysql" else 400, 1)
PREFIX = "openedx_catalog"
APPS = (
    "openedx_catalog", "openedx_catalog_programs", "openedx_catalog_sync", "openedx_catalog_course_types",
    "openedx_catalog_subscriptions", "openedx_catalog_skills", "openedx_catalog_listings", "openedx_catalog_publishing",
    "openedx_catalog_pathways", "openedx_catalog_search",
)  # fmt: skip


def migrate_with_kills(nursery: Any, database: str, app: str, target: str = "") -> int:
    """Begin again and again until one gets through; how many were killed."""
    connection.close()
    for kills in range(1000):
        code = nursery.run(killed_migrate.migrate, database, app, target, 1 + kills * STEP)
        if code == 0:
            return kills
        assert code == -signal.SIGKILL, f"killed {kills} times, then it failed"
    raise AssertionError("It never ends.")


def fill() -> None:
    """Rows as openedx-core's app leaves them."""
    old = MigrationExecutor(connection).loader.project_state([("openedx_catalog", "0001_initial")]).apps
    org = old.get_model("organizations", "Organization").objects.create(name="MIT", short_name="MITx")
    course_model, run = (old.get_model("openedx_catalog", name) for name in ("CatalogCourse", "CourseRun"))
    course = course_model.objects.create(org=org, course_code="14.100x", title="T", language="en")
    for n in range(3):
        run.objects.create(catalog_course=course, course_key=f"course-v1:MITx+14.100x+R{n}", run_code=f"R{n}", title="T")


@pytest.mark.newest
def test_a_killed_migrate_is_finished_by_running_it_again(nursery: Any, tmp_path: Path):
    expected = schema(PREFIX)
    with new_database("killed", tmp_path) as name, on_database(name):
        # Those of other packages are theirs.
        for app in ("admin", "auth", "contenttypes", "organizations", "sessions", "sites"):
            call_command("migrate", app, verbosity=0)
        kills = migrate_with_kills(nursery, name, "openedx_catalog", "0001_initial")
        fill()
        kills += sum(migrate_with_kills(nursery, name, app) for app in APPS)
        assert kills > 90 / STEP
        assert schema(PREFIX) == expected
        assert [*CourseRun.objects.order_by("key_ci").values_list("key_ci", flat=True)] == [
            f"course-v1:mitx+14.100x+r{n}" for n in range(3)
        ]
        assert CourseRun.objects.values("uuid").distinct().count() == 3
        assert CatalogCourseCode.objects.get().catalog_course == CatalogCourse.objects.exclude(uuid=None).get()
        assert [category.title for category in PathwayCategory.objects.all()] == ["Pathway"]
        # And on the way back, on which each goes on where the one before it was killed.
        assert migrate_with_kills(nursery, name, "openedx_catalog", "0001_initial") > min(30 / STEP, 8)
        for app in APPS:
            call_command("migrate", app, verbosity=0)
        assert schema(PREFIX) == expected
        assert CourseRun.objects.count() == 3
