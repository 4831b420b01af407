"""What becomes of nodes when runs are moved, when catalog courses are merged, and when that is undone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from opaque_keys.edx.keys import UsageKey

from openedx_catalog import keys
from openedx_catalog.api import get_catalog_merges
from openedx_catalog.lib.changes import Change, delete_with_history, save_with_history, store_changes
from openedx_catalog.models_api import CatalogCourse, CourseRun

from ..models import LearnerPathway, LearnerPathwayNode, LearnerPathwayStep
from ._holding import arrange, placed, tell


def follow_merged_courses(merged: CatalogCourse, into: CatalogCourse, change: Change) -> None:
    """
    Steps that offer the course that is merged, or blocks of it, offer the other one. One that offers both keeps one node, and
    asks for no more than it still has.
    """
    for pathway in _held(_pathways_with(LearnerPathwayNode.objects.filter(catalog_course=merged))):
        for node in _nodes_of(pathway).filter(catalog_course=merged):
            _give(node, into, change)
        tell(pathway, "updated", change)


def follow_moved_runs(moved: Mapping[int, int], to: CatalogCourse, change: Change) -> None:
    """Blocks are offered with the course of their run. Two queries where steps offer no blocks of the courses."""
    blocks = LearnerPathwayNode.objects.filter(catalog_course__in=set(moved.values())).exclude(usage_key="")
    if not blocks.exists():
        return
    runs = CourseRun.objects.filter(id__among=list(moved)).values_list("course_key__text", flat=True)
    folded = {keys.fold(key) for key in runs}
    for pathway in _held(_pathways_with(blocks)):
        theirs = _nodes_of(pathway).filter(catalog_course__in=set(moved.values())).exclude(usage_key="")
        found = [node for node in theirs if keys.fold(str(UsageKey.from_string(node.usage_key).context_key)) in folded]
        for node in found:
            store_changes(node, {"catalog_course": to}, change)
        if found:
            tell(pathway, "updated", change)


def follow_unmerged_courses(restored: CatalogCourse, survivor: CatalogCourse, change: Change) -> None:
    """
    Steps that offered the course that is back offer it again, as long as history is kept; one that offered both asks for as
    many as before, unless somebody has said otherwise since.
    """
    merge = get_catalog_merges(survivor).get(uuid=restored.uuid)
    past = LearnerPathwayNode.history.filter(catalog_course_id=merge.course_id, usage_key="")
    gone = past.filter(history_type="-", history_date__gte=merge.at)
    given = LearnerPathwayNode.objects.filter(pk__in=past.values("id"), catalog_course=survivor, usage_key="")
    steps = LearnerPathwayStep.objects.filter(Q(pk__in=gone.values("step_id")) | Q(pk__in=given.values("step_id")))
    for pathway in _held(LearnerPathway.objects.filter(pk__in=steps.values("pathway_id"))):
        for node in given.filter(step__pathway=pathway).order_by("pk"):
            store_changes(node, {"catalog_course": restored}, change)
        for former in gone.filter(step_id__in=pathway.steps.values("pk")).order_by("history_id"):
            _bring_back(former, restored, change)
        tell(pathway, "updated", change)


def _bring_back(former: Any, course: CatalogCourse, change: Change) -> None:
    """A node that a merge has taken from its step."""
    step = LearnerPathwayStep.objects.get(pk=former.step_id)
    nodes = list(step.nodes.order_by("position", "pk"))
    if any(node.target == (course.pk, None, "") for node in nodes):
        return
    node = LearnerPathwayNode(uuid=former.uuid, step=step, catalog_course=course, hours=former.hours, position=len(nodes))
    save_with_history(node, change)
    arrange(placed(nodes, node, former.position), change)
    last = list(LearnerPathwayStep.history.filter(id=step.pk).order_by("-history_date", "-history_id")[:2])
    if len(last) > 1 and last[0].history_change_reason == former.history_change_reason:
        store_changes(step, {"min_requirement": last[1].min_requirement}, change)


def _give(node: LearnerPathwayNode, course: CatalogCourse, change: Change) -> None:
    step, others = node.step, node.step.nodes.exclude(pk=node.pk)
    if not others.filter(catalog_course=course, usage_key=node.usage_key).exists():
        store_changes(node, {"catalog_course": course}, change)
        return
    delete_with_history(node, change)
    rest = list(others.order_by("position", "pk"))
    arrange(rest, change)
    store_changes(step, {"min_requirement": min(step.min_requirement, len(rest))}, change)


def _pathways_with(nodes: QuerySet[LearnerPathwayNode]) -> QuerySet[LearnerPathway]:
    return LearnerPathway.objects.filter(pk__in=nodes.values("step__pathway_id"))


def _held(pathways: QuerySet[LearnerPathway]) -> list[LearnerPathway]:
    return list(pathways.order_by("pk").select_for_update())


def _nodes_of(pathway: LearnerPathway) -> Any:
    return LearnerPathwayNode.objects.filter(step__pathway=pathway).select_related("step").order_by("pk")
