"""What only the engine on the site's own database promises."""

from __future__ import annotations

import pytest
from django.db import connection

from openedx_catalog.contrib.search.data import Search
from openedx_catalog.contrib.search.engines.database import DatabaseEngine
from openedx_catalog.contrib.search.models_api import StoredDocument, StoredWord

from .test_engines import ALL, INDEX, document

# MariaDB's full-text index shows what is committed.
pytestmark = [pytest.mark.newest, pytest.mark.django_db(transaction=connection.vendor == "mysql")]


@pytest.mark.parametrize("count", [3, 60])
def test_a_search_takes_as_many_statements_however_many_it_finds(data_statements, count):
    engine = DatabaseEngine()
    engine.put(INDEX, [document(n, "Robots again", facets={"language": [f"l{n}"]}) for n in range(count)])
    chosen, counted = {"language": [f"l{n}" for n in range(50)]}, ["language", "subject"]
    for search, most in (
        (Search("robots", size=2, counted=counted), 2),
        (Search("robots", size=2, counted=counted, facets=chosen), 2),
        (Search("robtos", size=2, counted=counted), 5),
        (Search("", size=2), 2),
        (Search("robots again", size=100), 1),
    ):
        with data_statements() as log:
            assert engine.search(INDEX, search).total
        assert len(log) == most, log


def test_documents_are_put_in_a_constant_number_of_statements(data_statements):
    engine, took = DatabaseEngine(), []
    for index, count in (("a", 20), ("b", 200)):
        with data_statements() as log:
            engine.put(index, [document(n, "Robots again", facets={"language": [f"l{n}"]}) for n in range(count)])
        took.append(len(log))
    assert took[0] == took[1] <= 7


def test_nothing_stays_behind(db):
    engine = DatabaseEngine()
    engine.put(INDEX, ALL)
    engine.remove(INDEX, [each.id for each in ALL])
    assert not StoredDocument.objects.exists()
    engine.drop(INDEX)
    assert not StoredWord.objects.exists()
