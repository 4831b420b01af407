"""What a query says, without luqum: terms with their positions, and what joins them."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple, TypeAlias

from openedx_catalog.lib import texts

from ..exceptions import InvalidQuery


class Wildcard(Enum):
    """What stands in a value for other characters; a star or a question mark after a backslash, or in quotes, is itself."""

    MANY = "*"
    ONE = "?"


class Term(NamedTuple):
    """
    A word or a phrase. `position` counts from 0; `written` is what stands there, `parts` what it means: texts and wildcards.
    """

    position: int
    written: str
    parts: tuple[str | Wildcard, ...]

    @property
    def is_pattern(self) -> bool:
        return any(isinstance(part, Wildcard) for part in self.parts)

    @property
    def is_anything(self) -> bool:
        return self.parts == (Wildcard.MANY,)

    @property
    def text(self) -> str:
        """The value, of a term without wildcards."""
        return "".join(str(part) for part in self.parts)

    def refused(self, reason: str) -> InvalidQuery:
        """The error that this cannot be asked."""
        return refused(self.position, self.written, reason)


class Range(NamedTuple):
    """From `low` to `high`; None is open. Each end counts itself, or does not."""

    position: int
    written: str
    low: Term | None
    high: Term | None
    with_low: bool = True
    with_high: bool = True

    def refused(self, reason: str) -> InvalidQuery:
        """The error that this cannot be asked."""
        return refused(self.position, self.written, reason)


class Asked(NamedTuple):
    """A value of a field; "" is no field, at `position` of its name."""

    position: int
    field: str
    value: Term | Range


class Everything(NamedTuple):
    """All courses."""


class Not(NamedTuple):
    """What does not fit."""

    part: Node


class Both(NamedTuple):
    """What fits all parts."""

    parts: tuple[Node, ...]


class Either(NamedTuple):
    """What fits any part."""

    parts: tuple[Node, ...]


Node: TypeAlias = "Asked | Everything | Not | Both | Either"


def refused(position: int, found: str, reason: str) -> InvalidQuery:
    """The error for what stands at a position, counted from 0."""
    return InvalidQuery(position=position + 1, found=texts.shorten(found, 60), reason=reason)
