"""What the processes of `test_races` do."""

from __future__ import annotations

# First, because it sets up Django.
from tests.processes import racing  # isort: skip

from openedx_catalog.contrib.course_types import api
from openedx_catalog.exceptions import CatalogError

ROUNDS = 6
TRACKS = [("verified", "verified"), ("raced", None)]


def match_at_once(number: int) -> list[int]:
    """How many courses this process gave a type to, in each round."""
    found = []
    for _round in range(ROUNDS):
        racing.meet()
        found.append(api.match_course_types(source=f"p{number}").counts["matched"])
        racing.meet()
        if number == 0:
            take_back()
    return found


def take_back() -> None:
    """Nothing has a type any more."""
    for course in range(20):
        api.set_course_type(f"Race+C{course}", None)
        for run in (1, 2):
            api.set_course_run_type(f"course-v1:Race+C{course}+R{run}", None)


def set_and_match_at_once(number: int) -> list[str]:
    """Two match, two set types by hand; what was refused."""
    refused = []
    for round_ in range(ROUNDS):
        racing.meet()
        for course in range(20):
            try:
                if number < 2:
                    api.match_course_types([f"Race+C{course}"])
                else:
                    slug = ("honor", "verified-audit")[(round_ + number) % 2]
                    api.set_course_type(f"Race+C{course}", slug)
                    api.set_course_run_type(f"course-v1:Race+C{course}+R1", slug, allow_mismatch=True)
            except CatalogError as error:
                refused.append(str(error.code))
        racing.meet()
    return refused


def make_tracks_at_once(number: int) -> None:
    """All want a run type of their own, with the same new track."""
    for round_ in range(ROUNDS):
        racing.meet()
        api.create_course_run_type(name=f"Raced {number}-{round_}", tracks=TRACKS)
