"""Where a router keeps our tables out of a database, migrations are recorded there that have made nothing."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.once


@pytest.fixture
def manage(tmp_path):
    """``manage(*arguments)`` in a host with two databases: the exit code, and what it printed."""
    environment = {"CATALOG_DB": "sqlite", "CATALOG_DB_NAME": str(tmp_path / "ours.sqlite3")}
    environment |= {
        "CATALOG_ELSEWHERE": str(tmp_path / "elsewhere.sqlite3"),
        "DJANGO_SETTINGS_MODULE": "tests.core.two_databases",
    }

    def run(*arguments):
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
        )
        return done.returncode, done.stdout + done.stderr

    return run


def test_such_a_database_is_migrated_as_often_as_one_likes(manage, tmp_path):
    migrate = ("migrate", "--database", "elsewhere", "--verbosity", "0")
    for arguments in ((), (), ("openedx_catalog", "0001_initial"), ("openedx_catalog", "zero"), ()):
        assert manage(*migrate, *arguments)[0] == 0, arguments
    code, reported = manage("check", "--database", "elsewhere")
    assert (code, "openedx_catalog.E" in reported) == (0, False)
    with closing(sqlite3.connect(tmp_path / "elsewhere.sqlite3")) as database:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
    assert "django_migrations" in tables
    assert not [name for name in tables if name.startswith("openedx_catalog")]


def test_a_command_looks_where_the_catalog_is(manage):
    assert manage("migrate", "--database", "elsewhere", "--verbosity", "0")[0] == 0
    code, reported = manage("catalog_doctor")
    assert (code, "lacks migrations" in reported) == (2, True)
