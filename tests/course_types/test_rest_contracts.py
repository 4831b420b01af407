"""The resources of course types, held to the contracts."""

from itertools import count
from pathlib import Path
from typing import ClassVar

import pytest
from django.urls import get_resolver

from openedx_catalog import api as catalog
from openedx_catalog.contrib.course_types import api
from openedx_catalog.contrib.course_types.models_api import CourseRunType, CourseType, Mode, SeatType
from openedx_catalog.testing.contracts import ResourceContract, SchemaContract
from tests.conftest import RUN_KEY
from tests.rest_permissions import COURSE_TYPE_RULES, rules_of

pytestmark = pytest.mark.any_database

NUMBERS = count()


class Named(ResourceContract):
    """`kind` is the model, `create` makes a row of it."""

    kind: ClassVar = None
    changes: ClassVar = {"name": "Changed"}
    example: ClassVar = {"name": "Masters"}

    @classmethod
    def model(cls):
        return cls.kind

    def create(self, **values):
        raise NotImplementedError

    def new(self):
        return self.example

    def make_row(self):
        return self.create(name=f"Row {next(NUMBERS)}")

    def make_rows(self, count):
        for _number in range(count):
            self.make_row()


class TestModes(Named):
    resource, kind = "openedx_catalog:course_types:mode", Mode
    example: ClassVar = {"name": "Masters", "certificate_type": "masters", "payee": "organization"}
    create = staticmethod(api.create_mode)


class TestSeatTypes(Named):
    resource, kind = "openedx_catalog:course_types:seat-type", SeatType
    create = staticmethod(api.create_seat_type)


class TestCourseRunTypes(Named):
    resource, kind = "openedx_catalog:course_types:course-run-type", CourseRunType
    changes: ClassVar = {"name": "Changed", "tracks": [{"mode": "honor", "seat_type": None}]}
    example: ClassVar = {"name": "Masters", "tracks": [{"mode": "verified", "seat_type": "verified"}], "is_marketable": False}

    def create(self, **values):
        return api.create_course_run_type(**values, tracks=[("audit", "audit"), ("verified", None)])


class TestCourseTypes(Named):
    resource, kind = "openedx_catalog:course_types:course-type", CourseType
    changes: ClassVar = {"name": "Changed", "course_run_types": ["honor", "audit"]}
    example: ClassVar = {"name": "Masters", "course_run_types": ["verified-audit"], "organizations": ["MITx"]}
    rules: ClassVar = rules_of("course-type")

    def create(self, **values):
        catalog.associate_course_run(RUN_KEY)
        api.set_course_run_products(RUN_KEY, modes=["audit", "verified"])
        return api.create_course_type(**values, course_run_types=["audit", "empty"], entitlement_types=["verified"])

    def bodies(self, row):
        return {"course-type-match": {"courses": ["MITx+14.100x"], "mismatches": {"verified-audit": ["empty"]}}}


class TestSchema(SchemaContract):
    snapshot = Path(__file__).parents[2] / "docs" / "references" / "openapi-course-types.yml"


@pytest.mark.once
def test_every_route_is_held_to_a_contract():
    patterns = get_resolver("openedx_catalog.contrib.course_types.rest_api.v1.urls").url_patterns
    assert {pattern.name for pattern in patterns} == {rule.route for rule in COURSE_TYPE_RULES}
