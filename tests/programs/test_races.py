"""Four processes that could break a rule together: exactly one of them gets what only one may have."""

from collections import Counter

import pytest

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api
from openedx_catalog.contrib.programs.models_api import CurriculumProgramMembership
from tests.processes.conftest import racers  # noqa: F401

from . import racing
from .conftest import FUTURE

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.newest]


@pytest.fixture
def kind():
    """A program type: the tests before have emptied the tables, of what migrations brought too."""
    return api.create_program_type(name="Raced for")


def test_of_four_writers_through_four_tables_one_gets_each_external_key(racers, kind):  # noqa: F811
    program = api.create_program(title="Raced for", type=kind)
    curriculum = api.create_curriculum(program, name="Core")
    kinds = ("Run", "Member", "Curriculum", "Moved")
    records = [catalog.AssociationRecord(racing.run_key(kind, n)) for n in range(racing.KEYS) for kind in kinds]
    catalog.associate_course_runs(records, source="test")
    for n in range(racing.KEYS):
        api.add_course(curriculum, f"Race+Run{n}")
        for kind in kinds[1:]:
            api.set_external_course_key(racing.run_key(kind, n), racing.key(n))

    answers = racers.run(racing.claim_each, str(program.uuid), str(curriculum.uuid))

    for n, outcomes in enumerate(zip(*answers, strict=True)):
        assert Counter(outcomes) == {"won": 1, "conflict": 3}, (n, outcomes)
    assert api.find_external_key_conflicts() == []
    assert api.audit_external_keys() == []
    assert len({str(api.resolve_run(program, racing.key(n)).course_key) for n in range(racing.KEYS)}) == racing.KEYS
    # Nobody is always the first: otherwise they did not race.
    assert sum("won" in answer for answer in answers) > 1


def in_a_program(kind, *codes, **dates):
    """A program with one curriculum, and in that for each key one course, of one run, of each of these codes."""
    program = api.create_program(title="Raced for", type=kind)
    curriculum = api.create_curriculum(program, name="Core")
    records = [catalog.AssociationRecord(racing.run_key(code, n)) for n in range(racing.KEYS) for code in codes]
    catalog.associate_course_runs(records, source="test")
    for n in range(racing.KEYS):
        for code in codes:
            api.add_course(curriculum, f"Race+{code}{n}", **dates.get(code, {}))
    return program, curriculum


def test_keys_that_are_swapped_and_set_at_one_time_name_one_run_each(racers, kind):  # noqa: F811
    program, _curriculum = in_a_program(kind, "One", "Two", "Third")
    for n in range(racing.KEYS):
        for code in ("one", "two"):
            api.set_external_course_key(racing.run_key(code.title(), n), f"{racing.key(n)}-{code}")

    answers = racers.run(racing.swap_each, str(program.uuid))

    for swaps in zip(*answers[:2], strict=True):
        # Of two that say the same, one does it.
        assert "updated updated" in swaps, swaps
        assert set(swaps) <= {"updated updated", "unchanged unchanged"}, swaps
    assert set(answers[3]) == {"conflict"}
    assert api.find_external_key_conflicts() == []
    assert api.audit_external_keys() == []
    for n in range(racing.KEYS):
        one, two = racing.run_key("One", n), racing.run_key("Two", n)
        assert api.get_external_course_keys([one, two]) == {one: f"{racing.key(n)}-two", two: f"{racing.key(n)}-one"}


def test_of_those_who_would_succeed_one_gets_each_key(racers, kind):  # noqa: F811
    dates = {"First": {"retired_at": FUTURE}, "Second": {"effective_at": FUTURE}, "Other": {"effective_at": FUTURE}}
    _program, curriculum = in_a_program(kind, "First", "Second", "Other", **dates)
    for n in range(racing.KEYS):
        api.set_external_course_key(racing.run_key("First", n), racing.key(n))
    codes = curriculum.course_memberships.values_list("catalog_course__course_code", "uuid")
    uuids = {code: str(uuid) for code, uuid in codes}
    members = [[uuids[f"{code}{n}"] for code in ("First", "Second")] for n in range(racing.KEYS)]

    answers = racers.run(racing.succeed_each, members)

    for n, (second, stays, _begins, other) in enumerate(zip(*answers, strict=True)):
        assert [second, stays, other].count("won") == 1, (n, second, stays, other)
    assert api.find_external_key_conflicts() == []
    assert api.audit_external_keys() == []


def test_four_processes_close_no_circle_of_programs(racers, kind):  # noqa: F811
    rings = [[api.create_program(title=f"{ring}.{n}", type=kind) for n in range(4)] for ring in range(15)]
    curricula = [[api.create_curriculum(program, name="Core") for program in ring] for ring in rings]
    names = [[[str(row.uuid) for row in ring] for ring in rows] for rows in (rings, curricula)]
    answers = racers.run(racing.close_a_circle, *names)
    for outcomes in zip(*answers, strict=True):
        assert Counter(outcomes) == {"added": 3, "cycle": 1}
    assert CurriculumProgramMembership.objects.count() == 45


def test_four_processes_that_add_at_one_place_leave_no_tie(racers, kind):  # noqa: F811
    curriculum = api.create_curriculum(api.create_program(title="Raced for", type=kind, status="active"), name="Core")
    records = [
        catalog.AssociationRecord(f"course-v1:Race+Place{n}x{wanted}+1") for n in range(4) for wanted in range(racing.KEYS)
    ]
    catalog.associate_course_runs(records, source="test")
    racers.run(racing.add_in_front, str(curriculum.uuid))
    places = curriculum.course_memberships.order_by("position").values_list("position", flat=True)
    assert list(places) == list(range(4 * racing.KEYS))
