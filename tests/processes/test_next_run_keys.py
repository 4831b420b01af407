"""Several writers at once ask for the next key of one course, and change codes by which others create runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import chain, count, islice, product
from string import ascii_lowercase

import pytest

from openedx_catalog import api
from openedx_catalog.models_api import CatalogCourse, CatalogCourseCode, CourseRun
from tests.thorough import sample

from . import racing_codes
from .conftest import Racers, racing_processes

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PROCESSES, RUNS = 8, 20


@pytest.fixture(scope="module")
def eight(django_db_setup: None) -> Iterator[Racers]:
    with racing_processes(PROCESSES) as racers:
        yield racers


def suffixes(number: int) -> list[str]:
    """The first ones: none, a, b, … z, aa, ab, …"""
    letters = chain.from_iterable(product(ascii_lowercase, repeat=length) for length in count(1))
    return ["", *("".join(some) for some in islice(letters, number - 1))]


def keys_with(found: list[str]) -> list[str]:
    return [f"course-v1:A+101+1T2027{suffix}" for suffix in found]


@pytest.mark.parametrize("work", [racing_codes.create_next_runs, racing_codes.create_next_runs_beside_others])
def test_each_next_run_has_a_key_of_its_own_and_no_letters_are_left_out(eight: Racers, work):
    course = api.create_catalog_course(org_code="A", course_code="101")
    got = list(chain.from_iterable(eight.run(work, RUNS)))
    assert len(got) >= (PROCESSES - 1) * RUNS
    assert sorted(got) == sorted(keys_with(suffixes(len(got))))
    if work is racing_codes.create_next_runs:
        assert len(got) == PROCESSES * RUNS
    assert {(run.catalog_course_id, run.association) for run in CourseRun.objects.all()} == {(course.pk, "implicit")}
    assert list(api.diagnose()) == []


def test_swaps_at_once_leave_two_courses_with_a_code_each_and_every_run_where_its_key_or_history_says(racers: Racers):
    rounds = sample(4, 20)
    courses = [api.create_catalog_course(org_code="A", course_code=code) for code in ("101", "202")]
    racers.run(racing_codes.swap, rounds)
    assert sorted(CatalogCourse.objects.values_list("course_code", "course_code_ci")) == [("101", "101"), ("202", "202")]
    assert CatalogCourseCode.objects.count() == 2
    # An even number of swaps, each of which is told.
    assert [course.course_code for course in CatalogCourse.objects.order_by("pk")] == ["101", "202"]
    for course in courses:
        assert course.history.filter(history_change_reason="api: swapped at once").count() == 2 * rounds
    assert CourseRun.objects.count() == 2 * rounds * 2
    for run in CourseRun.objects.with_course():
        # Wherever it came to be, no swap took it along.
        assert {row.catalog_course_id for row in run.history.all()} == {run.catalog_course_id}
    assert list(api.diagnose()) == []


def test_a_run_by_a_code_that_is_taken_away_stands_where_the_code_leads(racers: Racers):
    rounds = sample(10, 60)
    taken, *created = racers.run(racing_codes.release, rounds)
    assert set(chain.from_iterable(created)) == {"created"}
    for round_ in range(rounds):
        keys = [f"course-v1:R{round_}+Old+{number}" for number in (1, 2, 3)]
        homes = {course.course_code for course in api.get_catalog_courses_for_runs(keys).values()}
        elsewhere = {"has runs": {"New"}, "taken": {"Old"} if round_ % 2 else {"Other"}}
        assert homes == elsewhere[taken[round_]], (round_, taken[round_])
    assert set(Counter(taken)) <= {"taken", "has runs"}
    assert list(api.diagnose()) == []
