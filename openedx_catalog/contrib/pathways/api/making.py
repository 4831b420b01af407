"""Learner pathways of the catalog pathways in which learners enroll."""

from __future__ import annotations

from typing import Unpack

from openedx_catalog.lib.changes import Provenance
from openedx_catalog.lib.transactions import writes_or_previews
from openedx_catalog.models_api import CatalogPathway

from ..models import LearnerPathway
from .pathways import create_learner_pathway


@writes_or_previews(LearnerPathway)
def make_learner_pathway(
    catalog_pathway: CatalogPathway, *, dry_run: bool = False, **provenance: Unpack[Provenance]
) -> LearnerPathway | None:
    """
    An inactive learner pathway of a catalog pathway, with its title and description, and without steps: what it takes to
    complete one is what somebody says next. None where there is one already. `dry_run` writes nothing.

    Emits ``learner_pathway.created``. Raises InvalidRequest.
    """
    if LearnerPathway.objects.filter(catalog_pathway=catalog_pathway).exists():
        return None
    title, overview = catalog_pathway.title, catalog_pathway.description
    return create_learner_pathway(title=title, overview=overview, catalog_pathway=catalog_pathway, **provenance)
