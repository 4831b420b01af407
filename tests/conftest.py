"""Fixtures that every test may use."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DATA = Path(os.environ.get("CATALOG_DATA", ROOT.parent / "shared" / "data"))


@pytest.fixture
def real_data() -> Path:
    """The folder with the 12,427 real runs; it is not part of the project."""
    if not (DATA / "course_runs.csv").exists():
        pytest.skip("the real course runs are not here: set CATALOG_DATA to their folder")
    return DATA


@pytest.fixture(autouse=True)
def fast_passwords(monkeypatch):
    """Django's hasher is slow on purpose: a third of a second for each user of a test."""
    monkeypatch.setattr("django.contrib.auth.hashers.PBKDF2PasswordHasher.iterations", 1)


RUN_KEY = "course-v1:MITx+14.100x+3T2017"


@pytest.fixture
def data_statements(db):
    """``with data_statements() as log``: the SELECT, INSERT, UPDATE and DELETE statements, without transaction control."""
    from contextlib import contextmanager

    from django.db import connection

    @contextmanager
    def capture():
        log = []

        def note(execute, sql, params, many, context):
            if sql.lstrip("(").split(None, 1)[0].upper() in ("SELECT", "INSERT", "UPDATE", "DELETE"):
                log.append(sql)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(note):
            yield log

    return capture
