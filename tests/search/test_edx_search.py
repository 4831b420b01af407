"""What the engine asks of edx-search's servers, and what it does where they fail or are not there."""

from __future__ import annotations

import builtins
import json

import pytest
from django.core.exceptions import ImproperlyConfigured

from openedx_catalog.contrib.search.data import Search
from openedx_catalog.contrib.search.engines.edx_search import EdxSearchEngine
from openedx_catalog.contrib.search.exceptions import SearchUnavailable

from .test_engines import ALL, INDEX, MICRO, found

pytestmark = [
    pytest.mark.newest,
    pytest.mark.any_database,
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:The 'body' parameter is deprecated"),
]


@pytest.fixture(params=["meilisearch", "elasticsearch"])
def server(request):
    """A server, with `engine` on it."""
    server = request.getfixturevalue(f"{request.param}_server")
    server.engine = request.getfixturevalue(request.param)
    return server


CALLS = {
    "create": lambda engine: engine.create(INDEX),
    "put": lambda engine: engine.put(INDEX, [MICRO]),
    "remove": lambda engine: engine.remove(INDEX, ["x"]),
    "ids": lambda engine: list(engine.ids(INDEX)),
    "drop": lambda engine: engine.drop(INDEX),
    "search": lambda engine: engine.search(INDEX, Search("x")),
    "suggest": lambda engine: engine.suggest(INDEX, "x"),
}


@pytest.mark.filterwarnings("ignore:The use of ids is depreciated")
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_an_error_of_the_server_is_search_unavailable(server, call):
    server.fail = (500, {"message": "it broke", "code": "internal", "error": {"type": "it_broke"}, "status": 500})
    with pytest.raises(SearchUnavailable, match="broke"):
        call(server.engine)


@pytest.mark.parametrize("name", ["meilisearch", "elasticsearch"])
def test_a_server_that_is_not_there_is_search_unavailable(request, settings, monkeypatch, name):
    request.getfixturevalue(f"{name}_server")
    settings.ELASTIC_SEARCH_CONFIG = [{"host": "127.0.0.1", "port": 9}]
    monkeypatch.setattr("search.meilisearch.MEILISEARCH_URL", "http://127.0.0.1:9")
    with pytest.raises(SearchUnavailable):
        EdxSearchEngine().search(INDEX, Search("x"))


def test_a_search_is_one_request_and_one_for_each_facet_that_is_chosen_and_counted(server):
    server.engine.put(INDEX, ALL)
    server.seen.clear()
    chosen = {"language": ["en"], "subject": ["Economics"], "level": []}
    server.engine.search(INDEX, Search("x", facets=chosen, counted=["language", "subject", "organization", "level"]))
    assert [path.rpartition("/")[2] in ("search", "_search") for _method, path, _body in server.seen].count(True) == 3


def test_a_value_cannot_break_out_of_a_filter(server):
    server.engine.put(INDEX, ALL)
    assert found(server.engine, facets={"language": ['x" OR kind = "course']}) == []
    assert found(server.engine, facets={"language": ["x\\"]}) == []


def test_meilisearch_keeps_primary_keys_that_it_allows(meilisearch_server, meilisearch):
    meilisearch.put(INDEX, [MICRO])
    (document,) = meilisearch_server.indexes[INDEX].values()
    assert document["_pk"].isalnum()
    assert document["id"] == MICRO.id


def test_elasticsearch_is_asked_for_every_word_and_for_no_operator(elasticsearch_server, elasticsearch):
    elasticsearch.search(INDEX, Search('micro AND -(x) "supply demand" 14.100x~2'))
    (asked,) = (json.loads(body) for _method, path, body in elasticsearch_server.seen if path.endswith("_search"))
    (query,) = asked["query"]["bool"]["must"]
    assert query["query_string"]["query"] == '"micro" AND "and" AND "x" AND "supply demand" AND "14.100x" AND "2"'


def test_without_edx_search_an_operator_is_told_what_to_install(monkeypatch):
    real = builtins.__import__
    monkeypatch.setattr(
        "openedx_catalog.contrib.search.engines.edx_search.import_module", lambda name: real("no_such_module_at_all")
    )
    with pytest.raises(ImproperlyConfigured, match="pip install"):
        EdxSearchEngine()


@pytest.mark.parametrize("named", [None, "search.typesense.TypesenseEngine"])
def test_an_engine_that_the_catalog_does_not_know_is_refused(meilisearch_server, settings, named):
    settings.SEARCH_ENGINE = named
    with pytest.raises(ImproperlyConfigured, match="SEARCH_ENGINE"):
        EdxSearchEngine()
