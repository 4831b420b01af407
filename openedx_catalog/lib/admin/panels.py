"""What optional apps show of a row beside its fields, on its page in the admin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.urls import NoReverseMatch, reverse

from .. import permissions


class PanelRow(NamedTuple):
    """A line: what it is about, with a link to its page where there is one, and what is to be known of it."""

    text: str
    note: str = ""
    url: str = ""


class Panel(NamedTuple):
    """A table with a heading."""

    title: str
    rows: Sequence[PanelRow]


def page_of(viewer: Any, row: Any) -> str:
    """The address of the page of a row, or "" where the viewer may not see it, or a host has none."""
    options = row._meta
    if not permissions.can_view(viewer, type(row)):
        return ""
    try:
        return reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[row.pk])
    except NoReverseMatch:
        return ""
