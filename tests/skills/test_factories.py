"""The factories of skills make what they say, and what it needs; the app is not removed with its rows."""

import pytest

from openedx_catalog.contrib.skills import api
from openedx_catalog.testing.contracts import InstalledAppContract
from openedx_catalog.testing.skills import CourseSkillFactory, ProgramSkillFactory, SkillFactory

pytestmark = pytest.mark.any_database


@pytest.mark.django_db
def test_a_course_and_a_program_have_a_skill():
    skill = SkillFactory(name="Circuits")
    of_course, of_program = CourseSkillFactory(skill=skill, confidence=0.5), ProgramSkillFactory(skill=skill)
    ProgramSkillFactory(program=of_program.program, blocked=True)
    assert api.skills_of_courses([of_course.catalog_course_id]) == {of_course.catalog_course_id: [skill]}
    assert api.skills_of(of_program.program) == [skill]


class TestSkills(InstalledAppContract):
    factory = CourseSkillFactory
