"""What the processes of `test_processes` do."""

from __future__ import annotations

# First, because it sets up Django.
from tests.processes import racing  # isort: skip

from datetime import UTC, datetime, timedelta

from django.db import connection

from openedx_catalog import api as catalog
from openedx_catalog.contrib.sync import api
from tests.processes.killed import Executioner

KEY = "course-v1:MITx+A+1"
ROUNDS = 30
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def sync_until(moment: str) -> None:
    """Sync, and die at a statement."""
    with connection.execute_wrapper(Executioner(moment)):
        api.sync_source("discovery")


def sync_at_once(number: int) -> str:
    """How it ended, and how many it wrote."""
    racing.meet()
    return api.sync_source("lms").status


def change_at_once(number: int) -> str:
    """A sync, the event bus, an editor and a second editor, all on one run."""
    for round_ in range(ROUNDS):
        racing.meet()
        # Of what the platform reports, every third is older than what is known.
        observed = BEGIN + timedelta(days=2 * round_ if round_ % 3 else round_)
        if number == 0:
            return_status = api.sync_source("discovery").status
            assert return_status in ("ok", "partial"), return_status
        elif number == 1:
            catalog.sync_course_run(KEY, title=f"Event {round_}", observed_at=observed, source="event:test")
        elif number == 2:
            catalog.update_course_run(KEY, schedule={"end": BEGIN + timedelta(days=9000 + round_)}, source="admin")
        else:
            catalog.update_course_run(KEY, schedule={"pacing": ("self", "instructor")[round_ % 2]}, source="admin")
    return "done"
