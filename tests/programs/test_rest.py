"""The REST API of programs: what clients ask and change, and in which shape; more is in `test_rest_contracts`."""

import json
from base64 import b64encode

import pytest
from django.contrib.auth import get_user_model
from rest_framework.test import APIClient

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api
from openedx_catalog.contrib.programs.models_api import Program
from tests.thorough import sample

from .conftest import run_of
from .test_images import picture

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

ROOT = "/api/catalog/v1"
A1, B1 = "course-v1:GTx+A+1", "course-v1:GTx+B+1"


@pytest.fixture
def client():
    made = APIClient()
    made.force_login(get_user_model().objects.create_superuser("root"))
    return made


@pytest.fixture
def degree(courses):
    """A program with one curriculum of GTx A, which is a degree."""
    program = api.create_program(title="Analytics", type="masters", status="active", readable_id="program-v1:GTx+MS")
    api.create_curriculum(program, name="Core", courses=["GTx+A"], effective_at=None)
    api.create_degree(program, apply_url="https://example.org/apply")
    return program


def post(client, path, body=None, status=200, **headers):
    response = client.post(f"{ROOT}/{path}/", body or {}, format="json", **headers)
    assert response.status_code == status, response.data
    return response.data


def refusal(client, path, body, status, code):
    data = post(client, path, body, status)
    assert data["code"] == code, data
    return data


@pytest.mark.parametrize("body", [{"status": "\ud800"}, {"\ud800": 1}, {"type": "\ud800"}], ids=["value", "name", "reference"])
def test_what_an_error_quotes_can_always_be_written(client, courses, body):
    made = post(client, "programs", {"title": "Analytics", "type": "masters"}, 201)
    sent = json.dumps({"title": "T", "type": "masters", **body})
    for method, path in (("POST", "programs/"), ("PATCH", f"programs/{made['uuid']}/")):
        response = client.generic(method, f"{ROOT}/{path}", sent, content_type="application/json")
        assert response.status_code == 400, response.data
        assert "d800" in response.json()["detail"].lower()


def test_a_program_is_made_changed_and_deleted_over_http(client, courses):
    body = {"title": "Analytics", "type": "masters", "authoring_organizations": ["gtx"], "readable_id": "program-v1:GTx+MS"}
    made = post(client, "programs", body, 201)
    url = f"{ROOT}/programs/{made['uuid']}/"
    assert {**made, "uuid": "", "created": "", "modified": ""} == {
        "uuid": "", "title": "Analytics", "subtitle": "", "description": "", "image": None,
        "image_alt": "", "live": False, "type": {"slug": "masters", "name": "Masters"}, "hidden": False,
        "one_click_purchase_enabled": False,
        "status": "unpublished", "marketing_slug": None, "readable_id": "program-v1:GTx+MS", "is_degree": False,
        "authoring_organizations": ["GTx"], "credit_organizations": [], "courses": [], "excluded_runs": [],
        "created": "", "modified": "",
    }  # fmt: skip
    assert client.get(f"{ROOT}/programs/PROGRAM-v1:GTx+MS/").data == made
    changed = client.patch(url, {"title": "MS Analytics", "status": "active", "reason": "launch"}, format="json")
    assert (changed.status_code, changed.data["title"], changed.data["status"]) == (200, "MS Analytics", "active")
    assert Program.objects.get().history.latest().history_change_reason.endswith(": launch")
    curriculum = post(client, "curricula", {"program": made["uuid"], "name": "Core", "courses": ["GTx+B", "GTx+A"]}, 201)
    assert [course["key"] for course in client.get(url).data["courses"]] == ["catalog-course:GTx:B", "catalog-course:GTx:A"]
    assert [course["key"] for course in curriculum["courses"]] == ["catalog-course:GTx:B", "catalog-course:GTx:A"]
    assert client.delete(url).status_code == 204
    assert client.get(url).data["status"] == "deleted"
    assert client.patch(url, {"status": "retired"}, format="json").json()["code"] == "invalid_transition"


