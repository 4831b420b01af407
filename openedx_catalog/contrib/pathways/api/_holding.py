"""
Holding a pathway while it is changed, and telling of it.

Whatever changes a pathway, its steps or their nodes holds the row of the pathway, after the courses. So writers of one pathway
come one after the other, and each counts the nodes that there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db import models
from django.db.models import F
from django.utils.translation import gettext as _

from openedx_catalog.lib import values
from openedx_catalog.lib.changes import Change, record_event, update_many_with_history

from .. import signals
from ..models import LearnerPathway, LearnerPathwayNode, LearnerPathwayStep

Row = TypeVar("Row", bound=models.Model)
PathwayName = LearnerPathway | str
StepName = LearnerPathwayStep | str
NodeName = LearnerPathwayNode | str
# More than any position, so that positions can be exchanged.
_ASIDE = 1_000_000
_SIGNALS = {
    "created": signals.LEARNER_PATHWAY_CREATED,
    "updated": signals.LEARNER_PATHWAY_UPDATED,
    "deleted": signals.LEARNER_PATHWAY_DELETED,
}


def found(model: type[Row], given: Any, rows: Any = None) -> Row:
    """A row, given as an object or by its uuid, as it is stored. One query. Raises its DoesNotExist, InvalidRequest."""
    condition = {"pk": given.pk} if isinstance(given, model) else {"uuid": values.parse_uuid(given)}
    row = (model._default_manager.all() if rows is None else rows).filter(**condition).first()
    if row is None:
        [(_column, value)] = condition.items() if "uuid" in condition else [("uuid", getattr(given, "uuid", given))]
        facts = {"kind": model._meta.verbose_name, "uuid": value}
        raise model.DoesNotExist(_("There is no %(kind)s with the UUID %(uuid)s.") % facts)  # type: ignore[attr-defined]
    return row


def hold(given: PathwayName) -> LearnerPathway:
    """A pathway, held until the transaction ends. Raises LearnerPathway.DoesNotExist, InvalidRequest."""
    return found(LearnerPathway, given, LearnerPathway.objects.select_for_update())


def hold_step(given: StepName) -> tuple[LearnerPathway, LearnerPathwayStep]:
    """A step as it is stored, and its pathway, which is held. Three queries. Raises LearnerPathwayStep.DoesNotExist."""
    pathway = hold(found(LearnerPathwayStep, given, LearnerPathwayStep.objects.select_related("pathway")).pathway)
    return pathway, found(LearnerPathwayStep, given)


def hold_node(given: NodeName) -> tuple[LearnerPathway, LearnerPathwayStep, LearnerPathwayNode]:
    """A node as it is stored, its step, and its pathway, which is held. Raises LearnerPathwayNode.DoesNotExist."""
    rows = LearnerPathwayNode.objects.select_related("step__pathway")
    pathway = hold(found(LearnerPathwayNode, given, rows).step.pathway)
    node = found(LearnerPathwayNode, given, rows)
    return pathway, node.step, node


def arrange(rows: Sequence[Any], change: Change) -> bool:
    """Give stored steps of a pathway, or nodes of a step, these places. Whether any had another. At most three statements."""
    moved = [row for position, row in enumerate(rows) if row.position != position]
    for position, row in enumerate(rows):
        row.position = position
    if moved:
        type(moved[0]).objects.filter(pk__in=[row.pk for row in moved]).update(position=F("position") + _ASIDE)
        update_many_with_history(moved, ["position", "modified"], change)
    return bool(moved)


def placed(rows: Sequence[Any], row: Any, position: Any) -> list[Any]:
    """These rows with one among them at a position; None, and what is too far, is behind all others. Raises InvalidValue."""
    others = [other for other in rows if other != row]
    at = values.number("position", position, most=_ASIDE)
    at = len(others) if at is None else at
    return [*others[:at], row, *others[at:]]


def tell(pathway: LearnerPathway, what: str, change: Change, *, was_public: bool | None = None) -> None:
    """Record what became of a pathway, its steps or nodes: "created", "updated" or "deleted"."""
    before = pathway.is_public if was_public is None else was_public
    said = {name: str(getattr(pathway, name)) for name in ("uuid", "title", "status", "visibility", "scope")}
    audience = "everybody" if pathway.is_public else "gone" if before else "viewers"
    record_event(_SIGNALS[what], pathway, said["uuid"], {**said, "reason": change.reason}, audience=audience)
