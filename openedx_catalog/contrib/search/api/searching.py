"""Finding courses, runs, programs and pathways that everybody may see, in the index that is live."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from django.utils.translation import gettext as _

from openedx_catalog.exceptions import InvalidRequest
from openedx_catalog.lib import texts

from ..data import FACETS, KINDS, Found, Search
from ..engines.base import engine
from .indexing import search_index

# Characters of what is searched for, bodies in an answer, and values that are chosen of a facet.
MAX_TEXT, MAX_SIZE, MAX_VALUES = 300, 100, 100


def search(
    text: str = "",
    *,
    facets: Mapping[str, Collection[str]] | None = None,
    counted: Collection[str] = (),
    size: int = 20,
    cursor: str = "",
) -> Found:
    """
    What has all these words (in quotes: one after the other; "" is everything) and, of each facet, one of the values:
    ``{"kind": ["course"], "language": ["en", "es"]}``. The best comes first; `counted` are the facets to count.

    It is what everybody may see, as far as the index has followed the catalog; who asks changes nothing. Any text is an answer,
    however many documents that is. Raises InvalidRequest, InvalidCursor, SearchIndexMissing or SearchUnavailable.
    """
    chosen = {name: list(dict.fromkeys(values)) for name, values in (facets or {}).items() if values}
    for name in (*chosen, *counted):
        _require(name in FACETS, "facets", name, _("expected one of %(names)s") % {"names": ", ".join(FACETS)})
    for name, values in chosen.items():
        _require(len(values) <= MAX_VALUES, name, len(values), _("expected at most %(most)d values") % {"most": MAX_VALUES})
        for value in values:
            _require(not texts.unstorable(value), name, value, _("it has characters that no database stores"))
    for value in chosen.get("kind", ()):
        _require(value in KINDS, "kind", value, _("expected one of %(names)s") % {"names": ", ".join(KINDS)})
    _require(1 <= size <= MAX_SIZE, "size", size, _("expected 1 to %(most)d") % {"most": MAX_SIZE})
    asked = Search(_readable(text), chosen, counted=tuple(dict.fromkeys(counted)), size=size, cursor=cursor)
    return engine().search(search_index().name, asked)


def suggest(beginning: str, *, kinds: Sequence[str] = (), limit: int = 10) -> list[str]:
    """
    Titles with a word that begins so, the best first, each once; none for less than two characters. Raises InvalidRequest,
    SearchIndexMissing or SearchUnavailable.
    """
    for kind in kinds:
        _require(kind in KINDS, "kind", kind, _("expected one of %(names)s") % {"names": ", ".join(KINDS)})
    _require(1 <= limit <= MAX_SIZE, "limit", limit, _("expected 1 to %(most)d") % {"most": MAX_SIZE})
    index = search_index()
    beginning = _readable(beginning)
    return engine().suggest(index.name, beginning, kinds=kinds, limit=limit) if len(beginning) > 1 else []


def _readable(text: str) -> str:
    """As much of a text as is searched for; what no database stores is in no document either."""
    return "".join(" " if texts.unstorable(letter) else letter for letter in text[:MAX_TEXT]).strip()


def _require(holds: bool, field: str, value: object, reason: object) -> None:
    if not holds:
        text = _("%(value)r cannot be asked for: %(reason)s.")
        raise InvalidRequest(reason=text % {"value": texts.shorten(str(value), 60), "reason": reason}, field=field)
