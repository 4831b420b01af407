"""What admin pages show of dated rows (`lib.dated`)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from .base import PolicyModelAdmin
from .texts import instant_column, utc

DATES: Any = (_("In effect"), {"fields": ("effective_at", "retired_at")})
"""A fieldset."""
DATE_COLUMNS = (instant_column("effective_at", _("Effective")), instant_column("retired_at", _("Retired")))
"""Entries of `list_display`."""


def dated_row(admin: PolicyModelAdmin, owner: Any, row: Any, text: str = "") -> tuple[Any, ...]:
    """A dated row as a table on the page of its owner shows it: with a link for whoever may see it."""
    link = admin.link(owner, type(row), "change", row.pk, text or row)
    return link, row.version, utc(row.effective_at), utc(row.retired_at), row.is_current()
