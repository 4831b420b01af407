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


# What Django fills after every migrate, and a test has no reason to change.
FILLED_BY_MIGRATE = {"django_migrations", "django_content_type", "auth_permission", "django_site"}


@pytest.fixture(autouse=True, scope="session")
def quick_flush():
    """
    After a test with transactions of its own only the tables with rows are emptied.

    Django empties all of them, and then lets ``migrate`` make content types and permissions anew: a third of a second a test.
    """
    from django.db import connections, transaction
    from django.test import TransactionTestCase

    def flush(self):
        for alias in self._databases_names(include_mirrors=False):
            connection = connections[alias]
            quote = connection.ops.quote_name
            with connection.cursor() as cursor:
                tables = [name for name in connection.introspection.table_names(cursor) if name not in FILLED_BY_MIGRATE]
                cursor.execute(" UNION ALL ".join(f"SELECT '{name}', EXISTS (SELECT 1 FROM {quote(name)})" for name in tables))
                filled = [name for name, has_rows in cursor.fetchall() if has_rows]
                with connection.constraint_checks_disabled(), transaction.atomic(using=alias):
                    for name in filled:
                        cursor.execute(f"DELETE FROM {quote(name)}")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", flush)
        yield


@pytest.fixture
def sign_in(db):
    """
    ``sign_in("staff")``: a REST client with a session of such a user, so that what Django signs in is what counts.

    Also "anonymous", "inactive", "user", "superuser", or the name of the one permission that the user has.
    """
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Permission
    from rest_framework.test import APIClient

    def make(name):
        client = APIClient()
        if name != "anonymous":
            users = get_user_model().objects
            user = users.create_user(name, is_staff=name == "staff", is_superuser=name == "superuser")
            if "." in name:
                app, codename = name.split(".")
                user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
            client.force_login(user)
            users.filter(pk=user.pk).update(is_active=name != "inactive")
        client.name = name
        return client

    return make


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
