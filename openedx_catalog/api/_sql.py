"""
The few statements that Django cannot say, or not fast enough: multi-row INSERT, lists and pairs of values.

PostgreSQL takes arrays, a parameter for each column: psycopg spends more time on thousands of placeholders than the
server on the rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models

Params = list[Any]


def in_list(connection: Any, column: str, values: Sequence[Any]) -> tuple[str, Params]:
    """The condition that `column` (quoted) is one of `values`, which may not be empty."""
    if connection.vendor == "postgresql":
        return f"{column} = ANY(%s)", [list(values)]
    return f"{column} IN ({', '.join(['%s'] * len(values))})", list(values)


def in_pairs(connection: Any, first: str, second: str, pairs: Sequence[tuple[Any, Any]]) -> tuple[str, Params]:
    """
    A condition for pairs that an index on both columns serves: row values on SQLite and MySQL, two lists on PostgreSQL.

    PostgreSQL may answer with pairs that were not asked for: the caller leaves them out.
    """
    if connection.vendor == "postgresql":
        firsts, seconds = ([*dict.fromkeys(column)] for column in zip(*pairs, strict=True))
        return f"{first} = ANY(%s) AND {second} = ANY(%s)", [firsts, seconds]
    marks = ", ".join(["(%s, %s)"] * len(pairs))
    values = f"VALUES {marks}" if connection.vendor == "sqlite" else marks
    return f"({first}, {second}) IN ({values})", [value for pair in pairs for value in pair]


def lock_until_commit(connection: Any, name: str) -> None:
    """
    Let the writers that call this with one name pass one after the other, where no constraint does it for us.

    PostgreSQL only, for its case-sensitive unique columns: SQLite has one writer at a time, MySQL compares without case.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [name])


def insert_rows(
    connection: Any,
    model: Any,
    names: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    returning: Sequence[str] = (),
    unique: tuple[str, int] = ("", 0),
) -> list[tuple[Any, ...]]:
    """
    One INSERT of many rows, given as values of the fields `names`.

    `returning` columns come back in any order; MySQL cannot return them, so they are read by the column `unique[0]`,
    whose values stand at `unique[1]` in each row.
    """
    if not rows:
        return []
    quote = connection.ops.quote_name
    fields = [model._meta.get_field(name) for name in names]
    columns = [_prepared(connection, field, column) for field, column in zip(fields, zip(*rows, strict=True), strict=True)]
    can_return = connection.features.can_return_rows_from_bulk_insert
    table, returned = quote(model._meta.db_table), ", ".join(map(quote, returning))
    source, params = _source(connection, fields, columns)
    sql = f"INSERT INTO {table} ({', '.join(quote(field.column) for field in fields)}) {source}"
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} RETURNING {returned}" if returning and can_return else sql, params)
        if not returning:
            return []
        if not can_return:
            condition, params = in_list(connection, quote(unique[0]), columns[unique[1]])
            cursor.execute(f"SELECT {returned} FROM {table} WHERE {condition}", params)  # noqa: S608
        return cursor.fetchall()


def _source(connection: Any, fields: Sequence[models.Field], columns: Sequence[Sequence[Any]]) -> tuple[str, Params]:
    if connection.vendor == "postgresql":
        # Without its length, because a cast to varchar(255) would cut what the column must refuse.
        types = [(field.db_type(connection) or "").split("(")[0] for field in fields]
        arrays = ", ".join(f"%s::{kind}[]" for kind in types)
        return f"SELECT * FROM unnest({arrays})", [list(column) for column in columns]  # noqa: S608
    marks = f"({', '.join(['%s'] * len(columns))})"
    return f"VALUES {', '.join([marks] * len(columns[0]))}", [value for row in zip(*columns, strict=True) for value in row]


def _prepared(connection: Any, field: models.Field, column: Sequence[Any]) -> Sequence[Any]:
    """The values as the driver takes them; most go as they are."""
    if isinstance(field, models.DateTimeField):
        adapted = {value: connection.ops.adapt_datetimefield_value(value) for value in set(column)}
        return [adapted[value] for value in column]
    if isinstance(field, models.UUIDField) and not connection.features.has_native_uuid_field:
        return [value.hex for value in column]
    return column
