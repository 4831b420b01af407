"""Where a router keeps our tables out of a database, migrations are recorded there that have made nothing."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from django.db import connection
from organizations.models import Organization

from openedx_catalog import api, checks
from tests.conftest import ROOT, RUN_KEY
from tests.second_database import second_database

pytestmark = pytest.mark.once
MIGRATE = ("migrate", "--database", "elsewhere", "--verbosity", "0")
COMMANDS = """
import json, sys
from django.core.management import execute_from_command_line
for words in json.loads(sys.argv[1]):
    execute_from_command_line(["manage.py", *words])
"""


@pytest.fixture
def manage(tmp_path):
    """
    ``manage(*commands)`` in a host with two databases, each command its words: the exit code, and what they printed.

    They run in one process, up to the first that fails.
    """
    environment = {"CATALOG_DB": "sqlite", "CATALOG_DB_NAME": str(tmp_path / "ours.sqlite3")}
    environment |= {
        "CATALOG_ELSEWHERE": str(tmp_path / "elsewhere.sqlite3"),
        "DJANGO_SETTINGS_MODULE": "tests.core.two_databases",
    }

    def run(*commands):
        done = subprocess.run(
            [sys.executable, "-c", COMMANDS, json.dumps(commands)],
            cwd=ROOT,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
        )
        return done.returncode, done.stdout + done.stderr

    return run


def test_such_a_database_is_migrated_as_often_as_one_likes(manage, tmp_path):
    apps = ("openedx_catalog_sync", "openedx_catalog_programs", "openedx_catalog")
    aims = ((), (), *((label, "zero") for label in apps), ("openedx_catalog", "0001_initial"), ())
    code, reported = manage(*((*MIGRATE, *aim) for aim in aims), ("check", "--database", "elsewhere"))
    assert (code, "openedx_catalog.E" in reported) == (0, False), reported
    with closing(sqlite3.connect(tmp_path / "elsewhere.sqlite3")) as database:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
    assert "django_migrations" in tables
    assert not [name for name in tables if name.startswith("openedx_catalog")]


def test_a_command_looks_where_the_catalog_is(manage):
    assert manage(MIGRATE)[0] == 0
    code, reported = manage(("catalog_doctor",))
    assert (code, "lacks migrations" in reported) == (2, True)


class KeepsOutOfDefault:
    """As if the catalog were elsewhere, whatever stands in this database."""

    def allow_migrate(self, db, app_label, model_name=None, **hints):
        return db != "default"


@pytest.mark.django_db
def test_no_check_looks_at_what_a_router_keeps_us_out_of(settings, monkeypatch):
    """Tables that are there all the same, left by a former router or by a copy of the database, are not ours to judge."""
    monkeypatch.setitem(settings.DATABASES["default"], "OPTIONS", {"isolation_level": "repeatable read"})
    monkeypatch.setitem(settings.DATABASES["default"], "TIME_ZONE", "Europe/Berlin")
    monkeypatch.setitem(checks._UNIQUE, "CourseRun", [("title",)])
    looks = ("settings", "isolation", "collations", "charset", "unique_constraints")

    def found():
        return {message.id for name in looks for message in getattr(checks, f"check_{name}")(databases=["default"])}

    assert "openedx_catalog.E004" in found()
    settings.DATABASE_ROUTERS = [f"{__name__}.KeepsOutOfDefault"]
    assert found() == set()


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor == "mysql", reason="creating a table commits on MariaDB")
def test_no_check_reports_what_an_app_left_behind_where_it_could_not_be(settings):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE openedx_catalog_programs_row (id integer)")
    assert checks.check_left_behind(databases=["default"])
    settings.DATABASE_ROUTERS = [f"{__name__}.KeepsOutOfDefault"]
    assert checks.check_left_behind(databases=["default"]) == []


@pytest.mark.django_db(transaction=True)
def test_an_organization_of_a_database_without_the_catalog_is_another_one(empty_database):
    """It may have the id of one of ours."""
    ours = api.associate_course_run(RUN_KEY).run.catalog_course.org
    with second_database(empty_database):
        other = Organization(pk=ours.pk, name="Archive", short_name="MITx")
        other.save_base(using="second", force_insert=True, raw=True)
        other.short_name = "ArchiveX"
        other.save(using="second")
        assert Organization.objects.using("second").get().short_name == "ArchiveX"
        Organization.objects.using("second").all().delete()
