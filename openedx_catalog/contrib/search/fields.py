"""The column of the words of a document, and how it is searched."""

from __future__ import annotations

from typing import Any

from django.db import models

from .engines import dialects


class WordsField(models.TextField):
    """The words of a document, as `dialects.kept` writes them: a tsvector on PostgreSQL, elsewhere a text; not read back."""

    def db_type(self, connection: Any) -> str | None:
        return "tsvector" if connection.vendor == "postgresql" else super().db_type(connection)

    def db_parameters(self, connection: Any) -> Any:
        return {**super().db_parameters(connection), "collation": "utf8mb4_bin" if connection.vendor == "mysql" else None}


@WordsField.register_lookup
class Has(models.Lookup):
    """``words__has=(mark, asked)``: the words of a row have what is asked, in the parts with that mark."""

    lookup_name = "has"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: Any) -> Any:
        return "%s", [dialects.query(connection.vendor, value)]

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        words, params = self.process_lhs(compiler, connection)
        pk = f"{words.rpartition('.')[0]}.{connection.ops.quote_name('id')}"
        query, query_params = self.get_db_prep_lookup(self.rhs, connection)
        return dialects.condition(connection.vendor, words, pk, query), (*params, *query_params)
