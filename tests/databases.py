"""Databases beside the one under test, on whichever database system that is, and what stands in their schema."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.contrib.contenttypes.models import ContentType
from django.db import connection


@contextmanager
def new_database(name: str, folder: Path) -> Iterator[str]:
    """An empty database beside the configured one, dropped at the end; to be used with `on_database`."""
    if connection.vendor == "sqlite":
        yield str(folder / f"{name}.sqlite3")
        return
    full_name = f"{connection.settings_dict['NAME']}_{name}"
    quoted = connection.ops.quote_name(full_name)
    charset = " CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci" if connection.vendor == "mysql" else ""
    _on_server(f"DROP DATABASE IF EXISTS {quoted}", f"CREATE DATABASE {quoted}{charset}")
    try:
        yield full_name
    finally:
        _on_server(f"DROP DATABASE {quoted}")


def _on_server(*statements: str) -> None:
    # What Django's own test runner creates and drops databases with.
    with connection._nodb_cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@contextmanager
def on_database(name: str) -> Iterator[None]:
    """Let the default connection, and so the API and the commands, work on another database."""
    before = connection.settings_dict["NAME"]
    switch(name)
    try:
        yield
    finally:
        switch(before)


def switch(name: str) -> None:
    """As `on_database`, for the rest of the process."""
    connection.close()
    connection.settings_dict["NAME"] = name
    ContentType.objects.clear_cache()


def schema(prefix: str) -> dict[str, tuple[list[str], list[str]]]:
    """``{table: (columns, constraints and indexes)}`` of the tables with this prefix; generated names are left out."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table.startswith(prefix):
                columns = connection.introspection.get_table_description(cursor, table)
                constraints = connection.introspection.get_constraints(cursor, table)
                found[table] = (
                    sorted(f"{column.name} {column.type_code} {column.null_ok} {column.default}" for column in columns),
                    sorted(
                        f"{name if name.startswith('oex') else ''} {about['columns']} {about['unique']} {about['foreign_key']}"
                        for name, about in constraints.items()
                    ),
                )
    return found
