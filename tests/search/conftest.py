"""The engines of edx-search, each on a server of its own."""

from __future__ import annotations

import pytest

from .servers import Elasticsearch, Meilisearch, serving

INDEX = "catalog_1"


@pytest.fixture
def meilisearch_server(settings, monkeypatch):
    module = edx_search("meilisearch", monkeypatch)
    settings.SEARCH_ENGINE = "search.meilisearch.MeilisearchEngine"
    with serving(Meilisearch) as server:
        monkeypatch.setattr(module, "MEILISEARCH_URL", f"http://127.0.0.1:{server.port}")
        yield server


@pytest.fixture
def elasticsearch_server(settings, monkeypatch):
    edx_search("elastic", monkeypatch)
    settings.SEARCH_ENGINE = "search.elastic.ElasticSearchEngine"
    with serving(Elasticsearch) as server:
        settings.ELASTIC_SEARCH_CONFIG = [{"host": "127.0.0.1", "port": server.port, "max_retries": 0}]
        yield server


@pytest.fixture
def meilisearch(db, meilisearch_server):
    return empty_engine()


@pytest.fixture
def elasticsearch(db, elasticsearch_server):
    return empty_engine()


def edx_search(module, monkeypatch):
    """A module of edx-search; the switch that it asks for is in no database here."""
    pytest.importorskip("search.search_engine_base", reason="edx-search is not installed")
    monkeypatch.setattr("search.search_engine_base.switch_is_active", lambda name: False)
    return pytest.importorskip(f"search.{module}")


def empty_engine():
    from openedx_catalog.contrib.search.engines.edx_search import EdxSearchEngine

    engine = EdxSearchEngine()
    engine.create(INDEX)
    return engine
