"""A policy of a host that hides rows of the core: whoever may not see them reads of them nowhere."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from openedx_catalog import api
from openedx_catalog.permissions import ModelPermissions
from openedx_catalog.testing.users import rest_client, rest_user
from tests.conftest import RUN_KEY

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

V1 = "/api/catalog/v1/"
PATHS = {"CourseRun": "catalog_course__org__short_name", "CatalogCourse": "org__short_name", "Organization": "short_name"}
HIDDEN_RUN = "course-v1:SecretX+secret-code+secret-run"


class HidesSecret(ModelPermissions):
    """Of the organization SecretX, and of runs whose key says so, only superusers know."""

    def sees_all(self, user, model):
        return user.is_superuser or (model.__name__ not in PATHS and super().sees_all(user, model))

    def visible(self, user, rows):
        if self.sees_all(user, rows.model):
            return rows
        if rows.model.__name__ not in PATHS:
            return super().visible(user, rows)
        rows = rows.exclude(**{PATHS[rows.model.__name__]: "SecretX"})
        return rows.exclude(key_ci__contains="secret") if rows.model.__name__ == "CourseRun" else rows


@pytest.fixture(scope="module")
def rows(module_db):
    api.associate_course_run(RUN_KEY, title="Microeconomics")
    api.associate_course_run("course-v1:MITx+14.100x+secret-run", title="Secret Microeconomics")
    api.associate_course_run("course-v1:MITx+left+secret-left", title="Left")
    api.merge_catalog_courses("MITx+left", into="MITx+14.100x", reason="One course")
    api.associate_course_run(HIDDEN_RUN, title="Secret")
    api.associate_course_run("course-v1:MITx+14.100x+shown", title="Moved")
    api.move_course_run("course-v1:MITx+14.100x+shown", "SecretX+secret-code", reason="Secret")
    api.move_course_run("course-v1:MITx+14.100x+shown", "MITx+14.100x", reason="Back")
    api.delete_course_run("course-v1:MITx+left+secret-left", for_good=True, reason="Secret")


@pytest.fixture
def secret(rows, settings):
    settings.OPENEDX_CATALOG_PERMISSION_POLICY = f"{__name__}.HidesSecret"


COURSE = "catalog-courses/MITx+14.100x/"
GETS = [
    "organizations/", "organizations/?q=secret", "organizations/SecretX/", "catalog-courses/", "catalog-courses/?q=secret",
    "catalog-courses/?q=SecretX", "catalog-courses/?org=SecretX", "catalog-courses/SecretX+secret-code/", COURSE,
    f"{COURSE}runs/", "course-runs/", "course-runs/?cursor=first&page_size=1", "course-runs/?q=secret",
    f"course-runs/{HIDDEN_RUN}/", "course-runs/?catalog_course=SecretX%2Bsecret-code", "changes/",
    "changes/?kind=organization", f"course-runs/{RUN_KEY}/history/",
    "course-runs/course-v1:MITx+14.100x+shown/history/",
    f"{COURSE}history/", "organizations/MITx/history/", "catalog-courses/SecretX+secret-code/history/",
    f"{COURSE}codes/", f"{COURSE}merges/", "deleted-course-runs/", "catalog-courses/?ordering=-modified&count=true",
]  # fmt: skip


VIEWER = "openedx_catalog.view_catalogcourse + openedx_catalog.view_courserun + organizations.view_organization"


def get(path, user="user", client=None):
    return (client or rest_client(user)).get(V1 + (path if "?" in path else path.replace("+", "%2B")))


@pytest.mark.parametrize("path", GETS)
@pytest.mark.parametrize("user", ["user", VIEWER])
def test_what_is_hidden_is_read_nowhere(secret, path, user):
    answer = get(path, user)
    if answer.status_code == 200:
        # Not the links to other pages, which repeat what was asked for.
        told = answer.json() if isinstance(answer.json(), list) else {**answer.json(), "next": "", "previous": ""}
        assert "secret" not in json.dumps(told).lower()


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("organizations/", 1),
        ("catalog-courses/", 1),
        ("catalog-courses/?q=secret", 0),
        ("catalog-courses/?q=course-v1:MITx%2B14.100x%2Bsecret-run", 0),
        ("course-runs/", 2),
        ("course-runs/?q=secret", 0),
        (f"{COURSE}runs/", 2),
    ],
)  # fmt: skip
def test_what_is_hidden_is_not_counted_and_finds_nothing(secret, path, count):
    assert get(path).json()["count"] == count


def test_keys_of_hidden_runs_are_unknown(secret):
    keys = [RUN_KEY, HIDDEN_RUN, "course-v1:MITx+14.100x+secret-run", str(api.get_course_run(HIDDEN_RUN).uuid)]
    answer = rest_client("user").post(f"{V1}course-runs/resolve/", {"course_keys": keys}, format="json").json()
    assert (list(answer["runs"]), answer["unknown"]) == ([RUN_KEY], keys[1:])


def test_the_feed_says_of_what_is_hidden_that_it_is_gone(secret):
    row = api.get_course_run(HIDDEN_RUN)
    client = rest_client("user")
    told = [change for change in get("changes/", client=client).json()["results"] if change["uuid"] == str(row.uuid)]
    assert {(change["what"], change["key"], change["merged_into"]) for change in told} == {("gone", None, None)}
    assert {change["key"] for change in get("changes/?kind=organization", client=client).json()["results"]} == {"MITx"}


def test_a_history_has_what_names_nothing_hidden(secret):
    client = rest_client(VIEWER)
    found = get("course-runs/course-v1:MITx+14.100x+shown/history/", client=client).json()["results"]
    assert [entry["what"] for entry in found] == ["created"]
    found = {entry["what"] for entry in get(f"{COURSE}history/", client=client).json()["results"]}
    assert {"created", "run_created"} <= found


def admin_pages(course, run):
    name, hidden = "admin:openedx_catalog_", api.find_organization_by_code("SecretX")
    return [
        f"{reverse(name + 'catalogcourse_changelist')}?q=secret", reverse(name + "catalogcourse_changelist"),
        reverse(name + "courserun_changelist"), f"{reverse(name + 'courserun_changelist')}?q=secretx",
        reverse(name + "catalogcourse_change", args=[course.pk]), reverse(name + "catalogcourse_history", args=[course.pk]),
        reverse(name + "courserun_history", args=[run.pk]), reverse(name + "catalogcourse_overview"),
        reverse(name + "catalogcourse_organization_history", args=[course.pk]), reverse(name + "courserun_export"),
        reverse(name + "outboxmessage_changelist"), reverse(name + "inboxmessage_changelist"),
        f"{reverse(name + 'courserun_changelist')}?organization={hidden.pk}",
        f"{reverse(name + 'catalogcourse_changelist')}?organization=secretx",
        f"{reverse(name + 'courserun_changelist')}?course=SecretX%2Bsecret-code",
        f"{reverse(name + 'courserun_changelist')}?course={api.get_catalog_course(key_str='SecretX+secret-code').pk}",
        reverse(name + "catalogcourse_export"), reverse(name + "catalogcourse_changes"),
        reverse("admin:autocomplete") + "?term=secret&app_label=openedx_catalog&model_name=courserun&field_name=catalog_course",
    ]  # fmt: skip


@pytest.mark.parametrize("number", range(19))
def test_the_admin_shows_nothing_hidden(secret, client, number):
    user = rest_user(VIEWER)
    user.is_staff = True
    user.save()
    client.force_login(user)
    course, run = api.get_catalog_course(key_str="MITx+14.100x"), api.get_course_run("course-v1:MITx+14.100x+shown")
    answer = client.get(admin_pages(course, run)[number])
    text = (b"".join(answer) if answer.streaming else answer.content).decode().lower()
    # But for what was searched for.
    said = ('value="secretx+secret-code', "organization=secretx", "course=secretx%2bsecret-code")
    for asked in ("q=secret", *said, 'value="secret'):
        text = text.replace(asked, "")
    assert "secret" not in text
