"""What stands in curricula, and what degrees have, over REST: each row by its uuid, at any instant, with its history."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from openedx_catalog.contrib.programs import api
from openedx_catalog.contrib.programs.models_api import CurriculumCourseMembership, DegreeCost
from openedx_catalog.testing.users import rest_client

from .conftest import run_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database, pytest.mark.newest]

ROOT = "/api/catalog/v1"
A1, B1 = "course-v1:GTx+A+1", "course-v1:GTx+B+1"
Y2026, Y2027, Y2028, Y2029 = (f"{year}-01-01T00:00:00Z" for year in range(2026, 2030))


@pytest.fixture
def client():
    made = APIClient()
    made.force_authenticate(get_user_model().objects.create_superuser("root"))
    return made


@pytest.fixture
def degree(courses):
    """A degree whose curriculum has had GTx A since ever."""
    program = api.create_program(title="Analytics", type="masters", status="active")
    api.create_curriculum(program, name="Core", courses=["GTx+A"], effective_at=None)
    api.create_degree(program)
    return program


@pytest.fixture
def core(degree):
    return degree.curricula.get()


def get(client, path, status=200, **parameters):
    response = client.get(f"{ROOT}/{path}/", parameters)
    assert response.status_code == status, response.data
    return response.data


def post(client, path, body=None, status=200):
    response = client.post(f"{ROOT}/{path}/", body or {}, format="json")
    assert response.status_code == status, response.data
    return response.data


def patch(client, path, body, status=200):
    response = client.patch(f"{ROOT}/{path}/", body, format="json")
    assert response.status_code == status, response.data
    return response.data


def instant(text):
    return datetime.fromisoformat(text)


# Courses and programs of curricula


def test_a_course_of_a_curriculum_lives_its_whole_life_over_http(client, core):
    body = {"curriculum": str(core.uuid), "catalog_course": "GTx+B", "effective_at": Y2026, "position": 0, "group": "Electives"}
    made = post(client, "curriculum-courses", {**body, "excluded_runs": [B1]}, 201)
    assert {**made, "uuid": "", "catalog_course": made["catalog_course"]["key"]} == {
        "uuid": "", "curriculum": str(core.uuid), "catalog_course": "catalog-course:GTx:B", "position": 0,
        "group": "Electives", "effective_at": Y2026, "retired_at": None, "version": "1", "is_current": True,
        "excluded_runs": [B1],
    }  # fmt: skip
    url = f"curriculum-courses/{made['uuid']}"
    # Rescheduled, moved and put elsewhere in one step; then it leaves, and comes back.
    changed = patch(client, url, {"effective_at": Y2027, "position": 1, "group": "", "reason": "a slip"})
    assert (changed["effective_at"], changed["position"], changed["group"]) == (Y2027, 1, "")
    assert post(client, f"{url}/retire", {"at": Y2028})["retired_at"] == Y2028
    again = post(client, f"{url}/reintroduce", {"at": Y2029, "version": "2029"})
    assert again["uuid"] != made["uuid"]
    assert (again["version"], again["effective_at"], again["excluded_runs"]) == ("2029", Y2029, [B1])
    assert post(client, f"{url}/include-run", {"course_key": B1})["excluded_runs"] == []
    assert post(client, f"{url}/exclude-run", {"course_key": B1})["excluded_runs"] == [B1]
    shown = get(client, f"curricula/{core.uuid}")["courses"]
    assert [(course["key"][-1], course["version"]) for course in shown] == [("A", "1"), ("B", "1"), ("B", "2029")]
    assert [course["membership"] for course in shown[1:]] == [made["uuid"], again["uuid"]]
    assert client.delete(f"{ROOT}/{url}/?reason=never+there").status_code == 204
    get(client, url, 404)
    # Of what is gone, the history remains.
    what = [(entry["what"], entry["reason"]) for entry in get(client, f"{url}/history")["results"]]
    assert (what[0], what[-1]) == (("deleted", "never there"), ("created", ""))
    assert ("updated", "a slip") in what


def test_dates_and_values_of_a_patch_are_taken_together_or_not_at_all(client, core):
    row = core.course_memberships.get()
    response = client.patch(
        f"{ROOT}/curriculum-courses/{row.uuid}/", {"group": "New", "effective_at": Y2028, "retired_at": Y2027}, format="json"
    )
    assert (response.status_code, response.data["code"]) == (400, "invalid_dates")
    row.refresh_from_db()
    assert (row.group, row.effective_at) == ("", None)


def test_no_date_is_now_and_null_is_since_ever(client, core):
    now = timezone.now()
    made = post(client, "curriculum-courses", {"curriculum": str(core.uuid), "catalog_course": "GTx+B"}, 201)
    assert instant(made["effective_at"]) >= now
    body = {"curriculum": str(core.uuid), "catalog_course": "GTx+C", "effective_at": None}
    assert post(client, "curriculum-courses", body, 201)["effective_at"] is None
    cost = {"degree": str(core.program.uuid), "description": "Tuition", "amount": "1", "currency": "USD"}
    assert instant(post(client, "degree-costs", cost, 201)["effective_at"]) >= now
    fee = {**cost, "description": "Fee", "effective_at": None}
    assert post(client, "degree-costs", fee, 201)["effective_at"] is None


def test_a_program_of_a_curriculum_lives_its_whole_life_over_http(client, core):
    child = api.create_program(title="Child", type="micromasters", status="active")
    body = {"curriculum": str(core.uuid), "program": str(child.uuid), "effective_at": Y2026}
    made = post(client, "curriculum-programs", body, 201)
    assert (made["program"], made["title"], made["position"]) == (str(child.uuid), "Child", 0)
    url = f"curriculum-programs/{made['uuid']}"
    assert patch(client, url, {"retired_at": Y2027, "group": "Tracks"})["retired_at"] == Y2027
    assert post(client, f"{url}/reintroduce", {"at": Y2028})["version"] == "2"
    listed = get(client, "curriculum-programs", program=str(child.uuid), at="2028-06-01T00:00:00Z", current="true")["results"]
    assert [row["version"] for row in listed] == ["2"]
    assert client.delete(f"{ROOT}/{url}/").status_code == 204
    assert post(client, "curriculum-programs", {**body, "program": str(core.program.uuid)}, 400)["code"] == "program_cycle"


def test_a_group_lives_its_whole_life_over_http(client, core):
    body = {"curriculum": str(core.uuid), "name": "Electives", "minimum": 1, "effective_at": Y2026}
    made = post(client, "curriculum-groups", body, 201)
    url = f"curriculum-groups/{made['uuid']}"
    assert patch(client, url, {"minimum": 2})["minimum"] == 2
    post(client, f"{url}/retire", {"at": Y2027})
    assert post(client, f"{url}/reintroduce", {"at": Y2027, "minimum": 3})["minimum"] == 3
    shown = get(client, f"curricula/{core.uuid}")["groups"]
    assert [(group["name"], group["minimum"], group["retired_at"]) for group in shown] == [
        ("Electives", 2, Y2027), ("Electives", 3, None),
    ]  # fmt: skip
    shown = get(client, f"curricula/{core.uuid}", at="2026-06-01T00:00:00Z")["groups"]
    assert [(group["minimum"], group["is_current"]) for group in shown] == [(2, True)]
    for wrong in ("1", True, 1.5, -1):
        assert "minimum" in post(client, "curriculum-groups", {**body, "minimum": wrong}, 400)["errors"]


# Costs and deadlines


def test_a_cost_changes_by_the_year_and_a_slip_is_corrected(client, degree):
    body = {"degree": str(degree.uuid), "description": "Tuition", "amount": "9900", "currency": "USD", "effective_at": Y2026}
    made = post(client, "degree-costs", body, 201)
    url = f"degree-costs/{made['uuid']}"
    assert patch(client, url, {"amount": "9950.00"})["amount"] == "9950.00"
    post(client, f"{url}/retire", {"at": Y2027})
    later = post(client, f"{url}/reintroduce", {"at": Y2027, "amount": "10500"})
    assert (later["amount"], later["version"], later["degree"]) == ("10500.00", "2", str(degree.uuid))

    def costs(at):
        listed = get(client, "degree-costs", degree=str(degree.uuid), at=at, current="true")["results"]
        shown = get(client, f"degrees/{degree.uuid}", at=at)["costs"]
        assert [cost["uuid"] for cost in shown] == [cost["uuid"] for cost in listed]
        return [cost["amount"] for cost in listed]

    assert [costs(at) for at in ("2025-06-01T00:00:00Z", Y2026, Y2027)] == [[], ["9950.00"], ["10500.00"]]
    assert patch(client, f"degree-costs/{later['uuid']}", {"retired_at": Y2028})["retired_at"] == Y2028
    (changed, *_others) = get(client, f"{url}/history")["results"]
    assert changed["changes"] == [{"field": "retired_at", "before": None, "after": Y2027}]
    assert client.delete(f"{ROOT}/{url}/").status_code == 204
    assert [cost.amount for cost in DegreeCost.objects.all()] == [10500]


def test_a_deadline_follows_another_one(client, degree):
    body = {"degree": str(degree.uuid), "semester": "Spring", "name": "Application", "due_at": Y2027, "effective_at": Y2026}
    made = post(client, "degree-deadlines", body, 201)
    url = f"degree-deadlines/{made['uuid']}"
    zoned = patch(client, url, {"zone": "America/New_York", "due_at": "2027-01-02T00:00:00Z"})
    assert (zoned["zone"], zoned["due_at"]) == ("America/New_York", "2027-01-02T00:00:00Z")
    post(client, f"{url}/retire", {"at": Y2027})
    again = post(client, f"{url}/reintroduce", {"at": Y2027, "due_at": Y2028})
    assert (again["due_at"], again["semester"], again["version"]) == (Y2028, "Spring", "2")
    assert post(client, f"{url}/reintroduce", {"at": Y2029, "amount": "1"}, 400)["errors"].keys() == {"amount"}


# Curricula


@pytest.fixture
def twice(core):
    """GTx B until 2027 and again from 2028."""
    first = api.add_course(core, "GTx+B", effective_at=Y2026, retired_at="2999-01-01T00:00:00Z")
    second = api.add_course(core, "GTx+B", effective_at="2999-06-01T00:00:00Z")
    return first, second


@pytest.mark.parametrize("verb", ["remove", "retire"])
def test_a_course_with_two_rows_names_neither(client, core, twice, verb):
    url = f"curricula/{core.uuid}/{verb}"
    refused = post(client, url, {"catalog_course": "GTx+B"}, 409)
    assert refused["code"] == "ambiguous_member"
    assert all(str(row.uuid) in refused["detail"] for row in twice)
    assert CurriculumCourseMembership.objects.filter(pk__in=[row.pk for row in twice]).count() == 2
    body = {"membership": str(twice[1].uuid)} | ({"at": "2999-07-01T00:00:00Z"} if verb == "retire" else {})
    left = post(client, url, body)["courses"]
    still = [(course["membership"], course["retired_at"]) for course in left if course["key"][-1] == "B"]
    first = (str(twice[0].uuid), "2999-01-01T00:00:00Z")
    assert still == ([first] if verb == "remove" else [first, (str(twice[1].uuid), "2999-07-01T00:00:00Z")])


def test_one_that_is_over_does_not_stand_in_the_way_of_retiring_the_other(client, core):
    api.retire(api.add_course(core, "GTx+B", effective_at=Y2026), at="2026-06-01T00:00:00Z")
    again = api.add_course(core, "GTx+B")
    post(client, f"curricula/{core.uuid}/retire", {"catalog_course": "GTx+B"})
    again.refresh_from_db()
    assert again.is_over()


def test_a_membership_of_another_curriculum_is_not_found(client, core, degree):
    other = api.create_curriculum(degree, name="Other", courses=["GTx+C"])
    body = {"membership": str(other.course_memberships.get().uuid)}
    assert "membership" in post(client, f"curricula/{core.uuid}/remove", body, 400)["errors"]


def test_a_curriculum_closes_ends_and_comes_back(client, core):
    url = f"curricula/{core.uuid}"
    assert post(client, f"{url}/close", {"at": Y2027})["closed_at"] == Y2027
    assert patch(client, url, {"closed_at": None})["closed_at"] is None
    assert patch(client, url, {"closed_at": Y2027, "retired_at": Y2028})["closed_at"] == Y2027
    again = post(client, f"{url}/reintroduce", {"at": Y2029})
    assert (again["version"], again["effective_at"], again["closed_at"]) == ("2", Y2029, None)
    assert [course["key"] for course in again["courses"]] == ["catalog-course:GTx:A"]
    shown = get(client, "curricula", program=str(core.program.uuid), at="2027-06-01T00:00:00Z", current="true")["results"]
    assert [curriculum["uuid"] for curriculum in shown] == [str(core.uuid)]


# What is asked


def test_courses_and_runs_are_told_as_of_an_instant(client, core, degree):
    run_of("B", "2")
    api.set_external_course_key(B1, "MATH 1")
    api.add_course(core, "GTx+B", effective_at=Y2027)
    child = api.create_program(title="Child", type="micromasters", status="active")
    api.create_curriculum(child, name="Core", courses=["GTx+C"], effective_at=None)
    api.add_program(core, child, effective_at=Y2028)

    def runs(**parameters):
        return [run["course_key"] for run in get(client, f"programs/{degree.uuid}/runs", **parameters)["results"]]

    before, after = {"at": "2026-06-01T00:00:00Z"}, {"at": "2028-06-01T00:00:00Z"}
    assert runs(**before) == [A1]
    assert runs(**after) == [A1, B1, "course-v1:GTx+B+2"]
    assert runs(**after, nested="true") == [A1, B1, "course-v1:GTx+B+2", "course-v1:GTx+C+1"]
    assert runs(**after, page_size=2, page=2) == ["course-v1:GTx+B+2"]
    (told,) = get(client, f"programs/{degree.uuid}/runs", **after, page_size=1, page=2)["results"]
    assert {**told, "uuid": ""} == {
        "uuid": "", "course_key": B1, "title": "Course B", "catalog_course": "catalog-course:GTx:B",
        "external_course_key": "MATH 1",
    }  # fmt: skip
    keys = [course["key"][-1] for course in get(client, f"programs/{degree.uuid}", **after)["courses"]]
    assert keys == ["A", "B"]
    assert [course["key"][-1] for course in get(client, f"programs/{degree.uuid}", **before)["courses"]] == ["A"]
    assert len(get(client, "programs", course="GTx+B", **after)["results"]) == 1
    assert get(client, "programs", course="GTx+B", **before)["results"] == []
    url = f"programs/{degree.uuid}/resolve-run"
    assert get(client, url, key="math 1", **after)["course_key"] == B1
    get(client, url, 404, key="math 1", **before)
    get(client, url, 404, key="course-v1:GTx+C+1", **after)
    assert get(client, url, key="course-v1:GTx+C+1", nested="true", **after)["course_key"] == "course-v1:GTx+C+1"
    for wrong in ({"at": "2027"}, {"nested": "1"}, {"at": ""}, {"what": "x"}):
        get(client, f"programs/{degree.uuid}/runs", 400, **wrong)


def test_a_deleted_program_answers_no_question(client, degree):
    api.delete_program(degree)
    for name, parameters in (("resolve-run", {"key": A1}), ("runs", {})):
        get(client, f"programs/{degree.uuid}/{name}", 404, **parameters)
    post(client, f"programs/{degree.uuid}/evaluate", {"passed_course_keys": []}, 404)


def test_whether_somebody_has_completed_a_program_is_told(client, core, degree):
    api.add_course(core, "GTx+B", group="Electives", effective_at=None)
    api.add_course(core, "GTx+C", group="Electives", effective_at=None)
    api.add_group(core, name="Electives", minimum=1, effective_at=None)
    url = f"programs/{degree.uuid}/evaluate"
    (way,) = post(client, url, {"passed_course_keys": [A1]})["curricula"]
    assert (way["name"], way["is_complete"], way["missing_courses"]) == ("Core", False, [])
    (group,) = way["groups"]
    assert (group["name"], group["minimum"], group["passed"], group["is_complete"]) == ("Electives", 1, 0, False)
    assert [course["key"] for course in group["missing_courses"]] == ["catalog-course:GTx:B", "catalog-course:GTx:C"]
    assert post(client, url, {"passed_course_keys": [A1, B1]})["is_complete"]
    post(client, url, {"passed_course_keys": ["nonsense"]}, 400)
    assert "at" in post(client, url, {"passed_course_keys": [], "at": Y2027, "started_at": Y2026}, 400)["errors"]


# Who sees it


def test_what_is_part_of_an_unpublished_program_is_nobodys_business(degree, core):
    rows = {
        "degree-costs": api.add_cost(degree.degree, description="T", amount=1, currency="USD"),
        "curriculum-courses": core.course_memberships.get(),
        "curriculum-groups": api.add_group(core, name="Electives", minimum=1),
    }
    reader = rest_client("user")
    found = [reader.get(f"{ROOT}/{name}/{row.uuid}/").status_code for name, row in rows.items()]
    assert found == [200, 200, 200]
    api.update_program(degree, status="unpublished")
    for name, row in rows.items():
        assert reader.get(f"{ROOT}/{name}/{row.uuid}/").status_code == 404, name
        assert reader.get(f"{ROOT}/{name}/").json()["results"] == [], name


def test_what_an_unpublished_program_adds_is_shown_to_its_viewers_only(degree, core):
    child = api.create_program(title="Child", type="micromasters", status="active")
    api.create_curriculum(child, name="Core", courses=["GTx+C"], effective_at=None)
    api.add_program(core, child)
    c1, url = "course-v1:GTx+C+1", f"{ROOT}/programs/{degree.uuid}"

    def told(client):
        runs = client.get(f"{url}/runs/", {"nested": "true"}).json()["results"]
        resolved = client.get(f"{url}/resolve-run/", {"key": c1, "nested": "true"}).status_code
        ways = client.get(f"{url}/curriculum-for/").json()["curricula"]
        diff = client.get(f"{url}/diff/", {"from": "2001-01-01T00:00:00Z"}).json()["added"]
        kinds = [row["kind"] for row in diff if row["kind"] == "program"]
        return [run["course_key"] for run in runs], resolved, len(ways[0]["programs"]), len(kinds)

    reader, viewer = rest_client("user"), rest_client("openedx_catalog_programs.view_program")
    assert told(reader) == told(viewer) == ([A1, c1], 200, 1, 1)
    api.update_program(child, status="unpublished")
    assert told(viewer) == ([A1, c1], 200, 1, 1)
    assert told(reader) == ([A1], 404, 0, 0)


def test_a_key_names_the_same_run_for_whoever_may_know_of_it(degree, core):
    """Former runs come after all that counts now, of whichever program; two that fit are not guessed between."""
    child, hidden = (api.create_program(title=title, type="micromasters", status="active") for title in ("Child", "Hidden"))
    inner = api.create_curriculum(child, name="Core", courses=["GTx+C"], effective_at=None)
    former = api.add_program(core, child, effective_at=None)
    api.add_program(core, hidden, effective_at=None)
    api.update_program(hidden, hidden=True)
    api.retire(core.course_memberships.get())
    c1, url = "course-v1:GTx+C+1", f"{ROOT}/programs/{degree.uuid}/resolve-run/"
    for run in (A1, c1):
        api.set_external_course_key(run, "MATH 1")
    clients = [rest_client("user"), rest_client("openedx_catalog_programs.view_program")]

    def resolved(key="math 1"):
        answers = [client.get(url, {"key": key, "nested": "true"}) for client in clients]
        return [answer.json().get("course_key", answer.status_code) for answer in answers]

    assert resolved() == [c1, c1]
    api.retire(former)
    assert resolved(c1) == [c1, c1]
    assert resolved() == [409, 409]
    api.update_program(child, hidden=True)
    assert resolved() == [A1, 409]
    assert inner.course_memberships.count() == 1


def test_a_body_may_name_only_what_its_sender_may_know_of(degree, core):
    api.update_program(degree, status="unpublished")
    adder = rest_client("openedx_catalog_programs.add_degreecost")
    body = {"degree": str(degree.uuid), "description": "T", "amount": "1", "currency": "USD"}
    answer = adder.post(f"{ROOT}/degree-costs/", body, format="json")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["degree"])


def test_a_request_on_trial_changes_nothing(client, core):
    row = core.course_memberships.get()
    tried = client.post(f"{ROOT}/curriculum-courses/{row.uuid}/retire/?dry_run=true", {"at": Y2028}, format="json")
    assert (tried.status_code, tried.data["retired_at"], tried["X-Dry-Run"]) == (200, Y2028, "true")
    row.refresh_from_db()
    assert row.retired_at is None


def test_who_read_an_older_state_of_a_row_changes_nothing(client, core):
    url = f"{ROOT}/curriculum-courses/{core.course_memberships.get().uuid}/"
    seen = client.get(url)["ETag"]
    assert client.patch(url, {"group": "New"}, format="json", HTTP_IF_MATCH=seen).status_code == 200
    assert client.post(f"{url}retire/", {}, format="json", HTTP_IF_MATCH=seen).status_code == 412


def test_the_history_names_users_values_and_keys(client, core):
    body = {"curriculum": str(core.uuid), "catalog_course": "GTx+B", "effective_at": Y2027, "reason": "wanted"}
    made = post(client, "curriculum-courses", body, 201)
    (entry,) = get(client, f"curriculum-courses/{made['uuid']}/history")["results"]
    assert (entry["what"], entry["user"], entry["reason"], entry["uuid"]) == ("created", "root", "wanted", made["uuid"])
    after = {change["field"]: change["after"] for change in entry["changes"]}
    assert after == {
        "curriculum": str(core.uuid), "catalog_course": "catalog-course:GTx:B", "position": 1, "effective_at": Y2027,
        "version": "1",
    }  # fmt: skip
    assert datetime.fromisoformat(entry["at"]).tzinfo == UTC
    assert len(get(client, f"programs/{core.program.uuid}/history")["results"]) == 1
    get(client, "curriculum-courses/00000000-0000-0000-0000-000000000000/history", 404)


@pytest.mark.parametrize(
    ("name", "parameters", "queries"),
    [
        ("runs", {"page_size": 100}, 6),
        ("runs", {"page_size": 100, "nested": "true"}, 8),
        ("curriculum-for", {}, 7),
        ("diff", {"from": "2001-01-01T00:00:00Z"}, 17),
        ("resolve-run", {"key": "course-v1:GTx+N7+R3", "nested": "true"}, 11),
    ],
)
def test_what_a_large_program_is_asked_costs_as_many_queries(client, core, degree, name, parameters, queries):
    for number in range(30):
        for term in range(3):
            run_of(f"N{number}", f"R{term + 1}")
        api.add_course(core, f"GTx+N{number}", group=("", "Electives")[number % 2], effective_at=None)
    api.add_group(core, name="Electives", minimum=3, effective_at=None)
    api.create_degree(degree)
    child = api.create_program(title="Child", type="micromasters", status="active")
    api.create_curriculum(child, name="Core", courses=["GTx+C"], effective_at=None)
    api.add_program(core, child)
    with CaptureQueriesContext(connection) as captured:
        get(client, f"programs/{degree.uuid}/{name}", **parameters)
    assert len(captured) == queries
