"""Pathways of programs, as the LMS and Credentials read them, and how they are written. Nothing here checks permissions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Unpack
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from openedx_catalog.contrib.programs.api import ProgramName
from openedx_catalog.contrib.programs.models_api import Program
from openedx_catalog.data import PathwayOfPrograms, Unset
from openedx_catalog.exceptions import InvalidRequest
from openedx_catalog.lib import texts, values
from openedx_catalog.lib.changes import (
    Change,
    Provenance,
    delete_with_history,
    parted,
    record_event,
    refuse_duplicate,
    save_with_history,
    store_changes,
)
from openedx_catalog.lib.linked import link_parts
from openedx_catalog.lib.transactions import writes_to

from .. import signals
from ..models import ProgramPathway, ProgramPathwayProgram

PathwayName = ProgramPathway | UUID | str

MAX_DESCRIPTION = 10_000
MAX_PROGRAMS = 500
_GREATEST_ID = 2**63 - 1


class ProgramPathwayValues(Provenance, total=False):
    """What can be said of a pathway of programs; UNSET leaves a value."""

    org_name: str | Unset
    email: str | Unset
    description: str | Unset
    destination_url: str | Unset
    pathway_type: str | Unset
    status: str | Unset
    programs: Sequence[ProgramName] | Unset


class NamedProgramPathwayValues(ProgramPathwayValues, total=False):
    """The same, and its name."""

    name: str | Unset


def get_program_pathways(
    *, status: str | None = None, pathway_type: str | None = None, program: ProgramName | None = None
) -> QuerySet[ProgramPathway]:
    """
    All pathways of programs, by id, or those of a status ("published"), of a type ("credit", "industry"), or with a program.

    Lazy: one query when it is read. Raises InvalidValue, Program.DoesNotExist, InvalidRequest.
    """
    rows = ProgramPathway.objects.order_by("pk")
    if status is not None:
        rows = rows.filter(status=_status("status", status))
    if pathway_type is not None:
        rows = rows.filter(pathway_type=_type("pathway_type", pathway_type))
    if program is not None:
        rows = rows.filter(program_rows__program=_programs("program", [program])[0])
    return rows


def get_program_pathway(uuid: UUID | str | None = None, *, id: int | None = None) -> ProgramPathway:
    """
    Get a pathway of programs by its uuid, or by the id that the LMS calls it by. Whatever its status. One query.

    Raises ProgramPathway.DoesNotExist, InvalidRequest.
    """
    if (uuid is None) == (id is None):
        raise InvalidRequest(reason=_("Give exactly one of uuid and id."))
    if uuid is not None:
        return ProgramPathway.objects.get(uuid=values.parse_uuid(uuid))
    if not isinstance(id, int) or isinstance(id, bool) or not 0 <= id <= _GREATEST_ID:
        raise InvalidRequest(reason=_("%(value)r is not an id.") % {"value": texts.shorten(id, 60)})
    return ProgramPathway.objects.get(pk=id)


def programs_of_pathway(pathway: ProgramPathway) -> list[Program]:
    """Its programs in order, their types joined, whatever their status. One query."""
    return [link.program for link in _links(pathway).select_related("program__type")]


@writes_to(ProgramPathway)
def create_program_pathway(
    *, name: str, uuid: UUID | str | None = None, **given: Unpack[ProgramPathwayValues]
) -> ProgramPathway:
    """
    Create a pathway of programs: who accepts their record, "credit" (which it is unless said otherwise) or "industry".

    It is "unpublished", so that nobody sees it, unless `status` is "published" or "retired". `programs` (objects or uuids) are
    given whole, in order; of those the LMS shows the active and retired ones. The LMS shows no pathway without an `email`. A
    site that has discovery passes its own `uuid`. Emits ``program_pathway.created``.

    Raises Program.DoesNotExist, DuplicateValue (uuid), InvalidValue, InvalidRequest.
    """
    change, said = parted("create_program_pathway", {**given, "name": name}, NamedProgramPathwayValues)
    wanted, programs = _checked(said)
    own = {} if uuid is None else {"uuid": values.parse_uuid(uuid)}
    row = ProgramPathway(**wanted, **own)
    refuse_duplicate(row, *own)
    save_with_history(row, change)
    link_parts(ProgramPathwayProgram, row, programs or (), change)
    _tell(signals.PROGRAM_PATHWAY_CREATED, row, change, was_public=False)
    return row


@writes_to(ProgramPathway)
def update_program_pathway(pathway: PathwayName, **given: Unpack[NamedProgramPathwayValues]) -> ProgramPathway:
    """
    Change a pathway of programs, given as an object or by its uuid; its id and its uuid stay.

    Any status may follow on any. Nothing is written where nothing changes. Emits ``program_pathway.updated``.

    Raises ProgramPathway.DoesNotExist, and as `create_program_pathway`.
    """
    change, said = parted("update_program_pathway", given, NamedProgramPathwayValues)
    wanted, programs = _checked(said)
    row = _held(pathway)
    was_public = row.is_public
    changed = store_changes(row, wanted, change)
    if programs is not None:
        changed |= link_parts(ProgramPathwayProgram, row, programs, change)
    if changed:
        _tell(signals.PROGRAM_PATHWAY_UPDATED, row, change, was_public=was_public)
    return row


@writes_to(ProgramPathway)
def delete_program_pathway(pathway: PathwayName, **provenance: Unpack[Provenance]) -> None:
    """
    Delete a pathway of programs; its history stays. Emits ``program_pathway.deleted``.

    Raises ProgramPathway.DoesNotExist, HasDependents (a ProtectedError), InvalidRequest.
    """
    change, row = Change(**provenance), _held(pathway)
    _tell(signals.PROGRAM_PATHWAY_DELETED, row, change, was_public=row.is_public)
    for link in _links(row):
        delete_with_history(link, change)
    delete_with_history(row, change)


# What the LMS reads


def told_pathways(ids: Sequence[int] | None = None) -> list[PathwayOfPrograms]:
    """The published ones, of these ids or all, by id. Two queries, one where there are none."""
    rows = ProgramPathway.objects.published().order_by("pk")
    found = list(rows if ids is None else rows.filter(pk__in=list(ids)))
    programs: dict[int, list[int]] = defaultdict(list)
    links = ProgramPathwayProgram.objects.filter(pathway__in=[row.pk for row in found]).order_by("position", "pk")
    for pathway, program in links.values_list("pathway_id", "program_id") if found else ():
        programs[pathway].append(program)
    return [
        PathwayOfPrograms(
            row.pk, str(row.uuid), row.name, row.org_name, row.email, row.description, row.destination_url,
            str(row.pathway_type), str(row.status), programs[row.pk],
        )
        for row in found
    ]  # fmt: skip


def pathways_of_programs(program_ids: Sequence[int]) -> dict[int, list[int]]:
    """``{id of the program: ids of the published pathways with it}``, by id. One query."""
    found: dict[int, list[int]] = defaultdict(list)
    links = ProgramPathwayProgram.objects.filter(program__id__among=list(program_ids))
    shown = links.filter(pathway__status=ProgramPathway.Status.PUBLISHED)
    for program, pathway in shown.order_by("pathway_id").values_list("program_id", "pathway_id"):
        found[program].append(pathway)
    return found


# What is written


def _held(pathway: PathwayName) -> ProgramPathway:
    """As it is stored, held: otherwise another writer's values would be taken for unchanged ones."""
    rows = ProgramPathway.objects.select_for_update()
    if isinstance(pathway, ProgramPathway):
        return rows.get(pk=pathway.pk)
    return rows.get(uuid=values.parse_uuid(pathway))


