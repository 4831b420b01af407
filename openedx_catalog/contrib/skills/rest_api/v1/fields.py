"""The skills of a catalog course or a program in its representation, and as a filter of the list; blocked ones never."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django_filters import Filter
from rest_framework import serializers

from openedx_catalog.contrib.programs.models_api import Program
from openedx_catalog.lib import permissions
from openedx_catalog.models_api import CatalogCourse
from openedx_catalog.rest_api.v1.extending import CourseFields, ProgramFields

from ... import api
from ...models_api import CourseSkill, ProgramSkill, Skill
from .filters import SkillFilter
from .readers import SkillNameReader

Shown = dict[str, serializers.Field]


def _field(text: str) -> Shown:
    return {"skills": serializers.ListField(source="*", child=SkillNameReader(), help_text=text)}


def _shown(found: Mapping[int, Iterable[Skill]], pks: Sequence[int]) -> dict[int, dict[str, Any]]:
    return {pk: {"skills": [{"uuid": str(each.uuid), "name": each.name} for each in found.get(pk, ())]} for pk in pks}


def _seen(user: Any) -> dict[str, QuerySet[Any]]:
    """What is kept back from a user brings no skills."""
    return permissions.seen_parts(user, courses=CatalogCourse, programs=Program)


def _courses_with(skills: QuerySet[Skill], user: Any) -> QuerySet[Any]:
    return CourseSkill.objects.filter(skill__in=skills).shown().values("catalog_course_id")


def _programs_with(skills: QuerySet[Skill], user: Any) -> list[int]:
    return api.program_ids_with_skills(skills, **_seen(user))


class SkillsOfCourse(CourseFields):
    """Those of a catalog course. One query."""

    model = CourseSkill
    shown: ClassVar[Shown] = _field("What it teaches, the surest first.")
    filters: ClassVar[dict[str, Filter]] = {"skill": SkillFilter(_courses_with)}

    @classmethod
    def read(cls, pks: Sequence[int], viewer: Any) -> Mapping[int, Mapping[str, Any]]:
        return _shown(api.skills_of_courses(pks), pks)


class SkillsOfProgram(ProgramFields):
    """Those of a program. Five queries."""

    model = ProgramSkill
    shown: ClassVar[Shown] = _field("What it teaches: that of its courses, in their order; its own where none of them has any.")
    filters: ClassVar[dict[str, Filter]] = {"skill": SkillFilter(_programs_with)}

    @classmethod
    def read(cls, pks: Sequence[int], viewer: Any) -> Mapping[int, Mapping[str, Any]]:
        return _shown(api.skills_of_programs(pks, **_seen(viewer)), pks)
