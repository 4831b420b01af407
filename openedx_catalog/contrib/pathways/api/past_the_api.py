"""What becomes of pathways past this API: the change feed names them all the same."""

from __future__ import annotations

from typing import Any

from django.db import router

from openedx_catalog.lib import feed

from ..models import LearnerPathway, LearnerPathwayNode, ProgramPathway

_KINDS: dict[Any, str] = {LearnerPathway: "learner_pathway", ProgramPathway: "program_pathway"}


def note_past_the_api(row: Any, what: str) -> None:
    """
    A row was "created", "updated" or "deleted" past the API, a node with its course, say: the feed names the pathway of which
    it is part. One query, two for a node, and one INSERT.
    """
    pathway = _pathway_of(row)
    if pathway is not None:
        uuid, happened = str(pathway.uuid), what if pathway is row else "updated"
        # Nobody knows what it was before.
        audience = "everybody" if pathway.is_public else "gone"
        entry = feed.Entry(_KINDS[type(pathway)], uuid, uuid, happened, None, audience)
        feed.write([entry], using=router.db_for_write(type(row), instance=row))


def _pathway_of(row: Any) -> Any:
    if type(row) in _KINDS:
        return row
    if isinstance(row, LearnerPathwayNode):
        return LearnerPathway.objects.filter(steps=row.step_id).first()
    return row._meta.get_field("pathway").related_model.objects.filter(pk=row.pathway_id).first()
