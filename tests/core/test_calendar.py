"""Dates at the edges of the calendar: taken where every database holds them, else refused by name, through every door."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.contrib.auth import get_user_model
from django.db import connections
from django.urls import reverse
from rest_framework.test import APIClient

from openedx_catalog import api
from openedx_catalog.exceptions import InvalidDate
from openedx_catalog.models_api import CourseSchedule
from tests.conftest import RUN_KEY

from .test_rest import url

pytestmark = pytest.mark.django_db

LAST = "9999-12-31T23:59:59Z"
EDGES = [
    "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+05:00", "0001-01-01T00:00:00-05:00", "0999-12-31T23:59:59Z",
    "9999-12-31T23:59:59-05:00",
]  # fmt: skip
MOMENTS = [datetime.min.replace(tzinfo=UTC), datetime.min.replace(tzinfo=timezone(timedelta(hours=5))),
           datetime.max.replace(tzinfo=timezone(-timedelta(hours=5)))]  # fmt: skip


@pytest.fixture(autouse=True)
def run():
    return api.associate_course_run(RUN_KEY).run


@contextmanager
def database_in(zone):
    """The database with a TIME_ZONE, as check E008 or W004 finds it."""
    connection = connections["default"]
    before = connection.settings_dict["TIME_ZONE"]

    def become(name):
        connection.settings_dict["TIME_ZONE"] = name
        for cached in ("timezone", "timezone_name"):
            connection.__dict__.pop(cached, None)
        if connection.vendor == "postgresql":
            connection.ensure_timezone()

    become(zone)
    try:
        yield
    finally:
        become(before)


@pytest.mark.parametrize("value", [*EDGES, *MOMENTS], ids=str)
def test_an_edge_is_refused_by_name(value):
    for call in (
        lambda: api.update_course_run(RUN_KEY, schedule={"end": value}),
        lambda: api.associate_course_run(RUN_KEY, schedule={"end": value}),
        lambda: api.create_course_run("course-v1:A+B+C", schedule={"end": value}),
        lambda: api.parse_datetime(value, "end"),
    ):
        with pytest.raises(InvalidDate, match="1000 to 9999") as caught:
            call()
        assert caught.value.value in str(caught.value)
    moment = value if isinstance(value, datetime) else None
    report = api.sync_course_runs([api.SyncRecord(RUN_KEY, schedule={"end": value}, observed_at=moment)], source="test")
    assert [problem.code for problem in report.problems] == ["invalid_date"]


@pytest.mark.parametrize("value", EDGES)
def test_rest_and_the_admin_say_so(admin_client, value):
    client = APIClient()
    client.force_authenticate(get_user_model().objects.create_superuser("writer"))
    answer = client.patch(url("course-runs", RUN_KEY), {"schedule": {"end": value}}, format="json")
    assert (answer.status_code, answer.data["code"]) == (400, "invalid_date")
    for parameter in ("at", "modified_since"):
        answer = client.get(url("course-runs"), {parameter: value})
        assert (answer.status_code, list(answer.data["errors"])) == (400, [parameter])
    page = reverse("admin:openedx_catalog_courserun_add")
    answer = admin_client.post(page, {"key": "course-v1:A+B+C", "end": value})
    assert list(answer.context["adminform"].form.errors) == ["end"]


@pytest.mark.parametrize("value", [LAST, "1000-01-01T00:00:00Z", "9999-12-31T00:00:00+14:00"])
def test_what_is_within_is_stored_and_found_again(client, admin_client, value):
    assert api.associate_course_run(RUN_KEY, schedule={"end": value}).outcome == "updated"
    assert api.associate_course_run(RUN_KEY, schedule={"end": value}).outcome == "unchanged"
    client = APIClient()
    client.force_authenticate(get_user_model().objects.create_superuser("writer"))
    for at in (LAST, "1000-01-01T00:00:00Z"):
        for parameters in ({"at": at, "status": "starting_soon"}, {"at": at, "enrollable": "true"}, {"modified_since": at}):
            assert client.get(url("course-runs"), parameters).status_code == 200
    for query in (
        "schedule__start__gte=9999-12-31+23:59:59Z",
        "created__lt=0001-01-01+00:00:00%2B05:00",
        "schedule__start__year=0",
    ):
        assert admin_client.get(f"{reverse('admin:openedx_catalog_courserun_changelist')}?{query}").status_code in (200, 302)


def test_a_database_that_is_ahead_of_utc_takes_no_date_that_it_cannot_say():
    """PostgreSQL would store the end of the calendar, and never give it back; the others raise OverflowError."""
    with database_in("Asia/Tokyo"):
        for value in (LAST, datetime(9999, 12, 31, 15, tzinfo=UTC)):
            with pytest.raises(InvalidDate, match="TIME_ZONE"):
                api.update_course_run(RUN_KEY, schedule={"end": value})
        report = api.associate_course_runs([api.AssociationRecord("course-v1:A+B+C", end=LAST)], source="test")
        assert (report.outcomes["created"], [problem.code for problem in report.problems]) == (1, ["invalid_date"])
        api.update_course_run(RUN_KEY, schedule={"end": "9999-12-31T14:59:59Z"})
        assert CourseSchedule.objects.get(run__key_ci=RUN_KEY.lower()).end == datetime(9999, 12, 31, 14, 59, 59, tzinfo=UTC)


def test_a_database_that_is_behind_utc_takes_the_last_second():
    with database_in("America/New_York"):
        api.update_course_run(RUN_KEY, schedule={"end": LAST})
        assert api.associate_course_run(RUN_KEY, schedule={"end": LAST}).outcome == "unchanged"
