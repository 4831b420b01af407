"""
How long pathways take: worked examples.

A step takes between the sum of its N shortest nodes and that of its N longest, where N is its minimum; a pathway what its steps
take; a program what its courses take. What nobody knows is None, and never 0.
"""

from __future__ import annotations

import pytest

from openedx_catalog.contrib.listings import api as listings
from openedx_catalog.contrib.pathways import api
from openedx_catalog.contrib.programs import api as programs

from .conftest import node, nodes

BLOCK = "block-v1:MITx+A+R1+type@video+block@intro"


def times(pathway):
    """Those of the pathway, and of each step."""
    content = api.read_contents([pathway])[pathway.pk]
    return tuple(content.times), [tuple(step.times) for step in content.steps]


@pytest.mark.parametrize(
    ("hours", "minimum", "expected"),
    [
        # The two shortest of three, and the two longest.
        ((2, 4, 8), 2, (6, 12)),
        ((8, 2, 4), 1, (2, 8)),
        # All of them.
        ((2, 4, 8), 3, (14, 14)),
        ((5,), 1, (5, 5)),
        # One that nobody knows may be the shortest as well as the longest.
        ((2, None, 8), 2, (None, None)),
        ((None,), 1, (None, None)),
    ],
)
def test_a_step(pathway, course, hours, minimum, expected):
    courses = [course(f"C{number}", each) for number, each in enumerate(hours)]
    api.add_step(pathway, nodes(*courses), min_requirement=minimum)
    assert times(pathway) == (expected, [expected])


def test_a_pathway_is_all_of_its_steps(pathway, course):
    assert times(pathway) == ((None, None), [])
    api.add_step(pathway, nodes(course("A", 2), course("B", 8)))
    api.add_step(pathway, nodes("MITx+A", "MITx+B", course("C", 1)), min_requirement=2)
    assert times(pathway) == ((5, 18), [(2, 8), (3, 10)])
    api.add_step(pathway, nodes(course("D")))
    assert times(pathway) == ((None, None), [(2, 8), (3, 10), (None, None)])


def test_a_program_is_all_of_its_courses_and_of_those_of_programs_in_it(pathway, course, program):
    outer = program("Outer", course("A", 2), course("B", 4))
    inner = program("Inner", course("C", 8), "MITx+A", within=outer)
    program("Innermost", course("D", 16), within=inner)
    api.add_step(pathway, nodes(outer))
    api.add_step(pathway, nodes(inner))
    assert times(pathway) == ((56, 56), [(30, 30), (26, 26)])
    programs.add_course(programs.create_curriculum(inner, name="More"), course("E"))
    assert times(pathway)[0] == (None, None)


def test_a_program_without_courses_is_unknown(pathway, program):
    api.add_step(pathway, nodes(program("Empty")))
    assert times(pathway)[0] == (None, None)


def test_a_block_is_unknown_until_somebody_says_it(pathway, course):
    course("A", 2)
    step = api.add_step(pathway, nodes("MITx+A", BLOCK))
    assert times(pathway)[0] == (None, None)
    api.update_node(step.nodes.get(usage_key=BLOCK), hours=0.5)
    assert times(pathway)[0] == (0.5, 2)


def test_said_hours_come_before_the_effort(pathway, course):
    api.add_step(pathway, [node(course("A", 2), hours=3.5)])
    assert times(pathway)[0] == (3.5, 3.5)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"min_effort": 2, "max_effort": 4, "weeks": 10}, 30),
        ({"min_effort": 2, "weeks": 10}, 20),
        ({"max_effort": 4, "weeks": 10}, 40),
        ({"min_effort": 2, "max_effort": 4}, None),
        ({"weeks": 10}, None),
        ({"min_effort": 0, "max_effort": 0, "weeks": 10}, None),
        # What the run does not say is that of the course, which has 8 weeks.
        ({"min_effort": 1, "max_effort": 2}, 12),
    ],
)
def test_a_course_is_the_run_to_which_learners_are_led(pathway, course, values, expected):
    row = course("A")
    if expected == 12:
        listings.set_course_listing(row, weeks=8)
    listings.set_course_run_listing("course-v1:MITx+A+R1", **values)
    api.add_step(pathway, nodes(row))
    assert times(pathway)[0] == (expected, expected)
    # Of a course that nobody sees nobody knows it.
    listings.set_course_listing(row, visibility="hidden")
    assert times(pathway)[0] == (None, None)


def test_two_hundred_nodes_are_five_queries(pathway, course, program, django_assert_num_queries):
    codes = [f"C{number}" for number in range(9)]
    courses = [course(code, 2) for code in codes]
    outer = program("Outer", *courses[:3])
    program("Inner", *courses[3:], within=outer)
    for _step in range(20):
        api.add_step(pathway, nodes(*courses, outer), min_requirement=3)
    with django_assert_num_queries(5):
        content = api.read_contents([pathway])[pathway.pk]
    assert (len(content.steps), content.times) == (20, (120, 440))
    assert [len(step.nodes) for step in content.steps] == [10] * 20
