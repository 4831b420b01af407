"""
The search engine of the platform, by way of edx-search: Meilisearch or Elasticsearch, whichever ``SEARCH_ENGINE`` names.

What differs from `engines.database`, since the server searches in its own way: Meilisearch takes mistyped words for others and,
where few documents have all words, leaves out the last ones; Elasticsearch needs every word as it is. Which of two good answers
comes first is theirs to say. What is put is found a moment later. A cursor is a place in the order, so what is indexed between
two pages may move a document from one to the other. Totals are exact up to `WINDOW`, where the pages end, too; of a facet the
`MAX_VALUES` most frequent values are counted. edx-search itself needs waffle among the INSTALLED_APPS.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import wraps
from importlib import import_module
from itertools import islice
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.serializers.json import DjangoJSONEncoder

from openedx_catalog.lib import texts
from openedx_catalog.lib.pages import slices

from ..data import FACETS, Document, Found, Search
from ..exceptions import SearchUnavailable
from . import cursors, words

BATCH, WINDOW, MAX_VALUES, NO_RANK = 500, 100_000, 1000, 1e300
# By what documents are narrowed; `begins` has what the words of the names begin with.
FILTERS = ("begins", *FACETS)
_SORTED = ("rank", "id")


def _answered(call: Callable[..., Any]) -> Callable[..., Any]:
    """An error of the server, or none that answers, is SearchUnavailable."""

    @wraps(call)
    def called(self: EdxSearchEngine, *args: Any, **kwargs: Any) -> Any:
        try:
            return call(self, *args, **kwargs)
        except (*self.server.errors, TypeError, ValueError) as error:
            # The last two are of its client, where something else answers than it expects.
            raise SearchUnavailable(reason=texts.shorten(error, 200)) from error

    return called


class EdxSearchEngine:
    """
    A search takes one request, and one for each facet that is chosen and counted; with Meilisearch edx-search sends it the
    order before each, which that takes for a task where nothing is new.
    """

    def __init__(self) -> None:
        self.server = _server()

    @_answered
    def create(self, index: str) -> None:
        self.server.drop(index)
        self.server.create(index)

    @_answered
    def put(self, index: str, documents: Sequence[Document]) -> None:
        for some in slices(documents, BATCH):
            self.server.engine(index).index([_source(document) for document in some])

    @_answered
    def remove(self, index: str, ids: Sequence[str]) -> None:
        for some in slices(ids, BATCH):
            self.server.engine(index).remove(list(some))

    def ids(self, index: str) -> Iterable[str]:
        found = self.server.ids(index)
        while part := self._some(found):
            yield from part

    @_answered
    def drop(self, index: str) -> None:
        self.server.drop(index)

    @_answered
    def search(self, index: str, search: Search) -> Found:
        (start,) = cursors.place(search) or (0,)
        chosen = {name: _storable(values) for name, values in search.facets.items() if values}
        free = [facet for facet in search.counted if facet not in chosen]
        asked = self.server.text(search.text)
        found = self._find(index, asked, chosen, free, from_=start, size=search.size)
        counts = _counts(found, free)
        for facet in search.counted:
            if facet in chosen:
                others = {name: values for name, values in chosen.items() if name != facet}
                counts |= _counts(self._find(index, asked, others, [facet], size=0), [facet])
        bodies = [hit["data"]["body"] for hit in found["results"]]
        end = start + len(bodies)
        cursor = cursors.cursor(search, [end]) if bodies and end < min(found["total"], WINDOW - search.size) else ""
        return Found(found["total"], bodies, {facet: counts[facet] for facet in search.counted}, cursor)

    @_answered
    def suggest(self, index: str, beginning: str, *, kinds: Sequence[str] = (), limit: int = 10) -> list[str]:
        begun = [word for terms in words.asked(beginning) for word in terms[0].words]
        if not begun:
            return []
        chosen = {"begins": begun[-1:], **({"kind": _storable(kinds)} if kinds else {})}
        # Those that have the other words as well are looked for among the first hundred.
        found = self._find(index, "", chosen, [], size=max(limit, 100))
        titles = (hit["data"]["title"] for hit in found["results"] if {*begun} <= {*hit["data"]["begins"]})
        return list(islice(dict.fromkeys(title for title in titles if title), limit))

    def _find(self, index: str, text: str, chosen: Mapping[str, Sequence[str]], counted: Sequence[str], **page: int) -> Any:
        # Meilisearch's engine takes several values of a field that it does not count for values that are all to be there.
        terms = {name: {"size": MAX_VALUES} for name in dict.fromkeys((*counted, *chosen))}
        fields = {name: [self.server.value(value) for value in values] for name, values in chosen.items()}
        if not all(fields.values()):
            return {"total": 0, "results": [], "aggs": {}}
        return self.server.search(index, text, field_dictionary=fields, aggregation_terms=terms, **page)

    @_answered
    def _some(self, found: Iterator[str]) -> list[str]:
        return list(islice(found, BATCH))


def _source(document: Document) -> dict[str, Any]:
    begins = {word[:end] for word in words.split(document.names) for end in range(1, len(word) + 1)}
    return {
        "id": document.id,
        # Elasticsearch's engine searches what stands here, and takes all else as it is.
        "content": {"names": document.names, "keywords": document.keywords, "text": document.text},
        "title": document.title,
        "begins": sorted(begins),
        **{facet: sorted(document.facets.get(facet, ())) for facet in FACETS},
        "rank": NO_RANK if document.rank is None else float(document.rank),
        "body": json.loads(json.dumps(document.body, cls=DjangoJSONEncoder)),
    }


def _storable(values: Iterable[str]) -> list[str]:
    return [value for value in values if not texts.unstorable(value)]


def _counts(found: Any, facets: Sequence[str]) -> dict[str, list[tuple[str, int]]]:
    terms = {facet: found["aggs"].get(facet, {}).get("terms", {}) for facet in facets}
    return {facet: sorted(counts.items(), key=lambda each: (-each[1], each[0])) for facet, counts in terms.items()}


def _server() -> Any:
    try:
        base = import_module("search.search_engine_base")
    except ImportError as error:
        raise ImproperlyConfigured(
            "OPENEDX_CATALOG_SEARCH_ENGINE names the engine of edx-search, which is not installed. Install it: "
            "pip install 'openedx-catalog[edx-search]'"
        ) from error
    from django.conf import settings

    named = str(getattr(settings, "SEARCH_ENGINE", None) or "")
    for kind in (_Meilisearch, _Elasticsearch):
        if named == kind.path:
            return kind(base.SearchEngine.get_search_engine)
    raise ImproperlyConfigured(
        f"SEARCH_ENGINE is {named!r}. The catalog knows {_Meilisearch.path!r} and {_Elasticsearch.path!r}."
    )


class _Meilisearch:
    """What edx-search's engine cannot do is asked of the client that it has."""

    path = "search.meilisearch.MeilisearchEngine"

    def __init__(self, get_engine: Callable[[str], Any]) -> None:
        self.get_engine, self.module = get_engine, import_module("search.meilisearch")
        # What waits for a task raises RuntimeError where it failed.
        self.errors = (import_module("meilisearch.errors").MeilisearchError, RuntimeError)

    def engine(self, index: str) -> Any:
        # Its engine sets these anew each time; it would take them away.
        self.module.INDEX_SORTABLES[index] = list(_SORTED)
        return self.get_engine(index)

    def create(self, index: str) -> None:
        self.module.create_indexes({index: list(FILTERS)})
        made = self.engine(index).meilisearch_index
        made.update_searchable_attributes(["content.names", "content.keywords", "content.text"])
        made.update_faceting_settings({"maxValuesPerFacet": MAX_VALUES})
        self._wait(made, made.update_pagination_settings({"maxTotalHits": WINDOW}))

    def drop(self, index: str) -> None:
        client, name = self.module.get_meilisearch_client(), self.module.get_meilisearch_index_name(index)
        try:
            client.get_index(name)
        except import_module("meilisearch.errors").MeilisearchApiError as error:
            if error.code != "index_not_found":
                raise
            return
        self._wait(client, client.delete_index(name))

    def ids(self, index: str) -> Iterator[str]:
        made, start = self.engine(index).meilisearch_index, 0
        while found := made.get_documents({"offset": start, "limit": BATCH, "fields": ["id"]}).results:
            yield from (document.id for document in found)
            start += len(found)

    def search(self, index: str, text: str, **asked: Any) -> Any:
        field = import_module("search.dataclasses").SortField
        return self.engine(index).search(text, sort_by=[field(name, "asc") for name in _SORTED], **asked)

    def text(self, text: str) -> str:
        return texts.storable(text[: words.MAX_ASKED])

    def value(self, value: str) -> str:
        # The engine puts it between quotes as it is.
        return value.replace("\\", "\\\\").replace('"', '\\"')

    def _wait(self, client: Any, task: Any) -> None:
        self.module.wait_for_task_to_succeed(client, task)


