"""
The few statements that Django cannot say, or not fast enough: multi-row INSERT, lists and pairs of values.

PostgreSQL takes arrays and SQLite takes JSON, as in `fields.in_list`, where the reasons stand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections, models

from .fields import as_json, in_list

Params = list[Any]


def fetch_rows(values: Any) -> list[tuple[Any, ...]]:
    """
    The rows of a ``values_list`` as the driver gives them, at a third of the cost: no converter runs.

    So take texts and numbers only; a uuid comes in the form that the column has (`uuid_text`).
    """
    connection = connections[values.db]
    try:
        sql, params = values.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def uuid_text(value: Any) -> str:
    """The text of a uuid from `fetch_rows`: an object on PostgreSQL, a text elsewhere, with or without hyphens; "" for NULL."""
    if isinstance(value, str):
        return value if "-" in value else "-".join((value[:8], value[8:12], value[12:16], value[16:20], value[20:]))
    return str(value or "")


def in_pairs(connection: Any, first: str, second: str, pairs: Sequence[tuple[Any, Any]]) -> tuple[str, Params]:
    """
    A condition for pairs that an index on both columns serves: row values on SQLite and MySQL, two lists on PostgreSQL.

    PostgreSQL may answer with pairs that were not asked for: the caller leaves them out.
    """
    if connection.vendor == "postgresql":
        firsts, seconds = ([*dict.fromkeys(column)] for column in zip(*pairs, strict=True))
        return f"{first} = ANY(%s) AND {second} = ANY(%s)", [firsts, seconds]
    if connection.vendor == "sqlite":
        some = f"SELECT {_item(0)}, {_item(1)} FROM json_each(%s)"  # noqa: S608
        return f"({first}, {second}) IN ({some})", [as_json(pairs)]
    return f"({first}, {second}) IN ({', '.join(['(%s, %s)'] * len(pairs))})", [value for pair in pairs for value in pair]


def one_at_a_time(connection: Any) -> None:
    """
    Let the writers that call this pass one after the other until they commit, where no constraint does it for us.

    SQLite has one writer at a time. Elsewhere the first row of Django's own table of migrations is written as it is: it is
    there wherever our tables are, whatever a test or a site has emptied. Written, not only locked: whoever reads from an
    older snapshot would go on to miss what the one before has stored, and must begin again. No named locks: MySQL's outlive
    the transaction, and stay behind with the session of a pooler.
    """
    table = connection.ops.quote_name("django_migrations")
    sql = {
        "postgresql": f"UPDATE {table} SET app = app WHERE id = (SELECT MIN(id) FROM {table})",  # noqa: S608
        "mysql": f"UPDATE {table} SET app = app ORDER BY id LIMIT 1",  # noqa: S608
    }.get(connection.vendor)
    if sql:
        with connection.cursor() as cursor:
            cursor.execute(sql)


def reads_snapshots(connection: Any) -> bool:
    """Whether a transaction on PostgreSQL does not see what others commit while it waits for their locks."""
    level = getattr(getattr(connection, "isolation_level", None), "name", "")
    return connection.vendor == "postgresql" and level in ("REPEATABLE_READ", "SERIALIZABLE")


def shared_lock(connection: Any) -> str:
    """
    What holds the rows of a SELECT against changes of their keys until the transaction ends; others may hold them as well.

    Nothing on SQLite, which has one writer at a time, and outside a transaction.
    """
    if not connection.in_atomic_block:
        return ""
    return {"postgresql": " FOR KEY SHARE", "mysql": " LOCK IN SHARE MODE"}.get(connection.vendor, "")


def insert_rows(
    connection: Any,
    model: Any,
    rows: Sequence[Mapping[str, Any]],
    *,
    returning: Sequence[str] = (),
    key: str = "",
) -> list[tuple[Any, ...]]:
    """
    One INSERT of many rows: ``[{name of a field: value}, …]``, each with the same names.

    `returning` columns come back in any order; MySQL cannot return them, so they are read by the unique field `key`.
    """
    if not rows:
        return []
    quote = connection.ops.quote_name
    fields = {name: model._meta.get_field(name) for name in rows[0]}
    values = {name: _prepared(connection, field, [row[name] for row in rows]) for name, field in fields.items()}
    can_return = connection.features.can_return_rows_from_bulk_insert
    table, returned = quote(model._meta.db_table), ", ".join(map(quote, returning))
    source, params = _source(connection, list(fields.values()), list(values.values()))
    sql = f"INSERT INTO {table} ({', '.join(quote(field.column) for field in fields.values())}) {source}"
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} RETURNING {returned}" if returning and can_return else sql, params)
        if not returning:
            return []
        if not can_return:
            condition, params = in_list(connection, quote(fields[key].column), values[key])
            cursor.execute(f"SELECT {returned} FROM {table} WHERE {condition}", params)  # noqa: S608
        return cursor.fetchall()


def _source(connection: Any, fields: Sequence[models.Field], columns: Sequence[Sequence[Any]]) -> tuple[str, Params]:
    if connection.vendor == "postgresql":
        # Without its length, because a cast to varchar(255) would cut what the column must refuse.
        types = [(field.db_type(connection) or "").split("(")[0] for field in fields]
        arrays = ", ".join(f"%s::{kind}[]" for kind in types)
        return f"SELECT * FROM unnest({arrays})", [list(column) for column in columns]  # noqa: S608
    if connection.vendor == "sqlite":
        values = ", ".join(map(_item, range(len(columns))))
        return f"SELECT {values} FROM json_each(%s)", [as_json(list(zip(*columns, strict=True)))]  # noqa: S608
    marks = f"({', '.join(['%s'] * len(columns))})"
    return f"VALUES {', '.join([marks] * len(columns[0]))}", [value for row in zip(*columns, strict=True) for value in row]


def _item(place: int) -> str:
    """One column of a row that stands in JSON; ``->>`` would need SQLite 3.38."""
    return f"json_extract(value, '$[{place}]')"


def _prepared(connection: Any, field: models.Field, column: Sequence[Any]) -> Sequence[Any]:
    """The values as the driver takes them; most go as they are."""
    if isinstance(field, models.DateTimeField):
        adapted = {value: connection.ops.adapt_datetimefield_value(value) for value in set(column)}
        return [adapted[value] for value in column]
    if isinstance(field, models.UUIDField) and not connection.features.has_native_uuid_field:
        return [value.hex for value in column]
    return column
