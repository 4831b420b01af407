"""The catalog in numbers: through the API, and as a page of the admin."""

import re

import pytest
from django.urls import reverse

from openedx_catalog import api
from openedx_catalog.models_api import CourseRun
from tests.conftest import RUN_KEY

pytestmark = pytest.mark.django_db

PAGE = "admin:openedx_catalog_catalogcourse_overview"


@pytest.fixture
def catalog():
    rows = [
        api.AssociationRecord(f"course-v1:Org{n % 2}+C{n // 4}+{n}", start=f"20{20 + n % 3}-12-31T23:30:00Z") for n in range(22)
    ]
    api.associate_course_runs(rows, source="test")
    api.associate_course_run(RUN_KEY, catalog_course="MITx+Shared")
    api.create_organization(short_name="Closed", active=False)
    api.associate_course_run("course-v1:MITx+Shared+Never")
    api.delete_course_run("course-v1:MITx+Shared+Never", for_good=True)


def test_the_numbers(catalog, django_assert_num_queries):
    with django_assert_num_queries(6):
        overview = api.get_catalog_overview()
    assert overview == api.CatalogOverview(
        organizations=4,
        inactive_organizations=1,
        catalog_courses=13,
        course_runs=23,
        explicit_runs=1,
        courses_by_size=[("0", 0), ("1", 3), ("2", 10), ("3–5", 0), ("6–10", 0), ("11–20", 0), ("21+", 0)],
        runs_by_year=[(2020, 8), (2021, 7), (2022, 7), (None, 1)],
        untitled_courses=13,
        courses_without_language=13,
        deleted_for_good=1,
    )


def test_courses_that_lack_a_title_or_a_language_are_counted(catalog, admin_client):
    api.associate_course_run(RUN_KEY, title="What they share", language_short="fil")
    api.update_catalog_course("Org0+C0", title="c0")
    api.update_catalog_course("Org1+C0", title="Zero", language="es")
    overview = api.get_catalog_overview()
    assert (overview.untitled_courses, overview.courses_without_language) == (11, 11)
    page = admin_client.get(reverse(PAGE)).content.decode()
    assert re.search(r'Catalog courses titled by their code</dt><dd><a href="[^"]*titled=0">11</a></dd>', page)
    (link,) = re.findall(r'<dt>Catalog courses without a language</dt><dd><a href="([^"]*)">11</a>', page)
    listed = admin_client.get(link.replace("&amp;", "&"))
    assert listed.context["cl"].result_count == 11


def test_an_empty_catalog(admin_client):
    overview = api.get_catalog_overview()
    assert (overview.course_runs, overview.runs_by_year) == (0, [])
    assert "Nothing yet." in admin_client.get(reverse(PAGE)).content.decode()


def test_the_page_shows_them_as_a_table_with_bars(admin_client, catalog):
    page = admin_client.get(reverse(PAGE)).content.decode()
    assert '<tr><th scope="row">2020</th><td>8</td></tr>' in page
    assert re.search(r'>2020</text><rect x="30%" y="\d+" width="60.00%"', page)
    assert "4.3%" in page
    assert "Run now" in page


def test_the_page_checks_only_what_indexes_answer(admin_client, catalog):
    api.update_course_run(RUN_KEY, schedule={"start": "2027-02-01T00:00:00Z", "end": "2027-01-01T00:00:00Z"})
    assert "These checks found no problems." in admin_client.get(reverse(PAGE), {"doctor": 1}).content.decode()


def test_the_page_shows_what_the_last_run_found(admin_client, catalog):
    assert "Every row has never been checked." in admin_client.get(reverse(PAGE)).content.decode()
    api.update_course_run(RUN_KEY, schedule={"start": "2027-02-01T00:00:00Z", "end": "2027-01-01T00:00:00Z"})
    api.run_doctor()
    page = admin_client.get(reverse(PAGE)).content.decode()
    assert "0 errors, 1 warnings" in page
    assert "?code=end_before_start" in page


def test_what_another_program_wrote_is_found_although_it_cannot_be_searched_for(admin_client, catalog):
    CourseRun.objects.filter(pk=api.get_course_run(RUN_KEY).pk).update(key_ci=None)
    ((finding, url),) = admin_client.get(reverse(PAGE), {"doctor": 1}).context["findings"]
    assert finding.code == "course_run_identity_missing"
    page = admin_client.get(url).content.decode()
    assert re.findall(r'class="field-key_text"><span title="([^"]*)"', page) == [RUN_KEY]


def test_only_who_is_let_in_sees_it(client):
    assert client.get(reverse(PAGE)).status_code == 302
