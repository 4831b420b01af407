"""What the processes of `test_next_run_keys` do. Imported by the test and by the processes."""

from __future__ import annotations

# First, since it sets up Django.
from . import racing  # isort: skip

from openedx_catalog import api
from openedx_catalog.exceptions import CourseCodeHasRuns, UnknownCourseCode


def create_next_runs(number: int, runs: int) -> list[str]:
    """Create the next run of one course, so many times; the keys that this process got."""
    racing.meet()
    names = ("A+101", "catalog-course:A:101")
    return [str(api.create_course_run(next_for=names[number % 2], term="1T2027").course_key) for _ in range(runs)]


def create_next_runs_beside_others(number: int, runs: int) -> list[str]:
    """As above, while one of the processes creates runs by the very keys that would be next."""
    racing.meet()
    if number:
        return [str(api.create_course_run(next_for="A+101", term="1T2027").course_key) for _ in range(runs)]
    created = []
    for _ in range(runs):
        result = api.associate_course_run(api.next_run_key("A+101", term="1T2027"))
        created += [str(result.run.course_key)] if result.outcome == "created" else []
    return created


def swap(number: int, rounds: int) -> int:
    """Two processes swap the codes of two courses, each naming them in an order of its own; the others create runs by them."""
    racing.meet()
    for round_ in range(rounds):
        if number < 2:
            courses = [api.get_catalog_course(key_str=key) for key in ("A+101", "A+202")]
            api.swap_course_codes(*(reversed(courses) if number else courses), reason="swapped at once")
        else:
            for code in ("101", "202"):
                api.associate_course_run(f"course-v1:A+{code}+{number}.{round_}")
    return rounds


def release(number: int, rounds: int) -> list[str]:
    """One process takes a former code from a course, or gives it away, while the others create runs by it; what came of it."""
    outcomes = []
    for round_ in range(rounds):
        if number == 0:
            api.create_catalog_course(org_code=f"R{round_}", course_code="Old")
            api.rename_catalog_course(f"R{round_}+Old", course_code="New", reason="renumbered")
            api.create_catalog_course(org_code=f"R{round_}", course_code="Other")
        racing.meet()
        if number == 0:
            outcomes.append(_take(round_))
        else:
            outcomes.append(api.associate_course_run(f"course-v1:R{round_}+Old+{number}").outcome)
        racing.meet()
    return outcomes


def _take(round_: int) -> str:
    try:
        if round_ % 2:
            api.release_course_code(f"R{round_}+New", "Old", reason="no longer used")
        else:
            api.give_course_code(f"R{round_}+New", "Old", to=f"R{round_}+Other", reason="it is theirs")
    except CourseCodeHasRuns:
        return "has runs"
    except UnknownCourseCode:
        return "gone"
    return "taken"
