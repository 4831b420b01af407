"""ETags: what a representation is, and what of it only a writer changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any


def etag_of(data: dict[str, Any], told_by_the_clock: Sequence[str] = ()) -> str:
    """
    A strong ETag of a representation in full.

    Fields that only the clock changes are told apart in it: a copy that shows them is old once they change (If-None-Match), but
    no writer has been there in between (If-Match).
    """
    stored = _digest({name: value for name, value in data.items() if name not in told_by_the_clock})
    if not told_by_the_clock:
        return f'"{stored}"'
    return f'"{stored}.{_digest([data[name] for name in told_by_the_clock])[:8]}"'


def state_of(tag: str) -> str:
    """The part of an ETag that only a writer changes."""
    return tag.strip('"').partition(".")[0]


def tags_of(header: str) -> set[str]:
    """The tags of If-Match or If-None-Match; a proxy that compresses makes them weak."""
    return {tag.strip().removeprefix("W/") for tag in header.split(",")}


def _digest(data: Any) -> str:
    text = json.dumps(data, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
