"""For apps whose rows follow from all courses of a program: which programs that is, and what they have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet

from ..models import CurriculumCourseMembership, Program
from ._scopes import ProgramGraph
from .reading import course_uses, every_nesting


def courses_of_programs(course_ids: Collection[int], program_ids: Collection[int], at: datetime) -> dict[int, set[int]]:
    """
    ``{program: its courses}`` at an instant, those of the programs in it included: of these programs, of those with one of
    these courses, and of all that contain those. At most four queries.
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


def courses_in_order(
    program_ids: Collection[int], at: datetime, *, among: QuerySet[Program] | None = None
) -> dict[int, list[int]]:
    """
    ``{program: its courses}`` at an instant, in order, each once: its own, then those of the programs in it, level by level, or
    of those `among` these. Two queries, however deep programs are nested; none without programs.
    """
    within = _contained(program_ids, at, among)
    own: dict[int, list[int]] = defaultdict(list)
    for use in course_uses(sorted({*program_ids, *(pk for pks in within.values() for pk in pks)}), at):
        own[use.program].append(use.course)
    return {pk: list(dict.fromkeys(course for each in (pk, *within[pk]) for course in own[each])) for pk in program_ids}


def _contained(
    program_ids: Collection[int], at: datetime, among: QuerySet[Program] | None = None
) -> dict[int, dict[int, None]]:
    """``{program: those that it contains at any depth}``, level by level, in order."""
    below: dict[int, list[int]] = defaultdict(list)
    for program, child in every_nesting(at, among=among) if program_ids else ():
        below[program].append(child)
    found = {}
    for program in program_ids:
        seen: dict[int, None] = {}
        new = dict.fromkeys(below.get(program, ()))
        while new:
            seen |= new
            new = {child: None for each in new for child in below.get(each, ()) if child not in seen}
        found[program] = seen
    return found
