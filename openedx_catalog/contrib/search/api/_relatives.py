"""Which documents the changes of the feed are about: of the rows that they name, and of those that show something of these."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import Q, QuerySet

from openedx_catalog.data import ChangeRow
from openedx_catalog.models_api import CatalogCourse, CourseRun

from ..documents import models, public
from ._clock import courses_by_clock, programs_by_clock

# What of the feed has which document: a listing is named by the uuid of its course or run.
_KINDS = {
    "catalog_course": "course",
    "course_listing": "course",
    "course_run": "course_run",
    "course_run_listing": "course_run",
    "program": "program",
    "learner_pathway": "pathway",
}
# After these a run is with another course, or with none.
_LEFT = ("moved", "deleted")


class Affected(NamedTuple):
    """`ids` are of documents that are named; `pks` by kind are of the rows that are there."""

    ids: set[str]
    pks: Mapping[str, set[int]]

    def __bool__(self) -> bool:
        return bool(self.ids or any(self.pks.values()))


def affected_by(changes: Collection[ChangeRow], since: datetime, now: datetime) -> Affected:
    """What to do anew after these changes, and after what has passed between two instants. Some thirty queries at most."""
    named: dict[str, set[Any]] = defaultdict(set)
    for change in changes:
        named[change.kind].add(change.key if change.kind == "organization" else change.uuid)
    ids = {f"{_KINDS[kind]}:{uuid}" for kind in _KINDS for uuid in named.get(kind, ())}
    runs = _pks(CourseRun, named["course_run"] | named["course_run_listing"])
    courses = _pks(CatalogCourse, named["catalog_course"] | named["course_listing"])
    courses |= _courses_of_runs(runs, [change.key for change in changes if _has_left(change)])
    courses |= _courses_with(named)
    programs, pathways = _programs_with(named), set[int]()
    if since < now:
        courses, programs = courses | courses_by_clock(since, now), programs | programs_by_clock(since, now)
    # What shows a program, and no more than that: nothing of theirs shows in others.
    shown = courses | _courses_of_programs(programs)
    if "program" in models():
        programs |= _programs_around(courses, programs, now)
    if "pathway" in models():
        pathways = _pathways_with(named, courses, programs)
    runs |= set(CourseRun.objects.filter(catalog_course__id__among=sorted(shown)).order_by().values_list("pk", flat=True))
    found = {"course": shown, "course_run": runs, "program": programs, "pathway": pathways}
    return Affected(ids, {kind: found[kind] for kind in models()})


def _has_left(change: ChangeRow) -> bool:
    return change.kind == "course_run" and change.what in _LEFT


def _pks(model: Any, uuids: Collection[Any]) -> set[int]:
    wanted = set(uuids) - {None}
    return set(model.objects.filter(uuid__in=wanted).order_by().values_list("pk", flat=True)) if wanted else set()


def _courses_of_runs(pks: Collection[int], left: Collection[str]) -> set[int]:
    """The courses of runs; and all that runs ever had which have left one: the feed does not say which."""
    found = set(CourseRun.objects.filter(pk__in=pks).order_by().values_list("catalog_course_id", flat=True)) if pks else set()
    if left:
        rows = CourseRun.history.filter(course_key__in=list(left)).order_by()
        found |= set(rows.values_list("catalog_course_id", flat=True).distinct())
    return found - {None}


def _courses_with(named: Mapping[str, Collection[Any]]) -> set[int]:
    """The courses of organizations, subjects, levels and skills."""
    queries: list[QuerySet[Any]] = []
    if codes := named.get("organization"):
        queries.append(CatalogCourse.objects.filter(org__short_name__in=codes).values_list("pk"))
    if apps.is_installed(public.LISTINGS):
        from openedx_catalog.contrib.listings.models_api import CourseListing, CourseListingOwner, CourseListingSubject

        if codes:
            owners = CourseListingOwner.objects.filter(organization__short_name__in=codes)
            queries.append(owners.values_list("listing__catalog_course_id"))
        if subjects := named.get("subject"):
            rows = CourseListingSubject.objects.filter(subject__uuid__in=subjects)
            queries.append(rows.values_list("listing__catalog_course_id"))
        if levels := named.get("level"):
            queries.append(CourseListing.objects.filter(level__uuid__in=levels).values_list("catalog_course_id"))
    if apps.is_installed(public.SKILLS) and (skills := named.get("skill")):
        from openedx_catalog.contrib.skills.models_api import CourseSkill

        queries.append(CourseSkill.objects.filter(skill__uuid__in=skills).values_list("catalog_course_id"))
    return {pk for rows in queries for (pk,) in rows.order_by()}


def _programs_with(named: Mapping[str, Collection[Any]]) -> set[int]:
    """The programs that are named, and those of types, organizations and skills."""
    if not apps.is_installed(public.PROGRAMS):
        return set()
    from openedx_catalog.contrib.programs.models_api import Program, ProgramOrganization

    own = Q(uuid__in=named.get("program", ())) | Q(type__uuid__in=named.get("program_type", ()))
    queries: list[QuerySet[Any]] = [Program.objects.filter(own).values_list("pk")]
    if codes := named.get("organization"):
        queries.append(ProgramOrganization.objects.filter(organization__short_name__in=codes).values_list("program_id"))
    if apps.is_installed(public.SKILLS) and (skills := named.get("skill")):
        from openedx_catalog.contrib.skills.models_api import ProgramSkill

        queries.append(ProgramSkill.objects.filter(skill__uuid__in=skills).values_list("program_id"))
    return {pk for rows in queries for (pk,) in rows.order_by()}


def _courses_of_programs(pks: Collection[int]) -> set[int]:
    """All courses that these programs, and those within them, ever had: the feed does not say which have gone."""
    if not pks:
        return set()
    from openedx_catalog.contrib.programs.models_api import CurriculumCourseMembership, CurriculumProgramMembership

    known, new = set(pks), set(pks)
    while new:
        new = _members(CurriculumProgramMembership, "program_id", new) - known
        known |= new
    return _members(CurriculumCourseMembership, "catalog_course_id", known)


def _members(model: Any, member: str, programs: Collection[int]) -> set[int]:
    """What stands or stood in curricula of these programs: in the rows, since a host may purge old history, and in that."""
    tables = (model.objects, model.history)
    found = (rows.filter(curriculum__program_id__in=programs).order_by().values_list(member, flat=True) for rows in tables)
    return {pk for some in found for pk in some.distinct()} - {None}


def _programs_around(courses: Collection[int], programs: Collection[int], now: datetime) -> set[int]:
    """The programs that show something of these courses and programs."""
    from openedx_catalog.contrib.programs.api import containing_programs, programs_around
    from openedx_catalog.contrib.programs.models_api import Program

    above = containing_programs(Program.objects.filter(pk__in=programs)) if programs else set()
    return {*above, *(programs_around(sorted(courses), now) if courses else ())}


def _pathways_with(named: Mapping[str, Collection[Any]], courses: Collection[int], programs: Collection[int]) -> set[int]:
    from openedx_catalog.contrib.pathways.api import pathways_with

    rows: Iterable[int] = pathways_with(courses, programs).values_list("pk", flat=True) if courses or programs else ()
    return {*_pks(models()["pathway"], named.get("learner_pathway", ())), *rows}
