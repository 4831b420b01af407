"""A model of the catalog plays against it: after each step both are the same, and nothing else was written."""

import logging
import os
from time import monotonic, process_time

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.model.machine import TimeIsUp
from tests.model.rules import Catalog
from tests.thorough import sample

STEPS = 50
ASKED = int(os.environ.get("CATALOG_MODEL_GAMES") or 0)
# How many games, where there is the time: 5,000 steps in the gate.
GAMES = ASKED or sample(60, 4000)
PROMISED = GAMES * STEPS
# Making a failure short takes as long as many games: in the gate it is printed as it was played.
SHORTEN = bool(ASKED) or sample(False, True)
# Seconds after which the gate begins no new game. A process that has worked for nearly all of them and not made its steps is
# too slow; one that has not was kept waiting by what else the machine does, which proves nothing.
SECONDS = float("inf") if SHORTEN else 120
# What only some games come to: a former name that no organization has taken again. Whether it succeeds, tests/core says.
SELDOM = {"release_organization_name"}
BUSY = 105


def play():
    """From the same beginning in the gate, from another one each time in a night. Returns whether there was the time."""
    how = settings(
        max_examples=GAMES,
        stateful_step_count=STEPS,
        derandomize=sample(True, False),
        deadline=None,
        database=None,
        print_blob=True,
        report_multiple_bugs=False,
        phases=[Phase.generate, Phase.shrink] if SHORTEN else [Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    Catalog.played.clear()
    Catalog.refused.clear()
    Catalog.until = monotonic() + SECONDS
    try:
        run_state_machine_as_test(Catalog, settings=how)
    except TimeIsUp:
        return False
    return True


@pytest.mark.django_db(transaction=True)
def test_the_catalog_is_as_the_model_says(capsys, caplog):
    # Of runs that spell their organization otherwise.
    caplog.set_level(logging.ERROR, "openedx_catalog")
    begun, worked = monotonic(), process_time()
    finished = play()
    taken, worked = monotonic() - begun, process_time() - worked
    steps, done = Catalog.played.total(), Catalog.played - Catalog.refused
    with capsys.disabled():
        print(f" {steps} of {PROMISED} steps in {taken:.0f} s, {worked:.0f} of them work: {dict(done.most_common())}")
    assert steps >= PROMISED or (not finished and worked < BUSY), "too slow"
    # Of each function some calls were no refusals, or it proves nothing; of few games that cannot be said.
    assert steps < 100 * STEPS or set(done) >= set(Catalog.played) - SELDOM
