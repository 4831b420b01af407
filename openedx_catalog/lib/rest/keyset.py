"""
Walking an ordered list by the place of its last row, not by a number: what is deleted or inserted meanwhile moves nothing.

A cursor holds the values that the list is ordered by, of the row at the edge of a page. It is signed, not secret: only what we
gave out comes back, so its values have the types of their columns. With another SECRET_KEY a walk begins again.
"""

from __future__ import annotations

from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, NamedTuple
from uuid import UUID

from django.core import signing
from django.db import connections
from django.db.models import Q

FIRST = "first"
_SALT = "openedx_catalog.cursor"


class Page(NamedTuple):
    """The ids of a page, and the cursors of the next and the previous one, None where there is none."""

    pks: list[int]
    next: str | None
    previous: str | None


class Column(NamedTuple):
    """One column of an order."""

    name: str
    descending: bool
    # Where rows without a value come: None where there are none.
    nulls_first: bool | None

    def beyond(self, value: Any) -> Q | None:
        """What comes after a value in this column, None where nothing can."""
        if value is None:
            return Q(**{f"{self.name}__isnull": False}) if self.nulls_first else None
        after = Q(**{f"{self.name}__{'lt' if self.descending else 'gt'}": value})
        return after | self.same(None) if self.nulls_first is False else after

    def same(self, value: Any) -> Q:
        """The rows with this value."""
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})

    def reversed(self) -> Column:
        """The column of the opposite order."""
        return self._replace(
            descending=not self.descending, nulls_first=None if self.nulls_first is None else not self.nulls_first
        )

    def __str__(self) -> str:
        return f"-{self.name}" if self.descending else self.name


class Keyset:
    """The pages of a queryset in its order, which the id completes; by id alone where the order is made of expressions."""

    def __init__(self, queryset: Any) -> None:
        self.rows = queryset
        # Empty values are the lowest on SQLite and MySQL, and the highest on PostgreSQL: pages are in each one's own order, for
        # which it has an index.
        lowest = connections[queryset.db].features.order_by_nulls_first
        names = list(queryset.query.order_by)
        if not all(isinstance(name, str) for name in names):
            names = []
        if "pk" not in {name.removeprefix("-") for name in names}:
            names.append("pk")
        self.columns = [_column(queryset, name, lowest) for name in names]

    @property
    def order(self) -> list[str]:
        """What a cursor must be of: the list, and the names that it is ordered by."""
        return [self.rows.model._meta.label_lower, *map(str, self.columns)]

    def page(self, cursor: str, size: int) -> Page:
        """The page at a cursor. Raises ValueError for one of another list or order, or of nobody."""
        backwards, place = (False, None) if cursor == FIRST else self._read(cursor)
        columns = [column.reversed() for column in self.columns] if backwards else self.columns
        rows = self.rows.order_by(*map(str, columns))
        if place is not None:
            rows = rows.filter(_after(columns, place))
        names = [column.name for column in columns]
        found = list(rows.values_list(*names)[: size + 1])
        more, found = len(found) > size, found[:size]
        if backwards:
            found.reverse()
        if not found:
            # Whoever went back to where nothing is left begins anew.
            return Page([], FIRST if backwards else None, None)
        following = self._cursor(False, found[-1]) if more or backwards else None
        previous = self._cursor(True, found[0]) if (more if backwards else place is not None) else None
        at = names.index("pk")
        return Page([row[at] for row in found], following, previous)

    def _cursor(self, backwards: bool, row: Any) -> str:
        values = [_packed(value) for value in row]
        return signing.dumps([self.order, backwards, values], salt=_SALT)

    def _read(self, cursor: str) -> tuple[bool, list[Any]]:
        try:
            order, backwards, values = signing.loads(cursor, salt=_SALT)
        except signing.BadSignature as error:
            raise ValueError("not a cursor of ours") from error
        if order != self.order:
            raise ValueError("of another list")
        return backwards, [_unpacked(value) for value in values]


def _after(columns: list[Column], place: list[Any]) -> Q:
    """What comes after a place: beyond it in the first column, or the same there and beyond it in the second, and so on."""
    ways = []
    same = Q()
    for column, value in zip(columns, place, strict=True):
        beyond = column.beyond(value)
        if beyond is not None:
            ways.append(same & beyond)
        same &= column.same(value)
    found = reduce(or_, ways)
    first, value = columns[0], place[0]
    if len(columns) > 1 and value is not None and first.nulls_first is not False:
        # Says nothing new, but an index on the column begins there: no database sees it in the alternatives.
        found &= Q(**{f"{first.name}__{'lte' if first.descending else 'gte'}": value})
    return found


def _column(queryset: Any, name: str, nulls_are_lowest: bool) -> Column:
    path, descending = name.removeprefix("-"), name.startswith("-")
    nullable = path not in queryset.query.annotations and _may_be_null(queryset.model, path)
    return Column(path, descending, (nulls_are_lowest is not descending) if nullable else None)


def _may_be_null(model: Any, path: str) -> bool:
    for name in path.split("__"):
        field: Any = model._meta.pk if name == "pk" else model._meta.get_field(name)
        # What points at the model from elsewhere need not be there.
        if getattr(field, "null", True):
            return True
        model = getattr(field, "related_model", None)
    return False


def _packed(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    return {"uuid": str(value)} if isinstance(value, UUID) else value


def _unpacked(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return datetime.fromisoformat(value["at"]) if "at" in value else UUID(value["uuid"])
