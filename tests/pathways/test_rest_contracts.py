"""The resource of learner pathways, held to the contracts."""

from itertools import count
from pathlib import Path

import pytest

from openedx_catalog.contrib.pathways import api
from openedx_catalog.contrib.pathways.models_api import LearnerPathway
from openedx_catalog.contrib.programs.models_api import ProgramType
from openedx_catalog.testing.contracts import ResourceContract, SchemaContract
from openedx_catalog.testing.factories import CatalogCourseFactory, CatalogPathwayFactory, OrganizationFactory
from openedx_catalog.testing.pathways import LearnerPathwayFactory
from openedx_catalog.testing.programs import CurriculumFactory, ProgramFactory, ProgramTypeFactory
from tests.rest_permissions import rules_of

pytestmark = pytest.mark.any_database

NUMBERS = count()


class TestLearnerPathways(ResourceContract):
    resource = "openedx_catalog:pathways:learner-pathway"

    @classmethod
    def model(cls):
        return LearnerPathway

    @classmethod
    def table(cls):
        return rules_of("learner-pathway")

    def query(self, rule):
        return "?course_keys=Org0%2BCA" if rule.route.endswith("-uuids") else ""

    def make_row(self):
        """With a course and a program in a step, a course in another, and all else that is shown."""
        number = next(NUMBERS)
        kind = ProgramType.objects.filter(slug="series").first() or ProgramTypeFactory(name="Series", slug="series")
        program = ProgramFactory(title=f"Program {number}", type=kind)
        courses = [CatalogCourseFactory(org__short_name=f"Org{number}", course_code=f"C{letter}") for letter in "AB"]
        CurriculumFactory(program=program, courses=courses)
        timed = api.NodeRecord(catalog_course=courses[1], hours=4)
        return LearnerPathwayFactory(
            title=f"Pathway {number}",
            overview="How to read data.",
            catalog_pathway=CatalogPathwayFactory(org=courses[0].org, pathway_code=f"P{number}"),
            steps=[[courses[0], program], [timed]],
        )

    def make_rows(self, count):
        for _number in range(count):
            self.make_row()

    def hidden_rows(self):
        """Those for others, of which only viewers know."""
        kept = list(LearnerPathway.objects.filter(scope="organizations"))
        return kept or [LearnerPathwayFactory(scope="organizations", organizations=[OrganizationFactory()])]


class TestSchema(SchemaContract):
    snapshot = Path(__file__).parents[2] / "docs" / "references" / "openapi-pathways.yml"
    paths = tuple(f"/api/catalog/v1/learner-pathways/{path}" for path in ("", "uuids/", "{uuid}/", "{uuid}/snapshot/"))
