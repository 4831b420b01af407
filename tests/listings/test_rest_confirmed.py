"""Public lists over REST are confirmed to whoever is not signed in, as long as they are true, without a row being read."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from openedx_catalog import api as catalog
from openedx_catalog.contrib.listings import api
from openedx_catalog.testing.users import rest_client

pytestmark = pytest.mark.django_db(transaction=True)

LISTS = ("/api/catalog/v1/listings/courses/", "/api/catalog/v1/listings/course-runs/")
KEY = "course-v1:MITx+14.100x+2T2027"


@pytest.fixture(autouse=True)
def everything(settings, listed, run):
    """A course and a run with listings; everybody may read."""
    settings.OPENEDX_CATALOG_ANONYMOUS_READ = True
    listed()
    run(KEY)
    api.set_course_run_listing(KEY, weeks=3)


@pytest.mark.parametrize("address", LISTS)
def test_a_list_is_confirmed_without_its_rows(client, address):
    first = client.get(address)
    with CaptureQueriesContext(connection) as queries:
        second = client.get(address, headers={"if-none-match": first["ETag"]})
    assert (second.status_code, second.content, second["ETag"]) == (304, b"", first["ETag"])
    assert not [each["sql"] for each in queries if "short_description" in each["sql"]]
    assert len(queries) == 1


@pytest.mark.parametrize("address", LISTS)
def test_the_next_visitor_gets_the_same_list_without_its_rows(client, address):
    cache.clear()
    first = client.get(address)
    with CaptureQueriesContext(connection) as queries:
        second = Client().get(address)
    assert (second.status_code, second.json(), second["ETag"]) == (200, first.json(), first["ETag"])
    assert len(queries) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda: api.set_course_listing("MITx+14.100x", weeks=9),
        lambda: api.set_course_listing("MITx+14.100x", visibility="hidden"),
        lambda: catalog.update_catalog_course("MITx+14.100x", title="Micro"),
        lambda: catalog.update_course_run(KEY, schedule={"start": "2031-01-01T00:00:00Z"}),
        lambda: api.set_course_run_listing(KEY, live=False),
    ],
    ids=["text", "hidden", "title", "date", "run"],
)
def test_what_has_changed_is_sent_anew(client, change):
    first = client.get(LISTS[0])
    change()
    second = client.get(LISTS[0], headers={"if-none-match": first["ETag"]})
    assert (second.status_code, second["ETag"] != first["ETag"]) == (200, True)


def test_other_questions_and_other_people_have_answers_of_their_own(client):
    tag = client.get(LISTS[0])["ETag"]
    assert client.get(f"{LISTS[0]}?page_size=1", headers={"if-none-match": tag}).status_code == 200
    signed_in = rest_client("user").get(LISTS[0], headers={"if-none-match": tag})
    assert (signed_in.status_code, "ETag" in signed_in) == (200, False)


def test_who_may_not_read_is_confirmed_nothing(client, settings):
    tag = client.get(LISTS[0])["ETag"]
    settings.OPENEDX_CATALOG_ANONYMOUS_READ = False
    assert client.get(LISTS[0], headers={"if-none-match": tag}).status_code in (401, 403)
