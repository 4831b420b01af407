"""Which courses and runs a program has, at any instant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet
from opaque_keys.edx.keys import CourseKey

from openedx_catalog import keys
from openedx_catalog.exceptions import InvalidCourseKey
from openedx_catalog.models_api import CatalogCourse, CourseRun

from ..models import (
    CurriculumCourseMembership,
    CurriculumCourseRunExclusion,
    CurriculumProgramMembership,
    ExternalCourseKey,
    Program,
    ProgramCourseRunExclusion,
)
from . import _scopes, _writing
from .programs import program_id

__all__ = ["containing_programs", "program_courses", "program_runs", "resolve_run"]


class Place(NamedTuple):
    """A course where it counts: `membership` is its row in a curriculum; `retired_at` is that of its program."""

    program: int
    curriculum: int
    membership: int
    course: int
    retired_at: datetime | None


class Runs(NamedTuple):
    """The ids of a course's runs that count in one place."""

    place: Place
    runs: list[int]


def program_courses(program: Program | UUID | str, *, at: datetime | None = None, nested: bool = False) -> list[CatalogCourse]:
    """
    The catalog courses of a program's curricula at an instant, now unless given, their organizations joined.

    In the order of the curricula and within them, each once; those of the programs that it contains only if `nested`, after
    its own. Two queries, and one for each level of nested programs. Does not check permissions.
    """
    found = places([program_id(program)], _writing.at_or_now(at), nested=nested)
    courses = CatalogCourse.objects.with_org().in_bulk({place.course for place in found})
    return [courses[pk] for pk in dict.fromkeys(place.course for place in found)]


def program_runs(program: Program | UUID | str, *, at: datetime | None = None, nested: bool = False) -> list[CourseRun]:
    """
    The runs that count in a program at an instant, now unless given: catalog course, organization and schedule are joined.

    In the order of the courses and, within one, of their keys, each once; excluded ones are left out. A retired program has
    the runs that the catalog knew when it was retired. With `nested`, also those of the programs that it contains. At most 4
    queries, and one for each level of nested programs. Does not check permissions.
    """
    found = places([program_id(program)], _writing.at_or_now(at), nested=nested)
    courses = {place.course for place in found}
    runs = CourseRun.objects.select_related("catalog_course__org", "schedule").filter(catalog_course_id__in=courses)
    by_id = {run.pk: run for run in runs.order_by("key_ci", "pk")}
    counting = runs_in(found, [(run.catalog_course_id, run.pk, run.created) for run in by_id.values()])
    return [by_id[pk] for pk in dict.fromkeys(run for _place, runs_there in counting for run in runs_there)]


def resolve_run(
    program: Program | UUID | str, key: CourseKey | str, *, at: datetime | None = None, nested: bool = False
) -> CourseRun:
    """
    The run of a program that a key names: the run's own course key, else the partner's external key, in any case.

    Only runs that `program_runs` has. Does not check permissions. Raises CourseRun.DoesNotExist.
    """
    found = places([program_id(program)], _writing.at_or_now(at), nested=nested)
    rows = CourseRun.objects.filter(catalog_course_id__in={place.course for place in found})
    inside = {run for _place, runs in runs_in(found, rows.values_list("catalog_course_id", "pk", "created")) for run in runs}
    try:
        own = CourseRun.objects.by_key(keys.parse_course_key(key)).values_list("pk", flat=True).first()
    except InvalidCourseKey:
        own = None
    if own not in inside:
        text = "" if keys.names_nothing(key) else str(key).strip()
        named = ExternalCourseKey.objects.filter(key_ci=keys.fold(text)).order_by("run_id").values_list("run_id", flat=True)
        own = next((run for run in named if run in inside), None) if text else None
    if own is None:
        raise CourseRun.DoesNotExist(f"No run of the program is called {keys.shorten(key)}.")
    return CourseRun.objects.with_course().get(pk=own)


def containing_programs(programs: QuerySet[Program]) -> set[int]:
    """The ids of these programs and of all that contain them, at any depth. Two queries."""
    return _scopes.ProgramGraph().ancestors(programs.values_list("pk", flat=True))


# For the LMS functions and REST


def places(program_ids: Sequence[int], at: datetime, *, nested: bool = False) -> list[Place]:
    """
    Where courses count in these programs at an instant, in order. One query, and one for each level of nested programs.

    Programs that contain each other, forced in by SQL, are each visited once.
    """
    order = list(dict.fromkeys(program_ids))
    level = order
    while nested and level:
        inside = children(level, at)
        level = [child for parent in level for child in inside.get(parent, ()) if child not in order]
        level = list(dict.fromkeys(level))
        order += level
    rows = CurriculumCourseMembership.objects.counting(at).filter(curriculum__program_id__in=order)
    found: dict[int, list[Place]] = defaultdict(list)
    columns = ("curriculum__program_id", "curriculum_id", "pk", "catalog_course_id", "curriculum__program__retired_at")
    for place in rows.values_list(*columns):
        found[place[0]].append(Place(*place))
    return [place for program in order for place in found.get(program, ())]


def children(program_ids: Iterable[int], at: datetime) -> dict[int, list[int]]:
    """``{program: programs in its curricula at an instant, in order}``, deleted ones left out. One query."""
    rows = (
        CurriculumProgramMembership.objects.counting(at)
        .filter(curriculum__program_id__in=list(program_ids))
        .exclude(program__status=Program.Status.DELETED)
    )
    found: dict[int, list[int]] = defaultdict(list)
    for parent, child in rows.order_by("curriculum_id", "position", "pk").values_list("curriculum__program_id", "program_id"):
        if child not in found[parent]:
            found[parent].append(child)
    return found


def runs_in(found: Sequence[Place], known: Iterable[tuple[int, int, datetime]]) -> list[Runs]:
    """
    Which of these runs count in each place: not excluded there, and no newer than a retired program. Two queries.

    `known` are (course, run, created) of all runs of the courses, in the order that is wanted.
    """
    if not found:
        return []
    in_curriculum = CurriculumCourseRunExclusion.objects.filter(membership_id__in=[place.membership for place in found])
    in_program = ProgramCourseRunExclusion.objects.filter(program_id__in={place.program for place in found})
    without = set(in_curriculum.values_list("membership_id", "run_id"))
    nowhere = set(in_program.values_list("program_id", "run_id"))
    runs: dict[int, list[tuple[int, datetime]]] = defaultdict(list)
    for course, run, created in known:
        runs[course].append((run, created))
    return [
        Runs(
            place,
            [
                run
                for run, created in runs.get(place.course, ())
                if (place.membership, run) not in without
                and (place.program, run) not in nowhere
                and (place.retired_at is None or created < place.retired_at)
            ],
        )
        for place in found
    ]
