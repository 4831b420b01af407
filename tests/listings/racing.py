"""What the processes of `test_races` do."""

from __future__ import annotations

# First, because it sets up Django.
from tests.processes import racing  # isort: skip

from openedx_catalog.contrib.listings import api
from openedx_catalog.exceptions import DuplicateValue

COURSES = 10


def list_courses(number: int) -> list[str]:
    """Give courses of its own, all of one title, a page; the slugs that they got."""
    racing.meet()
    return [api.set_course_listing(f"MITx+P{number}C{count}", live=True).slug for count in range(COURSES)]


def exchange(number: int) -> int:
    """Want the slugs that others have, had or want, for one's own course; how often one was free."""
    racing.meet()
    taken = 0
    for count in range(COURSES * 2):
        try:
            api.set_course_listing(f"MITx+P{number}C0", slug=f"wanted-{(count + number) % COURSES}")
        except DuplicateValue:
            continue
        taken += 1
    return taken
