"""The resources of listings, held to the contracts."""

from base64 import b64encode
from itertools import count
from pathlib import Path
from typing import ClassVar

import pytest
from django.urls import resolve, reverse

from openedx_catalog import api as catalog
from openedx_catalog.contrib.listings import api
from openedx_catalog.contrib.listings.models_api import CourseListing, CourseRunListing, Level, Subject
from openedx_catalog.testing.contracts import ResourceContract, SchemaContract
from tests.listings.conftest import picture
from tests.rest_permissions import rules_of

pytestmark = pytest.mark.any_database

SPACE, APP = "openedx_catalog:listings:", "openedx_catalog_listings"
NUMBERS = count()
A_PIXEL = b64encode(picture(size=(1, 1)).read()).decode()


class Kind(ResourceContract):
    """Subjects and levels; `create` makes one."""

    changes: ClassVar = {"name": "Changed", "translations": {"es": "Otro"}}
    kind: ClassVar = None
    create: ClassVar = None

    @classmethod
    def model(cls):
        return cls.kind

    def new(self):
        return {"name": "New", "translations": {"es": "Nuevo"}}

    def make_row(self):
        return type(self).create(name=f"Kind {next(NUMBERS)}", translations={"es": "Algo"})

    def make_rows(self, count):
        for _number in range(count):
            self.make_row()


class TestSubjects(Kind):
    resource, kind, create = f"{SPACE}listing-subject", Subject, staticmethod(api.create_subject)


class TestLevels(Kind):
    resource, kind, create = f"{SPACE}listing-level", Level, staticmethod(api.create_level)


class Listing(ResourceContract):
    """Listings of courses or runs. Their routes are not those of a router."""

    changes: ClassVar = {"short_description": "Changed."}
    kind: ClassVar = None
    more: ClassVar = ()

    @classmethod
    def model(cls):
        return cls.kind

    @classmethod
    def table(cls):
        return rules_of(cls.resource.rpartition(":")[2])

    def routes(self):
        name = self.resource.rpartition(":")[2]
        urls = {f"{name}-{part}": reverse(f"{self.resource}-{part}", args=args) for part, args in self.parts().items()}
        return {
            route: {method.upper() for method in resolve(url).func.actions if method != "head"} for route, url in urls.items()
        }

    def parts(self):
        return {"list": [], "detail": ["x"]}

    def url(self, route, row):
        part = route.removeprefix(self.resource.rpartition(":")[2] + "-")
        return reverse(f"{self.resource}-{part}", args=[row.slug] if self.parts()[part] else [])

    def body(self, rule, row):
        if rule.route.endswith("-redirects"):
            return {"slug": "another-site"} if rule.method == "POST" else {}
        if rule.route.endswith("-image"):
            return {"image": A_PIXEL, "image_alt": "A dot"}
        return dict(self.changes) if rule.method in ("PUT", "PATCH") else {}

    def make_rows(self, count):
        for _number in range(count):
            self.make_row()

    def _view_permission(self):
        return f"{APP}.view_courselisting"

    def a_run(self):
        """A new run, and its course, whose page is live, with all that a page has."""
        number = next(NUMBERS)
        org = f"Org{number}"
        run = catalog.create_course_run(f"course-v1:{org}+C+R", title=f"Course {number}", schedule={"pacing": "self"})
        subject = api.create_subject(name=f"Subject {number}")
        level = api.create_level(name=f"Level {number}")
        values = {"subjects": [subject], "level": level, "owners": [org], "languages": ["en"], "live": True}
        return run, api.set_course_listing(run.catalog_course, **values)


class TestCourses(Listing):
    resource, kind = f"{SPACE}listing-course", CourseListing

    def parts(self):
        return {**super().parts(), "facets": [], "redirects": ["x"], "image": ["x"]}

    def make_row(self):
        return self.a_run()[1]

    def hidden_rows(self):
        kept = list(CourseListing.objects.exclude(live=True, visibility="public"))
        if kept:
            return kept
        hidden, preparing = self.make_row(), self.make_row()
        return [
            api.set_course_listing(hidden.catalog_course, visibility="hidden"),
            api.set_course_listing(preparing.catalog_course, live=False),
        ]


class TestRuns(Listing):
    resource, kind = f"{SPACE}listing-course-run", CourseRunListing

    def make_row(self):
        return api.set_course_run_listing(str(self.a_run()[0].course_key), short_description="A run.")

    def hidden_rows(self):
        kept = list(CourseRunListing.objects.exclude(live=True, visibility="public"))
        return kept or [api.set_course_run_listing(self.make_row().run.course_key, live=False)]


class TestSchema(SchemaContract):
    snapshot = Path(__file__).parents[2] / "docs" / "references" / "openapi-listings.yml"
    paths = tuple(
        f"/api/catalog/v1/listings/{path}"
        for path in (
            "subjects/", "levels/{slug}/", "courses/", "courses/facets/", "courses/{ref}/", "courses/{ref}/redirects/",
            "courses/{ref}/image/",            "course-runs/", "course-runs/{ref}/",
        )
    )  # fmt: skip
