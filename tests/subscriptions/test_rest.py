"""Subscriptions over REST: plans, what they include and why, and plans in the core's own resources."""

import runpy

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.subscriptions import api
from openedx_catalog.contrib.subscriptions.models_api import CourseChoice, SubscribedOrganization, SubscriptionPlan
from openedx_catalog.lib.permissions import ModelPermissions
from openedx_catalog.testing.users import rest_client

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

ROOT = "/api/catalog/v1/"
PLANS, PLAN = f"{ROOT}subscriptions/", f"{ROOT}subscriptions/default/"
COURSES, RUNS, PROGRAMS = f"{ROOT}catalog-courses/", f"{ROOT}course-runs/", f"{ROOT}programs/"
APP = "openedx_catalog_subscriptions"
A, B = "catalog-course:MITx:A", "catalog-course:MITx:B"


@pytest.fixture
def client(db):
    return rest_client("superuser")


@pytest.fixture
def catalog_of_two(course, program):
    """Courses A and B of MITx, which takes part, with a self-paced and another run each; programs of A, and of both."""
    rows = {code: course(code, S="self", I="instructor") for code in "AB"}
    program("Of A", rows["A"])
    program("Both", *rows.values())
    api.create_subscription_plan(name="For companies", slug="b2b")
    api.set_organization_subscription("MITx", True)
    api.refresh_subscriptions()
    return rows


def listed(client, url, field="key", **parameters):
    answer = client.get(url, parameters)
    assert answer.status_code == 200, answer.data
    return [row[field] for row in answer.data["results"]]


def refused(answer):
    """``(400, {"field"}, "code")``"""
    return answer.status_code, set(answer.data.get("errors", {})), answer.data["code"]


def queries(client, url):
    # What a process asks once is asked before.
    client.get(url)
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)


# Plans


def test_a_plan_is_created_renamed_and_deleted(client):
    made = client.post(PLANS, {"name": "For companies", "slug": "b2b", "reason": "r"}, format="json")
    assert (made.status_code, made.data["slug"], made.data["name"]) == (201, "b2b", "For companies")
    url = f"{PLANS}b2b/"
    assert client.patch(url, {"name": "B2B"}, format="json").data["name"] == "B2B"
    assert client.patch(url, {}, format="json").data["name"] == "B2B"
    assert refused(client.patch(url, {"slug": "other"}, format="json"))[:2] == (400, {"slug"})
    assert listed(client, PLANS, "slug", ordering="-slug") == ["default", "b2b"]
    assert client.delete(url).status_code == 204
    assert client.get(url).status_code == 404


