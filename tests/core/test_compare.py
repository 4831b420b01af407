"""Two instants of a catalog course or a run, compared: what has become of each value, however often it changed on the way."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from openedx_catalog import api
from openedx_catalog.models_api import CatalogCourse, CourseRun, CourseSchedule
from tests.conftest import RUN_KEY

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

DAYS = [datetime(2026, 3, day, 12, tzinfo=UTC) for day in range(1, 6)]


def dated(model, *days):
    """Say of the changes of a table, the oldest first, when they were made."""
    rows = list(model.history.order_by("history_id"))
    for row, day in zip(rows, days, strict=True):
        model.history.filter(history_id=row.history_id).update(history_date=day)


@pytest.fixture
def run(db):
    run = api.associate_course_run(RUN_KEY, title="First", schedule={"start": "2027-01-01T00:00:00Z"}, source="test").run
    api.update_course_run(RUN_KEY, title="Second", schedule={"pacing": "self"})
    api.update_course_run(RUN_KEY, title="Third", schedule={"start": "2027-02-01T00:00:00Z"})
    other = api.create_catalog_course(org_code="MITx", course_code="Other")
    api.move_course_run(RUN_KEY, other, reason="r")
    dated(CourseRun, DAYS[0], DAYS[1], DAYS[2], DAYS[3])
    dated(CourseSchedule, DAYS[0], DAYS[1], DAYS[2])
    return run


def compared(client, row, begin, end):
    url = reverse(f"admin:openedx_catalog_{row._meta.model_name}_history", args=[row.pk])
    page = client.get(url, {"from": begin, "to": end})
    return {change.label: (change.before, change.after) for change in page.context["compared"]}


@pytest.mark.parametrize(
    ("begin", "end", "found"),
    [
        ("2026-03-01T13:00:00", "2026-03-03T13:00:00", {
            "Title": ("First", "Third"), "Pacing": ("–", "Self-paced"),
            "Start": ("Jan. 1, 2027, 00:00:00 UTC", "Feb. 1, 2027, 00:00:00 UTC"),
        }),
        ("2026-03-02T13:00:00", "2026-03-02T14:00:00", {}),
        ("2026-03-03T13:00:00", "2026-03-09T13:00:00", {
            "Catalog course": ("catalog-course:MITx:14.100x", "catalog-course:MITx:Other"),
            "Association": ("Implicit", "Explicit"),
        }),
    ],
)  # fmt: skip
def test_of_a_run(admin_client, run, begin, end, found):
    assert compared(admin_client, run, begin, end) == found


def test_what_was_changed_back_is_no_difference(admin_client, run):
    api.update_course_run(RUN_KEY, title="First")
    dated(CourseRun, *DAYS)
    assert "Title" not in compared(admin_client, run, "2026-03-01T13:00:00", "2026-03-31T00:00:00")


def test_of_a_course(admin_client, run):
    course = run.catalog_course
    api.update_catalog_course(course, title="Economics", language="es")
    first, *_others, last = CatalogCourse.history.filter(id=course.pk).order_by("history_id")
    CatalogCourse.history.filter(history_id=first.history_id).update(history_date=DAYS[0])
    CatalogCourse.history.filter(history_id=last.history_id).update(history_date=DAYS[2])
    found = compared(admin_client, course, "2026-03-01T13:00:00", "2026-03-03T13:00:00")
    assert (found["Title"], found["Language"]) == ((first.title, "Economics"), ("–", "es"))


def test_two_instants_are_asked_for(admin_client, run):
    url = reverse("admin:openedx_catalog_courserun_history", args=[run.pk])
    page = admin_client.get(url, {"from": "soon", "to": ""})
    assert list(page.context["compare_form"].errors) == ["from", "to"]
    assert "compared" not in page.context
