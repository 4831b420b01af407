"""From a query to one condition on catalog courses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import reduce
from operator import and_, or_

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from .fields import fields, unstated
from .kinds import Field, everything
from .reading import read
from .tree import Asked, Both, Either, Everything, Node, Not, Range, Term, refused

# More make a statement that no database plans in time, and a tree that SQLite does not take.
MAX_CONDITIONS = 200


def condition(text: str, *, now: datetime | None = None) -> Q:
    """
    The condition on catalog courses that a query names: ``CatalogCourse.objects.filter(condition("org:MITx"))``.

    One statement, whatever the query; what NOT stands before fits exactly the others. `now` is what dates are counted from.
    Reads nothing. Raises InvalidQuery.
    """
    return _Conditions(now or timezone.now()).of(read(text))


class _Conditions:
    """Of one query; counts them."""

    def __init__(self, now: datetime) -> None:
        self.now, self.count = now, 0
        self.fields, self.unstated = fields(), unstated()

    def of(self, node: Node) -> Q:
        if isinstance(node, Everything):
            return everything()
        if isinstance(node, Not):
            return ~self.of(node.part)
        if isinstance(node, Both):
            return reduce(and_, map(self.of, node.parts))
        if isinstance(node, Either):
            return reduce(or_, self._any_of(node.parts))
        return self._asked(self._field(node), node)

    def _any_of(self, parts: Sequence[Node]) -> Iterator[Q]:
        """With one condition for all terms of a field, of which there may be thousands."""
        terms: dict[int, tuple[Field, list[Term]]] = {}
        for part in parts:
            if not isinstance(part, Asked) or isinstance(part.value, Range) or part.value.is_anything:
                yield self.of(part)
                continue
            field = self._field(part)
            found = terms.setdefault(id(field), (field, []))[1]
            if part.value.is_pattern or not (field.takes_lists and found):
                self._one_more(part)
            found.append(part.value)
        for field, found in terms.values():
            yield field.fits(found, self.now)

    def _asked(self, field: Field, asked: Asked) -> Q:
        self._one_more(asked)
        value = asked.value
        if isinstance(value, Range) and (value.low or value.high):
            return field.between(value, self.now)
        if isinstance(value, Range):
            return field.given(self.now)
        return field.given(self.now) if value.is_anything else field.fits([value], self.now)

    def _one_more(self, asked: Asked) -> None:
        self.count += 1
        if self.count > MAX_CONDITIONS:
            reason = _("a query has at most %(limit)d conditions; whole values of one field, joined by OR, are one")
            raise asked.value.refused(reason % {"limit": MAX_CONDITIONS})

    def _field(self, asked: Asked) -> Field:
        if not asked.field:
            return self.unstated
        if (field := self.fields.get(asked.field)) is None:
            raise refused(asked.position, asked.field, self._why_no_field(asked.field))
        return field

    def _why_no_field(self, name: str) -> str:
        if name in ("_exists_", "_missing_"):
            return _("_exists_ and _missing_ are constructs of Elasticsearch: write start:* or NOT start:*")
        if name == "partner":
            return _("a catalog here is of one partner: leave this out")
        return _("there is no such field; there are: %(names)s") % {"names": ", ".join(sorted(self.fields))}
