"""What functions of the API take and return."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import attrs

if TYPE_CHECKING:
    from .models import LearnerPathway, LearnerPathwayNode, LearnerPathwayStep


@attrs.frozen(kw_only=True)
class NodeRecord:
    """
    What a step is to offer, exactly one of: a catalog course (an object, "catalog-course:MITx:14.100x" or "MITx+14.100x"), a
    program (an object or its uuid), or a block (a usage key, whose run must be of the course, if one is given).

    `hours` is how long a learner needs, where the effort of the course or program does not say it.
    """

    catalog_course: Any = None
    program: Any = None
    usage_key: Any = ""
    hours: float | None = None


class Times(NamedTuple):
    """The hours that something takes, from the shortest choice to the longest. None: nobody knows, which is not 0."""

    min_hours: float | None
    max_hours: float | None


UNKNOWN = Times(None, None)


class NodeContent(NamedTuple):
    """A node, its course with organization or its program joined, and how many hours it takes, None where unknown."""

    node: LearnerPathwayNode
    hours: float | None


class StepContent(NamedTuple):
    """A step, what it offers in order, how many of that it asks for, and the hours of its shortest and its longest choice."""

    step: LearnerPathwayStep
    nodes: Sequence[NodeContent]
    min_requirement: int
    times: Times


class PathwayContent(NamedTuple):
    """A pathway with its steps, in order."""

    pathway: LearnerPathway
    steps: Sequence[StepContent]
    times: Times
