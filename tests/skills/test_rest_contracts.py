"""The resource of skills, held to the contracts."""

from pathlib import Path

import pytest

from openedx_catalog.contrib.skills.models_api import Skill
from openedx_catalog.testing.contracts import ResourceContract, SchemaContract
from openedx_catalog.testing.skills import SkillFactory
from tests.rest_permissions import rules_of

pytestmark = pytest.mark.any_database


class TestSkills(ResourceContract):
    resource, changes, factory = "openedx_catalog:skills:skill", {"name": "Changed"}, SkillFactory

    @classmethod
    def model(cls):
        return Skill

    @classmethod
    def table(cls):
        return rules_of("skill")

    def new(self):
        return {"name": "Soldering"}


class TestSchema(SchemaContract):
    snapshot = Path(__file__).parents[2] / "docs" / "references" / "openapi-skills.yml"
    paths = ("/api/catalog/v1/skills/", "/api/catalog/v1/skills/{uuid}/")
