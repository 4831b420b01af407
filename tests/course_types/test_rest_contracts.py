"""The resources of course types, held to the contracts."""

from itertools import count
from typing import ClassVar

import pytest

from openedx_catalog.contrib.course_types import api
from openedx_catalog.contrib.course_types.models_api import CourseRunType, CourseType, Mode, SeatType
from openedx_catalog.testing.contracts import ResourceContract
from tests.rest_permissions import rules_of

pytestmark = pytest.mark.any_database

NUMBERS = count()


class Named(ResourceContract):
    """`kind` is the model, `create` makes a row of it."""

    kind: ClassVar = None
    changes: ClassVar = {"name": "Changed"}

    @classmethod
    def model(cls):
        return cls.kind

    def create(self, **values):
        raise NotImplementedError

    def new(self):
        return {"name": "New"}

    def make_row(self):
        return self.create(name=f"Row {next(NUMBERS)}")

    def make_rows(self, count):
        for _number in range(count):
            self.make_row()


class TestModes(Named):
    resource, kind = "openedx_catalog:course_types:mode", Mode
    create = staticmethod(api.create_mode)


class TestSeatTypes(Named):
    resource, kind = "openedx_catalog:course_types:seat-type", SeatType
    create = staticmethod(api.create_seat_type)


class TestCourseRunTypes(Named):
    resource, kind = "openedx_catalog:course_types:course-run-type", CourseRunType
    changes: ClassVar = {"name": "Changed", "tracks": [{"mode": "honor", "seat_type": None}]}

    def create(self, **values):
        return api.create_course_run_type(**values, tracks=[("audit", "audit"), ("verified", None)])


class TestCourseTypes(Named):
    resource, kind = "openedx_catalog:course_types:course-type", CourseType
    changes: ClassVar = {"name": "Changed", "course_run_types": ["honor", "audit"]}
    rules: ClassVar = rules_of("course-type")

    def create(self, **values):
        return api.create_course_type(**values, course_run_types=["audit", "empty"], entitlement_types=["verified"])

    def bodies(self, row):
        return {"course-type-match": {"courses": []}}
