"""A catalog course is split: some of its runs get a course of their own."""

import json

import pytest

from openedx_catalog import api
from openedx_catalog.exceptions import (
    DuplicateCatalogCourse,
    InvalidCatalogKey,
    InvalidCourseKey,
    InvalidRequest,
    ReasonRequired,
)
from openedx_catalog.models_api import CatalogCourse, CourseRun, OutboxMessage

pytestmark = pytest.mark.django_db

KEYS = [f"course-v1:MITx+14.100x+{run}" for run in ("1T2026", "2T2026", "Residency")]


@pytest.fixture
def course():
    for key in KEYS:
        api.associate_course_run(key, title="Microeconomics")
    course = api.get_catalog_course(key_str="MITx+14.100x")
    api.update_catalog_course(course, title="Microeconomics", language="fr")
    return course


def split(course_keys, **more):
    return api.split_catalog_course("MITx+14.100x", course_keys, **{"course_code": "14.100r", "reason": "r"} | more)


def test_chosen_runs_get_a_course_of_their_own(course):
    latest = OutboxMessage.objects.latest("pk").pk
    new = split([KEYS[2], KEYS[1].lower()])
    assert (new.key_str, new.title, new.language) == ("catalog-course:MITx:14.100r", "Microeconomics", "fr")
    assert {run.run_code: run.association for run in new.runs.all()} == {"Residency": "explicit", "2T2026": "explicit"}
    assert [run.run_code for run in course.runs.all()] == ["1T2026"]
    assert api.associate_course_run("course-v1:MITx+14.100x+new").run.catalog_course == course
    assert api.associate_course_run("course-v1:MITx+14.100r+new").run.catalog_course == new
    events = OutboxMessage.objects.filter(pk__gt=latest).order_by("pk")[:3]
    assert [event.event_type.split(".")[4] for event in events] == ["created", "moved", "moved"]
    assert json.loads(events[1].payload)["previous_catalog_course_key"] == course.key_str
    assert CourseRun.history.filter(history_change_reason="api: r").count() == 2
    assert not list(api.diagnose())


def test_the_new_course_may_be_another_organizations_and_have_a_title():
    api.associate_course_run(KEYS[0])
    new = split([KEYS[0]], org_code="HarvardX", title=" Residency ")
    assert (new.key_str, new.title) == ("catalog-course:HarvardX:14.100r", "Residency")
    assert not api.get_catalog_course(key_str="MITx+14.100x").runs.exists()


def test_a_course_that_is_titled_by_its_code_gives_no_title():
    api.associate_course_run(KEYS[0])
    assert split([KEYS[0]]).title == "14.100r"


@pytest.mark.parametrize(
    ("course_keys", "more", "error"),
    [
        ([], {}, InvalidRequest),
        (KEYS[0], {}, InvalidRequest),
        (None, {}, InvalidRequest),
        (["junk"], {}, InvalidCourseKey),
        (["course-v1:MITx+14.100x+No"], {}, CourseRun.DoesNotExist),
        (["course-v1:Other+x+1"], {}, InvalidRequest),
        ([KEYS[0]], {"course_code": "14.100X"}, DuplicateCatalogCourse),
        ([KEYS[0]], {"course_code": "a b"}, InvalidCatalogKey),
        ([KEYS[0]], {"reason": " "}, ReasonRequired),
    ],
)
def test_what_cannot_be_split(course, course_keys, more, error):
    api.associate_course_run("course-v1:Other+x+1")
    with pytest.raises(error):
        split(course_keys, **more)
    assert CatalogCourse.objects.count() == 2
    assert course.runs.count() == 3


def test_statements_do_not_grow_with_the_runs(data_statements):
    counts = []
    for code, size in (("a", 3), ("b", 60)):
        records = [api.AssociationRecord(f"course-v1:A+{code}+{n}") for n in range(size)]
        api.associate_course_runs(records, source="test")
        with data_statements() as log:
            api.split_catalog_course(f"A+{code}", [row.course_key for row in records], course_code=f"{code}2", reason="r")
        counts.append(len(log))
    assert counts[1] <= counts[0] + 2
