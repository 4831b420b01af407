"""What the processes of `test_processes` do."""

from __future__ import annotations

# First, because it sets up Django.
from tests.processes import racing  # isort: skip

from datetime import UTC, datetime, timedelta

from django.db import connection

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.sync import api
from openedx_catalog.exceptions import CatalogError
from tests.processes.killed import Executioner
from tests.thorough import sample

KEY = "course-v1:MITx+A+1"
ROUNDS = sample(12, 30)
FOLLOWING_ROUNDS = sample(5, 30)
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


def follow_at_once(number: int, program: str) -> list[str]:
    """Two syncs, and two editors: one of a program and its courses, one of external keys. What each was told."""
    told = []
    for round_ in range(FOLLOWING_ROUNDS):
        racing.meet()
        try:
            if number < 2:
                told.append(api.sync_source(("discovery", "second")[number]).status)
            elif number == 2:
                programs.update_program(program, title=f"Inner {round_}", source="admin")
                curriculum = programs.get_program(program).curricula.order_by("pk")[0]
                if round_ % 2:
                    programs.remove(curriculum.course_memberships.get(catalog_course__course_code="D"), source="admin")
                else:
                    programs.add_course(curriculum, "MITx+D", source="admin")
            else:
                first, second = (f"course-v1:MITx+{code}+R2" for code in "AB")
                given = {first: f"{round_}-1", second: f"{round_}-2"} if round_ % 2 else {first: None, second: f"{round_}-1"}
                programs.set_external_course_keys(given, source="admin")
        except CatalogError as error:
            told.append(error.code)
    return told
