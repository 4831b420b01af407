"""
The order of the courses of a curriculum, and that of its programs: positions from 0, each of them once.

What is over keeps its place among the rest: otherwise what comes later would change the order of former times. Call these
while the program of the curriculum is held.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import router

from openedx_catalog.lib.changes import Change, record_history


def place(position: int | None, change: Change, *rows: Any) -> bool:
    """
    Bring memberships of a curriculum, stored or not, to a position, one behind the other; the others make room. None, and what
    is too far, is behind all others.

    Returns whether any stored row is at another position now. One query, and two statements where any is.
    """
    others = (
        type(rows[0]).objects.filter(curriculum_id=rows[0].curriculum_id).exclude(pk__in=[row.pk for row in rows if row.pk])
    )
    ordered = list(others.order_by("position", "pk"))
    at = len(ordered) if position is None else position
    ordered[at:at] = rows
    return number(ordered, change)


def number(rows: Sequence[Any], change: Change) -> bool:
    """Give all memberships of one kind in a curriculum these places; whether any stored one had another. Two statements."""
    moved = [row for index, row in enumerate(rows) if row.position != index and row.pk]
    for index, row in enumerate(rows):
        row.position = index
    if moved:
        model = type(moved[0])
        model.objects.bulk_update(moved, ["position"])
        using = router.db_for_write(model)
        record_history(model, "~", change, using=using, column="id", values=[row.pk for row in moved])
    return bool(moved)
