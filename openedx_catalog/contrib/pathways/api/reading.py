"""Reading pathways: what they offer, and how long that takes. Nothing here checks permissions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils import timezone

from openedx_catalog.contrib.programs.api import courses_in_order
from openedx_catalog.contrib.programs.models_api import Program
from openedx_catalog.models_api import CatalogCourse

from ..data import UNKNOWN, NodeContent, PathwayContent, StepContent, Times
from ..models import LearnerPathway, LearnerPathwayNode, LearnerPathwayStep
from ._holding import found

LISTINGS = "openedx_catalog.contrib.listings"


def get_learner_pathways() -> QuerySet[LearnerPathway]:
    """All pathways, inactive ones too (``.public()``, ``.active()``, ``.listed()``), the oldest first. One query when read."""
    return LearnerPathway.objects.order_by("pk")


def get_learner_pathway(uuid: UUID | str) -> LearnerPathway:
    """A pathway by its uuid, whatever its status. One query. Raises LearnerPathway.DoesNotExist, InvalidRequest."""
    return found(LearnerPathway, uuid)


def pathways_with(
    course_ids: Collection[int] = (), program_ids: Collection[int] = (), among: QuerySet[LearnerPathway] | None = None
) -> QuerySet[LearnerPathway]:
    """
    The pathways, or those `among` these, of which a step offers one of these catalog courses, a block of one, or one of these
    programs; the oldest first. One query when it is read.
    """
    nodes = LearnerPathwayNode.objects.filter(Q(catalog_course__in=list(course_ids)) | Q(program__in=list(program_ids)))
    rows = get_learner_pathways() if among is None else among
    return rows.filter(pk__in=nodes.values("step__pathway_id")).order_by("pk")


def read_contents(
    pathways: Iterable[LearnerPathway],
    *,
    courses: QuerySet[CatalogCourse] | None = None,
    programs: QuerySet[Program] | None = None,
    at: datetime | None = None,
) -> dict[int, PathwayContent]:
    """
    ``{id of a pathway: its steps in order, what each offers in order, and how long they take}``, at an instant, now unless
    given. Nodes are left out that offer none of these `courses` and `programs`, where they are given; then a step asks for no
    more than is left.

    The hours of a course are those of the run to which learners are led, as its listing says; of a program, of all its
    courses, those of the programs in it included; of a node that says its own, those. A step takes between the sum of its N
    shortest nodes and the sum of its N longest, where N is its minimum; a pathway what its steps take. Where anything of that
    is not known, or a step has fewer nodes than its minimum, the times are None, and never 0 (seed 003 §16).

    Five queries, however many pathways, steps and nodes there are: steps, nodes, nested programs, their courses, and runs.
    """
    rows, everything = list(pathways), courses is None and programs is None
    offered = _nodes([row.pk for row in rows], courses, programs)
    hours = _hours_of([node for nodes in offered.values() for node in nodes], at or timezone.now())
    contents: dict[int, list[StepContent]] = {row.pk: [] for row in rows}
    steps = LearnerPathwayStep.objects.filter(pathway__in=list(contents)).order_by("position", "pk")
    for step in steps if rows else ():
        nodes = [NodeContent(node, hours[node.pk]) for node in offered.get(step.pk, ())]
        least = step.min_requirement if everything else min(step.min_requirement, len(nodes))
        contents[step.pathway_id].append(StepContent(step, nodes, least, _times(least, nodes)))
    return {row.pk: PathwayContent(row, contents[row.pk], times_of_pathway(contents[row.pk])) for row in rows}


def _times(least: int, nodes: Sequence[NodeContent]) -> Times:
    """What a step takes: the sum of its N shortest nodes, and of its N longest."""
    known = sorted(node.hours for node in nodes if node.hours is not None)
    if len(known) < len(nodes) or not 1 <= least <= len(nodes):
        return UNKNOWN
    return Times(sum(known[:least]), sum(known[-least:]))


def times_of_pathway(steps: Sequence[StepContent]) -> Times:
    """What steps take, one after the other; None where anything of that is not known. No query."""
    least = [step.times.min_hours for step in steps if step.times.min_hours is not None]
    most = [step.times.max_hours for step in steps if step.times.max_hours is not None]
    return Times(sum(least), sum(most)) if steps and len(least) == len(steps) else UNKNOWN


def _nodes(
    pathway_ids: Sequence[int], courses: QuerySet[CatalogCourse] | None, programs: QuerySet[Program] | None
) -> dict[int, list[LearnerPathwayNode]]:
    rows = LearnerPathwayNode.objects.filter(step__pathway__in=pathway_ids).order_by("position", "pk")
    if courses is not None:
        rows = rows.filter(Q(catalog_course=None) | Q(catalog_course__in=courses))
    if programs is not None:
        rows = rows.filter(Q(program=None) | Q(program__in=programs))
    offered: dict[int, list[LearnerPathwayNode]] = {}
    for node in rows.select_related("catalog_course__org", "program__type") if pathway_ids else ():
        offered.setdefault(node.step_id, []).append(node)
    return offered


def _hours_of(nodes: Sequence[LearnerPathwayNode], at: datetime) -> dict[int, float | None]:
    unsaid = [node for node in nodes if node.hours is None]
    within = courses_in_order({node.program_id for node in unsaid if node.program_id}, at)
    courses = {node.catalog_course_id for node in unsaid if node.catalog_course_id and not node.usage_key}
    known = _hours_of_courses(courses.union(*within.values()))

    return {node.pk: _hours_of_node(node, within, known) for node in nodes}


def _hours_of_node(node: LearnerPathwayNode, within: Mapping[int, Sequence[int]], known: Mapping[int, float]) -> float | None:
    if node.hours is not None or node.kind == "block":
        return None if node.hours is None else float(node.hours)
    needed = within[node.program_id] if node.program_id else [node.catalog_course_id or 0]
    hours = [known[course] for course in needed if course in known]
    return sum(hours) if hours and len(hours) == len(needed) else None


def _hours_of_courses(course_ids: Collection[int]) -> Mapping[int, float]:
    if not course_ids or not apps.is_installed(LISTINGS):
        return {}
    from openedx_catalog.contrib.listings.api.for_contrib import hours_of_courses

    return hours_of_courses(sorted(course_ids))
