"""What is run by cron, or by Celery."""

import json
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from openedx_catalog.contrib.listings import api as listings
from openedx_catalog.contrib.publishing import api, tasks
from openedx_catalog.contrib.publishing.models_api import CourseWorkingCopy

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def due(course):
    """``due("A", "2031-09-01T08:00:00Z")``: a reviewed course that goes live then."""

    def make(code, at, **values):
        row = course(code)
        api.set_working_copy(row, **{"short_description": "What prices tell.", **values})
        for action in ("submit", "approve", "approve"):
            api.perform(row, action)
        api.perform(row, "schedule", go_live_at=at)
        return row

    return make


@pytest.fixture
def three(due, listed):
    """Of which what one is to be called is taken by the time."""
    rows = [
        due("A", "2031-09-01T08:00:00Z"),
        due("B", "2031-09-02T08:00:00Z", readable_id="b"),
        due("C", "2031-09-03T08:00:00Z"),
    ]
    listed("D", readable_id="B")
    return rows


def run(capsys, *arguments):
    """The exit code, and what was printed."""
    try:
        call_command("publish_due_listings", *arguments)
    except SystemExit as end:
        return end.code, *capsys.readouterr()
    return 0, *capsys.readouterr()


def test_what_is_due_is_published_and_what_fails_stops_nothing(three, capsys):
    code, out, error = run(capsys, "--at", "2031-09-02T09:00:00Z")
    assert (code, out) == (1, "Published: 1, failed: 1.\n")
    assert error.startswith("catalog-course:MITx:B: readable_id 'b' is already used by ")
    assert [api.state_of(row) for row in three] == ["published", "reviewed", "reviewed"]
    assert api.get_reviews(three[0]).last().source == "publish_due_listings"
    listings.set_course_listing("MITx+D", readable_id=None)
    assert run(capsys, "--at", "2031-09-04T09:00:00Z", "-v0") == (0, "", "")
    assert not CourseWorkingCopy.objects.exists()
    assert run(capsys) == (0, "Published: 0, failed: 0.\n", "")


def test_a_report_is_one_object(three, capsys):
    code, out, error = run(capsys, "--at", "2031-09-04T09:00:00+00:00", "--json")
    report = json.loads(out)
    assert (code, error, report["published"]) == (1, "", ["catalog-course:MITx:A", "catalog-course:MITx:C"])
    assert list(report["failed"]) == ["catalog-course:MITx:B"]


@pytest.mark.parametrize("at", ["soon", "2031-09-01T08:00:00"])
def test_a_date_that_is_none_is_refused(three, at):
    with pytest.raises(CommandError) as refused:
        call_command("publish_due_listings", "--at", at)
    assert refused.value.returncode == 2
    assert CourseWorkingCopy.objects.count() == 3


def test_progress_counts_them(three):
    told = []
    api.publish_due_listings(datetime(2031, 9, 4, tzinfo=UTC), on_progress=lambda *numbers: told.append(numbers))
    assert told == [(1, 3)] * 3


def test_a_task_does_the_same(three):
    CourseWorkingCopy.objects.update(go_live_at=datetime(2020, 1, 1, tzinfo=UTC))
    assert tasks.publish_due_listings() == {"published": 2, "failed": 1}
