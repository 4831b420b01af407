"""Search over REST, on the engine that every site has."""

import pytest
from django.test import Client

from openedx_catalog.contrib.search import api
from openedx_catalog.contrib.search.exceptions import SearchUnavailable

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
URL = "/api/catalog/v1/search/"


@pytest.fixture
def ask(sign_in):
    """``ask("q=micro", "suggestions/")``: what a user without rights is answered."""
    client = sign_in("user")

    def asked(query="", path="", status=200):
        response = client.get(f"{URL}{path}?{query}")
        assert response.status_code == status, response.content
        return response.json()

    return asked


@pytest.fixture
def indexed(everything):
    api.rebuild_index()
    return everything


def titles(found):
    return [row["title"] for row in found["results"]]


def test_all_kinds_are_found_with_what_they_are(indexed, ask):
    found = ask("q=economics+price")
    assert (found["count"], found["next"]) == (5, None)
    assert {row["kind"] for row in found["results"]} == {"course", "course_run", "program", "pathway"}
    course = next(row for row in found["results"] if row["kind"] == "course")
    assert (course["key"], course["organizations"][0]["short_name"]) == ("MITx+14.100x", "MITx")
    assert titles(ask("q=14.100x&kind=course")) == ["Microeconomics"]
    assert titles(ask("q=mircoeconomics&kind=course")) == ["Microeconomics"]
    assert ask("q=cooking")["count"] == 0
    assert titles(ask('q="prices+%26+markets"&kind=course')) == ["Microeconomics"]


def test_facets_narrow_and_are_counted_without_their_own_choice(indexed, ask):
    found = ask("facets=kind,language,level,skill&kind=course&kind=program")
    assert found["count"] == 2
    assert {row["value"]: row["count"] for row in found["facets"]["kind"]} == {
        "course": 1, "course_run": 2, "program": 1, "pathway": 1,
    }  # fmt: skip
    assert found["facets"]["language"] == [{"value": "en", "count": 2}, {"value": "es", "count": 2}]
    assert found["facets"]["skill"] == [{"value": "Price theory", "count": 2}]
    assert ask("organization=MITx&level=Introductory&language=es&kind=course")["count"] == 1
    assert ask("program_type=MicroMasters&kind=course")["count"] == 1
    assert ask("language=de")["count"] == 0
    assert ask("course_type=verified-audit&kind=course")["count"] == 1
    assert ask("availability=upcoming")["count"] == 0


def test_pages_neither_repeat_nor_skip(indexed, ask):
    cursor, seen = "", []
    for _page in range(3):
        found = ask(f"page_size=2{cursor}")
        seen += [row["uuid"] for row in found["results"]]
        cursor = f"&cursor={found['next']}"
    assert (len(seen), len(set(seen)), found["next"]) == (5, 5, None)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("language=en&colour=red", "colour"),
        ("kind=person", "kind"),
        ("facets=colour", "facets"),
        ("page_size=0", "page_size"),
        ("page_size=101", "page_size"),
        ("page_size=x", "page_size"),
        ("cursor=nonsense", "cursor"),
        ("q=a&q=b", "q"),
        ("language=%00", "language"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(indexed, ask, query, field):
    refused = ask(query, status=400)
    assert list(refused["errors"]) == [field]
    assert "stored:" not in refused["detail"]


@pytest.mark.parametrize("text", ["%00", "%27%22)(%26|!*:", "%F0%9F%98%80" * 50, "a" * 3000, "AND+OR+NOT", "%5C%25_", "<->"])
def test_any_text_is_answered(indexed, ask, text):
    assert ask(f"q={text}")["count"] >= 0
    assert isinstance(ask(f"q={text}", "suggestions/"), list)


def test_titles_are_suggested(indexed, ask):
    assert ask("q=micro&kind=course", "suggestions/") == ["Microeconomics"]
    assert ask("q=m", "suggestions/") == []
    assert ask("q=micro&limit=1", "suggestions/")[0].startswith("Microeconomics")
    assert list(ask("q=micro&limit=0", "suggestions/", status=400)["errors"]) == ["limit"]
    assert list(ask("q=micro&kind=x", "suggestions/", status=400)["errors"]) == ["kind"]


def test_without_an_index_or_an_engine_it_says_so(ask, settings, everything, monkeypatch):
    assert ask(status=503)["code"] == "search_index_missing"
    assert ask("q=micro", "suggestions/", status=503)["code"] == "search_index_missing"
    api.rebuild_index()

    def gone(*_arguments):
        raise SearchUnavailable(reason="connection refused")

    monkeypatch.setattr("openedx_catalog.contrib.search.engines.database.DatabaseEngine.search", gone)
    refused = ask(status=503)
    assert (refused["code"], "connection refused" in refused["detail"]) == ("search_unavailable", True)


def test_it_is_for_who_may_read(indexed, settings):
    assert Client().get(URL).status_code == 401
    settings.OPENEDX_CATALOG_ANONYMOUS_READ = True
    assert Client().get(URL).json()["count"] == 5


def test_as_many_queries_whatever_is_found(indexed, ask, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        ask("q=economics&facets=kind,organization,language,level,subject,skill&kind=course")
