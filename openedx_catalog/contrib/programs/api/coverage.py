"""For apps whose rows follow from all courses of a program: which programs that is, and what they have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from ..models import CurriculumCourseMembership
from ._scopes import ProgramGraph
from .reading import course_uses, nestings


def courses_of_programs(course_ids: Collection[int], program_ids: Collection[int], at: datetime) -> dict[int, set[int]]:
    """
    ``{program: its courses}`` at an instant, those of the programs in it included: of these programs, of those with one of
    these courses, and of all that contain those. At most three queries, and one for each level of nested programs.
    """
    rows = CurriculumCourseMembership.objects.counting(at).filter(catalog_course__id__among=list(course_ids))
    holding = {*program_ids, *rows.values_list("curriculum__program_id", flat=True)}
    if not holding:
        return {}
    graph = ProgramGraph(at=at)
    affected = graph.ancestors(holding)
    within = _contained(sorted(affected), at) if graph else {}
    everybody = sorted(affected.union(*within.values()))
    own: dict[int, set[int]] = defaultdict(set)
    for use in course_uses(everybody, at):
        own[use.program].add(use.course)
    return {program: set().union(*(own[each] for each in {program, *within.get(program, ())})) for program in affected}


def _contained(program_ids: Sequence[int], at: datetime) -> dict[int, set[int]]:
    """``{program: those that it contains at any depth}``."""
    below: dict[int, set[int]] = defaultdict(set)
    for program, _curriculum, child in nestings(program_ids, at):
        below[program].add(child)
    found = {}
    for program in program_ids:
        seen: set[int] = set()
        new = set(below.get(program, ()))
        while new:
            seen |= new
            new = {child for each in new for child in below.get(each, ())} - seen
        found[program] = seen
    return found