def _links(pathway: ProgramPathway) -> QuerySet[ProgramPathwayProgram]:
    return ProgramPathwayProgram.objects.filter(pathway=pathway).order_by("position", "pk")


def _tell(signal: Any, row: ProgramPathway, change: Change, *, was_public: bool) -> None:
    said = {
        "id": row.pk,
        "uuid": str(row.uuid),
        "name": row.name,
        "org_name": row.org_name,
        "pathway_type": str(row.pathway_type),
        "status": str(row.status),
        "programs": [str(uuid) for uuid in _links(row).values_list("program__uuid", flat=True)],
        "reason": change.reason,
    }
    audience = "everybody" if row.is_public else "gone" if was_public else "viewers"
    record_event(signal, row, str(row.uuid), said, audience=audience)


def _checked(given: dict[str, Any]) -> tuple[dict[str, Any], list[Program] | None]:
    """The columns that are given, as they are stored, and the programs. Raises as their readers."""
    columns = {name: _READERS[name](name, value) for name, value in given.items() if name != "programs"}
    return columns, _programs("programs", given["programs"]) if "programs" in given else None


def _programs(field: str, given: Any) -> list[Program]:
    """
    Programs, given as objects or uuids, each once, in order. One query. Raises Program.DoesNotExist, InvalidValue,
    InvalidRequest.
    """
    named = values.sequence(field, given, most=MAX_PROGRAMS)
    uuids = [each.uuid if isinstance(each, Program) else values.parse_uuid(each) for each in named]
    known = {row.uuid: row for row in Program.objects.filter(uuid__in=uuids)}
    if missing := [uuid for uuid in uuids if uuid not in known]:
        raise Program.DoesNotExist(
            _("There is no %(kind)s with the UUID %(uuid)s.") % {"kind": Program._meta.verbose_name, "uuid": missing[0]}
        )
    return [known[uuid] for uuid in dict.fromkeys(uuids)]


_status = partial(values.choice, names=ProgramPathway.Status.values)
_type = partial(values.choice, names=ProgramPathway.Type.values)
_READERS: dict[str, Callable[[str, Any], Any]] = {
    "name": partial(values.text, required=True),
    "org_name": values.text,
    "email": values.email,
    "description": partial(values.text, max_length=MAX_DESCRIPTION),
    "destination_url": values.address,
    "pathway_type": _type,
    "status": _status,
}
