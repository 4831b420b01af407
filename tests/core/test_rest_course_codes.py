"""The codes of a catalog course over REST, and the key of its next run."""

import pytest
from django.contrib.auth import get_user_model
from rest_framework.test import APIClient

from openedx_catalog import api
from openedx_catalog.models_api import CatalogCourseCode, CourseRun
from tests.conftest import granted

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

COURSES = "/api/catalog/v1/catalog-courses"
WHY = {"reason": "renumbered"}


@pytest.fixture
def user():
    return granted(get_user_model().objects.create_user("writer"), "openedx_catalog", "organizations")


@pytest.fixture
def client(user):
    client = APIClient()
    client.force_authenticate(user)
    return client


@pytest.fixture
def course():
    api.create_catalog_course(org_code="MITx", course_code="202")
    course = api.create_catalog_course(org_code="MITx", course_code="101")
    return api.rename_catalog_course(course, course_code="102", **WHY)


def post(client, action, body, key="MITx+102"):
    return client.post(f"{COURSES}/{key}/{action}/", body, format="json")


def test_a_former_code_is_released(client, course, user):
    response = post(client, "release-code", {"code": "101", **WHY})
    assert (response.status_code, response.data["uuid"]) == (200, str(course.uuid))
    assert client.get(f"{COURSES}/MITx+101/").status_code == 404
    last = CatalogCourseCode.history.filter(code="101").latest()
    assert (last.history_type, last.history_user) == ("-", user)
    assert last.history_change_reason.startswith("rest:")
    assert last.history_change_reason.endswith(": renumbered")


def test_a_former_code_is_given_to_another_course(client, course):
    response = post(client, "give-code", {"code": "101", "org_code": "mitx", "to": "MITx+202", **WHY})
    assert (response.status_code, response.data["key"]) == (200, "catalog-course:MITx:202")
    assert client.get(f"{COURSES}/MITx+101/").data["key"] == "catalog-course:MITx:202"


def test_codes_are_swapped(client, course):
    response = post(client, "swap-codes", {"catalog_course": "MITx+202", **WHY})
    assert (response.status_code, response.data["uuid"]) == (200, str(course.uuid))
    assert response.data["key"] == "catalog-course:MITx:202"
    assert client.get(f"{COURSES}/MITx+102/").data["uuid"] != str(course.uuid)


def test_a_rerun_code_is_set_and_cleared_and_a_key_is_proposed(client, course):
    url = f"{COURSES}/{course.uuid}/next-run-key/"
    for code, shown in (("R", "R"), (None, "102"), ("r", "r"), ("", "102")):
        assert post(client, "set-rerun-code", {"code": code, **WHY}).status_code == 200
        assert client.get(url, {"term": "Fall"}).data == {"course_key": f"course-v1:MITx+{shown}+Fall"}
    assert client.get(url, {"start": "2027-05-01T00:00:00Z"}).data == {"course_key": "course-v1:MITx+102+2T2027"}
    assert client.get(url).data["course_key"].startswith("course-v1:MITx+102+")
    assert client.get(f"{COURSES}/MITx+none/next-run-key/").status_code == 404


@pytest.mark.parametrize(
    ("action", "body", "field", "code"),
    [
        ("release-code", {"code": "none"}, "code", "unknown_course_code"),
        ("release-code", {"code": "a b"}, "code", "invalid_catalog_key"),
        ("release-code", {"code": "101", "org_code": "Nowhere"}, "org_code", "invalid_request"),
        ("release-code", {"code": "101", "reason": "\x00"}, "reason", "invalid_request"),
        ("give-code", {"code": "101", "to": "MITx+none"}, "to", "invalid_request"),
        ("give-code", {"code": "101", "to": "MITx+102"}, "to", "invalid_request"),
        ("swap-codes", {"catalog_course": "MITx+102"}, "catalog_course", "invalid_request"),
        ("swap-codes", {"catalog_course": "nonsense"}, "catalog_course", "invalid_catalog_key"),
        ("set-rerun-code", {"code": "a b"}, "code", "invalid_catalog_key"),
        ("set-rerun-code", {}, "code", "invalid_request"),
    ],
)
def test_what_is_refused_is_named_on_its_field(client, course, action, body, field, code):
    response = post(client, action, {**WHY, **body})
    assert response.status_code == 400, response.data
    assert (list(response.data["errors"]), response.data["code"]) == ([field], code)


def test_what_the_catalog_does_not_allow_is_a_conflict(client, course):
    api.associate_course_run("course-v1:MITx+101+1")
    for action, body, code in (
        ("release-code", {"code": "102"}, "course_code_in_use"),
        ("release-code", {"code": "101"}, "course_code_has_runs"),
        ("give-code", {"code": "101", "to": "MITx+202"}, "course_code_has_runs"),
        ("set-rerun-code", {"code": "202"}, "duplicate_catalog_course"),
    ):
        response = post(client, action, {**body, **WHY})
        assert (response.status_code, response.data["code"]) == (409, code)


@pytest.mark.parametrize(
    ("given", "field"),
    [({"start": "soon"}, "start"), ({"term": "a b"}, "term"), ({"term": "x" * 200}, "term"), ({"terms": "x"}, "terms")],
)
def test_what_makes_no_key_is_named(client, course, given, field):
    response = client.get(f"{COURSES}/MITx+102/next-run-key/", given)
    assert (response.status_code, list(response.data["errors"])) == (400, [field])


RUNS = "/api/catalog/v1/course-runs/"


def test_the_next_run_of_a_course_is_created(client):
    course = api.create_catalog_course(org_code="MITx", course_code="14.100x")
    api.set_rerun_code(course, "14.101x", reason="r")
    given = {"next_for": str(course.uuid), "schedule": {"start": "2027-02-01T00:00:00Z"}, "title": "T"}
    answers = [client.post(RUNS, given, format="json") for _time in range(2)]
    answers.append(client.post(RUNS, {"next_for": course.key_str, "term": "Summer"}, format="json"))
    assert [answer.status_code for answer in answers] == [201] * 3
    names = [answer.json()["course_key"].removeprefix("course-v1:MITx+14.101x+") for answer in answers]
    assert names == ["1T2027", "1T2027a", "Summer"]
    assert {answer.json()["catalog_course"]["key"] for answer in answers} == {course.key_str}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "course_key"),
        ({"next_for": "MITx+none"}, "next_for"),
        ({"next_for": "none"}, "next_for"),
        ({"next_for": "MITx+14.100x", "course_key": "course-v1:MITx+14.100x+1"}, "next_for"),
        ({"course_key": "course-v1:MITx+14.100x+1", "term": "Summer"}, "next_for"),
        ({"term": "Summer"}, "course_key"),
        ({"next_for": "MITx+14.100x", "term": "a/b"}, "term"),
        ({"next_for": "MITx+14.100x", "schedule": {"start": "tomorrow"}}, "schedule.start"),
    ],
)
def test_what_makes_no_next_run_is_named_on_its_field(client, body, field):
    api.create_catalog_course(org_code="MITx", course_code="14.100x")
    answer = client.post(RUNS, body, format="json")
    assert answer.status_code == 400, answer.content
    assert list(answer.json()["errors"]) == [field]
    assert not CourseRun.objects.exists()
