"""The skills of a learner pathway: of what its steps offer, each once, by way of what somebody may know of alone."""

import pytest

from openedx_catalog.testing.pathways import LearnerPathwayFactory
from openedx_catalog.testing.programs import CurriculumFactory, ProgramFactory
from openedx_catalog.testing.skills import CourseSkillFactory, SkillFactory
from openedx_catalog.testing.users import rest_client

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_a_pathway_has_the_skills_of_what_it_offers_and_the_user_may_know_of():
    algebra, python, kept = (SkillFactory(name=name) for name in ("Algebra", "Python", "Kept"))
    course = CourseSkillFactory(skill=python).catalog_course
    CourseSkillFactory(catalog_course=course, skill=algebra, confidence=0.9)
    within, hidden = CourseSkillFactory(skill=algebra).catalog_course, CourseSkillFactory(skill=kept).catalog_course
    program, other = ProgramFactory(), ProgramFactory(hidden=True)
    CurriculumFactory(program=program, courses=[within])
    CurriculumFactory(program=other, courses=[hidden])
    pathway = LearnerPathwayFactory(steps=[[program, other], [course]])
    url = f"/api/catalog/v1/learner-pathways/{pathway.uuid}/"

    def names(user):
        return [skill["name"] for skill in rest_client(user).get(url).data["skills"]]

    assert names("user") == ["Algebra", "Python"]
    assert names("superuser") == ["Algebra", "Kept", "Python"]
