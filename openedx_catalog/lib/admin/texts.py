"""What the operator reads: instants in UTC."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin

from ..values import format_utc


def utc(moment: datetime | None) -> str:
    """An instant, or a dash. Never local: an hour in autumn comes twice, and the last day of 9999 has none in Tokyo."""
    return format_utc(moment) or "–"


def instant_column(field: str, label: Any) -> Any:
    """A column of a list, or a value of a form, that shows an instant: an entry of `list_display` or `readonly_fields`."""

    @admin.display(description=label, ordering=field)
    def column(row: Any) -> str:
        return utc(getattr(row, field))

    column.__name__ = field
    return column


def link_column(field: str, label: Any, *, ordering: str) -> Any:
    """A method of an admin: a row that a row points at, as a link for whoever may see it."""

    @admin.display(description=label, ordering=ordering)
    def column(self: Any, row: Any) -> str:
        related = getattr(row, field)
        return self.link(row, type(related), "change", related.pk, related)

    return column
