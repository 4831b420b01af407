"""Four processes change the steps of one pathway at once: no step ever asks for more than it has."""

from collections import Counter

import pytest

from openedx_catalog import api as catalog
from openedx_catalog.contrib.pathways import api
from tests.processes.conftest import racing_processes

from . import racing

pytestmark = [pytest.mark.slow, pytest.mark.newest, pytest.mark.django_db(transaction=True)]


def test_four_writers_of_one_pathway(transactional_db):
    courses = [f"MITx+C{number}" for number in range(racing.COURSES)]
    for number in range(racing.COURSES):
        catalog.create_catalog_course(org_code="MITx", course_code=f"C{number}")
    pathway = api.create_learner_pathway(title="Become a data analyst")
    for _step in range(racing.STEPS):
        api.add_step(pathway, [api.NodeRecord(catalog_course=course) for course in courses], min_requirement=4)
    with racing_processes(4) as four:
        done = sum(four.run(racing.change_at_once), Counter())
    assert min(done[what] for what in ("reorder", "minimum", "remove", "add")) > 0
    assert not done["short"]
    assert not racing.short_steps().exists()
    steps = pathway.steps.order_by("position")
    assert [step.position for step in steps] == list(range(racing.STEPS))
    for step in steps:
        positions = list(step.nodes.order_by("position").values_list("position", flat=True))
        assert positions == list(range(len(positions)))
