"""Pathways of programs in the LMS's programs data, by the names of discovery: as extensions say it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from openedx_catalog.data import PathwayOfPrograms
from openedx_catalog.extensions import CatalogExtensionConfig, installed_extensions

from .models.bases import PUBLIC_STATUSES
from .models_api import Program


def are_told() -> bool:
    """Whether an extension has any to tell of; without one the LMS knows better."""
    untold = CatalogExtensionConfig.program_pathways
    return any(type(extension).program_pathways is not untold for extension in installed_extensions())


def pathway_ids(program_ids: Sequence[int]) -> dict[int, list[int]]:
    """``{id of the program: ids of its pathways}``, in order; of those without any nothing."""
    found: dict[int, list[int]] = defaultdict(list)
    for extension in installed_extensions():
        for program, pathways in extension.pathways_of_programs(program_ids).items():
            found[program].extend(pathways)
    return found


def pathway_dicts(ids: Sequence[int] | None = None) -> list[dict[str, Any]]:
    """
    The dicts of the pathways of these ids, or of all, in order: fresh ones, without the programs that the LMS does not know.
    One query where there are any, and what extensions ask.
    """
    told = [pathway for extension in installed_extensions() for pathway in extension.program_pathways(ids)]
    pks = {pk for pathway in told for pk in pathway.programs}
    programs = (
        Program.objects.filter(pk__among=list(pks), status__in=PUBLIC_STATUSES).order_by() if pks else Program.objects.none()
    )
    uuids = {pk: str(uuid) for pk, uuid in programs.values_list("pk", "uuid")}
    return [_pathway_dict(pathway, [uuids[pk] for pk in pathway.programs if pk in uuids]) for pathway in told]


def _pathway_dict(pathway: PathwayOfPrograms, uuids: list[str]) -> dict[str, Any]:
    found = pathway._asdict()
    del found["programs"]
    return {**found, "destination_url": pathway.destination_url or None, "program_uuids": uuids}
