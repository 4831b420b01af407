"""The REST API: resources, filters, shapes. Errors: `test_rest_errors`; what all resources keep: `test_rest_contracts`."""

from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone
from rest_framework.test import APIClient

from openedx_catalog import api
from openedx_catalog.models_api import CatalogCourse, CourseRun
from tests.conftest import RUN_KEY, granted

pytestmark = pytest.mark.django_db

V1 = "/api/catalog/v1"
SLASH_KEY = "MITx/14.73x/2013_Spring"
CCX_KEY = "ccx-v1:MITx+14.100x+3T2017+ccx@7"
SCHEDULE = {"start": "2027-01-31T10:00:00Z", "end": "2027-06-30T10:00:00Z", "pacing": "self"}


@pytest.fixture
def writer():
    return granted(get_user_model().objects.create_user("writer"), "openedx_catalog", "organizations")


@pytest.fixture
def client(writer):
    client = APIClient()
    client.force_authenticate(writer)
    return client


@pytest.fixture
def catalog():
    api.associate_course_run(RUN_KEY, title="Microeconomics", language_short="en", schedule=SCHEDULE)
    api.associate_course_run(SLASH_KEY, title="Poverty", language_short="fr")
    api.associate_course_run(CCX_KEY)
    api.associate_course_run("course-v1:HarvardX+CS50+2027", catalog_course="MITx+Shared", title="CS")


def url(resource, key="", action=""):
    return f"{V1}/{resource}/" + (f"{quote(key, safe='')}/" if key else "") + (f"{action}/" if action else "")


def keys_of(response, name="course_key"):
    assert response.status_code == 200, response.data
    return [row[name] for row in response.data["results"]]


# Reading


@pytest.mark.parametrize(
    "key", [RUN_KEY, RUN_KEY.upper().replace("COURSE-V1", "course-v1"), CCX_KEY, SLASH_KEY, SLASH_KEY.lower()]
)
def test_a_run_by_its_key_in_any_case(client, catalog, key):
    body = client.get(url("course-runs", key)).data
    assert body["course_key"].casefold() == key.casefold()
    assert client.get(url("course-runs", body["uuid"])).data == body


def test_a_run_shows_its_course_and_schedule(client, catalog):
    run = api.get_course_run(RUN_KEY)
    found = client.get(url("course-runs", RUN_KEY), {"at": "2026-11-01T00:00:00Z"}).data
    assert found == {
        "uuid": str(run.uuid),
        "course_key": RUN_KEY,
        "run_code": "3T2017",
        "title": "Microeconomics",
        "association": "implicit",
        "catalog_course": {
            "uuid": str(run.catalog_course.uuid),
            "key": "catalog-course:MITx:14.100x",
            "title": "Microeconomics",
            "language": "en",
        },
        "schedule": {**SCHEDULE, "enrollment_start": None, "enrollment_end": None},
        "status": "upcoming",
        "enrollable": True,
        "withdrawn_at": None,
        "created": run.created.isoformat().replace("+00:00", "Z"),
        "modified": run.modified.isoformat().replace("+00:00", "Z"),
    }


def test_a_catalog_course_by_uuid_and_by_every_key_it_ever_had(client, catalog):
    course = api.rename_catalog_course("MITx+14.100x", course_code="15.100x", reason="renumbered")
    body = client.get(url("catalog-courses", str(course.uuid))).data
    assert body["key"] == "catalog-course:MITx:15.100x"
    for key in ("MITx+15.100x", "catalog-course:mitx:15.100X", "catalog-course:MITx:14.100x"):
        assert client.get(url("catalog-courses", key)).data == body
    assert keys_of(client.get(url("catalog-courses", body["key"], "runs"))) == [RUN_KEY, CCX_KEY]


def test_organizations_in_any_case_inactive_ones_included(client, catalog):
    api.update_organization(api.find_organization_by_code("MITx"), active=False)
    assert client.get(url("organizations", "mitx")).data["active"] is False
    assert keys_of(client.get(url("organizations"), {"active": "false"}), "short_name") == ["MITx"]
    assert keys_of(client.get(url("organizations"), {"active": "true"}), "short_name") == []


@pytest.mark.parametrize("key", ["course-v1:No+such+run", "junk", "a/b", "0" * 32, "course-v1:A+B+C\x00", "Ünï"])
@pytest.mark.parametrize("resource", ["course-runs", "catalog-courses", "organizations"])
def test_what_is_not_there_is_404(client, resource, key):
    assert client.get(url(resource, key)).status_code == 404


