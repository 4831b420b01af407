"""An engine for tests, which keeps documents in this process, and finds nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from openedx_catalog.contrib.search.data import Document, Found, Search

INDEXES: dict[str, dict[str, Document]] = {}


class MemoryEngine:
    """See `engines.base.Engine`."""

    def create(self, index: str) -> None:
        INDEXES[index] = {}

    def put(self, index: str, documents: Sequence[Document]) -> None:
        INDEXES[index].update({document.id: document for document in documents})

    def remove(self, index: str, ids: Sequence[str]) -> None:
        for each in ids:
            INDEXES[index].pop(each, None)

    def ids(self, index: str) -> Iterable[str]:
        return list(INDEXES[index])

    def drop(self, index: str) -> None:
        INDEXES.pop(index, None)

    def search(self, index: str, search: Search) -> Found:
        raise NotImplementedError

    def suggest(self, index: str, beginning: str, *, kinds: Sequence[str] = (), limit: int = 10) -> list[str]:
        raise NotImplementedError
