"""Which courses and runs a program has, at any instant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from opaque_keys.edx.keys import CourseKey

from openedx_catalog import keys
from openedx_catalog.api import find_course_run
from openedx_catalog.exceptions import InvalidCourseKey
from openedx_catalog.lib import values
from openedx_catalog.models_api import CatalogCourse, CourseRun

from ..exceptions import MAX_NAMED, AmbiguousKey
from ..models import (
    CurriculumCourseMembership,
    CurriculumCourseRunExclusion,
    CurriculumProgramMembership,
    ExternalCourseKey,
    Program,
    ProgramCourseRunExclusion,
)
from . import _scopes
from .lookup import id_of

KnownRun = tuple[int, int, datetime | None]
"""(course, run, when it began): its start, or when the catalog came to know of it where it has none."""


class CourseUse(NamedTuple):
    """A course in a curriculum where it counts: `membership` is its row there; `retired_at` is that of the program."""

    program: int
    curriculum: int
    membership: int
    course: int
    retired_at: datetime | None


def program_courses(program: Program | UUID | str, *, at: datetime | None = None, nested: bool = False) -> list[CatalogCourse]:
    """
    The catalog courses of a program's curricula at an instant, now unless given, their organizations joined.

    In the order of the curricula and within them, each once; those of the programs that it contains only if `nested`, after
    its own. Two queries, and one for each level of nested programs. Does not check permissions.
    """
    uses = course_uses([id_of(Program, program)], values.instant_or_now("at", at), nested=nested)
    courses = CatalogCourse.objects.with_org().in_bulk({use.course for use in uses})
    return [courses[pk] for pk in dict.fromkeys(use.course for use in uses)]


def program_runs(
    program: Program | UUID | str,
    *,
    at: datetime | None = None,
    nested: bool = False,
    among: QuerySet[Program] | None = None,
) -> list[CourseRun]:
    """
    The runs that count in a program at an instant, now unless given: catalog course, organization and schedule are joined.

    In the order of the courses and, within one, of their keys, each once; excluded ones are left out. A retired program has
    the runs that started before, and of those without a start the ones that the catalog knew. With `nested`, also those of the
    programs that it contains, or of those `among` these. At most 4 queries, and one for each level of nested programs. Does
    not check permissions.
    """
    uses = course_uses([id_of(Program, program)], values.instant_or_now("at", at), nested=nested, among=among)
    runs = CourseRun.objects.select_related("catalog_course__org", "schedule")
    runs = runs.filter(catalog_course_id__in={use.course for use in uses}).order_by("key_ci", "pk")
    by_id = {run.pk: run for run in runs}
    counting = counting_runs(uses, [(run.catalog_course_id, run.pk, _began(run)) for run in by_id.values()])
    return [by_id[pk] for pk in dict.fromkeys(pk for use in uses for pk in counting[use.membership])]


def resolve_run(
    program: Program | UUID | str,
    key: CourseKey | str,
    *,
    at: datetime | None = None,
    nested: bool = False,
    among: QuerySet[Program] | None = None,
) -> CourseRun:
    """
    The run of a program that a key names: the run's own course key, else the partner's external key, in any case.

    Of the runs that `program_runs` has, given the same; where none of these is meant, of those that count in curricula, or of
    courses and programs in them, that were retired by then, since their learners still use the keys. At most twelve queries,
    and one more for each level of nested programs. Does not check permissions.

    Raises CourseRun.DoesNotExist, AmbiguousKey.
    """
    moment, pk = values.instant_or_now("at", at), id_of(Program, program)
    own, partners = list(_with_course_key(key)), list(_with_external_key(key))
    for former in (False, True) if own or partners else ():
        uses = course_uses([pk], moment, nested=nested, former=former, among=among)
        counting = counting_runs(uses, dict.fromkeys([*own, *partners]))
        known = {run for runs in counting.values() for run in runs}
        for named in (own, partners):
            fitting = {run for _course, run, _began in named} & known
            if fitting:
                return _only(CourseRun.objects.with_course().filter(pk__in=fitting).order_by("key_ci", "pk"), key)
    raise CourseRun.DoesNotExist(_("The program has no run with the key %(key)s.") % {"key": keys.shorten(key)})


def _with_course_key(key: CourseKey | str) -> Iterator[KnownRun]:
    with suppress(InvalidCourseKey):
        rows = CourseRun.objects.by_key(keys.parse_course_key(key))
        yield from rows.values_list("catalog_course_id", "pk", Coalesce("schedule__start", "created"))


def _with_external_key(key: CourseKey | str) -> Iterator[KnownRun]:
    if text := "" if keys.names_nothing(key) else str(key).strip():
        rows = ExternalCourseKey.objects.filter(key_ci=keys.fold(text))
        yield from rows.values_list("run__catalog_course_id", "run_id", Coalesce("run__schedule__start", "run__created"))


def _only(runs: QuerySet[CourseRun], key: CourseKey | str) -> CourseRun:
    found = list(runs[: MAX_NAMED + 1])
    if len(found) > 1:
        named = [str(run.course_key) for run in found[:MAX_NAMED]]
        raise AmbiguousKey(key=keys.shorten(key), runs=", ".join(named), course_keys=named)
    return found[0]


def containing_programs(programs: QuerySet[Program]) -> set[int]:
    """The ids of these programs and of all that contain them, at any depth. Two queries."""
    return _scopes.ProgramGraph().ancestors(programs.values_list("pk", flat=True))


# For the LMS functions and REST


def programs_with_courses(courses: QuerySet[CatalogCourse], at: datetime) -> set[int]:
    """The programs that have one of these courses in their own curricula at an instant. One query."""
    rows = CurriculumCourseMembership.objects.counting(at).filter(catalog_course__in=courses)
    return set(rows.values_list("curriculum__program_id", flat=True))


def programs_around(course_ids: Sequence[int], at: datetime) -> set[int]:
    """The programs with one of these courses in their curricula, and all that contain those, at an instant. Two queries."""
    holding = programs_with_courses(CatalogCourse.objects.filter(pk__in=course_ids), at)
    return _scopes.ProgramGraph(at=at).ancestors(holding) if holding else holding


def programs_with_run(course_key: CourseKey | str, at: datetime) -> set[int]:
    """The programs in which a run counts. At most five queries."""
    run = find_course_run(course_key)
    if run is None:
        return set()
    programs = programs_with_courses(CatalogCourse.objects.filter(pk=run.catalog_course_id), at)
    uses = [use for use in course_uses(list(programs), at) if use.course == run.catalog_course_id]
    counting = counting_runs(uses, [(run.catalog_course_id, run.pk, _began(run))])
    return {use.program for use in uses if counting[use.membership]}


def programs_with_any_run(runs: QuerySet[CourseRun], at: datetime) -> QuerySet:
    """The ids of the programs in which one of these runs counts at an instant, for a statement of the caller's."""
    in_curriculum = CurriculumCourseRunExclusion.objects.filter(membership=OuterRef(OuterRef("pk")), run=OuterRef("pk"))
    in_program = ProgramCourseRunExclusion.objects.filter(program=OuterRef(OuterRef("curriculum__program")), run=OuterRef("pk"))
    retired_at = ExpressionWrapper(OuterRef("curriculum__program__retired_at"), DateTimeField())
    counting = (
        runs.order_by()
        .annotate(began=Coalesce("schedule__start", "created"), retired_at=retired_at)
        .filter(
            ~Exists(in_curriculum),
            ~Exists(in_program),
            Q(retired_at=None) | Q(began__lt=F("retired_at")),
            catalog_course=OuterRef("catalog_course"),
        )
    )
    rows = CurriculumCourseMembership.objects.counting(at).filter(Exists(counting))
    return rows.order_by().values("curriculum__program")


