"""What the processes of `test_races` and `test_kills` do."""

from __future__ import annotations

# First, because it sets up Django.
from tests.processes import racing  # isort: skip

from multiprocessing.sharedctypes import Synchronized
from typing import Any

from django.db import connection

from openedx_catalog import api as catalog
from openedx_catalog.contrib.listings import api as listings
from openedx_catalog.contrib.listings.models_api import CourseListing
from openedx_catalog.contrib.publishing import api
from tests.processes.killed import Executioner

COURSE, KEY = "MITx+14.100x", "course-v1:MITx+14.100x+2T2027"
ROUNDS = 25


def prepare() -> None:
    """A course with a run that learners see, and both with changes that no review has to see."""
    catalog.create_course_run(KEY, title="Microeconomics")
    listings.set_course_listing(COURSE, live=True, **_course(1))
    listings.set_course_run_listing(KEY, weeks=1)
    change(2)


def change(number: int) -> None:
    """At once: a publisher who came between course and run would publish the one without the other, and be right."""

    def work() -> None:
        api.set_working_copy(COURSE, **_course(number))
        api.set_run_working_copy(KEY, weeks=number, start=f"20{number:02}-01-01T00:00:00Z")

    catalog.run_atomically(work)


def seen() -> tuple[Any, ...]:
    """What learners see, read in one statement."""
    run = "catalog_course__runs__listing__weeks", "catalog_course__runs__schedule__start__year"
    return CourseListing.objects.values_list("weeks", "min_effort", "max_effort", *run).get()


def edit(_number: int) -> None:
    """Change course and run, each time to another number."""
    racing.meet()
    for number in range(3, 3 + ROUNDS):
        change(number)


def publish(_number: int) -> int:
    """Publish what there is; how often that was possible."""
    racing.meet()
    return sum(api.perform(COURSE, "publish") == "published" for _turn in range(ROUNDS))


def look(_number: int) -> set[tuple[Any, ...]]:
    """All that learners saw meanwhile."""
    racing.meet()
    return {seen() for _turn in range(ROUNDS * 4)}


def take_part(number: int) -> Any:
    """Two publishers, an editor and a learner."""
    return (publish, publish, edit, look)[number](number)


def publish_or_die(moment: str, count: Synchronized[int]) -> None:
    """Publish, up to a moment."""
    executioner = Executioner(moment)
    with connection.execute_wrapper(executioner):
        api.perform(COURSE, "publish")
    connection.close()
    count.value = executioner.count


def _course(number: int) -> dict[str, Any]:
    return {"weeks": number, "min_effort": number, "max_effort": number}