def test_a_plan_is_not_deleted_while_an_organization_takes_part(client, catalog_of_two):
    answer = client.delete(PLAN)
    assert (answer.status_code, answer.data["code"]) == (409, "has_dependents")


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 400, "name"),
        ({"name": ""}, 400, "name"),
        ({"name": 7}, 400, "name"),
        ({"name": "x" * 65}, 400, "name"),
        ({"name": "X", "slug": "no slug"}, 400, "slug"),
        ({"name": "X", "slug": "default"}, 409, None),
        ({"name": "X", "refreshed_at": None}, 400, "refreshed_at"),
        ([], 400, "non_field_errors"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused_by_its_field(client, body, status, field):
    answer = client.post(PLANS, body, format="json")
    assert (answer.status_code, set(answer.data.get("errors", {}))) == (status, {field} - {None})
    assert listed(client, PLANS, "slug") == ["default"]


# What a plan includes


def test_what_a_plan_includes_is_listed_as_the_core_does(client, catalog_of_two):
    assert listed(client, f"{PLAN}courses/") == [A, B]
    assert listed(client, f"{PLAN}courses/", ordering="-course_code", org="mitx") == [B, A]
    assert listed(client, f"{PLAN}courses/", q="Course B") == [B]
    assert listed(client, f"{PLAN}runs/", "course_key") == ["course-v1:MITx+A+S", "course-v1:MITx+B+S"]
    assert listed(client, f"{PLAN}runs/", "run_code", catalog_course=A, status="archived") == []
    assert listed(client, f"{PLAN}programs/", "title", ordering="-title", types="xseries") == ["Of A", "Both"]
    assert listed(client, f"{PLAN}organizations/", "short_name", active="true") == ["MITx"]
    for path, core in (
        ("courses/", COURSES),
        ("runs/", RUNS),
        ("programs/", PROGRAMS),
        ("organizations/", f"{ROOT}organizations/"),
    ):
        rows = client.get(f"{PLAN}{path}").data["results"]
        assert rows == [row for row in client.get(core).data["results"] if row in rows] != []
        assert client.get(f"{PLANS}b2b/{path}").data["count"] == 0
        assert refused(client.get(f"{PLAN}{path}?plan=x"))[:2] == (400, {"plan"})


@pytest.mark.parametrize("path", ["courses", "runs", "programs", "organizations"])
@pytest.mark.parametrize("slug", ["nothing", "Default", "x" * 300, "%00", "%F0%9F%92%A9"])
def test_of_a_plan_that_is_not_there_nothing_is_listed(client, path, slug):
    answer = client.get(f"{PLANS}{slug}/{path}/")
    assert (answer.status_code, answer.data["code"]) == (404, "not_found")


def test_a_narrowed_list_costs_one_query_more_for_the_plan_and_its_name(client, catalog_of_two):
    for path, core in (("courses/", COURSES), ("runs/", RUNS), ("programs/", PROGRAMS)):
        assert queries(client, f"{PLAN}{path}") == queries(client, core) + 2
        assert queries(client, f"{core}?subscription=default") == queries(client, core)


# Choices


def test_an_organization_is_put_in_and_taken_out(client, course):
    course("A", S="self")
    url = f"{PLAN}organizations/mitx/"
    assert client.get(url).status_code == 404
    for _again in range(2):
        answer = client.put(url, {"reason": "r"}, format="json")
        assert (answer.status_code, answer.data["short_name"]) == (200, "MITx")
    assert client.get(url).data == answer.data
    row = SubscribedOrganization.history.get()
    assert (row.history_user.username, row.history_change_reason.endswith(": r")) == ("superuser", True)
    for _again in range(2):
        assert client.delete(f"{url}?reason=over").status_code == 204
    assert SubscribedOrganization.history.latest().history_change_reason.endswith(": over")
    assert client.put(url).status_code == 200
    assert client.get(f"{PLANS}b2b/organizations/mitx/").status_code == 404


def test_an_organization_that_is_not_there_or_a_body_that_makes_no_sense(client, course):
    course("A")
    assert client.put(f"{PLAN}organizations/None/", {}, format="json").status_code == 404
    assert client.delete(f"{PLAN}organizations/None/").status_code == 404
    url = f"{PLAN}organizations/MITx/"
    assert client.put(f"{PLANS}nothing/organizations/MITx/", {}, format="json").status_code == 404
    assert refused(client.put(url, {"included": True}, format="json"))[:2] == (400, {"included"})
    assert refused(client.put(url, {"reason": 7}, format="json"))[:2] == (400, {"reason"})
    assert refused(client.put(url, [], format="json"))[0] == 400
    assert client.delete(f"{url}?reason={'x' * 2000}").status_code == 400
    assert not SubscribedOrganization.objects.exists()


def test_a_course_is_left_out_and_taken_back(client, catalog_of_two, django_capture_on_commit_callbacks):
    url = f"{PLAN}courses/{A}/"
    assert client.get(url).data == {
        "plan": "default", "subject": A, "included": True, "stored": True, "reasons": [], "choice": None
    }  # fmt: skip
    tried = client.put(f"{url}?dry_run=true", {"included": False}, format="json")
    assert (tried["X-Dry-Run"], tried.data["choice"], CourseChoice.objects.count()) == ("true", False, 0)
    with django_capture_on_commit_callbacks(execute=True):
        out = client.put(url, {"included": False, "reason": "not sold"}, format="json")
    assert (out.status_code, out.data["choice"], out.data["included"]) == (200, False, False)
    assert [reason["code"] for reason in out.data["reasons"]] == ["course_left_out"]
    assert CourseChoice.history.latest().history_change_reason.endswith(": not sold")
    assert listed(client, f"{PLAN}courses/") == [B]
    assert client.get(url).data == {**out.data, "stored": False}
    assert client.get(f"{PLANS}b2b/courses/{A}/").data["choice"] is None
    by_uuid = client.put(f"{PLAN}courses/{catalog_of_two['A'].uuid}/", {"included": None}, format="json")
    assert (by_uuid.data["choice"], by_uuid.data["included"], CourseChoice.objects.count()) == (None, True, 0)


def test_of_two_who_choose_the_second_one_sees_it(client, catalog_of_two):
    url = f"{PLAN}courses/MITx+A/"
    tag = client.get(url)["ETag"]
    first = client.put(url, {"included": False}, format="json", headers={"if-match": tag})
    assert first.status_code == 200
    assert client.put(url, {"included": True}, format="json", headers={"if-match": tag}).status_code == 412
    assert client.put(url, {"included": True}, format="json", headers={"if-match": first["ETag"]}).data["choice"] is True


@pytest.mark.parametrize(
    "body", [{}, {"included": "false"}, {"included": 0}, {"included": []}, {"included": None, "plan": "b2b"}, []]
)
def test_a_choice_that_makes_no_sense_is_refused(client, catalog_of_two, body):
    assert client.put(f"{PLAN}courses/{A}/", body, format="json").status_code == 400
    assert not CourseChoice.objects.exists()


def test_what_is_not_there_is_neither_chosen_nor_explained(client, catalog_of_two):
    for name in ("MITx+None", "None", "00000000-0000-4000-8000-000000000001", "%00"):
        assert client.put(f"{PLAN}courses/{name}/", {"included": False}, format="json").status_code == 404
        for path in ("courses", "runs", "programs", "organizations"):
            assert client.get(f"{PLAN}{path}/{name}/").status_code == 404
    for path in (f"courses/{A}", "runs/course-v1:MITx+A+S", "organizations/MITx"):
        assert client.get(f"{PLANS}nothing/{path}/").status_code == 404


# Why


def test_a_run_says_every_reason_why_it_is_out(client, catalog_of_two):
    api.set_course_subscription("MITx+A", False)
    answer = client.get(f"{PLAN}runs/course-v1:MITx+A+I/")
    assert (answer.data["subject"], answer.data["included"], answer.data["stored"]) == ("course-v1:MITx+A+I", False, False)
    assert answer.data["reasons"] == [
        {"code": "course_left_out", "subjects": [], "message": "Somebody has left the course out of the plan."},
        {
            "code": "course_not_included",
            "subjects": ["catalog-course:MITx:A"],
            "message": "The plan does not include these courses: catalog-course:MITx:A.",
        },
        {
            "code": "pacing_not_included",
            "subjects": ["instructor"],
            "message": "The plan includes no runs of this pacing: instructor.",
        },
    ]
    assert client.get(f"{PLAN}runs/course-v1:MITx+B+S/?fields=included").data == {"included": True}
    uuid = catalog.get_course_run("course-v1:MITx+B+S").uuid
    assert client.get(f"{PLAN}runs/{uuid}/?view=minimal").data["subject"] == "course-v1:MITx+B+S"
    catalog.associate_course_run("Old/B/1", catalog_course="MITx+B", create_catalog_course=False)
    assert client.get(f"{PLAN}runs/Old%2FB%2F1/").data["subject"] == "Old/B/1"


@pytest.fixture
def outer(catalog_of_two, course, program):
    """A program of B, in which stands a hidden one of a course of another organization."""
    inner = programs.update_program(program("Secret", course("X", org="Org")), hidden=True)
    outer = program("Outer", catalog_of_two["B"])
    programs.add_program(programs.create_curriculum(outer, name="More"), inner)
    api.set_course_subscription("MITx+B", False)
    api.refresh_subscriptions()
    return outer, inner


def test_a_program_names_the_courses_that_keep_it_out_but_for_those_of_programs_that_are_hidden(client, outer):
    url = f"{PLAN}programs/{outer[0].uuid}/"
    (reason,) = client.get(url).data["reasons"]
    assert (reason["code"], reason["subjects"]) == ("course_not_included", [B, "catalog-course:Org:X"])
    assert reason["message"] == f"The plan does not include these courses: {B}, catalog-course:Org:X."
    reader = rest_client("user")
    (reason,) = reader.get(url).data["reasons"]
    assert reason == {"code": "course_not_included", "subjects": [B], "message": ""}
    programs.update_program(outer[1], hidden=False)
    assert len(reader.get(url).data["reasons"][0]["subjects"]) == 2


def test_a_program_that_is_hidden_is_not_there(client, outer, catalog_of_two):
    hidden = programs.get_program(programs.get_programs().get(title="Of A").uuid)
    programs.update_program(hidden, hidden=True)
    reader = rest_client("user")
    assert listed(client, f"{PLAN}programs/", "title") == ["Of A"]
    assert listed(reader, f"{PLAN}programs/", "title") == listed(reader, PROGRAMS, "title", subscription="default") == []
    for row in (hidden, outer[1]):
        assert client.get(f"{PLAN}programs/{row.uuid}/").status_code == 200
        missing = reader.get(f"{PLAN}programs/{row.uuid}/")
        assert (missing.status_code, missing.data["code"]) == (404, "not_found")


class KeepsBack(ModelPermissions):
    """As a host writes it that keeps course B, its runs, Org and the plan b2b back."""

    rows = {"catalogcourse": {"course_code": "B"}, "courserun": {"catalog_course__course_code": "B"}}
    rows |= {"organization": {"short_name": "Org"}, "subscriptionplan": {"slug": "b2b"}}

    def sees_all(self, user, model):
        return model._meta.model_name not in self.rows

    def visible(self, user, rows):
        return rows.exclude(**self.rows.get(rows.model._meta.model_name, {"pk": None}))


def test_what_a_policy_keeps_back_is_told_nowhere(client, catalog_of_two, course, program, settings):
    other = course("X", org="Org")
    mixed = program("Mixed", other, catalog_of_two["B"])
    for code in ("MITx", "Org"):
        api.set_organization_subscription(code, True, plan="b2b")
    api.set_course_subscription("MITx+B", False)
    api.refresh_subscriptions()
    settings.OPENEDX_CATALOG_PERMISSION_POLICY = f"{__name__}.KeepsBack"
    assert listed(client, PLANS, "slug") == ["default"]
    hidden, missing = (client.get(f"{PLANS}{slug}/courses/") for slug in ("b2b", "b3b"))
    assert hidden.data["detail"] == missing.data["detail"].replace("b3b", "b2b")
    assert listed(client, COURSES, subscription="b2b") == []
    assert client.get(f"{COURSES}{A}/").data["subscriptions"] == ["default"]
    assert listed(client, f"{PLAN}runs/", "course_key") == ["course-v1:MITx+A+S"]
    assert client.get(f"{PLAN}courses/{B}/").status_code == 404
    assert client.put(f"{PLAN}courses/{B}/", {"included": True}, format="json").status_code == 404
    assert client.put(f"{PLAN}organizations/Org/", {}, format="json").status_code == 404
    (reason,) = client.get(f"{PLAN}courses/catalog-course:Org:X/").data["reasons"]
    assert reason == {"code": "organization_not_subscribed", "subjects": [], "message": ""}
    (reason,) = client.get(f"{PLAN}programs/{mixed.uuid}/").data["reasons"]
    assert reason == {"code": "course_not_included", "subjects": ["catalog-course:Org:X"], "message": ""}


# Plans in the core's resources


def test_courses_runs_and_programs_name_their_plans(client, catalog_of_two):
    api.set_organization_subscription("MITx", True, plan="b2b")
    api.set_course_subscription("MITx+B", False)
    api.refresh_subscriptions()
    assert listed(client, COURSES, "subscriptions", ordering="course_code") == [["default", "b2b"], ["b2b"]]
    assert client.get(f"{RUNS}course-v1:MITx+A+S/").data["subscriptions"] == ["default", "b2b"]
    assert client.get(f"{RUNS}course-v1:MITx+A+I/").data["subscriptions"] == []
    assert listed(client, PROGRAMS, "subscriptions", ordering="title") == [["b2b"], ["default", "b2b"]]
    for url in (f"{COURSES}{A}/", f"{RUNS}course-v1:MITx+A+S/"):
        assert refused(client.patch(url, {"subscriptions": []}, format="json"))[:2] == (400, {"subscriptions"})


def test_lists_are_narrowed_by_plans(client, catalog_of_two):
    api.set_organization_subscription("MITx", True, plan="b2b")
    api.set_course_subscription("MITx+B", False)
    api.refresh_subscriptions()
    assert listed(client, COURSES, subscription="default") == [A]
    assert listed(client, COURSES, subscription="default, b2b", ordering="-course_code") == [B, A]
    assert listed(client, RUNS, "course_key", subscription="b2b", course_code="b") == ["course-v1:MITx+B+S"]
    # It has a run that the plan includes, and a course that it does not.
    assert listed(client, PROGRAMS, "title", subscription="default") == ["Of A"]
    assert listed(client, PROGRAMS, "title", subscription="b2b", ordering="title") == ["Both", "Of A"]
    for url in (COURSES, RUNS, PROGRAMS):
        assert listed(client, url, "uuid", subscription="nothing") == []
        for value in ("", "a\x00b", ",".join(["default"] * 101)):
            assert refused(client.get(url, {"subscription": value}))[:2] == (400, {"subscription"}), value


def test_an_etag_is_of_the_plans_too(client, catalog_of_two):
    uuid = programs.get_programs().get(title="Of A").uuid
    tags = {url: client.get(url)["ETag"] for url in (f"{COURSES}{A}/", f"{RUNS}course-v1:MITx+A+S/", f"{PROGRAMS}{uuid}/")}
    for url, tag in tags.items():
        assert client.get(url, headers={"if-none-match": tag}).status_code == 304
    # Past the API, which dates the rows.
    SubscriptionPlan.objects.filter(slug="default").update(slug="other")
    for url, tag in tags.items():
        assert client.get(url, headers={"if-none-match": tag}).status_code == 200


def test_plans_stand_in_the_root(client):
    assert client.get(ROOT).data["subscriptions"].endswith(PLANS)


@pytest.mark.filterwarnings("ignore:.*found in sys.modules:RuntimeWarning")
@pytest.mark.parametrize("installed", [True, False])
def test_programs_of_a_plan_are_there_where_programs_are(installed, monkeypatch):
    monkeypatch.setattr(apps, "is_installed", lambda name: installed)
    found = runpy.run_module("openedx_catalog.contrib.subscriptions.rest_api.v1.urls")["urlpatterns"]
    assert ("subscription-program-list" in {pattern.name for pattern in found}) is installed