def test_how_programs_are_bought_is_set_over_http(client, program):
    url, types = f"{ROOT}/programs/{program.uuid}/", f"{ROOT}/program-types"
    assert client.patch(url, {"one_click_purchase_enabled": True}, format="json").data["one_click_purchase_enabled"] is True
    made = post(client, "program-types", {"name": "New", "applicable_seat_types": ["verified", "honor"]}, 201)
    assert made["applicable_seat_types"] == client.get(f"{types}/new/").data["applicable_seat_types"] == ["verified", "honor"]
    assert client.patch(f"{types}/new/", {"applicable_seat_types": []}, format="json").data["applicable_seat_types"] == []
    assert client.get(f"{types}/masters/").data["applicable_seat_types"] == []
    for wrong in ("verified", ["x"] * 21, [7], None):
        answer = client.patch(f"{types}/new/", {"applicable_seat_types": wrong}, format="json")
        assert (answer.status_code, next(iter(answer.data["errors"]))[:21]) == (400, "applicable_seat_types")


def test_a_curriculum_is_built_over_http(client, degree):
    url = f"curricula/{degree.curricula.get().uuid}"
    post(client, f"{url}/add", {"catalog_course": "GTx+B"})
    other = api.create_program(title="Child", type="micromasters")
    built = post(client, f"{url}/add", {"program": str(other.uuid), "effective_at": "2027-01-01T00:00:00+01:00"})
    assert [(entry["title"], entry["effective_at"]) for entry in built["programs"]] == [("Child", "2026-12-31T23:00:00Z")]
    ordered = post(client, f"{url}/reorder", {"courses": ["GTx+B", "GTx+A"], "reason": "better so"})
    assert [course["title"] for course in ordered["courses"]] == ["Course B", "Course A"]
    left = post(client, f"{url}/retire", {"catalog_course": "GTx+B"})
    assert [course["is_current"] for course in left["courses"]] == [False, True]
    left = post(client, f"{url}/remove", {"program": str(other.uuid)})
    assert left["programs"] == []
    back = post(client, f"{url}/add", {"catalog_course": "GTx+B"})
    assert [(course["version"], course["is_current"]) for course in back["courses"]] == [("1", False), ("1", True), ("2", True)]
    renamed = client.patch(f"{ROOT}/{url}/", {"name": "Main", "retired_at": "2001-01-01T00:00:00Z"}, format="json")
    assert (renamed.data["name"], renamed.data["is_current"]) == ("Main", False)
    assert client.delete(f"{ROOT}/{url}/").status_code == 204
    assert client.get(f"{ROOT}/{url}/").status_code == 404


