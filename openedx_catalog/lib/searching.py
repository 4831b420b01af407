"""
Searching a large list: a word is looked for in the table of the list, and in other tables by way of the ids that match there.

Joins and DISTINCT, Django's own way, took a minute of a million runs; an ``OR`` of subqueries can take hours, where a database
compares row by row. A folded column is compared as it is: upper() of a million keys takes longer than looking at them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, Value, When
from django.utils.text import smart_split, unescape_string_literal

from . import texts
from .routing import rows_of

# More rows than these that match elsewhere are common enough to be found quickly from the list's side.
MAX_IDS = 1000
# More makes no sense, and many words make a statement that no database takes.
MAX_SEARCHED, MAX_WORDS = 300, 20
RANK = "search_rank"
# After every text that begins with what stands before it.
_LAST = "\U0010ffff"


class Way(NamedTuple):
    """From a column of the list to `column` of `model`, or of these `rows` of it, where one of `lookups` finds a word."""

    start: str
    model: Any
    column: str
    lookups: tuple[str, ...]
    rows: Any = None


def searched(term: str) -> str:
    """As much of a search term as is searched for."""
    return " ".join(term[:MAX_SEARCHED].split(" ")[:MAX_WORDS])


def words(term: str) -> Iterator[str]:
    """As Django's own search splits them: a text in quotes is one word."""
    for bit in smart_split(term):
        quoted = bit.startswith(('"', "'")) and bit[0] == bit[-1]
        yield unescape_string_literal(bit) if quoted else bit


def begins_with(path: str, start: str) -> Q:
    """That a column of exact texts begins so: a range, because SQLite has no index for LIKE."""
    return Q(**{f"{path}__gte": start, f"{path}__lt": f"{start}{_LAST}"})


def has_words(term: str, lookups: Sequence[str], ways: Sequence[Way]) -> Q:
    """
    The condition that a row has every word in one of its own `lookups`, or that one of the `ways` leads to it from there.

    Each way is a query for each word, which is sent at once.
    """
    found = Q()
    for word in words(term):
        elsewhere = (_elsewhere(way, word) for way in ways)
        found &= reduce(or_, [_here(word, lookups), *(leads for leads in elsewhere if leads is not None)])
    return found


def best_first(rows: Any, found: Q, ranks: Sequence[Q]) -> Any:
    """
    The rows that are `found` or in a rank, those of the first rank before all others, within a rank in the order they have, or
    by id.

    Rows without a match in any rank need no `ranks`: they keep their order, and an index that has it.
    """
    order = rows.query.order_by or ("pk",)
    if not ranks:
        return rows.filter(found).order_by(*order)
    whens = [When(rank, then=Value(number)) for number, rank in enumerate(ranks)]
    ranked = rows.annotate(**{RANK: Case(*whens, default=Value(len(whens)), output_field=IntegerField())})
    return ranked.filter(reduce(or_, ranks, found)).order_by(RANK, *order)


def _here(word: str, lookups: Sequence[str]) -> Q:
    """
    A word in a row of a table itself.

    Folded, for the columns that are. Titles are not: where folding changes more than the case of ASCII letters, they are
    searched for what was given, too.
    """
    folded = texts.fold(word)
    spellings = {folded, word} if not word.isascii() else {folded}
    return reduce(or_, [Q(**{lookup: spelling}) for lookup in lookups for spelling in sorted(spellings)])


def _elsewhere(way: Way, word: str) -> Q | None:
    """None where nothing matches there: an empty list would be joined for all the same, past the index that has the order."""
    rows = rows_of(way.model) if way.rows is None else way.rows
    matching = rows.filter(_here(word, way.lookups)).order_by()
    ids = list(matching.values_list(way.column, flat=True)[: MAX_IDS + 1])
    if not ids:
        return None
    if len(ids) <= MAX_IDS:
        return Q(**{f"{way.start}__in": set(ids)})
    return Q(Exists(matching.filter(**{way.column: OuterRef(way.start)})))
