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

from django.db.models import Exists, OuterRef, Q
from django.utils.text import smart_split, unescape_string_literal

from .. import texts

# More rows than these that match elsewhere are common enough to be found quickly from the list's side.
MAX_IDS = 1000


class Way(NamedTuple):
    """From a column of the list to `column` of `model`, where `lookup` finds a word."""

    start: str
    model: Any
    column: str
    lookup: str


def words(term: str) -> Iterator[str]:
    """As Django's own search splits them: a text in quotes is one word."""
    for bit in smart_split(term):
        quoted = bit.startswith(('"', "'")) and bit[0] == bit[-1]
        yield unescape_string_literal(bit) if quoted else bit


def has_word(word: str, columns: Sequence[str], ways: Sequence[Way]) -> Q:
    """The condition that a row has a word in one of `columns` or that one of the `ways`, a query each, leads to it."""
    folded = texts.fold(word)
    # Titles are not folded; where folding changes more than the case of ASCII letters, they are searched for as given too.
    spellings = {folded, word} if not word.isascii() else {folded}
    here = [Q(**{column: spelling}) for column in columns for spelling in sorted(spellings)]
    return reduce(or_, [*here, *(_elsewhere(way, folded) for way in ways)])


def _elsewhere(way: Way, word: str) -> Q:
    matching = way.model.objects.filter(**{way.lookup: word}).order_by()
    ids = list(matching.values_list(way.column, flat=True)[: MAX_IDS + 1])
    if len(ids) <= MAX_IDS:
        return Q(**{f"{way.start}__in": set(ids)})
    return Q(Exists(matching.filter(**{way.column: OuterRef(way.start)})))
