"""Creating, changing and deleting learner pathways. Nothing here checks permissions."""

from __future__ import annotations

from typing import Any, Unpack
from uuid import UUID

from openedx_catalog.lib import values
from openedx_catalog.lib.changes import (
    Change,
    Provenance,
    delete_with_history,
    parted,
    refuse_duplicate,
    store_changes,
)
from openedx_catalog.lib.dated import revised
from openedx_catalog.lib.images import check_described, store_image
from openedx_catalog.lib.linked import link_parts
from openedx_catalog.lib.transactions import writes_to

from ..models import LearnerPathway, LearnerPathwayNode
from . import _values
from ._holding import PathwayName, hold, tell
from .given import PathwayValues


@writes_to(LearnerPathway)
def create_learner_pathway(*, uuid: UUID | str | None = None, **given: Unpack[PathwayValues]) -> LearnerPathway:
    """
    Create a pathway with a `title`, which has no steps yet, and is inactive unless `status` says "active".

    `image` is an open file, a PNG, JPEG, GIF or WebP of at most 2 MB, and needs an `image_alt`. `visibility` is "listed" or
    "unlisted". `scope` is "everybody", "organizations" or "groups"; `organizations` (objects or short_names, in any case) and
    `groups` (Django's, objects or names) are given whole, and count where the scope says so. `catalog_pathway` (an object or
    its key) is what learners enroll in.

    Emits ``learner_pathway.created``. Raises DuplicateValue (uuid, catalog_pathway), OrganizationNotFound,
    CatalogPathway.DoesNotExist, InvalidValue, InvalidRequest.
    """
    row = LearnerPathway() if uuid is None else LearnerPathway(uuid=values.parse_uuid(uuid))
    refuse_duplicate(row, "uuid")
    return _store(row, "created", {"title": None, **given})


@writes_to(LearnerPathway)
def update_learner_pathway(pathway: PathwayName, **given: Unpack[PathwayValues]) -> LearnerPathway:
    """
    Change a pathway, an object or its uuid; UNSET leaves a value, and an `image` of None takes it away. Otherwise as
    `create_learner_pathway`.

    Emits ``learner_pathway.updated`` where anything changes. Raises LearnerPathway.DoesNotExist besides.
    """
    return _store(hold(pathway), "updated", dict(given))


@writes_to(LearnerPathway)
def delete_learner_pathway(pathway: PathwayName, **provenance: Unpack[Provenance]) -> None:
    """
    Delete a pathway with its steps. To only hide it, make it inactive.

    Emits ``learner_pathway.deleted``. Raises LearnerPathway.DoesNotExist, InvalidRequest.
    """
    change, row = Change(**provenance), hold(pathway)
    tell(row, "deleted", change)
    for node in LearnerPathwayNode.objects.filter(step__pathway=row).order_by("pk"):
        delete_with_history(node, change)
    for rows in (row.steps, row.organization_rows, row.group_rows):
        for each in rows.order_by("pk"):
            delete_with_history(each, change)
    delete_with_history(row, change)


def _store(row: LearnerPathway, what: str, given: dict[str, Any]) -> LearnerPathway:
    change, said = parted(f"{what[:-1]}_learner_pathway", given, PathwayValues)
    wanted, parts = _values.checked(said)
    was_public, new = row.pk is not None and row.is_public, revised(row, wanted)
    check_described(new.image, new.image_alt)
    _values.check_scope(new, parts)
    if "catalog_pathway" in wanted:
        refuse_duplicate(new, "catalog_pathway")
    if "image" in wanted:
        wanted["image"] = store_image(_values.IMAGE, wanted["image"])
    changed = store_changes(row, wanted, change)
    for model, name in _values.PARTS.values():
        changed |= name in parts and link_parts(model, row, parts[name], change)
    if changed:
        tell(row, what, change, was_public=was_public)
    return row