# Lists


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, "RSCH"),
        ({"course_keys": f"{RUN_KEY},{SLASH_KEY.lower()},course-v1:No+such+run"}, "RS"),
        ({"key": CCX_KEY}, "C"),
        ({"org": "mitx"}, "RSCH"),
        ({"org": "HarvardX"}, ""),
        ({"course_code": "14.100X"}, "RC"),
        ({"catalog_course": "MITx+Shared"}, "H"),
        ({"catalog_course": "MITx+Nothing"}, ""),
        ({"q": "pover"}, "S"),
        ({"language": "fr"}, "S"),
        ({"association": "explicit"}, "H"),
        ({"modified_since": "2020-01-01T00:00:00Z"}, "RSCH"),
        ({"modified_since": "2120-01-01T00:00:00Z"}, ""),
        ({"status": "current", "at": "2027-02-01T00:00:00Z"}, "R"),
        ({"status": "archived", "at": "2028-02-01T00:00:00+02:00"}, "R"),
        ({"status": "starting_soon", "at": "2027-01-01T00:00:00Z"}, "R"),
        ({"status": "upcoming", "at": "2026-01-01T00:00:00Z"}, "RSCH"),
        ({"enrollable": "true", "at": "2028-01-01T00:00:00Z"}, "SCH"),
        ({"enrollable": "false", "at": "2028-01-01T00:00:00Z"}, "R"),
        ({"ordering": "title"}, "HRCS"),
        ({"ordering": "-title"}, "SCRH"),
        ({"ordering": "-course_key"}, "SRHC"),
    ],
    ids=str,
)
def test_runs_are_narrowed_and_ordered(client, catalog, query, found):
    names = {RUN_KEY: "R", SLASH_KEY: "S", CCX_KEY: "C", "course-v1:HarvardX+CS50+2027": "H"}
    assert "".join(names[key] for key in keys_of(client.get(url("course-runs"), query))) == found


def test_a_run_whose_content_is_gone_says_since_when(client, catalog):
    api.withdraw_course_run(SLASH_KEY, at=datetime(2026, 5, 1, tzinfo=UTC))
    assert client.get(url("course-runs", SLASH_KEY)).data["withdrawn_at"] == "2026-05-01T00:00:00Z"
    assert keys_of(client.get(url("course-runs"), {"withdrawn": "true"})) == [SLASH_KEY]
    assert len(keys_of(client.get(url("course-runs"), {"withdrawn": "false"}))) == 3
    assert client.get(url("course-runs"), {"withdrawn": "maybe"}).status_code == 400


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"key": "catalog-course:mitx:14.73X"}, ["14.73x"]),
        ({"org": "MITx", "course_code": "shared"}, ["Shared"]),
        ({"language": "fr"}, ["14.73x"]),
        ({"q": "micro"}, ["14.100x"]),
        ({"ordering": "-title"}, ["14.73x", "14.100x", "Shared"]),
        ({"uuids": "0" * 32}, []),
        ({"key": "MITx+Nothing"}, []),
    ],
    ids=str,
)
def test_catalog_courses_are_narrowed_and_ordered(client, catalog, query, found):
    assert keys_of(client.get(url("catalog-courses"), query), "course_code") == found


def test_plus_signs_that_nobody_encoded(client, catalog):
    assert keys_of(client.get(f"{url('course-runs')}?key={RUN_KEY}&at=2027-01-01T00:00:00+02:00")) == [RUN_KEY]


def test_a_changed_schedule_counts_as_modified(client, catalog):
    since = timezone.now().isoformat()
    assert keys_of(client.get(url("course-runs"), {"modified_since": since})) == []
    api.update_course_run(SLASH_KEY, schedule={"pacing": "self"})
    assert keys_of(client.get(url("course-runs"), {"modified_since": since})) == [SLASH_KEY]


def test_pages_have_at_most_100_rows_and_neither_repeat_nor_skip_one(client):
    records = [api.AssociationRecord(f"course-v1:A+B+{n}", title="Same") for n in range(205)]
    api.associate_course_runs(records, source="test")
    seen, page = [], 1
    while page:
        body = client.get(url("course-runs"), {"page_size": 99999999, "page": page, "ordering": "title"}).data
        assert len(body["results"]) <= 100
        seen += [row["course_key"] for row in body["results"]]
        page = page + 1 if body["next"] else 0
    assert (len(seen), len(set(seen)), body["count"]) == (205, 205, 205)


def test_shapes(client, catalog):
    assert set(client.get(url("course-runs", RUN_KEY), {"view": "minimal"}).data) == {"uuid", "course_key", "title"}
    assert set(client.get(url("course-runs", RUN_KEY), {"fields": "title,schedule"}).data) == {"title", "schedule"}
    assert {frozenset(row) for row in client.get(url("course-runs"), {"fields": "title"}).data["results"]} == {
        frozenset({"title"})
    }