def test_bad_input_is_reported_by_field_and_code(client, degree, courses):
    curriculum = f"curricula/{degree.curricula.get().uuid}"
    program = f"programs/{degree.uuid}"
    none = "00000000-0000-0000-0000-000000000000"
    api.set_external_course_key(A1, "K")
    api.set_external_course_key(B1, "k")
    for path, body, status, code in [
        ("programs", {"title": "P", "type": "none"}, 400, "invalid_request"),
        ("programs", {"title": "P", "type": "masters", "readable_id": "program-V1:gtx+ms"}, 409, "duplicate_value"),
        ("programs", {"title": "P", "type": "masters", "marketing_slug": "a b"}, 400, "invalid_value"),
        ("programs", {"title": "P", "type": "masters", "authoring_organizations": ["No"]}, 400, "organization_not_found"),
        ("programs", {"title": "P", "type": "masters", "what": 1}, 400, "invalid_request"),
        ("program-types", {"name": "Masters"}, 409, "duplicate_value"),
        ("curricula", {"program": none, "name": "X"}, 400, "invalid_request"),
        ("curricula", {"program": str(degree.uuid), "name": "X", "courses": ["GTx+No"]}, 400, "invalid_request"),
        ("curricula", {"program": str(degree.uuid), "name": "CORE"}, 409, "dates_overlap"),
        (f"{curriculum}/add", {}, 400, "invalid_request"),
        (f"{curriculum}/add", {"catalog_course": "GTx+A", "program": none}, 400, "invalid_request"),
        (f"{curriculum}/add", {"catalog_course": "GTx+A"}, 409, "dates_overlap"),
        (f"{curriculum}/add", {"catalog_course": "GTx+B"}, 409, "external_key_conflict"),
        (f"{curriculum}/add", {"catalog_course": "GTx+C", "effective_at": "2027"}, 400, "invalid_date"),
        (f"{curriculum}/add", {"program": str(degree.uuid)}, 400, "program_cycle"),
        (f"{curriculum}/retire", {"catalog_course": "GTx+C"}, 400, "invalid_request"),
        (f"{curriculum}/remove", {"catalog_course": "GTx+A", "at": "2027-01-01T00:00:00Z"}, 400, "invalid_request"),
        (f"{curriculum}/reorder", {"courses": []}, 400, "invalid_request"),
        (f"{program}/exclude-run", {"course_key": "course-v1:No+No+No"}, 400, "invalid_request"),
        (f"{program}/exclude-run", {"course_key": "nonsense"}, 400, "invalid_course_key"),
        (f"{program}/exclude-run", {"course_key": B1}, 400, "not_a_member"),
        ("degrees", {"program": none}, 400, "invalid_request"),
        (f"degrees/{degree.uuid}/costs", {"description": "T", "amount": "1.001", "currency": "USD"}, 400, "invalid_value"),
        (f"degrees/{degree.uuid}/costs", {"description": "T", "amount": "NaN", "currency": "USD"}, 400, "invalid_value"),
        (f"degrees/{degree.uuid}/costs", {"description": "T", "amount": "1", "currency": "usd"}, 400, "invalid_value"),
        (f"degrees/{degree.uuid}/deadlines", {"semester": "S", "name": "A", "due_at": "x"}, 400, "invalid_date"),
    ]:  # fmt: skip
        refusal(client, path, body, status, code)
    for path in ("programs/none", f"programs/{none}", "curricula/none", f"degrees/{none}", "degrees/x", "program-types/none"):
        assert client.get(f"{ROOT}/{path}/").status_code == 404, path
    assert degree.curricula.get().course_memberships.count() == 1


def test_runs_are_resolved_excluded_and_included(client, degree):
    url = f"{ROOT}/programs/{degree.uuid}"
    api.set_external_course_key(A1, "MATH 1")
    for key in (A1, "math 1"):
        assert client.get(f"{url}/resolve-run/", {"key": key}).data["course_key"] == A1
    assert client.get(f"{url}/resolve-run/", {"key": B1}).status_code == 404
    for wrong in ({}, {"key": ""}, {"other": "x"}):
        assert client.get(f"{url}/resolve-run/", wrong).status_code == 400
    post(client, f"programs/{degree.uuid}/exclude-run", {"course_key": A1, "reason": "too old"})
    (course,) = client.get(f"{ROOT}/curricula/", {"program": str(degree.uuid)}).data["results"][0]["courses"]
    assert course["excluded_runs"] == []
    assert client.get(f"{url}/resolve-run/", {"key": A1}).status_code == 404
    post(client, f"programs/{degree.uuid}/include-run", {"course_key": A1})
    assert client.get(f"{url}/resolve-run/", {"key": A1}).status_code == 200


def test_a_course_comes_without_some_of_its_runs_and_dates_change_with_the_name(client, degree):
    run_of("B", "2")
    path = f"curricula/{degree.curricula.get().uuid}"
    refusal(client, f"{path}/add", {"catalog_course": "GTx+B", "excluded_runs": [A1]}, 400, "not_a_member")
    refusal(client, f"{path}/add", {"catalog_course": "GTx+B", "excluded_runs": ["x+y"]}, 400, "invalid_course_key")
    post(client, f"{path}/add", {"catalog_course": "GTx+B", "excluded_runs": ["course-v1:GTx+B+2"]})
    assert [str(run.course_key) for run in api.program_runs(degree)] == [A1, B1]
    api.create_curriculum(degree, name="Later", effective_at="2099-01-01T00:00:00Z")
    values = {"name": "Later", "retired_at": "2098-01-01T00:00:00Z"}
    changed = client.patch(f"{ROOT}/{path}/", values, format="json")
    assert (changed.status_code, changed.data["name"], changed.data["version"]) == (200, "Later", "2")


