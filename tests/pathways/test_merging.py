"""Steps offer courses that are merged, moved and given back; they never ask for more than they have."""

from __future__ import annotations

import pytest

from openedx_catalog import api as catalog
from openedx_catalog.contrib.pathways import api

from .conftest import nodes
from .test_pathways import offered

BLOCK = "block-v1:MITx+A+R1+type@video+block@intro"


@pytest.fixture
def step(pathway, course):
    """It offers A, a part of A, and C, and asks for all."""
    course("A"), course("B"), course("C")
    return api.add_step(pathway, nodes("MITx+A", BLOCK, "MITx+C"), min_requirement=3)


def minimum(step):
    step.refresh_from_db()
    return step.min_requirement


def test_the_course_that_stays_is_offered(step):
    catalog.merge_catalog_courses("MITx+A", into="MITx+B", reason="one course")
    assert offered(step) == ["B", BLOCK, "C"]
    assert {node.catalog_course.course_code for node in step.nodes.all()} == {"B", "C"}
    catalog.unmerge_catalog_courses("MITx+A", reason="they are two")
    assert offered(step) == ["A", BLOCK, "C"]
    assert step.nodes.get(usage_key=BLOCK).catalog_course.course_code == "A"


def test_both_are_offered_once_and_asked_for_once(step):
    catalog.merge_catalog_courses("MITx+A", into="MITx+C", reason="one course")
    assert (offered(step), minimum(step)) == ([BLOCK, "C"], 2)
    assert not list(api.diagnose(quick=False))
    catalog.unmerge_catalog_courses("MITx+A", reason="they are two")
    assert (offered(step), minimum(step)) == (["A", BLOCK, "C"], 3)


def test_what_somebody_has_said_since_stays(step):
    catalog.merge_catalog_courses("MITx+A", into="MITx+C", reason="one course")
    api.update_step(step, min_requirement=1)
    catalog.unmerge_catalog_courses("MITx+A", reason="they are two")
    assert (offered(step), minimum(step)) == (["A", BLOCK, "C"], 1)


def test_a_part_goes_with_its_run(step):
    catalog.move_course_run("course-v1:MITx+A+R1", to="MITx+B", reason="it is of B")
    assert offered(step) == ["A", BLOCK, "C"]
    assert step.nodes.get(usage_key=BLOCK).catalog_course.course_code == "B"
