"""
The few statements that Django cannot say, or not fast enough: multi-row INSERT, lists and pairs of values.

PostgreSQL takes arrays and SQLite takes JSON, as in `fields.in_list`, where the reasons stand.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar

import attrs
from django.core.exceptions import EmptyResultSet
from django.db import connections, models

from .fields import as_json, in_list

Params = list[Any]
Named = TypeVar("Named", bound=tuple)


def select(connection: Any, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """The rows of a SELECT as the driver gives them."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def values_of(model: Any, column: str, using: str) -> list[Any]:
    """
    The values that a column has, sorted, without NULL. One query.

    ``SELECT DISTINCT`` reads every row, or every entry of an index; this goes from a value to the next by the index that begins
    with the column, so let there be one, and few values.
    """
    connection = connections[using]
    table, name = (connection.ops.quote_name(each) for each in (model._meta.db_table, model._meta.get_field(column).column))
    rows = select(
        connection,
        f"WITH RECURSIVE found (value) AS (SELECT MIN({name}) FROM {table} UNION ALL "  # noqa: S608
        f"SELECT (SELECT MIN({name}) FROM {table} WHERE {name} > found.value) FROM found WHERE found.value IS NOT NULL) "
        "SELECT value FROM found WHERE value IS NOT NULL",
    )
    return [value for (value,) in rows]


def select_named(connection: Any, columns: Named, rest: str, params: Sequence[Any] = ()) -> list[Named]:
    """
    The rows of a SELECT as named tuples of the type of `columns`, which says of each field what to select for it.

    So a column has one name in Python and in SQL, and stands in one place only. `rest` begins with FROM.
    """
    return list(map(type(columns)._make, select(connection, f"SELECT {', '.join(columns)} {rest}", params)))  # type: ignore[attr-defined]


def aware_reader(connection: Any) -> Callable[[Any], datetime | None]:
    """What makes an aware datetime of a time as the driver gives it: SQLite keeps texts, MySQL has no zones."""
    if connection.vendor == "postgresql":
        return lambda value: value
    zone = connection.timezone

    def read(value: Any) -> datetime | None:
        if value is None:
            return None
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        return moment if moment.tzinfo else moment.replace(tzinfo=zone)

    return read


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


def new_uuids(count: int) -> list[str]:
    """Random uuids as texts, as ``uuid.uuid4`` makes them one by one, for a fourth of the time."""
    digits = os.urandom(16 * count).hex()
    return [_version_4(digits[start : start + 32]) for start in range(0, 32 * count, 32)]


def _version_4(digits: str) -> str:
    variant = "89ab"[int(digits[16], 16) % 4]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


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


def one_at_a_time(connection: Any, *, among: str = "writers") -> None:
    """
    Let the writers that call this pass one after the other until they commit, where no constraint does it for us.

    Those `among` "readers", who number the change feed, do not wait for the others. SQLite has one writer at a time. Elsewhere
    the first (or last) row of Django's own table of migrations is written as it is: it is there wherever our tables are,
    whatever a test or a site has emptied. Written, not only locked: whoever reads from an
    older snapshot would go on to miss what the one before has stored, and must begin again. No named locks: MySQL's outlive
    the transaction, and stay behind with the session of a pooler.
    """
    table = connection.ops.quote_name("django_migrations")
    which, order = {"writers": ("MIN", ""), "readers": ("MAX", " DESC")}[among]
    sql = {
        "postgresql": f"UPDATE {table} SET app = app WHERE id = (SELECT {which}(id) FROM {table})",  # noqa: S608
        "mysql": f"UPDATE {table} SET app = app ORDER BY id{order} LIMIT 1",  # noqa: S608
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
    common: Mapping[str, Any] = MappingProxyType({}),
    returning: Sequence[str] = (),
    key: str = "",
) -> list[tuple[Any, ...]]:
    """
    One INSERT of many rows: ``[{name of a field: value}, …]``, each with the same names; what is `common` to all is given once.

    `returning` columns come back in any order; MySQL cannot return them, so they are read by the unique field `key`.
    """
    if not rows:
        return []
    insert = _insert_into(connection.alias, model, (*rows[0], *common))
    columns = insert.columns(connection, rows, common)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite" and len(rows) > 1 and not returning:
            # Compiled once and stepped for each row: faster than JSON, but it can return nothing.
            cursor.executemany(insert.head + insert.one_row, list(zip(*columns, strict=True)))
            return []
        source, params = _source(connection, insert, columns)
        if not returning:
            cursor.execute(insert.head + source, params)
            return []
        returned = ", ".join(map(connection.ops.quote_name, returning))
        if connection.features.can_return_rows_from_bulk_insert:
            cursor.execute(f"{insert.head}{source} RETURNING {returned}", params)
            return cursor.fetchall()
        cursor.execute(insert.head + source, params)
        # By values of our own, because MySQL does not say which ids it has given.
        condition, params = in_list(connection, connection.ops.quote_name(key), columns[insert.names.index(key)])
        cursor.execute(f"SELECT {returned} FROM {insert.table} WHERE {condition}", params)  # noqa: S608
        return cursor.fetchall()