def test_a_degree_has_costs_and_deadlines(client, degree):
    url = f"degrees/{degree.uuid}"
    post(
        client,
        f"{url}/costs",
        {"description": "Tuition", "amount": "9900.5", "currency": "USD", "retired_at": "2027-01-01T00:00Z"},
    )
    post(
        client,
        f"{url}/costs",
        {"description": "Tuition", "amount": "10500", "currency": "USD", "effective_at": "2027-01-01T00:00Z"},
    )
    body = {"semester": "Spring", "name": "Application", "due_at": "2027-03-01T23:59:00-05:00", "zone": "America/New_York"}
    data = post(client, f"{url}/deadlines", body)
    assert [(cost["amount"], cost["version"]) for cost in data["costs"]] == [("9900.50", "1"), ("10500.00", "2")]
    assert [(due["due_at"], due["zone"]) for due in data["deadlines"]] == [("2027-03-02T04:59:00Z", "America/New_York")]
    assert (data["title"], data["apply_url"]) == ("Analytics", "https://example.org/apply")
    changed = client.patch(f"{ROOT}/{url}/", {"apply_url": ""}, format="json")
    assert changed.data["apply_url"] == ""
    assert client.patch(f"{ROOT}/{url}/", {"apply_url": "javascript:x"}, format="json").json()["code"] == "invalid_value"


def test_lists_are_narrowed(client, degree, courses):
    other = api.create_program(title="Other", type="xseries", hidden=True, authoring_organizations=["GTx"])
    before = client.get(f"{ROOT}/programs/{other.uuid}/").data["modified"]

    def listed(**parameters):
        response = client.get(f"{ROOT}/programs/", parameters)
        assert response.status_code == 200, response.data
        return [program["title"] for program in response.data["results"]]

    assert listed(ordering="title") == ["Analytics", "Other"]
    for parameters, titles in [
        ({"uuids": f"{other.uuid},{degree.uuid}"}, ["Analytics", "Other"]),
        ({"types": "xseries,none"}, ["Other"]),
        ({"status": "active,retired"}, ["Analytics"]),
        ({"hidden": "true"}, ["Other"]),
        ({"org": "gtx"}, ["Other"]),
        ({"org": "None"}, []),
        ({"course": "GTx+A"}, ["Analytics"]),
        ({"course": "GTx+B"}, []),
        ({"course_run": A1}, ["Analytics"]),
        ({"course_run": "course-v1:No+No+No"}, []),
        ({"q": "analyt"}, ["Analytics"]),
    ]:
        assert listed(**parameters) == titles, parameters
    # A change of what it consists of is a change of the program.
    api.create_curriculum(other, name="Core", courses=["GTx+B"])
    assert listed(modified_since=before) == ["Other"]
    for wrong in (
        {"status": "live"},
        {"uuids": "x"},
        {"course": "x"},
        {"course_run": "x"},
        {"what": "x"},
        {"hidden": "1"},
        {"types": ""},
    ):
        assert client.get(f"{ROOT}/programs/", wrong).status_code == 400, wrong
    assert len(client.get(f"{ROOT}/curricula/", {"current": "true"}).data["results"]) == 2
    assert client.get(f"{ROOT}/curricula/", {"current": "false"}).data["results"] == []
    assert len(client.get(f"{ROOT}/degrees/", {"program": str(degree.uuid)}).data["results"]) == 1
    assert len(client.get(f"{ROOT}/program-types/").data["results"]) == 7