@pytest.mark.parametrize("rows", [10, 1000])
def test_resolving_costs_one_query_whatever_the_number_of_keys(client, django_assert_num_queries, rows):
    records = [api.AssociationRecord(f"course-v1:O{n % 40}+C{n // 2}+{n}", start=SCHEDULE["start"]) for n in range(rows)]
    api.associate_course_runs(records, source="test")
    asked = [record.course_key for record in records]
    with django_assert_num_queries(1):
        answer = client.post(url("course-runs", action="resolve"), {"course_keys": asked}, format="json")
    assert len(answer.data["runs"]) == rows


def test_resolving_distinguishes_unknown_keys_from_invalid_ones(client, catalog):
    asked = [RUN_KEY, RUN_KEY.lower(), "course-v1:No+such+run", "junk", "a/b"]
    body = client.post(url("course-runs", action="resolve"), {"course_keys": asked}, format="json").data
    assert {key: run["key_str"] for key, run in body["runs"].items()} == dict.fromkeys(asked[:2], "catalog-course:MITx:14.100x")
    assert (body["unknown"], body["invalid"]) == (["course-v1:No+such+run"], ["junk", "a/b"])
    too_many = {"course_keys": [RUN_KEY] * 1001}
    assert client.post(url("course-runs", action="resolve"), too_many, format="json").status_code == 400


# Writing


def test_creating_answers_with_the_row_where_it_is_and_its_tag(client, writer):
    body = {"course_key": RUN_KEY, "title": "Microeconomics", "schedule": SCHEDULE, "language": "fr"}
    response = client.post(url("course-runs"), body, format="json", HTTP_X_REQUEST_ID="abc-1")
    assert response.status_code == 201, response.data
    again = client.get(response["Location"])
    assert (again.data, again["ETag"]) == (response.data, response["ETag"])
    assert response.data["catalog_course"]["language"] == "fr"
    history = api.get_course_run(RUN_KEY).history.get()
    assert (history.history_user, history.history_change_reason) == (writer, "rest:abc-1")
    assert response["X-Request-ID"] == "abc-1"


def test_creating_explicitly_and_twice(client, catalog):
    body = {"course_key": "course-v1:X+Y+1", "catalog_course": "MITx+Shared"}
    assert client.post(url("course-runs"), body, format="json").data["association"] == "explicit"
    response = client.post(url("course-runs"), {"course_key": RUN_KEY.lower()}, format="json")
    assert (response.status_code, response.data["code"]) == (409, "duplicate_course_run")
    course = {"org_code": "MITx", "course_code": "14.100X"}
    assert client.post(url("catalog-courses"), course, format="json").data["code"] == "duplicate_catalog_course"
    assert client.post(url("organizations"), {"short_name": "mitx"}, format="json").status_code == 409


def test_changing_writes_what_is_given(client, catalog):
    response = client.patch(url("course-runs", SLASH_KEY), {"schedule": {"start": "2027-01-01T00:00:00Z"}}, format="json")
    assert (response.data["title"], response.data["schedule"]["start"]) == ("Poverty", "2027-01-01T00:00:00Z")
    response = client.patch(url("course-runs", SLASH_KEY), {"title": "New", "schedule": {"start": None}}, format="json")
    assert (response.data["title"], response.data["schedule"]["start"]) == ("New", None)
    response = client.patch(url("catalog-courses", "MITx+14.73x"), {"title": "T", "language": "pt_BR"}, format="json")
    assert (response.data["title"], response.data["language"]) == ("T", "pt-br")
    response = client.patch(url("organizations", "MITx"), {"short_name": "MITX", "name": "M", "active": False}, format="json")
    assert (response.status_code, response.data["short_name"], response.data["active"]) == (200, "MITX", False)


def test_moving_merging_and_renaming(client, catalog, writer):
    response = client.post(
        url("course-runs", RUN_KEY, "move"), {"catalog_course": "MITx+14.73x", "reason": "residency"}, format="json"
    )
    assert (response.data["association"], response.data["catalog_course"]["key"]) == ("explicit", "catalog-course:MITx:14.73x")
    history = api.get_course_run(RUN_KEY).history.latest()
    assert history.history_user == writer
    assert history.history_change_reason == f"rest:{response['X-Request-ID']}: residency"
    response = client.post(
        url("catalog-courses", "MITx+14.100x", "merge"), {"into": "MITx+Shared", "reason": "one course"}, format="json"
    )
    assert response.data["key"] == "catalog-course:MITx:Shared"
    assert client.get(url("catalog-courses", "MITx+14.100x")).data == response.data
    response = client.post(
        url("catalog-courses", "MITx+Shared", "rename"), {"course_code": "S", "reason": "short"}, format="json"
    )
    assert (response.status_code, response.data["course_code"]) == (200, "S")


