"""A whole table in constant memory, by pages of its primary key, each a query of its own; and many values, some at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

Value = TypeVar("Value")

PAGE = 2000


def pages(queryset: Any, *columns: str) -> Iterator[list[tuple[Any, ...]]]:
    """
    The rows of a queryset by their ids, 2,000 at a time, as tuples of these columns, of which the first is "pk".

    Not one query with a cursor: MariaDB's driver buffers a whole result, and a transaction would be open all the time.
    """
    last = 0
    while page := list(queryset.filter(pk__gt=last).order_by("pk").values_list(*columns)[:PAGE]):
        yield page
        last = page[-1][0]


def slices(values: Sequence[Value], size: int) -> Iterator[Sequence[Value]]:
    """So many values at a time, in their order. Python 3.11 has no itertools.batched."""
    return (values[start : start + size] for start in range(0, len(values), size))
