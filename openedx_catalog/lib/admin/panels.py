"""What optional apps show of a row beside its fields, on its page in the admin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class PanelRow(NamedTuple):
    """A line: what it is about, with a link to its page where there is one, and what is to be known of it."""

    text: str
    note: str = ""
    url: str = ""


class Panel(NamedTuple):
    """A table with a heading."""

    title: str
    rows: Sequence[PanelRow]