def skipped_runs(program: Program) -> list[int]:
    """The runs of a retired program's courses that do not count in it because it is retired. One query."""
    members = CurriculumCourseMembership.objects.standing().filter(curriculum__program=program)
    runs = CourseRun.objects.filter(catalog_course__in=members.order_by().values("catalog_course_id"))
    later = runs.annotate(began=Coalesce("schedule__start", "created")).filter(began__gte=program.retired_at)
    return list(later.order_by("pk").values_list("pk", flat=True))


def course_uses(
    program_ids: Sequence[int],
    at: datetime,
    *,
    nested: bool = False,
    former: bool = False,
    among: QuerySet[Program] | None = None,
) -> list[CourseUse]:
    """
    Where courses count in these programs at an instant, in order. One query, and one for each level of nested programs.

    `former` asks for those, too, that did and were retired by then. Programs that contain each other, forced in by SQL, are
    each visited once.
    """
    order = list(dict.fromkeys(program_ids))
    if nested:
        found = nestings(order, at, former=former, among=among)
        order = list(dict.fromkeys([*order, *(child for _program, _curriculum, child in found)]))
    members = CurriculumCourseMembership.objects
    rows = (members.begun(at) if former else members.counting(at)).filter(curriculum__program_id__in=order)
    columns = ("curriculum__program_id", "curriculum_id", "pk", "catalog_course_id", "curriculum__program__retired_at")
    uses: dict[int, list[CourseUse]] = defaultdict(list)
    for row in rows.values_list(*columns):
        uses[row[0]].append(CourseUse(*row))
    return [use for program in order for use in uses.get(program, ())]


