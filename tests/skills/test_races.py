"""Two publish the same program at once: its skills are asked for once."""

import json
from collections import Counter

import pytest

from openedx_catalog.models_api import OutboxMessage
from tests.processes.conftest import racing_processes

from . import racing

pytestmark = [pytest.mark.newest, pytest.mark.django_db(transaction=True)]
PROGRAMS = 20


def test_a_program_that_two_publish_signals_once(program):
    rows = [program(f"Program {number}", status="unpublished") for number in range(PROGRAMS)]
    uuids = [str(row.uuid) for row in rows]
    with racing_processes(2) as two:
        for past_the_api in (False, True):
            two.run(racing.publish_at_once, uuids[past_the_api::2], past_the_api)
    asked = OutboxMessage.objects.filter(event_type__contains="skills_requested").values_list("payload", flat=True)
    assert Counter(json.loads(payload)["uuid"] for payload in asked) == Counter(uuids)