class _Elasticsearch:
    """Likewise. Making an engine makes its index."""

    path = "search.elastic.ElasticSearchEngine"

    def __init__(self, get_engine: Callable[[str], Any]) -> None:
        self.engine, self.errors = get_engine, (import_module("elasticsearch").ElasticsearchException,)

    def create(self, index: str) -> None:
        engine = self.engine(index)
        name = engine._prefixed_index_name
        # By what is sorted must be known before the first document, and a body would be words to be found by.
        words_of = {field: {"type": "keyword"} for field in ("id", *FILTERS)}
        properties = {**words_of, "body": {"type": "object", "enabled": False}, "rank": {"type": "double"}}
        engine._es.indices.put_mapping(index=name, body={"properties": properties})
        engine._es.indices.put_settings(index=name, body={"index": {"max_result_window": WINDOW}})
        engine._clear_mapping()

    def drop(self, index: str) -> None:
        engine = self.engine(index)
        engine._es.indices.delete(index=engine._prefixed_index_name)
        engine._clear_mapping()

    def ids(self, index: str) -> Iterator[str]:
        engine, scan = self.engine(index), import_module("elasticsearch.helpers").scan
        for hit in scan(engine._es, index=engine._prefixed_index_name, _source=False):
            yield hit["_id"]

    def search(self, index: str, text: str, **asked: Any) -> Any:
        field = import_module("search.dataclasses").SortField
        order = [field("_score", "desc"), *(field(name, "asc") for name in _SORTED)]
        found: dict[str, Any] = self.engine(index).search(text, sort_by=order, track_total_hits=True, **asked)
        return {"aggs": {}, **found}

    def text(self, text: str) -> str:
        # Each word between quotes: none is an operator.
        found = [" ".join(term.words) for terms in words.asked(text, stemmed=False) for term in terms]
        return " AND ".join(f'"{each}"' for each in found)

    def value(self, value: str) -> str:
        return value
