"""JSON from outside, read so that nobody can mean two things by it."""

from __future__ import annotations

import json
from typing import Any

from .texts import shorten


class NamedTwice(ValueError):
    """Raised where an object has a name twice: which of both values is meant, nobody can know."""


def loads(text: str | bytes, **kwargs: Any) -> Any:
    """What a JSON text says; `kwargs` as those of `json.loads`. Raises ValueError (NamedTwice too), or RecursionError."""
    return json.loads(text, object_pairs_hook=_once_each, **kwargs)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names: set[str] = set()
        twice = next(name for name, _value in pairs if name in names or names.add(name))  # type: ignore[func-returns-value]
        raise NamedTwice(f"the name {shorten(twice, 60)!r} stands twice in one object")
    return found