def test_deleting(client, catalog):
    assert client.delete(url("catalog-courses", "MITx+14.73x")).data["code"] == "has_dependents"
    assert client.delete(url("organizations", "MITx")).status_code == 409
    assert client.delete(url("course-runs", SLASH_KEY)).status_code == 204
    assert client.delete(url("catalog-courses", "MITx+14.73x")).status_code == 204
    assert not CatalogCourse.objects.filter(course_code="14.73x").exists()
    assert client.get(url("course-runs", SLASH_KEY)).status_code == 404
    assert CourseRun.history.filter(history_type="-").get().history_change_reason.startswith("rest:")


# What is new


def test_who_has_the_newest_need_not_load_it_again(client, catalog):
    tag = client.get(url("course-runs", RUN_KEY))["ETag"]
    response = client.get(url("course-runs", RUN_KEY), HTTP_IF_NONE_MATCH=f"W/{tag}")
    assert (response.status_code, response["ETag"]) == (304, tag)
    api.update_course_run(RUN_KEY, schedule={"pacing": "instructor"})
    assert client.get(url("course-runs", RUN_KEY), HTTP_IF_NONE_MATCH=tag).status_code == 200


def test_a_new_course_is_seen_by_whoever_asks_for_what_is_new(client):
    """model_utils' own field dates every row of a process to the first one."""
    api.create_catalog_course(org_code="MITx", course_code="First")
    since = timezone.now().isoformat()
    api.create_catalog_course(org_code="MITx", course_code="Second")
    keys = [row["key"] for row in client.get(url("catalog-courses"), {"modified_since": since}).data["results"]]
    assert keys == ["catalog-course:MITx:Second"]


def test_a_course_that_another_program_wrote_is_changed_all_the_same(client):
    course = api.create_catalog_course(org_code="MITx", course_code="Old")
    type(course).objects.filter(pk=course.pk).update(uuid=None)
    response = client.patch(url("catalog-courses", "MITx+Old"), {"title": "New"}, format="json")
    assert (response.status_code, response.data["title"]) == (200, "New")


def test_bodies_name_a_catalog_course_by_uuid_too(client, catalog):
    course = api.create_catalog_course(org_code="MITx", course_code="Target")
    moved = client.post(
        f"{url('course-runs', RUN_KEY)}move/", {"catalog_course": str(course.uuid), "reason": "r"}, format="json"
    )
    assert (moved.status_code, moved.data["catalog_course"]["key"]) == (200, course.key_str), moved.data
    other = api.create_catalog_course(org_code="MITx", course_code="Other")
    merged = client.post(
        f"{url('catalog-courses', course.key_str)}merge/", {"into": str(other.uuid), "reason": "r"}, format="json"
    )
    assert (merged.status_code, merged.data["key"]) == (200, other.key_str), merged.data


@pytest.mark.parametrize("name", ["uuid", "UUID", "hex", "key", "short key", "former key"])
def test_runs_of_a_course_by_any_of_its_names(client, catalog, name):
    api.rename_catalog_course("MITx+Shared", course_code="Renamed", reason="r")
    course = api.get_catalog_course(key_str="MITx+Renamed")
    names = {
        "uuid": str(course.uuid), "UUID": str(course.uuid).upper(), "hex": course.uuid.hex, "key": course.key_str,
        "short key": "mitx+renamed", "former key": "MITx+Shared",
    }  # fmt: skip
    assert keys_of(client.get(url("course-runs"), {"catalog_course": names[name]})) == ["course-v1:HarvardX+CS50+2027"]


def test_runs_of_the_uuid_of_no_course(client, catalog):
    assert keys_of(client.get(url("course-runs"), {"catalog_course": "0" * 32})) == []
    asked = {"uuids": f"{api.get_course_run(RUN_KEY).uuid},{'0' * 32}"}
    assert keys_of(client.get(url("course-runs"), asked)) == [RUN_KEY]


@pytest.mark.parametrize("query", ["course_keys=", "course_keys=,", "uuids=,", "org=%20", "status=", "at=", "org=A&org=B"])
def test_no_value_is_not_every_value(client, catalog, query):
    response = client.get(f"{url('course-runs')}?{query}")
    assert (response.status_code, list(response.data["errors"])) == (400, [query.partition("=")[0]])


@pytest.mark.parametrize(("name", "body"), [("uuid", 5), ("uuid", True)])
def test_a_number_is_no_uuid(client, name, body):
    values = {"org_code": "MITx", "course_code": "X", name: body}
    assert list(client.post(url("catalog-courses"), values, format="json").data["errors"]) == [name]


def test_a_one_is_no_truth(client, catalog):
    assert client.patch(url("organizations", "MITx"), {"active": 1}, format="json").status_code == 400


def test_what_is_no_key_at_all_is_listed_as_invalid(client):
    body = client.post(url("course-runs", action="resolve"), {"course_keys": ["", "x" * 5000]}, format="json").data
    assert body["invalid"] == ["", "x" * 5000]
