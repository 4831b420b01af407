"""The admin of skills, held to the contracts."""

from itertools import count
from typing import ClassVar

import pytest

from openedx_catalog.testing.contracts import AdminContract
from openedx_catalog.testing.skills import CourseSkillFactory, ProgramSkillFactory, SkillFactory
from tests.admin_pages import SKILLS

pytestmark = [pytest.mark.any_database, pytest.mark.newest]

NUMBERS = count()


class Skills(AdminContract):
    pages: ClassVar = SKILLS
    factory: ClassVar = None

    @classmethod
    def model(cls):
        return cls.factory._meta.model

    def make_row(self):
        """Of a skill that is named."""
        name = f"Soldering {next(NUMBERS)}"
        return self.factory(**({"name": name} if self.factory is SkillFactory else {"skill__name": name}))

    def make_rows(self, count):
        for _number in range(count):
            self.make_row()


class TestSkills(Skills):
    factory, reads = SkillFactory, ("Soldering",)


class TestCourseSkills(Skills):
    factory, reads = CourseSkillFactory, ("Soldering",)


class TestProgramSkills(Skills):
    factory, reads = ProgramSkillFactory, ("Soldering",)
    viewed_with = ("openedx_catalog_programs.view_program",)
