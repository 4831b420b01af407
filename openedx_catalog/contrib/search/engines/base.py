"""What a search engine can do for the catalog. The site's is the class at OPENEDX_CATALOG_SEARCH_ENGINE."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from django.utils.module_loading import import_string

from .. import conf
from ..data import Document, Found, Search


class Engine(Protocol):
    """
    Keeps documents in indexes, each known by a name that `api.indexing` makes up, which also says which index is searched.

    Every call may be repeated: whoever follows the change feed does so after it was killed.
    """

    def create(self, index: str) -> None:
        """Make an empty index, or empty the one that is there."""

    def put(self, index: str, documents: Sequence[Document]) -> None:
        """Keep these documents, in place of those with their ids."""

    def remove(self, index: str, ids: Sequence[str]) -> None:
        """Forget these documents; those that are not there are no error."""

    def ids(self, index: str) -> Iterable[str]:
        """The ids of all documents, in any order, in constant memory."""

    def drop(self, index: str) -> None:
        """Forget an index and all that is in it; one that is not there is no error."""

    def search(self, index: str, search: Search) -> Found:
        """What fits. Raises InvalidCursor, and SearchUnavailable where it cannot answer."""

    def suggest(self, index: str, beginning: str, *, kinds: Sequence[str] = (), limit: int = 10) -> list[str]:
        """Titles of which a word begins so, the best first, each once."""


def engine() -> Engine:
    """The site's, made anew for each caller: it has no state of its own."""
    made: Engine = import_string(conf.engine_path())()
    return made
