"""The factories of pathways make what they say, and what it needs; the app is not removed with its rows."""

import pytest

from openedx_catalog.contrib.pathways import api
from openedx_catalog.testing.contracts import InstalledAppContract
from openedx_catalog.testing.factories import CatalogCourseFactory
from openedx_catalog.testing.pathways import LearnerPathwayFactory, LearnerPathwayStepFactory
from openedx_catalog.testing.programs import ProgramFactory

pytestmark = pytest.mark.any_database


@pytest.mark.django_db
def test_a_pathway_has_steps_with_what_they_offer():
    course, program = CatalogCourseFactory(), ProgramFactory()
    pathway = LearnerPathwayFactory(steps=[[course, program], [api.NodeRecord(catalog_course=course.key_str, hours=3)]])
    LearnerPathwayStepFactory(pathway=pathway, title="More")
    steps = api.read_contents([pathway])[pathway.pk].steps
    assert [[each.node.kind for each in step.nodes] for step in steps] == [["course", "program"], ["course"], ["course"]]
    assert (steps[0].nodes[1].node.program, steps[1].nodes[0].hours, steps[2].step.title) == (program, 3, "More")
    assert list(api.get_learner_pathways().public()) == [pathway]


class TestPathways(InstalledAppContract):
    factory = LearnerPathwayFactory
