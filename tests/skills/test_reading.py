"""The skills of a program: the union of its courses', in order, else its own; blocked ones never. And what a course has."""

import pytest

from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.programs.models_api import Program
from openedx_catalog.contrib.skills import api
from openedx_catalog.contrib.skills.models_api import Skill
from openedx_catalog.models_api import CatalogCourse

from .conftest import names

pytestmark = pytest.mark.django_db

A = ("A", [("Circuits", 0.5), "Soldering", ("Physics", 0.9), "Algebra"], ())
B = ("B", [("Programming", 0.2), ("Circuits", 1.0)], ())
NONE = ("N", [], ())


@pytest.mark.parametrize(
    ("courses", "own", "blocked", "expected"),
    [
        pytest.param([], [], [], [], id="empty"),
        pytest.param([], ["Law", ("Ethics", 0.1)], [], ["Ethics", "Law"], id="own: no courses, as a degree of elsewhere"),
        pytest.param([NONE], ["Law"], [], ["Law"], id="own: no course has any"),
        pytest.param(
            [A, NONE, B], ["Law"], [],
            ["Physics", "Circuits", "Algebra", "Soldering", "Programming"],
            id="union: in the order of courses, the surest first, each once, and none of its own",
        ),
        pytest.param(
            [B, A], [], [],
            ["Circuits", "Programming", "Physics", "Algebra", "Soldering"], id="union: courses the other way round"
        ),
        pytest.param(
            [A, B], [], ["Circuits", "Algebra"], ["Physics", "Soldering", "Programming"], id="blocked for the program"
        ),
        pytest.param(
            [("A", ["Circuits"], ["Physics"]), ("B", ["Physics"], ["Circuits"])], [], [], ["Circuits", "Physics"],
            id="blocked for one course: another one still brings it",
        ),
        pytest.param([("A", [], ["Circuits"])], ["Law"], [], ["Law"], id="own: all of the course's is blocked for the course"),
        pytest.param([("A", ["Circuits"], [])], ["Law"], ["Circuits"], [], id="its own do not replace what is blocked"),
        pytest.param([], ["Law", "Ethics"], ["Law"], ["Ethics"], id="own: blocked"),
    ],
)  # fmt: skip
def test_the_skills_of_a_program(course, program, courses, own, blocked, expected):
    members = [course(code, *skills, blocked=wrong) for code, skills, wrong in courses]
    row = program("Electronics", *members, skills=own, blocked=blocked)
    assert names(api.skills_of(row)) == names(api.skills_of(str(row.uuid))) == expected


def test_programs_within_bring_the_skills_of_their_courses_last(course, program):
    inner = program("Inner", course("B", "Programming"), skills=["Law"])
    outer = program("Outer", inner, course("A", "Circuits"))
    empty = program("Empty", skills=["Ethics"])
    found = api.skills_of_programs([outer.pk, inner.pk, empty.pk])
    assert {pk: names(each) for pk, each in found.items()} == {
        outer.pk: ["Circuits", "Programming"], inner.pk: ["Programming"], empty.pk: ["Ethics"],
    }  # fmt: skip
    seen = api.skills_of_programs([outer.pk], programs=Program.objects.none())
    assert names(seen[outer.pk]) == ["Circuits"]
    assert names(api.skills_of_programs([inner.pk], courses=CatalogCourse.objects.none())[inner.pk]) == ["Law"]
    wanted = Skill.objects.filter(name__in=["Programming", "Law"])
    assert api.program_ids_with_skills(wanted) == sorted([outer.pk, inner.pk])


def test_a_course_that_has_left_brings_none(course, program):
    row = program("Electronics", course("A", "Circuits"), skills=["Law"])
    programs.retire(row.curricula.get().course_memberships.get())
    assert names(api.skills_of(row)) == ["Law"]


def test_as_many_queries_for_many_programs(course, program, django_assert_num_queries):
    def made(number):
        inner = program(f"Inner {number}", course(f"A{number}", "Circuits"))
        return program(f"P{number}", inner, course(f"B{number}", "Physics", blocked=["Law"]), skills=["Law"])

    one = made(0)
    with django_assert_num_queries(5):
        api.skills_of_programs([one.pk])
    many = [made(number).pk for number in range(1, 4)]
    with django_assert_num_queries(5):
        assert {tuple(names(each)) for each in api.skills_of_programs(many).values()} == {("Physics", "Circuits")}
    courses = list(CatalogCourse.objects.values_list("pk", flat=True))
    with django_assert_num_queries(1):
        assert len(api.skills_of_courses(courses)) == 8
