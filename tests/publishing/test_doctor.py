"""What the doctor finds of publishing: what is late, what was given up, and what nobody can publish."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from openedx_catalog import api as catalog
from openedx_catalog.contrib.publishing import api
from openedx_catalog.contrib.publishing.models_api import CourseComment, CourseWorkingCopy

COURSE, KEY = "MITx+14.100x", "course-v1:MITx+14.100x+2T2027"
KEY_STR = "catalog-course:MITx:14.100x"


@pytest.fixture
def due(listed):
    """``due("14.100x", hours=2)``: a course that is reviewed, and was to go live so long ago."""

    def make(code, *, hours):
        row = listed(code).catalog_course
        api.set_working_copy(row, title="Better")
        for action in ("submit", "approve", "approve"):
            api.perform(row, action)
        CourseWorkingCopy.objects.filter(catalog_course=row).update(go_live_at=timezone.now() - timedelta(hours=hours))
        return row

    return make


@pytest.fixture
def parked(course):
    """``parked("14.100x")``: a course with a comment that was given up, and one that waits."""

    def make(code, on=""):
        row = course(code)
        for state in ("parked", "pending"):
            said = {"body": "Fine.", "at": timezone.now(), "state": state, "attempts": 3, "error": "Refused: no Case"}
            CourseComment.objects.create(catalog_course=row, course_key=on, **said)
        return row

    return make


def findings(**options):
    """What `diagnose` of the core says, ours alone: ``[(code, severity, subject)]``."""
    return [(each.code, each.severity, each.subject) for each in catalog.diagnose(**options)]


class TestCoursesThatAreDue:
    def test_are_named_once_by_the_one_that_waits_for_the_longest(self, due):
        due("B", hours=2)
        due("14.100x", hours=3)
        [found] = api.diagnose(quick=True)
        assert (found.code, found.severity, found.subject) == ("publishing_overdue", "warning", KEY_STR)
        assert "Such courses: 2." in found.message
        assert found.remedy == "manage.py publish_due_listings"
        assert (found.model, found.pk) == ("openedx_catalog_publishing.courseworkingcopy", api.find_working_copy(COURSE).pk)

    def test_may_be_an_hour_late(self, due):
        due("14.100x", hours=0.9)
        assert findings() == []

    def test_are_late_only_once_they_are_reviewed(self, due):
        due("14.100x", hours=2)
        api.perform(COURSE, "withdraw")
        assert findings() == []

    def test_are_not_named_once_they_are_published(self, due):
        due("14.100x", hours=2)
        api.publish_due_listings()
        assert findings() == []


class TestCommentsThatWereNotSent:
    def test_are_named_once_by_the_oldest(self, parked):
        parked("14.100x")
        parked("B")
        [found] = api.diagnose(quick=True)
        assert (found.code, found.severity, found.subject) == ("course_comment_parked", "warning", KEY_STR)
        assert "Attempts: 3; last error: Refused: no Case. Such comments: 2." in found.message
        assert found.remedy == "manage.py send_course_comments --retry-parked"
        assert found.model == "openedx_catalog_publishing.coursecomment"

    def test_are_named_by_the_run_that_they_are_about(self, parked):
        parked("14.100x", on=KEY)
        assert findings() == [("course_comment_parked", "warning", KEY)]

    def test_are_not_named_once_they_wait_again(self, parked):
        parked("14.100x")
        api.retry_comments()
        assert findings() == []


class TestCopiesOfRunsOfCoursesWithoutOne:
    @pytest.fixture
    def alone(self, run):
        run(KEY)
        api.set_run_working_copy(KEY, weeks=9)
        CourseWorkingCopy.objects.all().delete()

    def test_are_named_each(self, alone):
        assert findings() == [("run_copy_without_course", "error", KEY)]

    def test_are_not_asked_for_where_a_page_waits(self, alone):
        assert findings(quick=True) == []

    @pytest.mark.parametrize("action", ["publish", "discard"])
    def test_are_published_or_discarded_with_one_that_somebody_begins(self, alone, settings, action):
        settings.OPENEDX_CATALOG_REVIEW = "openedx_catalog.contrib.publishing.policies.NoReview"
        api.open_working_copy(COURSE)
        assert findings() == []
        api.perform(COURSE, action)
        assert (findings(), api.get_run_working_copies(COURSE)) == ([], [])

    def test_are_in_order_where_the_course_has_one(self, run):
        run(KEY)
        api.set_run_working_copy(KEY, weeks=9)
        assert findings() == []


@pytest.mark.parametrize(("quick", "queries"), [(True, 4), (False, 6)])
def test_more_rows_cost_no_more_queries(due, parked, run, django_assert_num_queries, quick, queries):
    for number in range(5):
        due(f"D{number}", hours=2)
        parked(f"P{number}")
        key = f"course-v1:MITx+R{number}+2T2027"
        run(key)
        api.set_run_working_copy(key, weeks=9)
    CourseWorkingCopy.objects.filter(catalog_course__course_code__startswith="R").delete()
    # A page of ids that is not empty is followed by another one.
    with django_assert_num_queries(queries):
        assert len(list(api.diagnose(quick=quick))) == (2 if quick else 7)


def test_where_nothing_is_wrong_it_costs_three_queries(db, django_assert_num_queries):
    with django_assert_num_queries(3):
        assert list(api.diagnose(quick=False)) == []
