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
from functools import partial
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from openedx_catalog.lib.transactions import Outdated
from openedx_catalog.models_api import CatalogCourse

from ..models import Curriculum, CurriculumCourseMembership, CurriculumProgramMembership, Program
from ._periods import ALWAYS, PERIOD_COLUMNS, Period, common_period


class ProgramGraph:
    """
    Which programs contain which at any depth, through memberships that are not over. One query; a site has few of them.

    Rows that run in a circle, forced in by SQL, do no harm.
    """

    def __init__(self, *, at: datetime | None = None, deleted: bool = True) -> None:
        rows = CurriculumProgramMembership.objects.standing(at or timezone.now())
        if not deleted:
            gone = Program.Status.DELETED
            rows = rows.exclude(program__status=gone).exclude(curriculum__program__status=gone)
        self._up: dict[int, set[int]] = defaultdict(set)
        self._down: dict[int, set[int]] = defaultdict(set)
        self._periods: dict[tuple[int, int], list[Period]] = defaultdict(list)
        for parent, child, *dates in rows.values_list("curriculum__program_id", "program_id", *PERIOD_COLUMNS):
            self._up[child].add(parent)
            self._down[parent].add(child)
            self._periods[parent, child] += common_period(dates)

    def __bool__(self) -> bool:
        return bool(self._down)

    def ancestors(self, program_ids: Iterable[int]) -> set[int]:
        """These programs and all that contain them."""
        return self._closure(program_ids, self._up)

    def descendants(self, program_ids: Iterable[int]) -> set[int]:
        """These programs and all that they contain."""
        return self._closure(program_ids, self._down)

    def periods_above(self, program_id: int) -> dict[int, set[Period]]:
        """
        When a program counts in itself, which is always, and in each that contains it: ``{program: periods}``.

        By way of each chain of curricula for as long as all of them last.
        """
        found, new = defaultdict(set, {program_id: {ALWAYS}}), {(program_id, ALWAYS)}
        while new:
            ways = ((parent, within, by) for child, within in new for parent in self._up.get(child, ())
                    for by in self._periods[parent, child])  # fmt: skip
            new = {(parent, period) for parent, within, by in ways for period in common_period((*within, *by))}
            new = {(parent, period) for parent, period in new if not any(period.is_in(other) for other in found[parent])}
            for parent, period in new:
                found[parent].add(period)
        return found

    def rings(self) -> list[set[int]]:
        """The largest sets of programs of which each contains itself through the others; empty where the rule holds."""
        found: list[set[int]] = []
        for program in sorted(self._down):
            if not any(program in ring for ring in found):
                below = self._closure(self._down[program], self._down)
                ring = below & self.ancestors([program])
                found += [ring] if program in below else []
        return found

    @staticmethod
    def _closure(start: Iterable[int], edges: dict[int, set[int]]) -> set[int]:
        seen, new = set(start), set(start)
        while new:
            new = {other for program in new for other in edges.get(program, ())} - seen
            seen |= new
        return seen


class Affected(NamedTuple):
    """
    The program that a change is part of, and the courses and programs that come or go with it, by id.

    `curriculum` is the one in which something changes, if any.
    """

    program: int
    courses: Iterable[int] = frozenset()
    programs: Iterable[int] = frozenset()
    curriculum: int | None = None


def affected_by(row: Any) -> Affected:
    """What a change of a dated row affects. At most three queries. Raises the row's DoesNotExist."""
    owner = f"{row.program_paths[0].removesuffix('__')}_id"
    rows = type(row).objects.filter(pk=row.pk)
    if isinstance(row, Curriculum):
        return Affected(rows.values_list(owner, flat=True).get(), *contents([row.pk]))
    if isinstance(row, CurriculumCourseMembership):
        program, course, curriculum = rows.values_list(owner, "catalog_course_id", "curriculum_id").get()
        return Affected(program, {course}, curriculum=curriculum)
    if isinstance(row, CurriculumProgramMembership):
        program, nested, curriculum = rows.values_list(owner, "program_id", "curriculum_id").get()
        return Affected(program, programs={nested}, curriculum=curriculum)
    return Affected(rows.values_list(owner, flat=True).get(), curriculum=getattr(row, "curriculum_id", None))


