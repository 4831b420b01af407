"""
Which programs contain which, and the locks under which that may change.

The order is always the same, so that writers wait and do not stop each other: catalog courses by id, runs, programs by id.
Whoever changes what counts in a program holds that program and all that contain it; whoever gives a run another key or course
holds the course first. So two writers that could break a rule together never see half of each other's work.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from openedx_catalog.models_api import CatalogCourse

from ..models import CurriculumCourseMembership, CurriculumProgramMembership, Program


class ProgramGraph:
    """
    Which programs contain which at any depth, through memberships that are not over. One query; a site has few of them.

    Rows that run in a circle, forced in by SQL, do no harm.
    """

    def __init__(self, *, at: datetime | None = None, deleted: bool = True) -> None:
        at = at or timezone.now()
        rows = CurriculumProgramMembership.objects.standing(at)
        if not deleted:
            gone = Program.Status.DELETED
            rows = rows.exclude(program__status=gone).exclude(curriculum__program__status=gone)
        self._up: dict[int, set[int]] = defaultdict(set)
        self._down: dict[int, set[int]] = defaultdict(set)
        for parent, child in rows.values_list("curriculum__program_id", "program_id"):
            self._up[child].add(parent)
            self._down[parent].add(child)

    def __bool__(self) -> bool:
        return bool(self._down)

    def ancestors(self, program_ids: Iterable[int]) -> set[int]:
        """These programs and all that contain them."""
        return self._closure(program_ids, self._up)

    def descendants(self, program_ids: Iterable[int]) -> set[int]:
        """These programs and all that they contain."""
        return self._closure(program_ids, self._down)

    @staticmethod
    def _closure(start: Iterable[int], edges: dict[int, set[int]]) -> set[int]:
        seen, new = set(start), set(start)
        while new:
            new = {other for program in new for other in edges.get(program, ())} - seen
            seen |= new
        return seen


def inside(curriculum_ids: Iterable[int]) -> tuple[set[int], set[int]]:
    """The catalog courses and the programs that stand in these curricula, whatever their dates. Two queries."""
    wanted = list(curriculum_ids)
    courses = CurriculumCourseMembership.objects.filter(curriculum_id__in=wanted)
    programs = CurriculumProgramMembership.objects.filter(curriculum_id__in=wanted)
    return set(courses.values_list("catalog_course_id", flat=True)), set(programs.values_list("program_id", flat=True))


def programs_of(course_ids: Iterable[int]) -> QuerySet[Any]:
    """The ids of the programs in whose curricula these catalog courses count. One query when it is read."""
    now = timezone.now()
    rows = CurriculumCourseMembership.objects.standing(now).filter(catalog_course_id__in=list(course_ids))
    rows = rows.exclude(curriculum__program__status=Program.Status.DELETED)
    return rows.values_list("curriculum__program_id", flat=True)


def lock_courses(course_ids: Iterable[int]) -> None:
    """Hold catalog courses until the transaction ends. One query. Raises CatalogCourse.DoesNotExist where one is gone."""
    wanted = set(course_ids)
    rows = CatalogCourse.objects.filter(pk__in=wanted).order_by("pk").select_for_update()
    if gone := wanted - set(rows.values_list("pk", flat=True)):
        raise CatalogCourse.DoesNotExist(f"The catalog course with id {min(gone)} is gone.")


def lock_programs(wanted: Callable[[], Iterable[int]]) -> set[int]:
    """
    Hold the programs that `wanted` names, and all that contain them; returns them. Asks again until nothing is added.

    Once more than it locks, therefore: what another writer changed while this one waited is seen then.
    """
    held: set[int] = set()
    while missing := ProgramGraph().ancestors(wanted()) - held:
        rows = Program.objects.filter(pk__in=missing).order_by("pk").select_for_update()
        held |= set(rows.values_list("pk", flat=True))
        held |= missing
    return held
