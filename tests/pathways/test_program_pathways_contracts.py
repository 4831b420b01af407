"""Pathways of programs over REST and in the admin, held to the contracts."""

from itertools import count
from typing import ClassVar

import pytest

from openedx_catalog.contrib.pathways import api
from openedx_catalog.contrib.pathways.models_api import ProgramPathway
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.testing.contracts import AdminContract, ResourceContract
from openedx_catalog.testing.tables import Rule
from tests.admin_pages import PATHWAYS

pytestmark = [pytest.mark.any_database, pytest.mark.newest]

MODEL = "openedx_catalog_pathways.programpathway"
NUMBERS = count()


class Rows:
    """Published pathways, each with a program of its own."""

    @classmethod
    def model(cls):
        return ProgramPathway

    def make_row(self):
        if not programs.get_program_types().filter(slug="xseries").exists():
            programs.create_program_type(name="XSeries", slug="xseries")
        number = next(NUMBERS)
        program = programs.create_program(title=f"P{number}", type="xseries", status="active")
        return api.create_program_pathway(name=f"Pathway {number}", status="published", programs=[program], source="test")

    def make_rows(self, count):
        for _number in range(count):
            self.make_row()


class TestResource(Rows, ResourceContract):
    resource = "openedx_catalog:pathways:program-pathway"

    @classmethod
    def table(cls):
        return [Rule(f"program-pathway-{kind}", "GET", "", MODEL) for kind in ("list", "detail")]


class TestAdmin(Rows, AdminContract):
    pages: ClassVar = PATHWAYS
    reads = ("Pathway ",)
