"""Over REST: many runs moved at once, keys followed again, runs deleted for good and restored; and why, with every write."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from organizations.models import Organization

from openedx_catalog import api
from openedx_catalog.models_api import CatalogCourse, CourseRun, DeletedRunKey
from openedx_catalog.testing.users import rest_client

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

V1 = "/api/catalog/v1"
MOVE, DELETED = f"{V1}/course-runs/move/", f"{V1}/deleted-course-runs/"
ONE, TWO, SLASH = "course-v1:A+B+1", "course-v1:A+B+2", "MITx/14.73x/2013_Spring"


@pytest.fixture
def root():
    return rest_client("superuser")


@pytest.fixture
def target():
    for key in (ONE, TWO, SLASH):
        api.associate_course_run(key, title="T")
    return api.create_catalog_course(org_code="X", course_code="Y")


def run_url(key, action=""):
    return f"{V1}/course-runs/{quote(key, safe='')}/" + (f"{action}/" if action else "")


def moves(*pairs):
    return {"moves": [{"course_run": str(run), "catalog_course": str(course)} for run, course in pairs], "reason": "r"}


@pytest.mark.parametrize("dry_run", [True, False])
def test_each_has_an_outcome(root, target, dry_run):
    body = moves((ONE, target.uuid), (api.get_course_run(TWO).uuid, "A+B"), ("course-v1:No+Such+1", "X+Y"), (TWO, "No+Such"))
    answer = root.post(f"{MOVE}?dry_run={str(dry_run).lower()}", body, format="json")
    assert answer.status_code == 200
    assert answer.data["outcomes"] == {"moved": 1, "confirmed": 1, "invalid": 2}
    assert answer.data["rows"][0] == {
        "line": 1, "course_run": ONE, "outcome": "moved", "before": "catalog-course:A:B", "after": "catalog-course:X:Y",
        "code": "", "reason": "",
    }  # fmt: skip
    assert [row["code"] for row in answer.data["rows"]] == ["", "", "course_run_not_found", "catalog_course_not_found"]
    assert (api.get_course_run(ONE).catalog_course == target) is not dry_run


def test_why_and_by_whom_stands_in_the_history(root, target):
    root.post(MOVE, moves((ONE, "X+Y")), format="json", HTTP_X_REQUEST_ID="7")
    row = api.get_course_run(ONE).history.latest()
    assert (row.history_change_reason, row.history_user.username) == ("rest:7: r", "superuser")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "moves"),
        ({"moves": []}, "reason"),
        ({"moves": [], "reason": ""}, "reason"),
        (moves(*[(ONE, "X+Y")] * 1001), "moves"),
        ({"moves": ONE, "reason": "r"}, "moves"),
        ({"moves": [{"course_run": ONE}], "reason": "r"}, "moves.0.catalog_course"),
        ({"moves": [{"course_run": 1, "catalog_course": "X+Y"}], "reason": "r"}, "moves.0.course_run"),
        ({"moves": [{"course_run": ONE, "catalog_course": "X+Y", "reason": "r"}], "reason": "r"}, "moves.0.reason"),
        ({"moves": ["x"], "reason": "r"}, "moves.0"),
    ],
)
def test_a_body_that_is_none_is_refused_by_name(root, target, body, field):
    answer = root.post(MOVE, body, format="json")
    assert answer.status_code == 400
    assert any(name.startswith(field) for name in answer.data["errors"]), answer.data


@pytest.mark.parametrize("query", ["dry_run=1", "dry_run=", "dry_run=true&dry_run=false", "dryrun=true"])
def test_a_dry_run_that_is_mistyped_moves_nothing(root, target, query):
    assert root.post(f"{MOVE}?{query}", moves((ONE, "X+Y")), format="json").status_code == 400
    assert api.get_course_run(ONE).catalog_course != target


def test_the_run_called_move_is_none(root, target):
    assert root.get(MOVE).status_code in (404, 405)


@pytest.mark.parametrize("key", [ONE, SLASH])
def test_a_run_follows_its_key_again(root, target, key):
    api.move_course_run(key, target, reason="r")
    answer = root.post(run_url(key, "follow-key"), {"reason": "a mistake"}, format="json")
    assert (answer.status_code, answer.data["association"]) == (200, "implicit")
    assert api.get_course_run(key).history.latest().history_change_reason.endswith(": a mistake")
    assert root.post(run_url(key, "follow-key"), {}, format="json").data == answer.data


def test_a_key_that_leads_nowhere_is_a_conflict(root, target):
    api.create_course_run("course-v1:No+Such+1", catalog_course=target)
    answer = root.post(run_url("course-v1:No+Such+1", "follow-key"), {}, format="json")
    assert (answer.status_code, answer.data["code"]) == (409, "key_leads_nowhere")


@pytest.mark.parametrize("key", [ONE, SLASH])
def test_a_run_is_deleted_for_good_and_restored(root, target, key):
    uuid = str(api.get_course_run(key).uuid)
    answer = root.delete(run_url(key) + "?for_good=true&reason=never%20took%20place", HTTP_X_REQUEST_ID="7")
    assert answer.status_code == 204
    assert [row["course_key"] for row in root.get(DELETED).data["results"]] == [key]
    known = root.get(f"{DELETED}{quote(key, safe='')}/").data
    assert (known["run_uuid"], known["source"], known["reason"], known["user_name"]) == (
        uuid, "rest:7", "never took place", "superuser",
    )  # fmt: skip
    refused = root.post(f"{V1}/course-runs/", {"course_key": key}, format="json")
    assert (refused.status_code, refused.data["code"]) == (409, "deleted_on_purpose")
    url = f"{DELETED}{quote(key, safe='')}/restore/"
    assert root.post(url, {}, format="json").data["errors"].keys() == {"reason"}
    restored = root.post(url, {"reason": "a mistake"}, format="json")
    assert (restored.status_code, restored.data["uuid"], restored.data["course_key"]) == (200, uuid, key)
    assert root.post(url, {"reason": "a mistake"}, format="json").status_code == 404


def test_what_is_only_forgotten_is_not_created(root, target):
    api.delete_course_run(ONE, for_good=True)
    answer = root.post(f"{DELETED}{ONE}/restore/", {"reason": "r", "recreate": False}, format="json")
    assert (answer.status_code, answer.content) == (204, b"")
    assert not DeletedRunKey.objects.exists()
    assert api.find_course_run(ONE) is None


def test_a_plain_delete_remembers_nothing(root, target):
    assert root.delete(run_url(ONE)).status_code == 204
    assert root.delete(run_url(TWO) + "?for_good=yes").status_code == 400
    assert not DeletedRunKey.objects.exists()
    assert api.find_course_run(TWO)


def test_who_may_not_view_runs_does_not_see_who_deleted_them(target):
    api.delete_course_run(ONE, for_good=True)
    assert rest_client("user").get(DELETED).status_code == 403
    assert rest_client("openedx_catalog.view_deletedrunkey").get(DELETED).status_code == 200


# Why, with every write


@pytest.mark.parametrize(
    ("method", "path", "body", "model"),
    [
        ("post", "organizations/", {"short_name": "New"}, Organization),
        ("patch", "organizations/A/", {"name": "New"}, Organization),
        ("delete", "organizations/Empty/", None, Organization),
        ("post", "catalog-courses/", {"org_code": "A", "course_code": "New"}, CatalogCourse),
        ("patch", "catalog-courses/X+Y/", {"title": "New"}, CatalogCourse),
        ("delete", "catalog-courses/X+Y/", None, CatalogCourse),
        ("post", "course-runs/", {"course_key": "course-v1:A+B+3"}, CourseRun),
        ("patch", f"course-runs/{ONE}/", {"title": "New"}, CourseRun),
        ("delete", f"course-runs/{ONE}/", None, CourseRun),
    ],
)
def test_why_is_said_with_every_write(root, target, method, path, body, model):
    api.create_organization(short_name="Empty")
    if body is None:
        answer = root.delete(f"{V1}/{path}?reason=because")
    else:
        answer = getattr(root, method)(f"{V1}/{path}", {**body, "reason": "because"}, format="json")
    assert answer.status_code in (200, 201, 204), answer.data
    assert model.history.latest("history_id").history_change_reason.endswith(": because")


@pytest.mark.parametrize("reason", ["x" * 1001, 7, None, "a\0b"])
def test_a_reason_that_cannot_be_stored_is_refused_by_name(root, target, reason):
    answer = root.patch(run_url(ONE), {"title": "New", "reason": reason}, format="json")
    assert (answer.status_code, list(answer.data["errors"])) == (400, ["reason"])
    assert api.get_course_run(ONE).title == "T"


def test_a_reason_alone_changes_nothing(root, target):
    before = CourseRun.history.count()
    assert root.patch(run_url(ONE), {"reason": "because"}, format="json").status_code == 200
    assert root.delete(run_url(ONE) + "?reason=" + "x" * 1001).status_code == 400
    assert CourseRun.history.count() == before


def test_what_only_reads_takes_no_reason(root, target):
    body = {"course_keys": [ONE], "reason": "because"}
    assert list(root.post(f"{V1}/course-runs/resolve/", body, format="json").data["errors"]) == ["reason"]