def test_who_read_an_older_state_changes_nothing(client, degree):
    url = f"{ROOT}/curricula/{degree.curricula.get().uuid}/"
    seen = client.get(url).headers["ETag"]
    api.add_course(degree.curricula.get(), "GTx+B")
    assert client.patch(url, {"name": "X"}, format="json", HTTP_IF_MATCH=seen).status_code == 412
    assert client.post(f"{url}add/", {"catalog_course": "GTx+C"}, format="json", HTTP_IF_MATCH=seen).status_code == 412
    assert client.get(url, HTTP_IF_NONE_MATCH=client.get(url).headers["ETag"]).status_code == 304
    assert client.get(url, {"fields": "name"}).data == {"name": "Core"}
    assert set(client.get(f"{ROOT}/programs/", {"view": "minimal"}).data["results"][0]) == {"uuid", "title", "status"}


def test_a_page_of_many_programs_costs_ten_queries_at_most(client, courses, django_assert_max_num_queries):
    count = sample(25, 100)
    for n in range(count):
        run_of(f"N{n}")
        program = api.create_program(title=f"P{n}", type="xseries", authoring_organizations=["GTx"])
        curriculum = api.create_curriculum(program, name="Core", courses=[f"GTx+N{n}", "GTx+C"])
        api.create_degree(program)
        api.exclude_course_run(curriculum.course_memberships.first(), f"course-v1:GTx+N{n}+1")
    for name in ("programs", "curricula", "degrees"):
        with django_assert_max_num_queries(10):
            assert len(client.get(f"{ROOT}/{name}/", {"page_size": 100}).data["results"]) == count
        with django_assert_max_num_queries(9):
            client.get(f"{ROOT}/{name}/", {"page_size": 1})


def test_the_core_has_its_routes_beside(client, degree):
    assert client.get(f"{ROOT}/course-runs/{A1}/").status_code == 200
    assert catalog.get_course_run(A1)


def test_courses_and_runs_are_named_by_uuid_too(client, degree):
    run = catalog.get_course_run(A1)
    course, nobody = run.catalog_course, "0" * 32

    def listed(**parameters):
        return [program["title"] for program in client.get(f"{ROOT}/programs/", parameters).data["results"]]

    assert listed(course=str(course.uuid)) == listed(course_run=str(run.uuid)) == ["Analytics"]
    assert listed(course=nobody) == listed(course_run=nobody) == []
    path = f"programs/{degree.uuid}"
    post(client, f"{path}/exclude-run", {"course_key": str(run.uuid)})
    assert listed(course_run=str(run.uuid)) == []
    post(client, f"{path}/include-run", {"course_key": str(run.uuid)})
    assert listed(course_run=str(run.uuid)) == ["Analytics"]
    refusal(client, f"{path}/exclude-run", {"course_key": nobody}, 400, "invalid_request")
    other = api.create_program(title="Other", type="xseries")
    body = {"program": str(other.uuid), "name": "Core", "courses": [str(course.uuid)]}
    assert client.post(f"{ROOT}/curricula/", body, format="json").status_code == 201


def test_a_program_is_described_and_pictured(client, degree):
    url = f"{ROOT}/programs/{degree.uuid}/"
    image = {"image": b64encode(picture().read()).decode(), "image_alt": "A chart"}
    shown = client.patch(url, {"description": "How to analyze.", **image}, format="json").data
    assert (shown["description"], shown["image_alt"], shown["live"]) == ("How to analyze.", "A chart", True)
    assert shown["image"].endswith(".png")
    for wrong, code in ((b"text", "invalid_value"), (None, "invalid_request")):
        body = {"image": b64encode(wrong).decode() if wrong else "no Base64!"}
        refused = client.patch(url, body, format="json")
        assert (refused.status_code, refused.data["code"], list(refused.data["errors"])) == (400, code, ["image"])
    assert client.patch(url, {"image": None}, format="json").data["image"] is None


def test_a_type_keeps_the_uuid_that_it_has_elsewhere(client, db):
    uuid = "7b41992e-f268-4331-8ba9-72acb0880454"
    made = post(client, "program-types", {"name": "Bootcamp", "uuid": uuid}, 201)
    assert (made["uuid"], made["slug"]) == (uuid, "bootcamp")
    assert "uuid" in client.patch(f"{ROOT}/program-types/bootcamp/", {"uuid": uuid}, format="json").data["errors"]
