"""The full-text index of the database: how it is made and taken away again."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from openedx_catalog.contrib.search.data import Search
from openedx_catalog.contrib.search.engines import dialects
from openedx_catalog.contrib.search.engines.database import DatabaseEngine

from .test_engines import CIRCUITS

pytestmark = pytest.mark.django_db(transaction=True)
APP = "openedx_catalog_search"


def migrate(*target):
    call_command("migrate", APP, *target, verbosity=0)


def parts_of_index():
    with connection.cursor() as cursor:
        found = set(connection.introspection.get_constraints(cursor, f"{APP}_storeddocument"))
        return {name for name in [*found, *connection.introspection.table_names(cursor)] if name.startswith(dialects.FTS)}


@pytest.mark.newest
def test_the_index_is_made_again_with_what_is_kept_and_a_killed_migration_goes_on(transactional_db):
    engine = DatabaseEngine()
    engine.put("index", [CIRCUITS])
    there = parts_of_index()
    assert there
    migrate("0001")
    assert parts_of_index() == set()
    migrate("0001")
    migrate()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = %s AND name = '0002_full_text'", [APP])
    migrate()
    assert parts_of_index() == there
    assert engine.search("index", Search("circuits")).total == 1
    engine.remove("index", [CIRCUITS.id])
    assert engine.search("index", Search("circuits")).total == 0


@pytest.mark.once
def test_sql_of_the_migration_can_be_printed():
    out = StringIO()
    for options in ({}, {"backwards": True}):
        call_command("sqlmigrate", APP, "0002", stdout=out, no_color=True, **options)
    assert "cannot be written as SQL" in out.getvalue() or "CANNOT BE WRITTEN AS SQL" in out.getvalue()
