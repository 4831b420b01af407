"""How long a public page is kept, by what it is known again, and what others never keep."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from openedx_catalog import api as catalog
from openedx_catalog.contrib.listings import api
from openedx_catalog.contrib.listings.pages import views
from openedx_catalog.contrib.programs import api as programs

from ..spanish import by_the_reader

pytestmark = pytest.mark.django_db(transaction=True)

LIST, PAGE = "/catalog/courses/", "/catalog/courses/microeconomics/"
ALL = (LIST, PAGE, "/catalog/programs/", "/catalog/programs/analytics/", "/catalog/sitemap.xml")
KEY = "course-v1:MITx+14.100x+2T2027"


@pytest.fixture(autouse=True)
def everything(settings, listed, run):
    """A course with a run, and a program of it; everybody may read."""
    settings.OPENEDX_CATALOG_ANONYMOUS_READ = True
    api.create_subject(name="Economics")
    api.create_level(name="Introductory")
    listed(subjects=["economics"], level="introductory")
    run(KEY, start=timezone.now() + timedelta(days=30), end=timezone.now() + timedelta(days=90))
    # Types that a migration brought are gone with the rows of the first test.
    programs.create_program_type(name="Track", slug="track")
    made = programs.create_program(title="Analytics", type="track", status="active", marketing_slug="analytics")
    programs.create_curriculum(made, name="Core", courses=["MITx+14.100x"])


@pytest.fixture
def again(client):
    """``again(address, **headers)``: the status when a page is asked for by whoever has it as it was at first."""
    tags = {}

    def ask(address, **headers):
        if address not in tags:
            tags[address] = client.get(address, headers=headers)["ETag"]
        return client.get(address, headers={"If-None-Match": tags[address], **headers}).status_code

    return ask


@pytest.mark.parametrize("address", ALL)
def test_a_page_is_confirmed_without_a_row_of_it_being_read(client, address):
    first = client.get(address)
    assert first["Cache-Control"] == "public, max-age=60"
    assert {each.strip() for each in first["Vary"].split(",")} >= {"Cookie", "Accept-Language"}
    with CaptureQueriesContext(connection) as queries:
        second = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (second.status_code, second.content) == (304, b"")
    assert (second["ETag"], second["Last-Modified"]) == (first["ETag"], first["Last-Modified"])
    assert len(queries) == 1
    assert not any("SELECT" in each["sql"] and "short_description" in each["sql"] for each in queries)
    assert client.get(address, headers={"If-Modified-Since": first["Last-Modified"]}).status_code == 304
    assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


def test_how_long_is_a_setting(client, settings):
    settings.OPENEDX_CATALOG_PAGES_MAX_AGE = 300
    assert client.get(LIST)["Cache-Control"] == "public, max-age=300"


@pytest.mark.parametrize(
    "change",
    [
        lambda: api.set_course_listing("MITx+14.100x", short_description="Supply."),
        lambda: api.update_subject("economics", name="Economy"),
        lambda: api.update_level("introductory", name="First"),
        lambda: catalog.update_organization("MITx", name="Institute"),
        lambda: catalog.update_course_run(KEY, schedule={"start": "2031-01-01T00:00:00Z"}),
        lambda: catalog.create_course_run("course-v1:MITx+14.100x+3T2027"),
        lambda: api.set_course_run_listing(KEY, invitation_only=True),
        lambda: programs.update_program(programs.get_program(marketing_slug="analytics"), subtitle="Numbers"),
        lambda: programs.update_program_type("track", name="Way"),
    ],
    ids=["listing", "subject", "level", "organization", "schedule", "new run", "run listing", "program", "program type"],
)
def test_what_a_page_shows_is_shown_anew_once_it_changes(again, change):
    assert [again(address) for address in ALL] == [304] * len(ALL)
    change()
    assert [again(address) for address in ALL] == [200] * len(ALL)


@pytest.mark.parametrize("days", [31, 91], ids=["it starts", "it ends"])
def test_what_the_clock_changes_is_shown_anew(again, monkeypatch, days):
    assert again(PAGE) == 304
    later = timezone.now() + timedelta(days=days)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert again(PAGE) == 200


def test_a_date_that_passes_on_the_same_day_is_noticed(again, monkeypatch):
    noon = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0)
    catalog.update_course_run(KEY, schedule={"enrollment_end": noon + timedelta(minutes=5)})
    monkeypatch.setattr(timezone, "now", lambda: noon)
    assert (again(PAGE), again(LIST)) == (304, 304)
    monkeypatch.setattr(timezone, "now", lambda: noon + timedelta(minutes=5))
    assert (again(PAGE), again(LIST)) == (200, 200)


def test_each_language_has_its_own(client):
    with by_the_reader():
        tags = {client.get(LIST, headers={"Accept-Language": language})["ETag"] for language in ("en", "es")}
    assert len(tags) == 2


def test_what_somebody_sees_who_is_signed_in_is_kept_nowhere(client):
    client.force_login(User.objects.create_user("learner"))
    for address in ALL:
        response = client.get(address)
        assert (response["Cache-Control"], response.get("ETag")) == ("private, no-store", None)


def test_a_preview_is_kept_nowhere(admin_client):
    api.set_course_listing("MITx+14.100x", live=False)
    response = admin_client.get(f"{PAGE}?preview=1")
    assert (response.status_code, response["Cache-Control"]) == (200, "private, no-store")


def test_the_way_to_sign_in_is_kept_nowhere(client, settings):
    settings.OPENEDX_CATALOG_ANONYMOUS_READ = False
    assert client.get(LIST)["Cache-Control"] == "private, no-store"


def test_a_page_that_is_not_there_cannot_be_confirmed(client):
    assert client.get("/catalog/courses/nothing/", headers={"If-None-Match": "*"}).status_code == 404


def test_a_former_address_is_no_longer_remembered_than_a_page(client):
    api.set_course_listing("MITx+14.100x", slug="micro")
    response = client.get(PAGE)
    assert (response.status_code, response["Cache-Control"], response.get("ETag")) == (301, "public, max-age=60", None)


def test_who_works_on_templates_sees_them_at_once(client, settings):
    settings.DEBUG = True
    assert "ETag" not in client.get(LIST)


# One of them says by what a page is known.
BUDGET = {LIST: 5, PAGE: 10, "/catalog/programs/": 4, "/catalog/programs/analytics/": 10, "/catalog/sitemap.xml": 5}


def test_a_page_costs_the_same_whatever_there_is(client, listed, run, monkeypatch):
    monkeypatch.setattr(views, "PER_PAGE", 100)
    courses = [f"C{number}" for number in range(100)]
    for code in courses:
        listed(code, title=code, subjects=["economics"], level="introductory", owners=["MITx"])
        run(f"course-v1:MITx+{code}+1T2030")
        run(f"course-v1:MITx+14.100x+{code}")
    for number in range(30):
        made = programs.create_program(title=f"P{number}", type="track", status="active", authoring_organizations=["MITx"])
        programs.create_curriculum(made, name="Core", courses=["MITx+14.100x"])
    programs.add_courses(programs.get_program(marketing_slug="analytics").curricula.get(), [f"MITx+{code}" for code in courses])
    # What there is to choose from is kept until something changes.
    client.get(LIST)
    costs = {}
    for address in ALL:
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        costs[address] = len(queries)
    assert costs == BUDGET


def test_a_list_that_is_narrowed_costs_as_much(client, listed):
    query = f"{LIST}?q=micro+economics&subject=economics&level=introductory&language=en&organization=MITx&open=1"
    client.get(query)
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        client.get(query)
    assert len(queries) == 6


@pytest.mark.parametrize("address", ALL)
def test_the_next_visitor_gets_the_same_page_without_a_row_of_it_being_read(client, address):
    cache.clear()
    first = client.get(address)
    with CaptureQueriesContext(connection) as queries:
        second = Client().get(address)
    assert (second.content, second["ETag"], second["Content-Type"]) == (first.content, first["ETag"], first["Content-Type"])
    assert len(queries) == 1


def test_a_page_that_is_kept_is_not_shown_once_it_is_another_one(client):
    assert "Microeconomics" in client.get(LIST).content.decode()
    api.set_course_listing("MITx+14.100x", visibility="hidden")
    assert "Microeconomics" not in Client().get(LIST).content.decode()


def test_what_somebody_who_is_signed_in_sees_is_not_kept_for_others(client):
    cache.clear()
    api.set_course_listing("MITx+14.100x", visibility="hidden")
    client.force_login(User.objects.create_superuser("ann"))
    assert client.get(f"{PAGE}?preview=1").status_code == 200
    assert Client().get(f"{PAGE}?preview=1").status_code == 404


@pytest.mark.parametrize(
    "text", ["{% csrf_token %}", "{% for each in messages %}{{ each }}{% endfor %}"], ids=["token", "message"]
)
def test_a_page_that_says_something_of_its_visitor_is_not_kept(client, settings, tmp_path, text):
    folder = tmp_path / "openedx_catalog_listings"
    folder.mkdir()
    base = '{% extends "openedx_catalog_listings/base.html" %}{% block brand %}{% csrf_token %}{% endblock %}'
    (folder / "base.html").write_text(base, encoding="utf-8")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [str(tmp_path)]}]
    cache.clear()
    client.get(LIST)
    with CaptureQueriesContext(connection) as queries:
        Client().get(LIST)
    assert len(queries) > 1


def statements_of_the_next_visitor(client, address):
    cache.clear()
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(connection) as queries:
        Client().get(address)
    return len(queries)


def test_addresses_with_a_question_are_not_kept(client):
    assert statements_of_the_next_visitor(client, f"{LIST}?x=1") > 1
    assert statements_of_the_next_visitor(client, f"{LIST}?page=1&x=1") > 1


def test_the_pages_of_a_list_are_kept(client):
    assert statements_of_the_next_visitor(client, f"{LIST}?page=1") == 1
    assert statements_of_the_next_visitor(client, "/api/catalog/v1/listings/courses/?page_size=100") == 1


def test_a_page_names_itself_as_it_is_asked_for(client):
    assert "http://testserver/catalog" in client.get(LIST).content.decode()
    assert "https://testserver/catalog" in Client().get(LIST, secure=True).content.decode()


def test_a_cache_that_is_out_of_order_costs_nobody_a_page(client, settings):
    settings.CACHES = {"default": {"BACKEND": "tests.listings.broken_cache.BrokenCache"}}
    assert client.get(LIST).status_code == 200
    assert client.get("/api/catalog/v1/listings/courses/").status_code == 200


def test_where_the_host_chooses_the_run_pages_are_read_each_time(client, settings):
    settings.OPENEDX_CATALOG_BEST_RUN = "tests.listings.test_best_run.Newest"
    assert "ETag" not in client.get(LIST)
