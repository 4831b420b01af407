"""What programs answer when they are asked: records of the API as they go over the wire."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from openedx_catalog import extensions
from openedx_catalog.lib import permissions
from openedx_catalog.lib.values import iso_instant
from openedx_catalog.models_api import CatalogCourse
from openedx_catalog.rest_api.v1.serializers import CourseReader

from ...data import CurriculumEvaluation, CurriculumRequirement, Difference, Evaluation, ProgramDiff
from ...models_api import Program


class ProgramNameReader(serializers.Serializer):
    """What names a program, within another row."""

    uuid = serializers.UUIDField()
    title = serializers.CharField()


class GroupEvaluationReader(serializers.Serializer):
    """How many of a group were passed, of how many that have to be, and what is left to choose of."""

    name = serializers.CharField()
    minimum = serializers.IntegerField()
    passed = serializers.IntegerField()
    is_complete = serializers.BooleanField()
    missing_courses = CourseReader(many=True)
    missing_programs = ProgramNameReader(many=True)


class CurriculumEvaluationReader(serializers.Serializer):
    """What is still missing of a curriculum."""

    uuid = serializers.UUIDField()
    name = serializers.CharField()
    version = serializers.CharField()
    is_complete = serializers.BooleanField()
    missing_courses = CourseReader(many=True)
    missing_programs = ProgramNameReader(many=True)
    groups = GroupEvaluationReader(many=True)


class RunElsewhereReader(serializers.Serializer):
    """A run of another platform, which has no course key, and the course of the program that it is a run of."""

    catalog_course = CourseReader()
    source: Any = serializers.CharField()
    external_id = serializers.CharField()
    title = serializers.CharField(allow_blank=True)


class EvaluationReader(serializers.Serializer):
    """Whether a program is complete: one of its curricula is."""

    is_complete = serializers.BooleanField()
    curricula = CurriculumEvaluationReader(many=True)


class GroupRequirementReader(serializers.Serializer):
    """So many of these courses and programs."""

    name = serializers.CharField()
    minimum = serializers.IntegerField()
    courses = CourseReader(many=True)
    programs = ProgramNameReader(many=True)


class CurriculumRequirementReader(serializers.Serializer):
    """What a curriculum asks for: all of these courses and programs, and so many of each group."""

    uuid = serializers.UUIDField()
    name = serializers.CharField()
    version = serializers.CharField()
    courses = CourseReader(many=True)
    programs = ProgramNameReader(many=True)
    groups = GroupRequirementReader(many=True)


class RequirementsReader(serializers.Serializer):
    """What somebody has to take who starts then: one of these curricula."""

    started_at = serializers.DateTimeField()
    curricula = CurriculumRequirementReader(many=True)


class DifferenceReader(serializers.Serializer):
    """Something that a program has at one of two instants, or at both with other values."""

    kind = serializers.CharField(help_text="curriculum, course, program, group, cost, deadline or run.")
    key = serializers.CharField(help_text="The key of a course or run, the uuid of a program, else the name.")
    name = serializers.CharField()
    curriculum = serializers.CharField(allow_blank=True, help_text="The name of that in which it stands, if it does.")
    before = serializers.DictField(allow_null=True, help_text="Its values at `from`; null where it was not there.")
    after = serializers.DictField(allow_null=True, help_text="Its values at `to`; null where it is not there.")


# By its fields, since "from" is no name of Python's.
DiffReader = inline_serializer(
    "ProgramDiff",
    {
        "from": serializers.DateTimeField(),
        "to": serializers.DateTimeField(),
        **{name: DifferenceReader(many=True) for name in ("added", "removed", "changed")},
    },
)


class Named:
    """Courses and programs that an answer names, as far as `viewer` may know of them. At most two queries."""

    def __init__(self, viewer: Any, courses: Iterable[CatalogCourse], programs: Iterable[Program]) -> None:
        self._courses = CourseReader.by_pk({course.pk for course in courses})
        pks = {program.pk for program in programs}
        shown = permissions.visible(viewer, Program.objects.filter(pk__in=pks)) if pks else ()
        self._programs = {program.pk: {"uuid": str(program.uuid), "title": program.title} for program in shown}

    def courses(self, rows: Iterable[CatalogCourse]) -> list[dict[str, Any]]:
        """In their order."""
        return [self._courses[row.pk] for row in rows if row.pk in self._courses]

    def programs(self, rows: Iterable[Program]) -> list[dict[str, Any]]:
        """In their order."""
        return [self._programs[row.pk] for row in rows if row.pk in self._programs]


def evaluation(found: Evaluation, viewer: Any) -> dict[str, Any]:
    """An evaluation as REST answers with it."""
    parts: list[Any] = [part for way in found.curricula for part in (way, *way.groups)]
    names = Named(
        viewer,
        [course for part in parts for course in part.missing_courses],
        [program for part in parts for program in part.missing_programs],
    )
    return {"is_complete": found.is_complete, "curricula": [_curriculum(way, names) for way in found.curricula]}


def _curriculum(way: CurriculumEvaluation, names: Named) -> dict[str, Any]:
    groups = [
        {"name": group.name, "minimum": group.minimum, "passed": group.passed, **_missing(group, names)} for group in way.groups
    ]
    return {**named_curriculum(way.curriculum), **_missing(way, names), "groups": groups}


def _missing(part: Any, names: Named) -> dict[str, Any]:
    return {
        "is_complete": part.is_complete,
        "missing_courses": names.courses(part.missing_courses),
        "missing_programs": names.programs(part.missing_programs),
    }


def named_curriculum(curriculum: Any) -> dict[str, str]:
    """What names a curriculum in an answer."""
    return {"uuid": str(curriculum.uuid), "name": curriculum.name, "version": curriculum.version}


def requirements(started_at: datetime, found: Sequence[CurriculumRequirement], viewer: Any) -> dict[str, Any]:
    """What somebody has to take, as REST answers with it."""
    parts: list[Any] = [part for way in found for part in (way, *way.groups)]
    names = Named(
        viewer, [course for part in parts for course in part.courses], [program for part in parts for program in part.programs]
    )
    curricula = [
        {
            **named_curriculum(way.curriculum),
            **_required(way, names),
            "groups": [{"name": group.name, "minimum": group.minimum, **_required(group, names)} for group in way.groups],
        }
        for way in found
    ]
    return {"started_at": iso_instant(started_at), "curricula": curricula}


def _required(part: Any, names: Named) -> dict[str, Any]:
    return {"courses": names.courses(part.courses), "programs": names.programs(part.programs)}


def diff(found: ProgramDiff, viewer: Any) -> dict[str, Any]:
    """A comparison as REST answers with it, without programs that `viewer` may not know of."""
    lists = {"added": found.added, "removed": found.removed, "changed": found.changed}
    hidden = _hidden({row.key for rows in lists.values() for row in rows if row.kind == "program"}, viewer)
    told = {name: [_difference(row) for row in rows if row.key not in hidden] for name, rows in lists.items()}
    return {"from": iso_instant(found.from_), "to": iso_instant(found.to), **told}


def _difference(row: Difference) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("kind", "key", "name", "curriculum", "before", "after")}


def _hidden(uuids: set[str], viewer: Any) -> set[str]:
    if not uuids or permissions.sees_all(viewer, Program):
        return set()
    shown = permissions.visible(viewer, Program.objects.filter(uuid__in=uuids)).values_list("uuid", flat=True)
    return uuids - set(map(str, shown))


def runs_elsewhere(courses: Sequence[CatalogCourse], viewer: Any) -> list[dict[str, Any]]:
    """The runs that these courses have on other platforms, in their order."""
    pks = [course.pk for course in permissions.known_rows(viewer, courses)]
    shown, found = CourseReader.by_pk(pks), extensions.runs_elsewhere(pks)
    return [{"catalog_course": shown[pk], **run._asdict()} for pk in pks for run in found.get(pk, ())]
