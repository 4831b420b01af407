"""Which run stands for a course."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from openedx_catalog import api as catalog
from openedx_catalog.contrib.listings import api
from openedx_catalog.contrib.listings.policies import BestRun

NOW = datetime(2027, 6, 1, tzinfo=UTC)


def day(number):
    return NOW + timedelta(days=number)


OVER = {"start": day(-300), "end": day(-200)}
OPEN = {"start": day(-30), "end": day(60)}
OPEN_LATER = {"start": day(-10), "end": day(80)}
CLOSED = {"start": day(-40), "end": day(40), "enrollment_end": day(-20)}
SOON = {"start": day(20), "end": day(90)}
LATER = {"start": day(100), "end": day(190)}
NOT_YET = {"start": day(30), "enrollment_start": day(10)}


@pytest.mark.parametrize(
    ("schedules", "best"),
    [
        ([], None),
        ([OVER], 0),
        ([OVER, OPEN], 1),
        ([OPEN, OPEN_LATER], 1),
        ([OPEN, SOON], 0),
        ([SOON, LATER], 0),
        ([CLOSED, SOON], 1),
        ([OVER, CLOSED], 1),
        ([CLOSED, NOT_YET], 1),
        ([OVER, {}], 1),
        ([SOON, {}], 0),
    ],
    ids=[
        "none",
        "over",
        "open",
        "latest open",
        "open before soon",
        "soonest",
        "enrollable",
        "began last",
        "next",
        "no dates",
        "dates",
    ],
)
def test_the_run_that_learners_are_led_to(course, run, schedules, best):
    course("A")
    keys = [f"course-v1:MITx+A+R{number}" for number in range(len(schedules))]
    for key, schedule in zip(keys, schedules, strict=True):
        run(key, **schedule)
    found = api.best_run("MITx+A", NOW)
    assert (found and str(found.course_key)) == (None if best is None else keys[best])


def test_withdrawn_and_hidden_runs_do_not_count(course, run):
    course("A")
    for number in range(3):
        run(f"course-v1:MITx+A+R{number}", **OPEN)
    catalog.withdraw_course_run("course-v1:MITx+A+R2", at=day(-1))
    api.set_course_run_listing("course-v1:MITx+A+R1", visibility="hidden")
    assert str(api.best_run("MITx+A", NOW).course_key) == "course-v1:MITx+A+R0"


def test_those_of_200_courses_are_one_query(course, run, django_assert_num_queries):
    pks = []
    for number in range(200):
        run(f"course-v1:MITx+C{number}+R1", **OPEN)
        run(f"course-v1:MITx+C{number}+R2", **SOON)
        pks.append(catalog.get_catalog_course(key_str=f"catalog-course:MITx:C{number}").pk)
    with django_assert_num_queries(1):
        found = api.get_best_runs(pks, NOW)
    assert {found[pk].run_code for pk in pks} == {"R1"}


class Newest(BestRun):
    """A policy of a host."""

    def rank(self, run, at):
        return (str(run.course_key),)


def test_a_host_may_decide_otherwise(course, run, settings):
    settings.OPENEDX_CATALOG_BEST_RUN = f"{__name__}.Newest"
    run("course-v1:MITx+A+R1", **OPEN)
    run("course-v1:MITx+A+R2", **OVER)
    assert api.best_run("MITx+A", NOW).run_code == "R2"
