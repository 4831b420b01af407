"""
How the columns of a catalog are compared with what a query asks, the same on every database.

No condition is ever NULL, so that NOT finds all the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Lower
from django.db.models.lookups import Contains, IContains

from openedx_catalog.lib import texts
from openedx_catalog.lib.fields import Among
from openedx_catalog.lib.searching import begins_with

from .dates import read_moment
from .tree import Range, Term, Wildcard

_SIGNS = {Wildcard.MANY: "%", Wildcard.ONE: "_"}


class _Pattern:
    """LIKE with a pattern that is one already; in a mixin, since Django knows the operators by the names of its lookups."""

    rhs: Any

    def process_rhs(self, *args: Any) -> Any:
        return "%s", [self.rhs]


class Like(_Pattern, Contains):
    """As letters are, which folded columns have to be: SQLite's LIKE minds no case of ASCII."""


class ILike(_Pattern, IContains):
    """In any case."""


def pattern(parts: Sequence[str | Wildcard]) -> str:
    """A pattern of LIKE."""
    return "".join(_SIGNS[part] if isinstance(part, Wildcard) else _escaped(part) for part in parts)


def folded(parts: Sequence[str | Wildcard]) -> tuple[str | Wildcard, ...]:
    """The same with folded texts."""
    return tuple(part if isinstance(part, Wildcard) else texts.fold(part) for part in parts)


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


@dataclass(frozen=True)
class Column:
    """A column, by the way from the rows that are asked."""

    path: str

    def fits(self, terms: Sequence[Term]) -> Q:
        """One of these terms."""
        exact = [term for term in terms if not term.is_pattern]
        patterns = (self.like(term.parts) for term in terms if term.is_pattern)
        return reduce(or_, patterns, self.equals(exact) if exact else Q())

    def equals(self, terms: Sequence[Term]) -> Q:
        """One of these terms without wildcards."""
        raise NotImplementedError

    def like(self, parts: Sequence[str | Wildcard]) -> Q:
        """What fits texts and wildcards."""
        raise NotImplementedError

    def given(self) -> Q:
        """That there is anything."""
        return Q(**{f"{self.path}__isnull": False})


class Folded(Column):
    """A column of folded texts. What begins with a text is found by the index."""

    def equals(self, terms: Sequence[Term]) -> Q:
        return Q(**{f"{self.path}__among": sorted({texts.fold(term.text.strip()) for term in terms})})

    def like(self, parts: Sequence[str | Wildcard]) -> Q:
        parts = folded(parts)
        found = self.given()
        if isinstance(parts[0], str):
            found &= begins_with(self.path, parts[0])
        if not (len(parts) == 2 and isinstance(parts[0], str) and parts[1] is Wildcard.MANY):
            found &= Q(Like(F(self.path), pattern(parts)))
        return found


class Named(Column):
    """A column of names and slugs, compared in any case; letters that are not ASCII as they are spelled, too."""

    def equals(self, terms: Sequence[Term]) -> Q:
        return Q(Among(Lower(F(self.path)), spellings(terms)))

    def like(self, parts: Sequence[str | Wildcard]) -> Q:
        return Q(ILike(F(self.path), pattern(parts)))


class Text(Column):
    """A column of sentences, in which a text may stand anywhere, in any case."""

    def equals(self, terms: Sequence[Term]) -> Q:
        return reduce(or_, (self.like(term.parts) for term in terms))

    def like(self, parts: Sequence[str | Wildcard]) -> Q:
        # A star at an end changes nothing, and a second one is slow.
        inner = [*parts]
        while inner and inner[0] is Wildcard.MANY:
            del inner[0]
        while inner and inner[-1] is Wildcard.MANY:
            del inner[-1]
        return Q(ILike(F(self.path), pattern([Wildcard.MANY, *inner, Wildcard.MANY])))

    def given(self) -> Q:
        return super().given() & ~Q(**{self.path: ""})


class FoldedText(Folded):
    """A folded column, in which a text may stand anywhere."""

    def equals(self, terms: Sequence[Term]) -> Q:
        return reduce(or_, (self.like(term.parts) for term in terms))

    def like(self, parts: Sequence[str | Wildcard]) -> Q:
        return super().like([Wildcard.MANY, *parts, Wildcard.MANY])


def spellings(terms: Sequence[Term]) -> list[str]:
    """Texts as `Lower` gives them, and as they are: SQLite lowers only ASCII."""
    given = {term.text.strip() for term in terms}
    return sorted(given | {text.lower() for text in given})


def within(path: str, asked: Range, now: datetime) -> Q:
    """The condition that a date lies in a range with an end. A whole day is in it as a whole, or not at all."""
    found = Q()
    if asked.low is not None:
        low = read_moment(asked.low, now)
        # After a day: from its end on; after an instant: later.
        after = f"{path}__gt" if low.is_instant else f"{path}__gte"
        found &= Q(**{f"{path}__gte": low.begin}) if asked.with_low else Q(**{after: low.end})
    if asked.high is not None:
        high = read_moment(asked.high, now)
        until = f"{path}__lte" if high.is_instant else f"{path}__lt"
        found &= Q(**{until: high.end}) if asked.with_high else Q(**{f"{path}__lt": high.begin})
    return found
