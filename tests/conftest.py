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


@pytest.fixture
def sign_in(db):
    """
    ``sign_in("staff")``: a REST client with a session of such a user, so that what Django signs in is what counts.

    Also "anonymous", "inactive", "user", "superuser", or the names of the permissions that the user has, joined by " + ".
    """
    from django.contrib.auth import get_user_model
    from rest_framework.test import APIClient

    def make(name):
        client = APIClient()
        if name != "anonymous":
            users = get_user_model().objects
            user = users.create_user(name[:150], is_staff=name == "staff", is_superuser=name == "superuser")
            if "." in name:
                granted(user, *name.split(" + "))
            client.force_login(user)
            users.filter(pk=user.pk).update(is_active=name != "inactive")
        client.name = name
        return client

    return make


def granted(user, *names):
    """A user with these permissions, each ``app_label.codename``, or ``app_label`` for all of an app's."""
    from django.contrib.auth.models import Permission
    from django.db.models import Q

    for name in names:
        app, _dot, codename = name.partition(".")
        found = Permission.objects.filter(Q(codename=codename) if codename else Q(), content_type__app_label=app)
        assert found, name
        user.user_permissions.add(*found)
    return user


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
