"""The admin of listings, held to the contracts."""

from itertools import count
from typing import ClassVar

import pytest

from openedx_catalog import api as catalog
from openedx_catalog.contrib.listings import api
from openedx_catalog.contrib.listings.models_api import CourseListing, CourseRunListing, Level, Subject
from openedx_catalog.testing.contracts import AdminContract
from tests.admin_pages import LISTINGS

pytestmark = [pytest.mark.any_database, pytest.mark.newest]

NUMBERS = count()


class Listings(AdminContract):
    pages: ClassVar = LISTINGS
    lists: ClassVar = ("edit_many",)
    kind: ClassVar = None

    @classmethod
    def model(cls):
        return cls.kind

    def make_row(self):
        """A subject, a level, and a public course with a run of which each says something."""
        number = next(NUMBERS)
        names = {"name": f"Data {number}", "translations": {"es": f"Informática {number}"}, "reason": "a new one"}
        subject, level = api.create_subject(**names), api.create_level(**names)
        run = catalog.create_course_run(f"course-v1:GTx+C{number}+1").course_key
        said = {"title_override": f"All of it {number}", "live": True, "languages": ["es-419"], "reason": "a new one"}
        api.set_course_listing(f"GTx+C{number}", **said, subjects=[subject], level=level, owners=["GTx"])
        api.set_course_run_listing(run, **said)
        return self.kind.objects.latest("pk")

    def make_rows(self, count):
        for _number in range(count):
            self.make_row()


class TestCourseListings(Listings):
    kind, reads = CourseListing, ("All of it", "GTx:C", "data-", "es-419", "Former slugs")


class TestCourseRunListings(Listings):
    kind, reads = CourseRunListing, ("All of it", "course-v1:GTx+C", "es-419", "Former slugs")


class OfNothing(Listings):
    """What no course has, so that it can be deleted."""

    def make_row(self):
        number = next(NUMBERS)
        names = {"name": f"Data {number}", "translations": {"es": f"Informática {number}"}, "reason": "a new one"}
        return api.create_subject(**names) if self.kind is Subject else api.create_level(**names)


class TestSubjects(OfNothing):
    kind, reads = Subject, ("Data", "es: Informática")


class TestLevels(OfNothing):
    kind, reads = Level, ("Data", "es: Informática")
