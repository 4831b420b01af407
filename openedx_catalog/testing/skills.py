"""Factories for skills, as `factories`; for hosts with openedx_catalog.contrib.skills."""

from __future__ import annotations

from typing import Any

import factory

from ..contrib.skills import api
from ..contrib.skills.models_api import CourseSkill, ProgramSkill, Skill
from .factories import ApiFactory, CatalogCourseFactory
from .programs import ProgramFactory


class SkillFactory(ApiFactory):
    """A skill."""

    class Meta:
        model = Skill

    create_row = staticmethod(api.create_skill)
    name = factory.Sequence(lambda n: f"Skill {n}")


def _of_course(*, catalog_course: Any, skill: Any, **given: Any) -> CourseSkill:
    return api.set_course_skill(catalog_course, skill, **given)


class CourseSkillFactory(ApiFactory):
    """A skill of a catalog course; ``skill_source=``, ``confidence=`` and ``blocked=`` as `api.set_course_skill`."""

    class Meta:
        model = CourseSkill

    create_row = staticmethod(_of_course)
    catalog_course = factory.SubFactory(CatalogCourseFactory)
    skill = factory.SubFactory(SkillFactory)


def _of_program(*, program: Any, skill: Any, **given: Any) -> ProgramSkill:
    return api.set_program_skill(program, skill, **given)


class ProgramSkillFactory(ApiFactory):
    """A skill of a program itself, likewise."""

    class Meta:
        model = ProgramSkill

    create_row = staticmethod(_of_program)
    program = factory.SubFactory(ProgramFactory)
    skill = factory.SubFactory(SkillFactory)
