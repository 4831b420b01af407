"""The external key of a run over the REST API of runs, which knows nothing of programs: shown, and set."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api
from openedx_catalog.models_api import CourseRun

from .conftest import run_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

RUNS = "/api/catalog/v1/course-runs/"
A1, A2, B1 = "course-v1:GTx+A+1", "course-v1:GTx+A+2", "course-v1:GTx+B+1"


def client_of(user):
    made = APIClient()
    made.force_login(user)
    return made


@pytest.fixture
def client():
    return client_of(get_user_model().objects.create_superuser("root"))


@pytest.fixture
def keyed(courses):
    api.set_external_course_key(A1, "MATH205-Fall20")


def shown(client, key):
    return client.get(f"{RUNS}{key}/").data["external_course_key"]


def test_a_run_shows_it_in_a_detail_a_list_and_the_runs_of_its_course(client, keyed):
    assert (shown(client, A1), shown(client, B1)) == ("MATH205-Fall20", None)
    listed = {row["course_key"]: row["external_course_key"] for row in client.get(RUNS).data["results"]}
    assert (listed[A1], listed[B1]) == ("MATH205-Fall20", None)
    (row,) = client.get("/api/catalog/v1/catalog-courses/GTx+A/runs/").data["results"]
    assert row["external_course_key"] == "MATH205-Fall20"
    (row,) = client.get(f"{RUNS}?course_keys={A1.replace('+', '%2B')}&fields=external_course_key").data["results"]
    assert row == {"external_course_key": "MATH205-Fall20"}
    assert client.get(f"{RUNS}{A1}/?fields=nothing").status_code == 400


def test_it_is_one_query_a_page(client, keyed):
    counts = []
    for many in (1, 30):
        for n in range(many):
            api.set_external_course_key(run_of("A", f"n{many}-{n}").course_key, f"k{many}-{n}")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{RUNS}?page_size=100")
        counts.append(sum("externalcoursekey" in query["sql"] for query in queries))
    assert counts == [1, 1]


def test_it_is_set_changed_and_taken_away(client, keyed):
    before = catalog.get_course_run(A1).modified
    changed = client.patch(f"{RUNS}{A1}/", {"external_course_key": " NEW ", "title": "T", "reason": "r"}, format="json")
    assert (changed.status_code, changed.data["external_course_key"], changed.data["title"]) == (200, "NEW", "T")
    assert catalog.get_course_run(A1).modified > before
    assert catalog.get_course_run(A1).external_course_key.history.latest().history_change_reason.endswith(": r")
    kept = client.patch(f"{RUNS}{A1}/", {"title": "U"}, format="json")
    assert kept.data["external_course_key"] == "NEW"
    made = client.post(RUNS, {"course_key": A2, "external_course_key": "second"}, format="json")
    assert (made.status_code, made.data["external_course_key"]) == (201, "second")
    gone = client.patch(f"{RUNS}{A1}/", {"external_course_key": None}, format="json")
    assert (gone.status_code, gone.data["external_course_key"]) == (200, None)


def test_whose_key_it_is_goes_with_the_key(client, keyed):
    body = {"external_course_key": "NEW", "external_course_key_source": "Banner"}
    assert client.patch(f"{RUNS}{A1}/", body, format="json").data["external_course_key_source"] == "Banner"
    changed = client.patch(f"{RUNS}{A1}/", {"external_course_key_source": "Workday"}, format="json").data
    assert (changed["external_course_key"], changed["external_course_key_source"]) == ("NEW", "Workday")
    gone = client.patch(f"{RUNS}{A1}/", {"external_course_key": None}, format="json").data
    assert (gone["external_course_key"], gone["external_course_key_source"]) == (None, None)
    refused = client.patch(f"{RUNS}{A1}/", {"external_course_key_source": "Banner"}, format="json")
    assert (refused.status_code, "has no external key" in str(refused.data)) == (400, True)
    assert client.post(RUNS, {"course_key": A2, **body}, format="json").data["external_course_key_source"] == "Banner"


def test_what_it_refuses_takes_the_rest_of_the_body_along(client, keyed):
    refused = client.post(RUNS, {"course_key": A2, "external_course_key": "math205-fall20"}, format="json")
    assert (refused.status_code, refused.data["code"]) == (409, "external_key_conflict")
    assert A1 in str(refused.data["detail"])
    assert not CourseRun.objects.filter(course_key__text=A2).exists()
    run_of("A", "2", title="Before")
    body = {"title": "After", "external_course_key": "MATH205-Fall20"}
    assert client.patch(f"{RUNS}{A2}/", body, format="json").status_code == 409
    assert catalog.get_course_run(A2).title == "Before"
    wrong = client.patch(f"{RUNS}{A2}/", {"external_course_key": 7}, format="json")
    assert (wrong.status_code, list(wrong.data["errors"])) == (400, ["external_course_key"])


def test_an_etag_is_of_the_key_too(client, keyed):
    tag = client.get(f"{RUNS}{A1}/")["ETag"]
    assert client.get(f"{RUNS}{A1}/", headers={"if-none-match": tag}).status_code == 304
    api.set_external_course_key(A1, "other")
    assert client.get(f"{RUNS}{A1}/", headers={"if-none-match": tag}).status_code == 200
    body = {"external_course_key": "mine"}
    assert client.patch(f"{RUNS}{A1}/", body, format="json", headers={"if-match": tag}).status_code == 412
    tag = client.get(f"{RUNS}{A1}/")["ETag"]
    assert client.patch(f"{RUNS}{A1}/", body, format="json", headers={"if-match": tag}).status_code == 200
    assert shown(client, A1) == "mine"


def test_whoever_may_change_runs_alone_may_not_change_their_keys(keyed):
    user = get_user_model().objects.create_user("editor")
    user.user_permissions.add(Permission.objects.get(codename="change_courserun"))
    client = client_of(user)
    assert client.patch(f"{RUNS}{A1}/", {"title": "T"}, format="json").status_code == 200
    assert client.patch(f"{RUNS}{A1}/", {"title": "U", "external_course_key": "x"}, format="json").status_code == 403
    assert (shown(client, A1), catalog.get_course_run(A1).title) == ("MATH205-Fall20", "T")
    user.user_permissions.add(Permission.objects.get(codename="change_externalcoursekey"))
    client = client_of(get_user_model().objects.get(pk=user.pk))
    assert client.patch(f"{RUNS}{A1}/", {"external_course_key": "x"}, format="json").status_code == 200


def test_the_openapi_document_has_it(client):
    schemas = SchemaGenerator().get_schema(request=None, public=True)["components"]["schemas"]
    for name in ("CourseRunReader", "CourseRunWriter", "PatchedCourseRunPatch"):
        assert "external_course_key" in schemas[name]["properties"], sorted(schemas)
    assert schemas["CourseRunReader"]["properties"]["external_course_key"]["nullable"] is True
