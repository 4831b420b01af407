"""What the processes of `test_races` do."""

from __future__ import annotations

# First, because it sets up Django.
from tests.processes import racing  # isort: skip

import random

from openedx_catalog import api as catalog
from openedx_catalog.contrib.subscriptions import api

COURSES, RUNS = 500, 3875
CHANGES = 25
# The number of the process that does.
TOGGLES = 4


def key_of(number: int) -> str:
    """One of the runs of the organization, spread over its courses."""
    return f"course-v1:Large+C{number % COURSES}+R{number // COURSES}"


def change_at_once(number: int) -> int:
    """Change pacing and opt-outs, each in a transaction of its own; how many of them changed something."""
    chosen, changed = random.Random(number), 0
    racing.meet()
    for _change in range(CHANGES):
        pacing = chosen.choice(["self", "instructor"])
        catalog.update_course_run(key_of(chosen.randrange(RUNS)), schedule={"pacing": pacing}, source=f"p{number}")
        wanted = chosen.choice([None, True, False])
        changed += api.set_course_subscription(f"Large+C{chosen.randrange(COURSES)}", wanted, source=f"p{number}")
    return changed
