"""
Four processes call everything that writes, at random and over few names; afterwards every rule of the tables holds.

For ``CATALOG_STRESS_SECONDS`` (20) each. The seed is printed, and taken from ``CATALOG_STRESS_SEED`` where that is set: it
makes the calls the same, not their order among processes.
"""

from __future__ import annotations

import os
import random
from collections import Counter

import pytest
from django.db import connection

from tests.thorough import sample

from . import invariants, stressing
from .conftest import Racers

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SECONDS = float(os.environ.get("CATALOG_STRESS_SECONDS", sample(12, 20)))
# Of the two stricter levels of PostgreSQL.
STRICTER = "REPEATABLE_READ", "SERIALIZABLE"


def stress(racers: Racers, seconds: float, isolation: str = "") -> Counter[tuple[str, str]]:
    """Stress the database, prove that everything holds, and return how often which call ended how."""
    stressing.prepare()
    outcomes = counted(racers.run(stressing.work, seed(seconds, isolation), seconds, isolation))
    assert not (found := invariants.broken()), "\n".join(found)
    return outcomes


def seed(seconds: float, about: str = "") -> int:
    """Another one each time, unless it is given; printed, since pytest shows it where a test fails."""
    chosen = int(os.environ.get("CATALOG_STRESS_SEED") or random.SystemRandom().randrange(10**6))
    print(f"CATALOG_STRESS_SEED={chosen} CATALOG_STRESS_SECONDS={seconds:g} {about}")
    return chosen


def counted(done: list[stressing.Done]) -> Counter[tuple[str, str]]:
    """How often which call ended how in all processes; no caller has seen anything but typed errors."""
    outcomes = sum((own.outcomes for own in done), Counter())
    print(f"{sum(outcomes.values())} calls: {summary(outcomes)}")
    errors = [error for own in done for error in own.errors]
    assert not errors, "\n".join(errors)
    return outcomes


def summary(outcomes: Counter[tuple[str, str]]) -> str:
    """``update_run ok 12 DoesNotExist 3; …``"""
    kinds: dict[str, list[str]] = {}
    for (name, outcome), count in sorted(outcomes.items()):
        kinds.setdefault(name, []).append(f"{outcome} {count}")
    return "; ".join(f"{name} {', '.join(counts)}" for name, counts in kinds.items())


def assert_everything_was_tried(outcomes: Counter[tuple[str, str]]) -> None:
    """A kind of call that never succeeds proves nothing; of a short stress that says nothing."""
    tried = {name for name, outcome in outcomes if outcome == "ok"}
    operations = {operation.__name__ for operation in stressing.OPERATIONS}
    assert sum(outcomes.values()) < 2000 or operations <= tried, sorted(operations - tried)


def test_everything_holds_after_random_calls(racers: Racers):
    assert_everything_was_tried(stress(racers, SECONDS))


@pytest.mark.parametrize("isolation", STRICTER)
def test_everything_holds_at_the_stricter_levels_of_postgresql(racers: Racers, isolation: str):
    if connection.vendor != "postgresql":
        pytest.skip("of PostgreSQL alone")
    stress(racers, SECONDS / 2, isolation)