def affected_in(curriculum_id: int, courses: Iterable[int] = (), programs: Iterable[int] = ()) -> Affected:
    """What a change of these courses and programs in a curriculum affects. One query. Raises Curriculum.DoesNotExist."""
    owner = Curriculum.objects.values_list("program_id", flat=True).get(pk=curriculum_id)
    return Affected(owner, set(courses), set(programs), curriculum_id)


def affected_by_program(program_id: int) -> Affected:
    """What a change of a whole program affects. Two queries."""
    return Affected(program_id, *contents(Curriculum.objects.filter(program_id=program_id).values("pk")))


def contents(curriculum_ids: Iterable[Any]) -> tuple[set[int], set[int]]:
    """The catalog courses and the programs of these curricula, whatever their dates. Two queries."""
    courses = CurriculumCourseMembership.objects.filter(curriculum_id__in=curriculum_ids)
    programs = CurriculumProgramMembership.objects.filter(curriculum_id__in=curriculum_ids)
    return set(courses.values_list("catalog_course_id", flat=True)), set(programs.values_list("program_id", flat=True))


def programs_of(course_ids: Iterable[int]) -> QuerySet[Any]:
    """The ids of the programs in whose curricula these catalog courses count. One query when it is read."""
    rows = CurriculumCourseMembership.objects.standing().filter(catalog_course_id__in=list(course_ids))
    return rows.exclude(curriculum__program__status=Program.Status.DELETED).values_list("curriculum__program_id", flat=True)


def lock_affected(read: Callable[[], Affected]) -> tuple[Affected, set[int]]:
    """
    Hold what `read` names: the courses, then the program, the programs within it, and all that contain them.

    Returns what was read, and the ids of the programs. Call it within `atomically`: raises Outdated where another writer
    has changed what is affected while this one waited. To lock the rest only now would be out of order: two writers of the
    same courses and programs could then wait for each other.
    """
    affected = read()
    lock_courses(affected.courses)
    programs = lock_programs(partial(_programs_in, read))
    if read() != affected:
        raise Outdated(_("courses and programs of the curriculum were changed each time they were read"))
    return affected, programs


def _programs_in(read: Callable[[], Affected]) -> set[int]:
    affected = read()
    return {affected.program} | ProgramGraph().descendants(affected.programs)


def lock_courses(course_ids: Iterable[int]) -> None:
    """
    Hold catalog courses until the transaction ends. One query. Raises CatalogCourse.DoesNotExist where one is gone.

    Without it a run could be given the external key of another one of its course at this moment, or move into the course,
    and neither writer would see the other's key.
    """
    wanted = set(course_ids)
    # By id, as everybody locks them: otherwise two writers of the same two courses could wait for each other.
    rows = CatalogCourse.objects.filter(pk__in=wanted).order_by("pk").select_for_update()
    if gone := wanted - set(rows.values_list("pk", flat=True)):
        raise CatalogCourse.DoesNotExist(_("The catalog course with ID %(id)d no longer exists.") % {"id": min(gone)})


def lock_programs(wanted: Callable[[], Iterable[int]]) -> set[int]:
    """
    Hold the programs that `wanted` names, and all that contain them; returns their ids.

    Asks once more than it locks: without that, a program into which another writer has just put one of these would not be
    held, and two runs could get the same key in it. Ends, since each turn holds more of the programs that there are.
    """
    held: set[int] = set()
    while missing := ProgramGraph().ancestors(wanted()) - held:
        # By id, for the same reason as courses.
        list(Program.objects.filter(pk__in=missing).order_by("pk").select_for_update().values_list("pk"))
        held |= missing
    return held
