"""Four processes that could break a rule together: exactly one of them gets what only one may have."""

from collections import Counter

import pytest

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api
from openedx_catalog.contrib.programs.models_api import CurriculumProgramMembership
from tests.processes.conftest import racers  # noqa: F401

from . import racing

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


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


def test_four_processes_close_no_circle_of_programs(racers, kind):  # noqa: F811
    rings = [[api.create_program(title=f"{ring}.{n}", type=kind) for n in range(4)] for ring in range(15)]
    curricula = [[api.create_curriculum(program, name="Core") for program in ring] for ring in rings]
    names = [[[str(row.uuid) for row in ring] for ring in rows] for rows in (rings, curricula)]
    answers = racers.run(racing.close_a_circle, *names)
    for outcomes in zip(*answers, strict=True):
        assert Counter(outcomes) == {"added": 3, "cycle": 1}
    assert CurriculumProgramMembership.objects.count() == 45
