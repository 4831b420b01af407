"""For the doctor: steps that ask for more than they have."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, F
from django.utils.translation import gettext as _

from openedx_catalog.api import Finding
from openedx_catalog.lib.changes import Change
from openedx_catalog.lib.transactions import writes_to

from ..models import LearnerPathwayStep
from ._holding import hold_step
from .steps import remove_step, update_step


def diagnose(quick: bool) -> Iterator[Finding]:
    """
    Warnings ``pathway_step_short``: a course that a step offered was deleted. One query. `quick` says nothing: each step is
    counted.
    """
    if quick:
        return
    for step in _short().select_related("pathway"):
        text = _("Step %(step)d asks for %(minimum)d of what it offers, and offers %(nodes)d: a course was deleted.")
        facts = {"step": step.position + 1, "minimum": step.min_requirement, "nodes": step.offered}
        yield Finding("pathway_step_short", "warning", str(step.pathway.uuid), text % facts, fixable=True)


@writes_to(LearnerPathwayStep)
def repair(change: Change) -> int:
    """Have such a step ask for all that it still offers; one that offers nothing goes. How many there were."""
    mended = 0
    provenance = {"source": change.source, "reason": change.reason, "user": change.user}
    for found in _short():
        _pathway, step = hold_step(found)
        nodes = step.nodes.count()
        if nodes:
            update_step(step, min_requirement=min(step.min_requirement, nodes), **provenance)
        else:
            remove_step(step, **provenance)
        mended += 1
    return mended


def _short():  # type: ignore[no-untyped-def]  # annotated rows
    steps = LearnerPathwayStep.objects.annotate(offered=Count("nodes"))
    return steps.filter(min_requirement__gt=F("offered")).order_by("pathway_id", "position")
