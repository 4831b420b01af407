"""Over REST: courses change their organization, are split and taken apart again, and all of it can be previewed."""

import pytest

from openedx_catalog import api
from openedx_catalog.models_api import CatalogCourse, CourseRun, OutboxMessage
from openedx_catalog.testing.users import rest_client
from tests.conftest import RUN_KEY

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

COURSES = "/api/catalog/v1/catalog-courses/"
OTHER_RUN = "course-v1:MITx+14.100x+1T2018"


@pytest.fixture
def client():
    return rest_client("superuser")


@pytest.fixture
def course():
    api.associate_course_run(RUN_KEY)
    return api.associate_course_run(OTHER_RUN).run.catalog_course


@pytest.fixture
def target():
    return api.create_catalog_course(org_code="MITxT", course_code="14.100x")


def post(client, course, action, body, query="", **headers):
    return client.post(f"{COURSES}{course.uuid}/{action}/{query}", {"reason": "r", **body}, format="json", **headers)


def test_a_course_changes_its_organization(client, course):
    response = post(client, course, "move", {"org_code": "HarvardX"})
    assert (response.status_code, response.data["key"]) == (200, "catalog-course:HarvardX:14.100x")
    assert client.get(f"{COURSES}MITx+14.100x/").data == response.data


def test_some_runs_get_a_course_of_their_own(client, course):
    response = post(client, course, "split", {"course_keys": [RUN_KEY], "course_code": "14.100r", "title": "Residency"})
    assert (response.status_code, response.data["key"], response.data["title"]) == (
        200, "catalog-course:MITx:14.100r", "Residency",
    )  # fmt: skip
    assert api.get_catalog_course_for_run(RUN_KEY).key_str == response.data["key"]
    assert api.get_catalog_course_for_run(OTHER_RUN) == course


@pytest.mark.parametrize("name", ["uuid", "key"])
def test_a_merge_is_undone_where_it_is_listed(client, course, target, name):
    post(client, course, "merge", {"into": target.key_str, "reason": "by mistake"})
    listed = client.get(f"{COURSES}{target.uuid}/merges/").data
    assert [(row["uuid"], row["key"], row["reason"]) for row in listed] == [
        (str(course.uuid), "catalog-course:MITx:14.100x", "by mistake")
    ]
    response = post(client, target, "unmerge", {"merged": listed[0][name]})
    assert (response.status_code, response.data["uuid"]) == (200, str(course.uuid))
    assert api.get_catalog_course_for_run(RUN_KEY) == course
    assert client.get(f"{COURSES}{target.uuid}/merges/").data == []


def test_the_uuid_of_a_merged_course_answers_with_the_survivor(client, course, target):
    post(client, course, "merge", {"into": target.key_str})
    assert client.get(f"{COURSES}{course.uuid}/").data["uuid"] == str(target.uuid)
    found = client.get(COURSES, {"uuids": f"{course.uuid},{target.uuid}"}).data["results"]
    assert [row["uuid"] for row in found] == [str(target.uuid)]
    other = api.create_catalog_course(org_code="A", course_code="b")
    response = post(client, other, "merge", {"into": str(course.uuid)})
    assert (response.status_code, response.data["uuid"]) == (200, str(target.uuid))
    taken = client.post(COURSES, {"org_code": "A", "course_code": "c", "uuid": str(course.uuid)}, format="json")
    assert (taken.status_code, taken.data["code"]) == (409, "duplicate_uuid")


