"""What a field of a query is: which courses have a value that fits one of some terms, one in a range, or any."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, NamedTuple, TypeAlias

from django.db.models import Q
from django.utils.translation import gettext as _

from openedx_catalog.lib import texts, values

from .columns import Column, FoldedText, Text, within
from .tree import Range, Term

# From a condition on rows to that on the courses that have one of them, as of an instant.
Way: TypeAlias = Callable[[Q, datetime], Q]


def everything() -> Q:
    """The condition that every course fits; of an empty one Django takes the opposite for the same."""
    return Q(pk__isnull=False)


class Field:
    """A field that can be asked for. `help` says what it is; a subclass refuses what makes no sense for it."""

    # Whether many terms without wildcards are one condition, and not one each.
    takes_lists = False

    def __init__(self, help: Any) -> None:
        self.help = help

    def fits(self, terms: Sequence[Term], now: datetime) -> Q:
        """What fits one of these terms. Raises InvalidQuery."""
        raise NotImplementedError

    def between(self, asked: Range, now: datetime) -> Q:
        """What lies in a range. Raises InvalidQuery."""
        raise asked.refused(_("this field has no ranges; dates have"))

    def given(self, now: datetime) -> Q:
        """Whether there is any value."""
        return everything()

    def whole(self, terms: Sequence[Term]) -> Sequence[Term]:
        """The same, for a field that takes no patterns. Raises InvalidQuery."""
        for term in terms:
            if term.is_pattern:
                raise term.refused(_("this field has no wildcards"))
        return terms


class Source(NamedTuple):
    """Columns of the rows to which a way leads."""

    way: Way
    columns: tuple[Column, ...]


def of_course(found: Q, now: datetime) -> Q:
    """The way to the course itself."""
    return found


class Words(Field):
    """Texts in columns, here or elsewhere."""

    def __init__(self, help: Any, *sources: Source) -> None:
        super().__init__(help)
        self.sources = sources
        self.takes_lists = not any(isinstance(each, Text | FoldedText) for source in sources for each in source.columns)

    def fits(self, terms: Sequence[Term], now: datetime) -> Q:
        return self._any(lambda column: column.fits(terms), now)

    def given(self, now: datetime) -> Q:
        return self._any(lambda column: column.given(), now)

    def _any(self, asked: Callable[[Column], Q], now: datetime) -> Q:
        return reduce(or_, (way(reduce(or_, map(asked, columns)), now) for way, columns in self.sources))


class Dates(Field):
    """A date of some run."""

    def __init__(self, help: Any, way: Way, path: str) -> None:
        super().__init__(help)
        self.way, self.path = way, path

    def fits(self, terms: Sequence[Term], now: datetime) -> Q:
        days = (Range(term.position, term.written, term, term) for term in self.whole(terms))
        return self.way(reduce(or_, (within(self.path, day, now) for day in days)), now)

    def between(self, asked: Range, now: datetime) -> Q:
        return self.way(within(self.path, asked, now), now)

    def given(self, now: datetime) -> Q:
        return self.way(Q(**{f"{self.path}__isnull": False}), now)


class Uuids(Field):
    """Identifiers, which are whole or nothing."""

    takes_lists = True

    def __init__(self, help: Any, way: Way = of_course, path: str = "uuid") -> None:
        super().__init__(help)
        self.way, self.path = way, path

    def fits(self, terms: Sequence[Term], now: datetime) -> Q:
        for term in self.whole(terms):
            if not values.UUID_LIKE.match(term.text):
                raise term.refused(_("this is no UUID"))
        return self.way(Q(**{f"{self.path}__in": sorted({values.parse_uuid(term.text) for term in terms})}), now)

    def given(self, now: datetime) -> Q:
        return self.way(Q(**{f"{self.path}__isnull": False}), now)


class Choices(Field):
    """One of a few values, each with its condition; case, spaces, hyphens and underscores do not matter."""

    def __init__(self, help: Any, choices: Mapping[str, Callable[[datetime], Q]]) -> None:
        super().__init__(help)
        self.choices = choices

    def fits(self, terms: Sequence[Term], now: datetime) -> Q:
        return reduce(or_, (self._chosen(term)(now) for term in self.whole(terms)))

    def given(self, now: datetime) -> Q:
        return reduce(or_, (choice(now) for choice in self.choices.values()), Q(pk__in=[]))

    def _chosen(self, term: Term) -> Callable[[datetime], Q]:
        name = texts.fold(term.text.strip()).replace("-", "_").replace(" ", "_")
        if name not in self.choices:
            raise term.refused(_("expected one of: %(names)s") % {"names": ", ".join(self.choices)})
        return self.choices[name]
