"""The admin: to see and search the mapping; what it writes, the API writes."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from openedx_catalog import api
from openedx_catalog.api import AssociationRecord
from openedx_catalog.models_api import CatalogCourse, CourseRun
from tests.conftest import RUN_KEY

pytestmark = [pytest.mark.django_db, pytest.mark.every_cell]

COURSES, RUNS = "admin:openedx_catalog_catalogcourse_", "admin:openedx_catalog_courserun_"


@pytest.fixture
def catalog(db):
    api.associate_course_runs(
        [
            AssociationRecord(
                f"course-v1:Org{n % 30}+C{n // 3}+{n}", title=f"Title {n}", start="2027-01-01T00:00:00Z" if n % 2 else ""
            )
            for n in range(240)
        ],
        source="test",
    )
    api.associate_course_run(RUN_KEY, title="Microeconomics")


@pytest.fixture
def client(admin_client):
    """Signed in, the session warmed up."""
    admin_client.get(reverse("admin:index"))
    return admin_client


def pages():
    course, run = CatalogCourse.objects.get(course_code="14.100x"), api.get_course_run(RUN_KEY)
    return {
        "courses": reverse(COURSES + "changelist"),
        "courses, last page": reverse(COURSES + "changelist") + "?p=2",
        "courses, search": reverse(COURSES + "changelist") + "?q=14.100x",
        "courses by runs": reverse(COURSES + "changelist") + "?o=4",
        "runs": reverse(RUNS + "changelist"),
        "runs, last page": reverse(RUNS + "changelist") + "?p=5",
        "runs, search": reverse(RUNS + "changelist") + "?q=MITx",
        "runs of a course": reverse(RUNS + "changelist") + f"?catalog_course__id__exact={course.pk}",
        "runs, filtered": reverse(RUNS + "changelist") + "?association__exact=implicit",
        "course": reverse(COURSES + "change", args=[course.pk]),
        "course, new": reverse(COURSES + "add"),
        "course, history": reverse(COURSES + "history", args=[course.pk]),
        "course, then": reverse(COURSES + "simple_history", args=[course.pk, course.history.first().pk]),
        "run": reverse(RUNS + "change", args=[run.pk]),
        "run, new": reverse(RUNS + "add"),
        "run, history": reverse(RUNS + "history", args=[run.pk]),
        "run, then": reverse(RUNS + "simple_history", args=[run.pk, run.history.first().pk]),
    }


def test_no_page_costs_more_than_ten_queries(client, catalog, django_assert_max_num_queries):
    for name, url in pages().items():
        with django_assert_max_num_queries(10) as captured:
            response = client.get(url)
        assert response.status_code == 200, name
        assert len(captured) <= 10, name


def test_courses_and_runs_lead_to_each_other(client, catalog):
    course = CatalogCourse.objects.get(course_code="14.100x")
    listing = client.get(pages()["courses, search"]).content.decode()
    link = f"{reverse(RUNS + 'changelist')}?catalog_course__id__exact={course.pk}"
    assert link in listing
    runs = client.get(link).content.decode()
    assert RUN_KEY in runs
    assert "Title 1<" not in runs
    assert reverse(COURSES + "change", args=[course.pk]) in runs


def test_runs_are_found_by_key_title_and_organization(client, catalog):
    for query in (RUN_KEY, RUN_KEY.upper(), "microecon", "14.100", "MITx"):
        page = client.get(reverse(RUNS + "changelist"), {"q": query}).content.decode()
        assert RUN_KEY in page, query


def test_autocomplete_offers_courses(client, catalog):
    organizations = client.get(
        reverse("admin:autocomplete"),
        {"app_label": "openedx_catalog", "model_name": "catalogcourse", "field_name": "org", "term": "MIT"},
    )
    assert [row["text"] for row in organizations.json()["results"]] == ["MITx (MITx)"]


def test_a_course_is_created_and_changed_through_the_api(client, catalog):
    org = CatalogCourse.objects.get(course_code="14.100x").org
    client.post(reverse(COURSES + "add"), {"org": org.pk, "course_code": "6.002x", "title": "", "language": "en"})
    course = api.get_catalog_course(key_str="MITx+6.002x")
    assert (course.title, course.codes.count()) == ("6.002x", 1)
    row = course.history.get()
    assert (row.history_change_reason, row.history_user) == ("admin", get_user_model().objects.get())
    change = reverse(COURSES + "change", args=[course.pk])
    client.post(change, {"title": "Circuits", "language": "pt_BR", "course_code": "other"})
    course.refresh_from_db()
    assert (course.title, course.language, course.course_code) == ("Circuits", "pt-br", "6.002x")
    client.post(change, {"title": "Circuits", "language": "pt-br"})
    assert course.history.count() == 2


@pytest.mark.parametrize(
    ("code", "words"), [("14.100X", "already belongs to catalog-course:MITx:14.100x"), ("a b", "cannot be part of")]
)
def test_what_the_api_refuses_stands_on_the_field(client, catalog, code, words):
    org = CatalogCourse.objects.get(course_code="14.100x").org
    response = client.post(reverse(COURSES + "add"), {"org": org.pk, "course_code": code, "title": "T", "language": "en"})
    assert response.status_code == 200
    assert words in " ".join(response.context["adminform"].form.errors["course_code"])


def test_a_run_is_created_and_changed_through_the_api(client, catalog):
    form = {"key": "course-v1:MITx+14.100x+new", "title": "", "start_0": "2027-01-01", "start_1": "10:00:00", "pacing": "self"}
    response = client.post(reverse(RUNS + "add"), form)
    assert response.status_code == 302, response.context["adminform"].form.errors
    run = api.get_course_run("course-v1:MITx+14.100x+new")
    assert (run.title, run.schedule.pacing, run.schedule.start.hour) == ("Microeconomics", "self", 10)
    change = reverse(RUNS + "change", args=[run.pk])
    client.post(change, {"title": "New", "start_0": "", "start_1": "", "pacing": "self"})
    run = api.get_course_run(run.course_key)
    assert (run.title, run.schedule.start, run.schedule.pacing) == ("New", None, "self")
    assert run.history.first().history_change_reason == "admin"
    client.post(change, {"title": "New", "start_0": "", "start_1": "", "pacing": "self"})
    assert run.history.count() == 2
    assert run.schedule.history.count() == 2


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("garbage", "is not a course run key"),
        (RUN_KEY.lower(), f"exists as {RUN_KEY}"),
        ("course-v1:МФТИ+A+1", "There is no organization"),
        ("course-v1:A+B+" + "x" * 200, "128 characters"),
    ],
)
def test_what_is_no_new_run_stands_on_the_field(client, catalog, key, words):
    response = client.post(reverse(RUNS + "add"), {"key": key, "title": "T"})
    assert response.status_code == 200
    assert words in " ".join(response.context["adminform"].form.errors["key"])


def test_titles_are_shown_as_they_are(client, catalog):
    api.update_course_run(RUN_KEY, title="<script>alert(1)</script> {x}")
    for name in ("runs, search", "run", "run, history"):
        page = client.get(pages()[name]).content.decode()
        assert "<script>alert(1)" not in page


def test_a_course_with_runs_is_not_deleted(client, catalog):
    course = CatalogCourse.objects.get(course_code="14.100x")
    response = client.post(reverse(COURSES + "delete", args=[course.pk]), {"post": "yes"})
    assert CatalogCourse.objects.filter(pk=course.pk).exists()
    assert response.status_code in (200, 403)
    run = api.get_course_run(RUN_KEY)
    client.post(reverse(RUNS + "delete", args=[run.pk]), {"post": "yes"})
    assert not CourseRun.objects.filter(pk=run.pk).exists()
    assert CourseRun.history.first().history_change_reason == "admin"
    client.post(reverse(COURSES + "changelist"), {"action": "delete_selected", "_selected_action": course.pk, "post": "yes"})
    assert not CatalogCourse.objects.filter(pk=course.pk).exists()
