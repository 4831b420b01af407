"""The page of search, as somebody who is not signed in reads it."""

import pytest

from openedx_catalog.contrib.listings import api as listings
from openedx_catalog.contrib.search import api

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
URL = "/catalog/search/"


@pytest.fixture
def page(client, settings, everything):
    """``page("q=…")``: the text of the page."""
    settings.OPENEDX_CATALOG_ANONYMOUS_READ = True
    api.rebuild_index()

    def got(query="", status=200):
        response = client.get(f"{URL}?{query}")
        assert response.status_code == status
        assert response["X-Robots-Tag"] == "noindex"
        return response.content.decode()

    return got


def test_what_is_found_leads_to_its_page(page, everything):
    text = page("q=economics")
    slug = listings.find_course_listing(everything.course).slug
    assert f'href="/catalog/courses/{slug}/"' in text
    assert f'href="/catalog/programs/{everything.program.uuid}/"' in text
    assert "5 results" in text
    assert '<option value="course">Courses (1)</option>' in text
    assert "1 result" in page("q=economics&kind=program")
    assert "Nothing is like that" in page("q=nothing-is-called-so")


def test_addresses_that_make_no_sense_show_what_can_be_understood(page):
    for query in ("cursor=nonsense", "kind=person", "language=%00", "page=9", "q=%00"):
        assert "5 results" in page(query)
    assert "Nothing is like that" in page("language=xx")


def test_nobody_gets_what_another_one_has_seen(page, client, everything):
    assert "5 results" in page()
    listings.set_course_listing(everything.course, live=False)
    api.follow_changes()
    assert "5 results" not in page()
    assert "no-store" in client.get(URL)["Cache-Control"]


def test_without_an_index_it_says_that_it_cannot_search(client, settings):
    settings.OPENEDX_CATALOG_ANONYMOUS_READ = True
    response = client.get(f"{URL}?q=prices&language=es&subject=")
    text = response.content.decode()
    assert (response.status_code, "Try again later" in text) == (503, True)
    # Whoever tries again asks the same.
    assert '<input type="hidden" name="language" value="es">' in text
    assert text.count('type="hidden"') == 1
    assert 'value="prices"' in text


def test_it_is_there_where_the_other_pages_are(client, settings):
    assert client.get(URL).status_code == 302
    settings.OPENEDX_CATALOG_ANONYMOUS_READ = True
    assert f'<a href="{URL}">Search</a>' in client.get("/catalog/courses/").content.decode()
    settings.OPENEDX_CATALOG_PAGES = False
    assert client.get(URL).status_code == 404
