"""
A second database beside that of the test: SQLite, with every table of ours and no row, whatever the first one is.

As a replica it is the one that lags most: nothing that is written ever arrives there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command
from django.db import connection, connections

# Apps that hang on ours are routed like ours.
OURS = ("openedx_catalog", "organizations", "satellite")


class PrimaryReplicaRouter:
    """That of Django's documentation; users and sessions stay where they are, or nobody could sign in."""

    def db_for_read(self, model, **hints):
        return "second" if model._meta.app_label.startswith(OURS) else "default"

    def db_for_write(self, model, **hints):
        return "default"

    def allow_relation(self, obj1, obj2, **hints):
        return True

    def allow_migrate(self, db, app_label, model_name=None, **hints):
        return True


class CatalogElsewhereRouter(PrimaryReplicaRouter):
    """Everything of ours, and the organizations, in a database of its own."""

    def db_for_write(self, model, **hints):
        return "second" if model._meta.app_label.startswith(OURS) else "default"


@contextmanager
def second_database(path: Path) -> Iterator:
    """Django knows this file as the alias "second"; the connection to it."""
    options = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path), "OPTIONS": {"transaction_mode": "IMMEDIATE"}}
    blank = dict.fromkeys(("USER", "PASSWORD", "HOST", "PORT"), "")
    connections.databases["second"] = {**connection.settings_dict, **blank, **options}
    second, known = connections["second"], connections.databases
    # Django refuses a test to connect to an alias that the test does not name, and names are fixed before there is this one.
    database = known.pop("second")
    second.connect()
    known["second"] = database
    try:
        yield second
    finally:
        second.close()
        del connections["second"], known["second"]


def create_empty(path: Path) -> None:
    """Make the file: copy the tables of the test database where it is SQLite itself, or migrate."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT sql FROM sqlite_master WHERE sql <> '' AND name NOT LIKE 'sqlite_%%' ORDER BY rowid", [])
            # Tables of a full-text index come with it: SQLite writes their names between quotes, as nobody else does.
            texts = [sql for (sql,) in cursor.fetchall() if not sql.startswith("CREATE TABLE '")]
        with second_database(path) as second, second.cursor() as cursor:
            for sql in texts:
                cursor.execute(sql)
        return
    with second_database(path) as second:
        call_command("migrate", database="second", verbosity=0)
        tables = [name for name in second.introspection.table_names() if name.startswith(OURS)]
        with second.constraint_checks_disabled(), second.cursor() as cursor:
            for table in tables:
                cursor.execute(f"DELETE FROM {table}")


def statements_about_ours(log: list[str]) -> list[str]:
    return [sql for sql in log if any(label in sql for label in OURS)]