@pytest.mark.parametrize(
    ("action", "body", "field", "code"),
    [
        ("move", {"org_code": "a b"}, "course_code", "invalid_catalog_key"),
        ("move", {}, "org_code", "invalid_request"),
        ("split", {"course_keys": [], "course_code": "x"}, "course_keys", "invalid_request"),
        ("split", {"course_keys": ["junk"], "course_code": "x"}, "course_keys", "invalid_course_key"),
        ("split", {"course_keys": ["course-v1:A+B+C"], "course_code": "x"}, "course_keys", "invalid_request"),
        ("split", {"course_keys": ["course-v1:No+such+1"], "course_code": "x"}, "course_keys", "invalid_request"),
        ("split", {"course_keys": [RUN_KEY], "course_code": "a b"}, "course_code", "invalid_catalog_key"),
        ("unmerge", {"merged": "No+such"}, "merged", "invalid_request"),
        ("unmerge", {"merged": "junk"}, "merged", "invalid_catalog_key"),
        ("unmerge", {"merged": "A+gone"}, "merged", "invalid_request"),
        ("unmerge", {"merged": "A+gone", "reason": " "}, "reason", "reason_required"),
    ],
)
def test_what_is_refused_is_named_on_its_field(client, course, action, body, field, code):
    api.associate_course_run("course-v1:A+B+C")
    api.create_catalog_course(org_code="A", course_code="gone")
    api.merge_catalog_courses("A+gone", into="A+B", reason="into another one")
    response = post(client, course, action, body)
    assert (response.status_code, list(response.data["errors"]), response.data["code"]) == (400, [field], code), response.data


# Previews


def everything():
    models = (CatalogCourse, CourseRun, CatalogCourse.history.model, CourseRun.history.model, OutboxMessage)
    return [sorted(map(str, model.objects.values())) for model in models]


@pytest.mark.parametrize(
    ("action", "body", "key"),
    [
        ("rename", {"course_code": "c"}, "catalog-course:MITx:c"),
        ("move", {"org_code": "New"}, "catalog-course:New:14.100x"),
        ("merge", {"into": "MITxT+14.100x"}, "catalog-course:MITxT:14.100x"),
        ("split", {"course_keys": [RUN_KEY], "course_code": "c"}, "catalog-course:MITx:c"),
        ("unmerge", {"merged": "A+gone"}, "catalog-course:A:gone"),
    ],
)
def test_a_preview_answers_with_the_row_as_it_would_be_and_changes_nothing(client, course, target, action, body, key):
    api.create_catalog_course(org_code="A", course_code="gone")
    api.merge_catalog_courses("A+gone", into=course, reason="r")
    before = everything()
    response = post(client, course, action, body, "?dry_run=true")
    assert (response.status_code, response.data["key"], response["X-Dry-Run"]) == (200, key, "true"), response.data
    assert everything() == before
    done = post(client, course, action, body, "?dry_run=false")
    assert (done.status_code, done.data["key"]) == (200, key)
    assert "X-Dry-Run" not in done
    assert everything() != before


def test_a_move_of_a_run_is_previewed(client, course, target):
    path = f"/api/catalog/v1/course-runs/{RUN_KEY}/move/?dry_run=true"
    response = client.post(path, {"catalog_course": target.key_str, "reason": "r"}, format="json")
    assert (response.status_code, response.data["catalog_course"]["key"]) == (200, target.key_str)
    assert api.get_catalog_course_for_run(RUN_KEY) == course


def test_a_preview_minds_what_the_change_would(client, course):
    assert post(client, course, "rename", {"course_code": "a b"}, "?dry_run=true").status_code == 400
    assert post(client, course, "rename", {"course_code": "c"}, "?dry_run=true", HTTP_IF_MATCH='"old"').status_code == 412
    for query in ("?dry_run=1", "?dry_run=", "?dry_run=yes"):
        response = post(client, course, "rename", {"course_code": "c"}, query)
        assert (response.status_code, list(response.data["errors"])) == (400, ["dry_run"])
    response = client.patch(f"{COURSES}{course.uuid}/?dry_run=true", {"title": "T"}, format="json")
    assert (response.status_code, list(response.data["errors"])) == (400, ["dry_run"])
    assert client.get(f"{COURSES}{course.uuid}/").data["key"] == "catalog-course:MITx:14.100x"
