"""What the processes of `test_races` do: each claims the same external keys through another table."""

from __future__ import annotations

# First, because it sets up Django.
from tests.processes import racing  # isort: skip

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api
from openedx_catalog.contrib.programs.exceptions import ExternalKeyConflict, ProgramCycle
from openedx_catalog.contrib.programs.models_api import CurriculumCourseMembership
from tests.thorough import sample

KEYS = sample(15, 100)


def key(number: int) -> str:
    """The external key that everybody wants."""
    return f"MATH{number}-Fall20"


def run_key(kind: str, number: int) -> str:
    """The run through which one writer wants it: of a course of its own."""
    return f"course-v1:Race+{kind}{number}+1"


def claim_each(number: int, program: str, curriculum: str) -> list[str]:
    """Claim every key, through the table of this process; what became of each."""
    ways = (_by_a_run, _by_a_membership, _by_a_curriculum, _by_a_move)
    outcomes = []
    for wanted in range(KEYS):
        racing.meet()
        try:
            ways[number](wanted, program, curriculum)
        except ExternalKeyConflict:
            outcomes.append("conflict")
        else:
            outcomes.append("won")
    return outcomes


def _by_a_run(wanted: int, program: str, curriculum: str) -> None:
    api.set_external_course_key(run_key("Run", wanted), key(wanted))


def _by_a_membership(wanted: int, program: str, curriculum: str) -> None:
    api.add_course(curriculum, f"Race+Member{wanted}")


def _by_a_curriculum(wanted: int, program: str, curriculum: str) -> None:
    api.create_curriculum(program, name=f"Curriculum {wanted}", courses=[f"Race+Curriculum{wanted}"])


def _by_a_move(wanted: int, program: str, curriculum: str) -> None:
    catalog.move_course_run(run_key("Moved", wanted), f"Race+Run{wanted}", reason="raced for")


def swap_each(number: int, program: str) -> list[str]:
    """Two swap the keys of each pair of runs in one call; another one sets one of them, and the last one takes them both."""
    outcomes = []
    for wanted in range(KEYS):
        one, two = run_key("One", wanted), run_key("Two", wanted)
        named = {one: f"{key(wanted)}-two", two: f"{key(wanted)}-one"}
        racing.meet()
        if number < 2:
            report = api.set_external_course_keys(named)
        elif number == 2:
            report = api.set_external_course_keys({two: named[two]})
        else:
            report = api.set_external_course_keys({run_key("Third", wanted): named[two]})
        outcomes.append(" ".join(row.outcome for row in report.rows))
    return outcomes


def succeed_each(number: int, members: list[list[str]]) -> list[str]:
    """Make each key that of a successor, of another one in a batch, or the first one stay; or let the successor begin now."""
    outcomes = []
    for wanted, (first, second) in enumerate(members):
        ways = (
            lambda wanted=wanted: api.set_external_course_key(run_key("Second", wanted), key(wanted)),
            lambda first=first: api.reschedule(_member(first), retired_at=None),
            lambda second=second: api.reschedule(_member(second), effective_at=None),
            lambda wanted=wanted: _in_a_batch(run_key("Other", wanted), key(wanted)),
        )
        racing.meet()
        try:
            ways[number]()
        except ExternalKeyConflict:
            outcomes.append("conflict")
        else:
            outcomes.append("won")
    return outcomes


def _member(uuid: str) -> CurriculumCourseMembership:
    return CurriculumCourseMembership.objects.get(uuid=uuid)


def _in_a_batch(run: str, wanted: str) -> None:
    if api.set_external_course_keys({run: wanted}).problems:
        raise ExternalKeyConflict(key=wanted, places=run)


def close_a_circle(number: int, programs: list[list[str]], curricula: list[list[str]]) -> list[str]:
    """Put the next program of each ring of four into this process's one; what became of each."""
    outcomes = []
    for ring, own in zip(programs, curricula, strict=True):
        racing.meet()
        try:
            api.add_program(own[number], ring[(number + 1) % len(ring)])
        except ProgramCycle:
            outcomes.append("cycle")
        else:
            outcomes.append("added")
    return outcomes


def add_in_front(number: int, curriculum: str) -> list[str]:
    """Put courses of this process in front of all others of a curriculum, one at a time."""
    for wanted in range(KEYS):
        racing.meet()
        api.add_course(curriculum, f"Race+Place{number}x{wanted}", position=0)
    return ["added"] * KEYS
