"""The admin of learner pathways, held to the contracts."""

from itertools import count
from typing import ClassVar

import pytest

from openedx_catalog import api as catalog
from openedx_catalog.contrib.pathways import api
from openedx_catalog.contrib.pathways.models_api import LearnerPathway
from openedx_catalog.testing.contracts import AdminContract
from tests.admin_pages import PATHWAYS

from .conftest import nodes

pytestmark = [pytest.mark.any_database, pytest.mark.newest]

NUMBERS = count()


class TestLearnerPathways(AdminContract):
    pages: ClassVar = PATHWAYS
    reads: ClassVar = ("Become an analyst", "Unlisted", "Basics", "Complete 1 of 1.", "MITx")

    @classmethod
    def model(cls):
        return LearnerPathway

    def make_row(self):
        """Unlisted, for MITx, with a step of one course."""
        course = catalog.create_catalog_course(org_code="MITx", course_code=f"C{next(NUMBERS)}", title="Statistics")
        row = api.create_learner_pathway(
            title="Become an analyst", status="active", visibility="unlisted", scope="organizations", organizations=["MITx"],
            reason="a new one",
        )  # fmt: skip
        api.add_step(row, nodes(course), title="Basics")
        return row

    def make_rows(self, count):
        for _number in range(count):
            self.make_row()
