"""The change feed and the histories over REST."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from openedx_catalog import api
from openedx_catalog.models import CatalogChange
from openedx_catalog.testing.users import rest_client, rest_user
from tests.conftest import RUN_KEY

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

V1 = "/api/catalog/v1/"
CHANGES = f"{V1}changes/"
KEY = "catalog-course:MITx:14.100x"
HIDDEN = uuid.UUID(int=7)


@pytest.fixture
def run(db):
    return api.associate_course_run(RUN_KEY, title="Microeconomics").run


@pytest.fixture
def client(db):
    return rest_client("user")


def add(*audiences, kind="program"):
    """Entries that an optional app would have written."""
    CatalogChange.objects.bulk_create(
        CatalogChange(kind=kind, uuid=HIDDEN, key=f"k{n}", what="updated", audience=audience)
        for n, audience in enumerate(audiences)
    )


def told(answer):
    assert answer.status_code == 200, answer.content
    return [(row["kind"], row["key"], row["what"]) for row in answer.json()["results"]]


# The feed


def test_a_consumer_goes_on_where_it_was(client, run):
    first = client.get(CHANGES, {"kind": "course_run"}).json()
    assert (first["more"], len(first["results"])) == (False, 1)
    row = first["results"][0]
    assert (row["kind"], row["key"], row["uuid"], row["what"], row["merged_into"]) == (
        "course_run", RUN_KEY, str(run.uuid), "created", None,
    )  # fmt: skip
    assert datetime.fromisoformat(row["occurred_at"]).tzinfo == UTC
    assert client.get(CHANGES, {"after": first["cursor"]}).json() == {"results": [], "cursor": first["cursor"], "more": False}
    api.update_course_run(RUN_KEY, title="New")
    assert told(client.get(CHANGES, {"after": first["cursor"]})) == [("course_run", RUN_KEY, "updated")]


def test_whoever_begins_asks_for_the_latest(client, run):
    begun = client.get(CHANGES, {"after": "latest"}).json()
    assert (begun["results"], begun["more"]) == ([], False)
    assert begun["cursor"] == str(api.get_latest_change())
    assert CatalogChange.objects.filter(position=None).count() == 0


def test_a_merge_names_the_survivor(client, run):
    into = api.create_catalog_course(org_code="MITx", course_code="Micro")
    gone = run.catalog_course.uuid
    api.merge_catalog_courses(run.catalog_course, into=into, reason="one course")
    merged = [row for row in client.get(CHANGES).json()["results"] if row["what"] == "merged"]
    assert [(row["uuid"], row["key"], row["merged_into"]) for row in merged] == [(str(gone), KEY, str(into.uuid))]


def test_pages_neither_repeat_nor_skip(client, run):
    for n in range(10):
        api.update_course_run(RUN_KEY, title=f"T{n}")
    seen, cursor, more = [], "0", True
    while more:
        page = client.get(CHANGES, {"after": cursor, "limit": 3}).json()
        assert len(page["results"]) == 3 or not page["more"]
        seen, cursor, more = seen + [row["cursor"] for row in page["results"]], page["cursor"], page["more"]
    assert seen == [str(row.position) for row in api.iter_changes()]


def test_exactly_as_many_as_the_limit_are_no_more(client, run):
    api.get_latest_change()
    count = CatalogChange.objects.count()
    assert client.get(CHANGES, {"limit": count}).json()["more"] is False
    assert client.get(CHANGES, {"limit": count - 1}).json()["more"] is True


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("after", "junk"), ("after", "-1"), ("after", "1.5"), ("after", "9" * 30), ("after", "999999"), ("after", "²"),
        ("after", ""), ("limit", "0"), ("limit", "1001"), ("limit", "x"), ("limit", ""), ("kind", ""), ("kind", "a b"),
        ("kind", "x" * 65), ("kind", "a\x00b"), ("page", "1"), ("since", "1"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_by_name(client, run, name, value):
    answer = client.get(CHANGES, {name: value})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [name])


def test_a_parameter_is_given_once(client, run):
    assert list(client.get(f"{CHANGES}?limit=1&limit=2").json()["errors"]) == ["limit"]


def test_who_reads_it(run):
    assert APIClient().get(CHANGES).status_code == 401
    assert rest_client("user").get(CHANGES).status_code == 200
    assert rest_client("superuser").post(CHANGES, {}).status_code == 405


# What not everybody is told


@pytest.fixture
def kept(monkeypatch):
    """As if programs were installed, whose rows are kept with courses."""
    from openedx_catalog.models import OutboxMessage

    monkeypatch.setattr(OutboxMessage, "kept_with", "openedx_catalog.CatalogCourse", raising=False)
    return "outbox_message"


def test_viewers_are_told_everything_and_others_that_a_row_is_gone(kept):
    add("everybody", "viewers", "gone", "viewers", kind=kept)
    assert told(rest_client("openedx_catalog.view_catalogcourse").get(CHANGES)) == [
        (kept, f"k{n}", "updated") for n in range(4)
    ]
    answer = rest_client("user").get(CHANGES)
    assert told(answer) == [(kept, "k0", "updated"), (kept, None, "gone")]
    assert [row["uuid"] for row in answer.json()["results"]] == [str(HIDDEN)] * 2
    assert answer.json()["cursor"] == str(api.get_latest_change())


def test_of_an_app_that_is_gone_nobody_is_told_what_was_kept_back(db):
    add("everybody", "viewers", "gone", kind="nothing_like_it")
    assert told(rest_client("superuser").get(CHANGES)) == [
        ("nothing_like_it", "k0", "updated"),
        ("nothing_like_it", None, "gone"),
    ]


def test_limit_and_more_count_what_is_told(kept, client):
    add(*["viewers"] * 5, "everybody", *["viewers"] * 5, "everybody", "viewers", kind=kept)
    first = client.get(CHANGES, {"limit": 1}).json()
    assert (first["more"], [row["key"] for row in first["results"]]) == (True, ["k5"])
    second = client.get(CHANGES, {"limit": 1, "after": first["cursor"]}).json()
    assert (second["more"], [row["key"] for row in second["results"]]) == (False, ["k11"])
    # What was left out at the end is not read again.
    assert second["cursor"] == str(api.get_latest_change())
    add(*["viewers"] * 3, kind=kept)
    third = client.get(CHANGES, {"limit": 1, "after": second["cursor"]}).json()
    assert (third["results"], third["more"], third["cursor"]) == ([], False, str(api.get_latest_change()))


def test_the_feed_costs_the_same_whatever_is_in_it(kept):
    client, costs = APIClient(), []
    client.force_authenticate(rest_user("user"))
    for count in (10, 1000):
        add(*["everybody", "viewers"] * count, kind=kept)
        # Numbers what is new, and reads the permissions.
        client.get(CHANGES)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(CHANGES, {"limit": 1000}).json()["results"]
        costs.append(len(captured))
    assert costs == [3, 3]


# Organizations


def test_organizations_are_found_by_when_they_changed(client, run):
    before = datetime.now(UTC).isoformat()
    api.create_organization(short_name="edX")
    found = client.get(f"{V1}organizations/", {"modified_since": before}).json()["results"]
    assert [row["short_name"] for row in found] == ["edX"]
    assert client.get(f"{V1}organizations/", {"modified_since": "yesterday"}).status_code == 400


# Histories


@pytest.fixture
def viewer(db):
    return rest_client("superuser")


def history(client, route, name, **query):
    answer = client.get(f"{V1}{route}/{name}/history/", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_each_row_has_its_history(viewer, run):
    other = api.create_catalog_course(org_code="MITx", course_code="Micro")
    api.move_course_run(RUN_KEY, other, reason="renumbered", source="admin")
    found = history(viewer, "course-runs", RUN_KEY)
    assert (found["count"], found["next"], [row["what"] for row in found["results"]]) == (2, None, ["moved", "created"])
    moved = found["results"][0]
    assert (moved["kind"], moved["key"], moved["uuid"]) == ("course_run", RUN_KEY, str(run.uuid))
    assert moved["other"] == {"kind": "catalog_course", "uuid": str(other.uuid), "key": other.key_str}
    assert (moved["source"], moved["reason"], moved["user"]) == ("admin", "renumbered", "")
    assert {"field": "catalog_course", "before": KEY, "after": other.key_str} in moved["changes"]
    assert moved["text"] == f"The course run {RUN_KEY} was moved from {KEY} to {other.key_str}."
    assert [row["what"] for row in history(viewer, "catalog-courses", KEY)["results"]] == ["run_left", "run_created", "created"]
    assert history(viewer, "organizations", "mitx")["count"] == 3


def test_also_those_that_are_gone(viewer, run):
    course = run.catalog_course
    api.delete_course_run(RUN_KEY)
    api.delete_catalog_course(course)
    api.delete_organization("MITx")
    for name in (RUN_KEY, str(run.uuid)):
        assert history(viewer, "course-runs", name)["results"][0]["what"] == "deleted"
    for name in (KEY, "MITx+14.100x", str(course.uuid)):
        assert history(viewer, "catalog-courses", name)["results"][0]["what"] == "deleted"
    assert history(viewer, "organizations", "MITx")["results"][0]["what"] == "deleted"


@pytest.mark.parametrize(
    "path",
    ["course-runs/course-v1:A+B+C", "course-runs/junk", "catalog-courses/A+B", "catalog-courses/junk", "organizations/A"],
)
def test_what_never_was_has_none(viewer, path):
    assert viewer.get(f"{V1}{path}/history/").status_code == 404


def test_a_history_has_pages_and_costs_the_same_whatever_its_length(run):
    client, costs = APIClient(), []
    client.force_authenticate(rest_user("superuser"))
    for count in (10, 300):
        for n in range(count):
            api.update_course_run(RUN_KEY, title=f"{count} {n}", schedule={"start": datetime(2027, 1, 1 + n % 28, tzinfo=UTC)})
        with CaptureQueriesContext(connection) as captured:
            page = history(client, "course-runs", RUN_KEY, page_size=20)
        costs.append(len(captured))
        assert (len(page["results"]), page["results"][0]["what"]) == (20, "rescheduled")
    assert costs[0] == costs[1] <= 8
    assert history(client, "course-runs", RUN_KEY, page=2, page_size=1)["results"][0]["what"] == "updated"
    for query in ("page=0", "page_size=x", "page=junk"):
        answer = client.get(f"{V1}course-runs/{RUN_KEY}/history/?{query}")
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [query.partition("=")[0]])
    assert client.get(f"{V1}course-runs/{RUN_KEY}/history/?page=99999").status_code == 404
