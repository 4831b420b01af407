"""Queries that Django makes once: all of them are asked after each step, and the making costs more than the answer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import QuerySet


class Read:
    """The rows of ``values_list``, as Django would return them; called with other parameters than those it was made with."""

    def __init__(self, rows: QuerySet[Any]) -> None:
        self._query = rows.query

    @cached_property
    def _made(self) -> tuple[Any, str, Sequence[Any], Any]:
        compiler = self._query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        converters = compiler.get_converters([column[0] for column in compiler.select])
        return compiler, sql, params, converters

    def __call__(self, *params: Any) -> list[tuple[Any, ...]]:
        compiler, sql, given, converters = self._made
        with connection.cursor() as cursor:
            cursor.execute(sql, params or given)
            rows = cursor.fetchall()
        return [tuple(row) for row in compiler.apply_converters(rows, converters)]


def last_ids(models: Sequence[Any]) -> list[int]:
    """The greatest id of each of these tables. One query."""
    quote = connection.ops.quote_name
    columns = (f"(SELECT MAX({quote(model._meta.pk.column)}) FROM {quote(model._meta.db_table)})" for model in models)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)}")
        return [last or 0 for last in cursor.fetchone()]
