"""Rows that a host's policy keeps back from a user are, for whatever he writes over REST, as if they did not exist."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from organizations.models import Organization

from openedx_catalog import api, permissions
from openedx_catalog.models_api import CatalogCourse, CourseRun
from openedx_catalog.testing.users import rest_client

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

V1 = "/api/catalog/v1"
SEEN, HIDDEN, NONE = "course-v1:Open+B+1", "course-v1:Secret+B+1", "course-v1:Secret+B+2"
SECRET, NO_COURSE = "catalog-course:Secret:B", "catalog-course:Secret:C"


class KeepsSecret(permissions.ModelPermissions):
    """Everything of the organization Secret is kept back."""

    def sees_all(self, user, model):
        return model not in (CatalogCourse, CourseRun) and super().sees_all(user, model)

    def visible(self, user, rows):
        if rows.model is CatalogCourse:
            return rows.exclude(org__short_name="Secret")
        return (
            rows.exclude(catalog_course__org__short_name="Secret") if rows.model is CourseRun else super().visible(user, rows)
        )


class KeepsOrganization(permissions.ModelPermissions):
    """Only the organization Secret is kept back."""

    def sees_all(self, user, model):
        return model is not Organization and super().sees_all(user, model)

    def visible(self, user, rows):
        return rows.exclude(short_name="Secret") if rows.model is Organization else super().visible(user, rows)


@pytest.fixture
def client(settings):
    for key in (SEEN, HIDDEN):
        api.associate_course_run(key, title="T")
    settings.OPENEDX_CATALOG_PERMISSION_POLICY = f"{__name__}.KeepsSecret"
    return rest_client("superuser")


def everything():
    return sorted(CourseRun.objects.values_list("course_key__text", "title", "catalog_course", "association"))


def url(kind, name, action=""):
    return f"{V1}/{kind}/{quote(name, safe='')}/" + (f"{action}/" if action else "")


@pytest.mark.parametrize(
    ("action", "body"),
    [("rename", {"course_code": "N", "reason": "r"}), ("release-code", {"code": "N", "reason": "r"})],
)
def test_a_hidden_course_is_not_there(client, action, body):
    hidden, missing = (client.post(url("catalog-courses", key, action), body, format="json") for key in (SECRET, NO_COURSE))
    assert hidden.status_code == 404
    assert hidden.json()["detail"].replace(SECRET, NO_COURSE) == missing.json()["detail"]


def test_a_hidden_run_is_not_there(client):
    body = {"reason": "r"}
    hidden, missing = (client.post(url("course-runs", key, "follow-key"), body, format="json") for key in (HIDDEN, NONE))
    assert hidden.status_code == 404
    assert hidden.json()["detail"].replace(HIDDEN, NONE) == missing.json()["detail"]


@pytest.mark.parametrize(
    ("path", "field", "more"),
    [
        (url("catalog-courses", "Open+B", "merge"), "into", {}),
        (url("catalog-courses", "Open+B", "swap-codes"), "catalog_course", {}),
        (url("catalog-courses", "Open+B", "give-code"), "to", {"code": "Former"}),
        (url("course-runs", SEEN, "move"), "catalog_course", {}),
        (f"{V1}/course-runs/", "catalog_course", {"course_key": "course-v1:Open+B+9"}),
    ],
)
def test_a_hidden_course_is_no_target(client, path, field, more):
    before = everything()
    hidden, missing = (client.post(path, {field: key, "reason": "r", **more}, format="json") for key in (SECRET, NO_COURSE))
    assert hidden.status_code == missing.status_code == 400
    assert list(hidden.json()["errors"]) == list(missing.json()["errors"]) == [field]
    assert SECRET in hidden.json()["errors"][field][0]
    assert everything() == before


def test_a_hidden_run_is_not_split_off(client):
    path, body = url("catalog-courses", "Open+B", "split"), {"course_code": "N", "reason": "r"}
    hidden, missing = (client.post(path, {**body, "course_keys": [SEEN, key]}, format="json") for key in (HIDDEN, NONE))
    assert hidden.json()["errors"] == {"course_keys": [missing.json()["errors"]["course_keys"][0].replace(NONE, HIDDEN)]}


@pytest.mark.parametrize("dry_run", ["true", "false"])
def test_of_many_moves_those_of_hidden_rows_are_invalid(client, dry_run):
    before = everything()
    run, course = (
        CourseRun.objects.get(title="T", catalog_course__org__short_name="Secret"),
        CatalogCourse.objects.get(org__short_name="Secret"),
    )
    pairs = [
        (HIDDEN, "Open+B"),
        (NONE, "Open+B"),
        (SEEN, SECRET),
        (SEEN, NO_COURSE),
        (str(run.uuid), "Open+B"),
        (SEEN, str(course.uuid)),
    ]
    moves = [{"course_run": key, "catalog_course": to} for key, to in pairs]
    answer = client.post(f"{V1}/course-runs/move/?dry_run={dry_run}", {"moves": moves, "reason": "r"}, format="json").json()
    assert answer["outcomes"] == {"invalid": 6}
    rows = answer["rows"]
    assert [row["line"] for row in rows] == [1, 2, 3, 4, 5, 6]
    for hidden, missing, shown in ((rows[0], rows[1], (HIDDEN, NONE)), (rows[2], rows[3], (SECRET, NO_COURSE))):
        assert (hidden["code"], hidden["reason"].replace(*shown)) == (missing["code"], missing["reason"])
    assert everything() == before


@pytest.mark.parametrize("dry_run", ["true", "false"])
def test_of_many_records_those_of_hidden_rows_are_invalid(client, dry_run):
    before = everything()
    records = [
        {"course_key": HIDDEN, "title": "Mine"},
        {"course_key": HIDDEN.lower(), "title": "Mine"},
        {"course_key": "course-v1:Open+B+8", "catalog_course": SECRET},
        {"course_key": "course-v1:Open+B+8", "catalog_course": NO_COURSE},
    ]
    answer = client.post(f"{V1}/course-runs/associate/?dry_run={dry_run}", {"records": records}, format="json").json()
    assert answer["outcomes"]["invalid"] == 4
    problems = [row["problems"][0] for row in answer["records"]]
    assert problems[0] == {"code": "course_run_not_found", "reason": f"There is no course run {HIDDEN}."}
    assert problems[2]["code"] == problems[3]["code"]
    assert problems[2]["reason"].replace(SECRET, NO_COURSE) == problems[3]["reason"]
    assert everything() == before


def refused_alike(client, path, hidden, missing, shown, dry_run="false"):
    """Both bodies are refused with the same words but for the names in them (hidden, missing), and nothing is changed."""
    before = everything()
    one, other = (client.post(f"{path(named)}?dry_run={dry_run}" if dry_run == "true" else path(named), body, format="json")
                  for named, body in (hidden, missing))  # fmt: skip
    assert (one.status_code, one.json()["code"]) == (other.status_code, other.json()["code"])
    assert one.status_code >= 400
    assert one.json()["detail"].replace(*shown) == other.json()["detail"]
    assert everything() == before


@pytest.mark.parametrize("dry_run", ["true", "false"])
def test_a_run_does_not_follow_its_key_to_a_hidden_course(client, dry_run):
    api.associate_course_run("course-v1:Secret+B+3", catalog_course="Open+B")
    api.associate_course_run("course-v1:Nobody+B+3", catalog_course="Open+B")
    refused_alike(client, lambda key: url("course-runs", key, "follow-key"), ("course-v1:Secret+B+3", {}),
                  ("course-v1:Nobody+B+3", {}), ("Secret", "Nobody"), dry_run)  # fmt: skip


def test_also_not_to_a_course_of_a_hidden_organization(client, settings):
    settings.OPENEDX_CATALOG_PERMISSION_POLICY = f"{__name__}.KeepsOrganization"
    api.associate_course_run("course-v1:Secret+B+3", catalog_course="Open+B")
    answer = client.post(url("course-runs", "course-v1:Secret+B+3", "follow-key"), {}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "key_leads_nowhere")


def test_a_run_that_follows_to_a_course_that_is_shown_does(client):
    api.associate_course_run("course-v1:Open+B+3", catalog_course="Other+X")
    answer = client.post(url("course-runs", "course-v1:Open+B+3", "follow-key"), {}, format="json")
    assert (answer.status_code, answer.json()["catalog_course"]["key"]) == (200, "catalog-course:Open:B")


@pytest.mark.parametrize("association", ["implicit", "explicit"])
def test_a_deleted_run_is_not_restored_under_a_hidden_course(client, association):
    explicit = association == "explicit"
    gone = "course-v1:Gone+B+1"
    api.associate_course_run(gone)
    for run, course in ((HIDDEN, SECRET), (gone, "Gone+B")):
        if explicit:
            api.move_course_run(run, course, reason="r")
        api.delete_course_run(run, for_good=True)
    uuids = [str(api.get_catalog_course(key_str=key).uuid) for key in (SECRET, "Gone+B")]
    api.delete_catalog_course("Gone+B")
    shown = uuids if explicit else (SECRET, "catalog-course:Gone:B")
    refused_alike(client, lambda key: url("deleted-course-runs", key, "restore"), (HIDDEN, {"reason": "r"}),
                  (gone, {"reason": "r"}), shown)  # fmt: skip
    assert api.get_deleted_run_key(HIDDEN)
    forgotten = client.post(url("deleted-course-runs", HIDDEN, "restore"), {"reason": "r", "recreate": False}, format="json")
    assert forgotten.status_code == 204


@pytest.mark.parametrize("dry_run", ["true", "false"])
@pytest.mark.parametrize("named", ["key", "uuid"])
def test_a_hidden_course_is_not_taken_out_of_a_merge(client, named, dry_run):
    uuid = str(api.get_catalog_course(key_str=SECRET).uuid)
    api.merge_catalog_courses(SECRET, into="Open+B", reason="r")
    names = (SECRET, NO_COURSE) if named == "key" else (uuid, "00000000-0000-4000-8000-000000000000")
    bodies = [("Open+B", {"merged": name, "reason": "r"}) for name in names]
    refused_alike(client, lambda key: url("catalog-courses", key, "unmerge"), *bodies, names, dry_run)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"{V1}/catalog-courses/", {"course_code": "N"}),
        (url("catalog-courses", "Open+B", "move"), {"reason": "r"}),
        (url("catalog-courses", "Open+B", "split"), {"course_code": "N", "course_keys": [SEEN], "reason": "r"}),
        (url("catalog-courses", "Open+B", "release-code"), {"code": "Former", "reason": "r"}),
        (url("catalog-courses", "Open+B", "give-code"), {"code": "Former", "to": "Other+B", "reason": "r"}),
    ],
)
def test_a_hidden_organization_is_none(client, settings, path, body):
    settings.OPENEDX_CATALOG_PERMISSION_POLICY = f"{__name__}.KeepsOrganization"
    api.create_catalog_course(org_code="Other", course_code="B")
    settings.ORGANIZATIONS_AUTOCREATE = False
    api.rename_catalog_course("Open+B", course_code="New", reason="r")
    api.rename_catalog_course("Open+New", course_code="Former", reason="r")
    api.rename_catalog_course("Open+Former", course_code="B", reason="r")
    bodies = [("", {"org_code": name, **body}) for name in ("Secret", "Nobody")]
    refused_alike(client, lambda _key: path, *bodies, ("Secret", "Nobody"))


def test_a_new_run_does_not_come_under_a_hidden_course_by_its_key(client):
    before = everything()
    answer = client.post(f"{V1}/course-runs/", {"course_key": NONE}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_catalog_course")
    records = {"records": [{"course_key": NONE}, {"course_key": SEEN}]}
    answer = client.post(f"{V1}/course-runs/associate/", records, format="json").json()
    assert [row["outcome"] for row in answer["records"]] == ["invalid", "unchanged"]
    assert answer["records"][0]["problems"][0]["code"] == "unknown_catalog_course"
    assert everything() == before


def test_a_run_that_stands_elsewhere_is_written_whatever_its_key_leads_to(client):
    api.associate_course_run("course-v1:Secret+B+3", catalog_course="Open+B")
    records = {"records": [{"course_key": "course-v1:Secret+B+3", "title": "New"}]}
    answer = client.post(f"{V1}/course-runs/associate/", records, format="json").json()
    assert answer["outcomes"]["updated"] == 1


def test_nothing_is_asked_where_nothing_is_kept_back(client, settings, django_assert_max_num_queries):
    settings.OPENEDX_CATALOG_PERMISSION_POLICY = "openedx_catalog.permissions.ModelPermissions"
    moves = [{"course_run": f"course-v1:Open+B+{number}", "catalog_course": "Open+B"} for number in range(50)]
    with django_assert_max_num_queries(20):
        client.post(f"{V1}/course-runs/move/?dry_run=true", {"moves": moves, "reason": "r"}, format="json")