def nestings(
    program_ids: Iterable[int], at: datetime, *, former: bool = False, among: QuerySet[Program] | None = None
) -> Iterator[tuple[int, int, int]]:
    """
    What these programs contain at an instant, at any depth, as (program, curriculum, program in it); deleted ones left out.

    Level by level, in order, and not through programs that are not `among` these. One query a level; each program is visited
    once, also in a circle.
    """
    known = level = dict.fromkeys(program_ids)
    while level:
        place = {program: index for index, program in enumerate(level)}
        members = CurriculumProgramMembership.objects
        rows = (members.begun(at) if former else members.counting(at)).filter(curriculum__program_id__in=place)
        rows = rows.exclude(program__status=Program.Status.DELETED).order_by("curriculum_id", "position", "pk")
        rows = rows if among is None else rows.filter(program__in=among)
        columns = ("curriculum__program_id", "curriculum_id", "program_id")
        found = sorted(rows.values_list(*columns), key=lambda row: place[row[0]])
        yield from found
        level = dict.fromkeys(child for _program, _curriculum, child in found if child not in known)
        known = known | level


def every_nesting(
    at: datetime, among: QuerySet[Program] | None = None
) -> QuerySet[CurriculumProgramMembership, tuple[int, int]]:
    """
    All programs that contain others at an instant, or `among` these, in order, as (program, program in it); deleted ones left
    out. One query when it is read.
    """
    rows = CurriculumProgramMembership.objects.counting(at).exclude(program__status=Program.Status.DELETED)
    rows = rows if among is None else rows.filter(program__in=among)
    return rows.order_by("curriculum_id", "position", "pk").values_list("curriculum__program_id", "program_id")


def counting_runs(uses: Sequence[CourseUse], known: Iterable[KnownRun]) -> dict[int, list[int]]:
    """
    ``{membership: runs}`` that count there: not excluded, and begun before a retired program was retired. Two queries.

    `known` are the runs that are asked for, in the order that is wanted.
    """
    if not uses:
        return {}
    in_curriculum = CurriculumCourseRunExclusion.objects.filter(membership_id__in=[use.membership for use in uses])
    in_program = ProgramCourseRunExclusion.objects.filter(program_id__in={use.program for use in uses})
    of_membership: dict[int, set[int]] = defaultdict(set)
    of_program: dict[int, set[int]] = defaultdict(set)
    runs: dict[int, list[tuple[int, datetime | None]]] = defaultdict(list)
    for membership, run in in_curriculum.values_list("membership_id", "run_id"):
        of_membership[membership].add(run)
    for program, run in in_program.values_list("program_id", "run_id"):
        of_program[program].add(run)
    for course, run, began in known:
        runs[course].append((run, began))
    found: dict[int, list[int]] = {}
    for use in uses:
        excluded = of_membership.get(use.membership, set()) | of_program.get(use.program, set())
        found[use.membership] = [
            run
            for run, began in runs[use.course]
            if run not in excluded and (use.retired_at is None or began is None or began < use.retired_at)
        ]
    return found


def _began(run: CourseRun) -> datetime | None:
    schedule = getattr(run, "schedule", None)
    return (schedule and schedule.start) or run.created
