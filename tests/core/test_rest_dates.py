"""What the dates of a run mean, over REST: now, or at an instant that is asked for; and its ETag, though the clock goes on."""

from datetime import UTC, datetime

import pytest
from rest_framework.test import APIClient

from openedx_catalog import api
from openedx_catalog.models_api import CourseRun
from openedx_catalog.policies import DateCondition, DateWindow
from openedx_catalog.testing.users import rest_user
from tests.conftest import RUN_KEY
from tests.core.test_rest import SCHEDULE, keys_of, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    client = APIClient()
    client.force_authenticate(rest_user("superuser"))
    return client


@pytest.fixture(autouse=True)
def catalog(db):
    api.associate_course_run(RUN_KEY, title="Microeconomics", schedule=SCHEDULE)
    api.associate_course_run("course-v1:MITx+14.100x+undated")


def test_a_run_says_what_its_dates_mean_at_an_instant(client):
    instants = {
        "2026-01-01T00:00:00Z": ("upcoming", True),
        "2027-01-01T00:00:00Z": ("starting_soon", True),
        "2027-03-01T00:00:00+02:00": ("current", True),
        "2028-01-01T00:00:00Z": ("archived", False),
    }
    for at, said in instants.items():
        row = client.get(url("course-runs", RUN_KEY), {"at": at}).data
        assert (row["status"], row["enrollable"]) == said
        listed = client.get(url("course-runs"), {"at": at, "key": RUN_KEY}).data["results"]
        of_course = client.get(url("catalog-courses", "MITx+14.100x", "runs"), {"at": at}).data["results"]
        assert listed == [row] == [run for run in of_course if run["course_key"] == RUN_KEY]
        assert keys_of(client.get(url("course-runs"), {"at": at, "key": RUN_KEY, "status": said[0]})) == [RUN_KEY]
    now = client.get(url("course-runs", RUN_KEY)).data
    run = CourseRun.objects.select_related("schedule").get(key_ci=RUN_KEY.lower())
    assert (now["status"], now["enrollable"]) == (run.status_at(), run.is_enrollable_at())
    assert set(client.get(url("course-runs", RUN_KEY), {"fields": "status"}).data) == {"status"}
    assert list(client.get(url("course-runs", RUN_KEY), {"at": "soon"}).data["errors"]) == ["at"]
    assert list(client.get(url("course-runs"), {"at": "2027-01-01"}).data["errors"]) == ["at"]


def test_a_run_whose_content_is_gone_is_enrollable_nowhere(client):
    at = {"at": "2027-02-01T00:00:00Z"}
    assert client.get(url("course-runs", RUN_KEY), at).data["enrollable"] is True
    api.withdraw_course_run(RUN_KEY, at=datetime(2026, 5, 1, tzinfo=UTC))
    row = client.get(url("course-runs", RUN_KEY), at).data
    assert (row["status"], row["enrollable"]) == ("current", False)
    assert RUN_KEY not in keys_of(client.get(url("course-runs"), {**at, "enrollable": "true"}))
    assert keys_of(client.get(url("course-runs"), {**at, "enrollable": "false"})) == [RUN_KEY]


def test_what_the_clock_changes_makes_a_copy_old_but_is_no_other_writer(client):
    before = client.get(url("course-runs", RUN_KEY), {"at": "2027-03-01T00:00:00Z"})
    after = client.get(url("course-runs", RUN_KEY), {"at": "2028-01-01T00:00:00Z"}, HTTP_IF_NONE_MATCH=before["ETag"])
    assert (after.status_code, after["ETag"] != before["ETag"]) == (200, True)
    changed = client.patch(url("course-runs", RUN_KEY), {"title": "T"}, format="json", HTTP_IF_MATCH=before["ETag"])
    assert changed.status_code == 200
    stale = client.patch(url("course-runs", RUN_KEY), {"title": "U"}, format="json", HTTP_IF_MATCH=after["ETag"])
    assert stale.status_code == 412


class Sold(DateWindow):
    """A policy of a host with statuses of its own."""

    def statuses(self):
        return {"over": (DateCondition("end", passed=True),), "on_sale": (DateCondition("end", passed=False, missing=True),)}


def test_runs_are_found_by_the_statuses_of_the_hosts_policy(client, settings):
    settings.OPENEDX_CATALOG_DATE_WINDOW = f"{__name__}.Sold"
    at = {"at": "2028-01-01T00:00:00Z"}
    assert keys_of(client.get(url("course-runs"), {**at, "status": "over"})) == [RUN_KEY]
    assert keys_of(client.get(url("course-runs"), {**at, "status": "on_sale"})) == ["course-v1:MITx+14.100x+undated"]
    assert list(client.get(url("course-runs"), {"status": "current"}).data["errors"]) == ["status"]
