"""Cursors: signed for what was asked, and of which engine, and worth nothing for anything else."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from django.core import signing

from openedx_catalog.lib import texts

from .. import conf
from ..data import Search
from ..exceptions import InvalidCursor


def cursor(search: Search, place: Sequence[Any]) -> str:
    """What leads on from a place in the results of a search."""
    return _signer(search).sign_object(list(place))


def place(search: Search) -> list[Any] | None:
    """The place that the cursor of a search says, None where it has none. Raises InvalidCursor."""
    if not search.cursor:
        return None
    try:
        found: list[Any] = _signer(search).unsign_object(search.cursor)
    except (signing.BadSignature, ValueError):
        raise InvalidCursor(value=texts.shorten(search.cursor, 60)) from None
    return found


def _signer(search: Search) -> signing.Signer:
    facets = sorted((facet, sorted(values)) for facet, values in search.facets.items() if values)
    # A place of one engine is nowhere in another.
    asked = repr((conf.engine_path(), search.text, facets)).encode("utf-8", "backslashreplace")
    return signing.Signer(salt=f"openedx_catalog.search {hashlib.sha256(asked).hexdigest()}")
