"""The admin of course types, held to the contracts."""

from itertools import count
from typing import ClassVar

import pytest

from openedx_catalog import api as catalog
from openedx_catalog.contrib.course_types import api
from openedx_catalog.contrib.course_types.models_api import CourseRunType, CourseType, Mode, SeatType
from openedx_catalog.testing.contracts import AdminContract
from tests.admin_pages import COURSE_TYPES

pytestmark = [pytest.mark.any_database, pytest.mark.newest]

NUMBERS = count()


class Types(AdminContract):
    pages: ClassVar = COURSE_TYPES
    kind: ClassVar = None

    @classmethod
    def model(cls):
        return cls.kind

    def make_row(self):
        """One of each, all new: a type for one organization, with its own run type, mode and seat."""
        number = next(NUMBERS)
        catalog.create_course_run(f"course-v1:GTx+C{number}+1")
        api.create_seat_type(name="Ticket", slug=f"ticket-{number}", source="test")
        api.create_mode(name="Guest", slug=f"guest-{number}", certificate_type="paper", payee="platform", source="test")
        tracks = [(f"guest-{number}", f"ticket-{number}"), ("honor", None)]
        api.create_course_run_type(name="Guests", slug=f"guests-{number}", tracks=tracks, source="test")
        made = {"course_run_types": [f"guests-{number}"], "entitlement_types": [f"ticket-{number}"]}
        api.create_course_type(name="For guests", slug=f"for-guests-{number}", organizations=["GTx"], **made, source="test")
        return self.kind.objects.latest("pk")

    def make_rows(self, count):
        for _number in range(count):
            self.make_row()


class TestModes(Types):
    kind, reads = Mode, ("Guest", "paper", "Platform")


class TestSeatTypes(Types):
    kind, reads = SeatType, ("Ticket",)


class TestCourseRunTypes(Types):
    kind, reads = CourseRunType, ("Guests", "Guest (seat: Ticket), Honor (nothing is sold)")


class TestCourseTypes(Types):
    kind, reads = CourseType, ("For guests", "guests-", "Ticket", "GTx")

    def path(self, name, pk):
        """The pages of a course and of a run name theirs."""
        path = super().path(name, pk)
        rows = {"of_course": catalog.get_catalog_courses, "of_run": catalog.get_course_runs}
        return f"{path}?id={rows[name]().latest('pk').pk}" if name in rows else path
