"""What the processes of `test_races` do."""

from __future__ import annotations

# First, because it sets up Django.
from tests.processes import racing  # isort: skip

from collections import Counter
from contextlib import suppress
from random import Random

from django.db.models import Count, F

from openedx_catalog.contrib.pathways import api
from openedx_catalog.contrib.pathways.models_api import LearnerPathway, LearnerPathwayNode, LearnerPathwayStep
from openedx_catalog.exceptions import DuplicateValue, InvalidRequest, InvalidValue

COURSES, STEPS, CHANGES = 6, 4, 25
REFUSALS = (InvalidValue, InvalidRequest, DuplicateValue, LearnerPathwayNode.DoesNotExist, LearnerPathwayStep.DoesNotExist)


def change_at_once(number: int) -> Counter[str]:
    """
    Reorder steps, ask for more and less, take nodes away and add them; how often each was done, and how often a step was seen
    that asks for more than it has.
    """
    racing.meet()
    chance, done = Random(number), Counter[str]()
    for _change in range(CHANGES):
        what = chance.choice(("reorder", "minimum", "remove", "add", "remove"))
        with suppress(*REFUSALS):
            _do(what, chance)
            done[what] += 1
        done["short"] += short_steps().exists()
    return done


def short_steps():
    """The steps that ask for more than they have: one query."""
    return LearnerPathwayStep.objects.annotate(offered=Count("nodes")).filter(min_requirement__gt=F("offered"))


def _do(what: str, chance: Random) -> None:
    pathway = LearnerPathway.objects.get()
    steps = list(pathway.steps.all())
    step = chance.choice(steps)
    if what == "reorder":
        api.reorder_steps(pathway, chance.sample(steps, len(steps)))
    elif what == "minimum":
        api.update_step(step, min_requirement=chance.randint(1, COURSES))
    elif what == "add":
        api.add_node(step, api.NodeRecord(catalog_course=f"MITx+C{chance.randrange(COURSES)}"))
    else:
        api.remove_node(chance.choice(list(step.nodes.all())))
