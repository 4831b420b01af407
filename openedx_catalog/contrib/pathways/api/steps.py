"""The steps of a pathway and what they offer. Nothing here checks permissions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Unpack

from django.utils.translation import gettext as _

from openedx_catalog.api.for_contrib import hold_courses
from openedx_catalog.data import Unset
from openedx_catalog.exceptions import DuplicateValue, InvalidRequest
from openedx_catalog.lib import texts, values
from openedx_catalog.lib.changes import Change, Provenance, delete_with_history, save_with_history, store_changes
from openedx_catalog.lib.transactions import writes_to
from openedx_catalog.lib.unset import UNSET

from ..data import NodeRecord
from ..models import LearnerPathway, LearnerPathwayNode, LearnerPathwayStep
from . import _values
from ._holding import NodeName, PathwayName, StepName, arrange, hold, hold_node, hold_step, placed, tell
from ._targets import node_of


@writes_to(LearnerPathwayStep)
def add_step(
    pathway: PathwayName,
    nodes: Sequence[NodeRecord],
    *,
    min_requirement: int = 1,
    title: str = "",
    position: int | None = None,
    **provenance: Unpack[Provenance],
) -> LearnerPathwayStep:
    """
    Add a step with what it offers, at least one, in order. `position` counts from 0; None is the last.

    Emits ``learner_pathway.updated``. Raises LearnerPathway.DoesNotExist, DuplicateValue (the same target twice), InvalidValue
    (`min_requirement` from 1 to the number of nodes), InvalidRequest, and what the nodes are refused for: see `add_node`.
    """
    change, offered = Change(**provenance), [node_of(record) for record in _values.some("nodes", nodes)]
    _hold_courses_of(offered)
    row = hold(pathway)
    steps = list(row.steps.order_by("position"))
    _values.check_room(len(steps))
    step = LearnerPathwayStep(pathway=row, position=max((each.position + 1 for each in steps), default=0))
    step.title = values.text("title", title)
    step.min_requirement = _values.minimum(min_requirement, len(offered))
    ordered = placed(steps, step, position)
    for index, node in enumerate(offered):
        _refuse_same(node, offered[:index], step)
    save_with_history(step, change)
    for index, node in enumerate(offered):
        node.step, node.position = step, index
        save_with_history(node, change)
    arrange(ordered, change)
    tell(row, "updated", change)
    return step


@writes_to(LearnerPathwayStep)
def update_step(
    step: StepName,
    *,
    min_requirement: int | Unset = UNSET,
    title: str | Unset = UNSET,
    **provenance: Unpack[Provenance],
) -> LearnerPathwayStep:
    """
    Change a step, an object or its uuid. Emits ``learner_pathway.updated`` where anything changes.

    Raises LearnerPathwayStep.DoesNotExist, InvalidValue (`min_requirement` from 1 to the number of its nodes), InvalidRequest.
    """
    change, (pathway, row) = Change(**provenance), hold_step(step)
    wanted: dict[str, Any] = {} if title is UNSET else {"title": values.text("title", title)}
    if min_requirement is not UNSET:
        wanted["min_requirement"] = _values.minimum(min_requirement, row.nodes.count())
    if store_changes(row, wanted, change):
        tell(pathway, "updated", change)
    return row


@writes_to(LearnerPathwayStep)
def remove_step(step: StepName, **provenance: Unpack[Provenance]) -> None:
    """
    Remove a step with all it offers; those behind it come nearer. Emits ``learner_pathway.updated``.

    Raises LearnerPathwayStep.DoesNotExist, InvalidRequest.
    """
    change, (pathway, row) = Change(**provenance), hold_step(step)
    for node in row.nodes.order_by("pk"):
        delete_with_history(node, change)
    delete_with_history(row, change)
    arrange(list(pathway.steps.order_by("position")), change)
    tell(pathway, "updated", change)


@writes_to(LearnerPathwayStep)
def reorder_steps(pathway: PathwayName, steps: Sequence[StepName], **provenance: Unpack[Provenance]) -> bool:
    """
    Bring the steps of a pathway into this order: all of them, objects or uuids, each once. Returns whether that changed
    anything. At most three statements, however many there are.

    Emits ``learner_pathway.updated``. Raises LearnerPathway.DoesNotExist, InvalidRequest where one is missing, strange or
    named twice.
    """
    change, row = Change(**provenance), hold(pathway)
    return _reordered(row, row.steps.order_by("position"), LearnerPathwayStep, "steps", steps, change)


@writes_to(LearnerPathwayNode)
def add_node(
    step: StepName, record: NodeRecord, *, position: int | None = None, **provenance: Unpack[Provenance]
) -> LearnerPathwayNode:
    """
    Have a step offer something more. `position` counts from 0; None is the last.

    Emits ``learner_pathway.updated``. Raises LearnerPathwayStep.DoesNotExist, CatalogCourse.DoesNotExist,
    Program.DoesNotExist, DuplicateValue (the step offers it already), InvalidCatalogKey, InvalidValue (a block whose run is of
    no course, or of another one; hours), InvalidRequest (not exactly one of course, program and block).
    """
    change, node = Change(**provenance), node_of(record)
    _hold_courses_of([node])
    pathway, row = hold_step(step)
    nodes = list(row.nodes.order_by("position", "pk"))
    _values.check_room(len(nodes))
    _refuse_same(node, nodes, row)
    node.step, node.position = row, len(nodes)
    ordered = placed(nodes, node, position)
    save_with_history(node, change)
    arrange(ordered, change)
    tell(pathway, "updated", change)
    return node


@writes_to(LearnerPathwayNode)
def update_node(node: NodeName, *, hours: float | None, **provenance: Unpack[Provenance]) -> LearnerPathwayNode:
    """
    Say how many hours a node takes, with one decimal place; None: as the effort of its course or program says.

    Emits ``learner_pathway.updated`` where that changes. Raises LearnerPathwayNode.DoesNotExist, InvalidValue, InvalidRequest.
    """
    change, (pathway, _step, row) = Change(**provenance), hold_node(node)
    if store_changes(row, {"hours": _values.hours("hours", hours)}, change):
        tell(pathway, "updated", change)
    return row


@writes_to(LearnerPathwayNode)
def remove_node(node: NodeName, *, min_requirement: int | Unset = UNSET, **provenance: Unpack[Provenance]) -> None:
    """
    Have a step offer something no more. Where it would ask for more than is left, `min_requirement` says for how many it asks
    from now on. The last node goes with its step: `remove_step`.

    Emits ``learner_pathway.updated``. Raises LearnerPathwayNode.DoesNotExist, InvalidValue (`min_requirement`), InvalidRequest.
    """
    change, (pathway, step, row) = Change(**provenance), hold_node(node)
    rest = list(step.nodes.exclude(pk=row.pk).order_by("position", "pk"))
    if not rest:
        raise InvalidRequest(reason=_("It is the only node of the step. Remove the step instead."))
    wanted = _values.minimum(step.min_requirement if min_requirement is UNSET else min_requirement, len(rest))
    delete_with_history(row, change)
    arrange(rest, change)
    store_changes(step, {"min_requirement": wanted}, change)
    tell(pathway, "updated", change)


@writes_to(LearnerPathwayNode)
def reorder_nodes(step: StepName, nodes: Sequence[NodeName], **provenance: Unpack[Provenance]) -> bool:
    """The same of the nodes of a step as `reorder_steps`. Raises LearnerPathwayStep.DoesNotExist, InvalidRequest."""
    change, (pathway, row) = Change(**provenance), hold_step(step)
    return _reordered(pathway, row.nodes.order_by("position", "pk"), LearnerPathwayNode, "nodes", nodes, change)


def _reordered(
    pathway: LearnerPathway, rows: Iterable[Any], model: Any, field: str, wanted: Sequence[Any], change: Change
) -> bool:
    stored = {row.uuid: row for row in rows}
    named = [each.uuid if isinstance(each, model) else values.parse_uuid(each) for each in _values.some(field, wanted)]
    if len(named) != len(set(named)) or set(named) != set(stored):
        reason = _("Expected each of these once, in the order wanted: %(uuids)s.")
        raise InvalidRequest(reason=reason % {"uuids": ", ".join(str(uuid) for uuid in stored) or _("none")})
    changed = arrange([stored[uuid] for uuid in named], change)
    if changed:
        tell(pathway, "updated", change)
    return changed


def _refuse_same(node: LearnerPathwayNode, others: Iterable[LearnerPathwayNode], step: LearnerPathwayStep) -> None:
    if node.target in {other.target for other in others}:
        field = {"block": "usage_key", "course": "catalog_course", "program": "program"}[node.kind]
        owner = _("the step %(step)s") % {"step": step}
        raise DuplicateValue(
            field=field,
            value=texts.shorten(node.usage_key or str(node.program or node.catalog_course), 60),
            owner=owner,
            row=step,
        )


def _hold_courses_of(nodes: Iterable[LearnerPathwayNode]) -> None:
    if courses := {node.catalog_course for node in nodes if node.catalog_course is not None}:
        hold_courses(*courses)