@attrs.frozen
class _Insert:
    """What an INSERT into these columns needs, found out once: a single row would spend more on it than on itself."""

    table: str
    names: tuple[str, ...]
    head: str
    one_row: str
    # Which columns the driver does not take as they are.
    times: frozenset[str]
    uuids: frozenset[str]
    # For arrays of PostgreSQL; without lengths, because a cast to varchar(255) would cut what the column must refuse.
    types: tuple[str, ...]

    def columns(self, connection: Any, rows: Sequence[Mapping[str, Any]], common: Mapping[str, Any]) -> list[list[Any]]:
        """The values, column by column, as the driver takes them; most go as they are."""
        adapted: dict[Any, Any] = {None: None}
        columns = []
        for name in self.names:
            column = [common[name]] if name in common else [row[name] for row in rows]
            if name in self.times:
                for value in set(column).difference(adapted):
                    adapted[value] = _adapted(connection, value)
                column = [adapted[value] for value in column]
            elif name in self.uuids:
                column = [None if value is None else str(value).replace("-", "") for value in column]
            columns.append(column * len(rows) if name in common else column)
        return columns


def _adapted(connection: Any, value: datetime) -> Any:
    """As the backend adapts a time, which asks three times for its offset; most are in the zone of the connection, UTC."""
    if value.tzinfo is connection.timezone:
        return str(value.replace(tzinfo=None))
    return connection.ops.adapt_datetimefield_value(value)


@cache
def _insert_into(alias: str, model: Any, names: tuple[str, ...]) -> _Insert:
    connection = connections[alias]
    quote, fields = connection.ops.quote_name, [model._meta.get_field(name) for name in names]
    own_times = connection.vendor != "postgresql"
    own_uuids = not connection.features.has_native_uuid_field
    table = quote(model._meta.db_table)
    return _Insert(
        table,
        names,
        f"INSERT INTO {table} ({', '.join(quote(field.column) for field in fields)}) ",
        f"VALUES ({', '.join(['%s'] * len(fields))})",
        frozenset(field.name for field in fields if own_times and isinstance(field, models.DateTimeField)),
        frozenset(field.name for field in fields if own_uuids and isinstance(field, models.UUIDField)),
        tuple((field.db_type(connection) or "").split("(")[0] for field in fields),
    )


def _source(connection: Any, insert: _Insert, columns: Sequence[Sequence[Any]]) -> tuple[str, Params]:
    if len(columns[0]) == 1:
        return insert.one_row, [value for (value,) in columns]
    if connection.vendor == "postgresql":
        arrays = ", ".join(f"%s::{kind}[]" for kind in insert.types)
        return f"SELECT * FROM unnest({arrays})", list(columns)  # noqa: S608
    if connection.vendor == "sqlite":
        values = ", ".join(map(_item, range(len(columns))))
        return f"SELECT {values} FROM json_each(%s)", [as_json(list(zip(*columns, strict=True)))]  # noqa: S608
    marks = insert.one_row.removeprefix("VALUES ")
    return f"VALUES {', '.join([marks] * len(columns[0]))}", [value for row in zip(*columns, strict=True) for value in row]


def _item(index: int) -> str:
    """One column of a row that stands in JSON; ``->>`` would need SQLite 3.38."""
    return f"json_extract(value, '$[{index}]')"
