"""
The statements of a search, by hand: for most questions Django would take longer to say them than the database to answer.

Facets are counted here, of one row for each document that is found: a row for each value, joined and grouped, takes the
database several times as long.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from openedx_catalog.lib import sql

from ..data import Search
from ..models import StoredDocument
from . import cursors, dialects, words
from .words import Asked, Term

# Between the facets of a document, and rows that are counted at once.
BETWEEN, CHUNK = "\x1f", 5000
Facets = Mapping[str, Sequence[str]]


class Hit(NamedTuple):
    """A document on a page; the first three say its place."""

    score: int
    rank: float
    document_id: str
    body: str
    facets: str


class Statements:
    """What is asked of the documents of one index, which have what is `asked` and one of the values of each facet."""

    def __init__(self, connection: Any, index: str) -> None:
        self._connection, self._vendor, self._index, quote = connection, connection.vendor, index, connection.ops.quote_name
        self._table = quote(StoredDocument._meta.db_table)
        self._columns = {field.name: quote(field.column) for field in StoredDocument._meta.concrete_fields}

    def best(self, search: Search, asked: Asked, chosen: Facets) -> list[Hit]:
        """Those of the page, and the first of the next one. Raises InvalidCursor."""
        score, scored = self._score(search.text, asked)
        fitting, params = self._fitting(asked, chosen)
        columns = ", ".join(self._columns[name] for name in Hit._fields[1:])
        order = ", ".join(("score", self._columns["rank"], self._columns["document_id"]))
        after = cursors.place(search)
        beyond = f" WHERE ({order}) > (%s, %s, %s)" if after else ""
        rows = sql.select(
            self._connection,
            f"SELECT score, {columns} FROM (SELECT {score} AS score, {columns} {fitting}) fitting{beyond} "  # noqa: S608
            f"ORDER BY {order} LIMIT %s",
            [*scored, *params, *(after or ()), search.size + 1],
        )
        # MySQL gives sums with numbers that have no sign as decimals.
        return [Hit(int(score), *rest) for score, *rest in rows]

    def any(self, asked: Asked) -> bool:
        """Whether there is one at all."""
        fitting, params = self._fitting(asked, {})
        return bool(sql.select(self._connection, f"SELECT 1 {fitting} LIMIT 1", params))

    def total(self, asked: Asked, chosen: Facets) -> int:
        """How many there are."""
        fitting, params = self._fitting(asked, chosen)
        ((count,),) = sql.select(self._connection, f"SELECT COUNT(*) {fitting}", params)
        return int(count)

    def counts(self, asked: Asked, chosen: Facets, aside: Sequence[str]) -> tuple[int, list[Counter[str]]]:
        """
        How many there are, and how many of them have which facet; then likewise with the choice of each of some set aside.

        One statement, read in constant memory beyond what the driver keeps.
        """
        some = [chosen, *({name: chosen[name] for name in chosen if name != facet} for facet in aside)]
        parts, given = zip(*(self._fitting(asked, each) for each in some), strict=True)
        facets = self._columns["facets"]
        statement = " UNION ALL ".join(f"SELECT {number}, {facets} {part}" for number, part in enumerate(parts))
        total, found = 0, [Counter[str]() for _part in parts]
        with self._connection.cursor() as cursor:
            cursor.execute(statement, [param for params in given for param in params])
            for number, texts in _chunks(cursor):
                total += len(texts) if number == 0 else 0
                found[number].update(values_of(texts))
        return total, found

    def _fitting(self, asked: Asked, chosen: Facets) -> tuple[str, list[Any]]:
        where, params = f"FROM {self._table} WHERE {self._columns['index']} = %s", [self._index]
        if not asked and not chosen:
            return where, params
        codes = [tuple(Term((words.code(facet, value),)) for value in values) for facet, values in chosen.items()]
        has, query = self._has((words.EVERYTHING, asked), (words.FACET, codes))
        return f"{where} AND {has}", [*params, query]

    def _score(self, text: str, asked: Asked) -> tuple[str, list[Any]]:
        """Whole numbers, so that a cursor can say where a page ended; the least is the best."""
        if not asked:
            return "0", []
        exact = [tuple(term._replace(begins=False) for term in terms) for terms in asked]
        key, length = words.key_words(text), self._columns["length"]
        cases = [
            (f"{self._columns['key']} = %s", key, "0"),
            (f"{self._columns['number']} = %s", key, f"{length} + 1000"),
            (*self._has((words.NAMES, exact)), f"{length} + 2000"),
            *([] if exact == asked else [(*self._has((words.NAMES, asked)), f"{length} + 3000")]),
            (*self._has((words.KEYWORDS, asked)), "4000"),
        ]
        whens = " ".join(f"WHEN {condition} THEN {score}" for condition, _param, score in cases)
        return f"CASE {whens} ELSE 5000 END", [param for _condition, param, _score in cases]

    def _has(self, *parts: tuple[str, Asked]) -> tuple[str, str]:
        condition = dialects.condition(self._vendor, self._columns["words"], self._columns["id"], "%s")
        return condition, dialects.query(self._vendor, *parts)


def values_of(facets: Iterable[str]) -> list[str]:
    """Of the facets of documents each that there is, as often as it is: ``language en``."""
    return [each for each in BETWEEN.join(facets).split(BETWEEN) if each]


def _chunks(cursor: Any) -> Iterator[tuple[int, list[str]]]:
    while rows := cursor.fetchmany(CHUNK):
        for number, some in groupby(rows, key=itemgetter(0)):
            yield number, [facets for _number, facets in some]
