"""The resources of subscriptions, held to the contracts: the plans, and what stands under the address of one."""

from itertools import count
from pathlib import Path
from typing import ClassVar

import pytest
from django.urls import resolve, reverse
from organizations.models import Organization

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.programs.models_api import Program
from openedx_catalog.contrib.subscriptions import api
from openedx_catalog.contrib.subscriptions.models_api import SubscriptionPlan
from openedx_catalog.models_api import CatalogCourse, CourseRun
from openedx_catalog.testing.contracts import ResourceContract, SchemaContract
from tests.rest_permissions import rules_of

pytestmark = pytest.mark.any_database

SPACE, APP = "openedx_catalog:subscriptions:", "openedx_catalog_subscriptions"
NUMBERS = count()


class TestPlans(ResourceContract):
    resource, changes = f"{SPACE}subscription", {"name": "Changed"}

    @classmethod
    def model(cls):
        return SubscriptionPlan

    def new(self):
        return {"name": "New"}

    def make_row(self):
        return api.create_subscription_plan(name=f"Plan {next(NUMBERS)}")

    def make_rows(self, count):
        for _number in range(count):
            self.make_row()


class InPlan(ResourceContract):
    """What a plan has; `kind` is the model of the rows."""

    kind: ClassVar = None

    @classmethod
    def model(cls):
        return cls.kind

    @classmethod
    def table(cls):
        return rules_of(cls.resource.rpartition(":")[2])

    def view(self):
        return resolve(self.list_url()).func.cls

    def routes(self):
        name = self.resource.rpartition(":")[2]
        urls = {f"{name}-list": self.list_url(), f"{name}-detail": reverse(f"{self.resource}-detail", args=["default", "x"])}
        return {
            route: {method.upper() for method in resolve(url).func.actions if method != "head"} for route, url in urls.items()
        }

    def url(self, route, row):
        return self.detail_url(row) if route.endswith("-detail") else self.list_url()

    def list_url(self):
        return reverse(f"{self.resource}-list", args=["default"])

    def detail_url(self, row):
        return reverse(f"{self.resource}-detail", args=["default", self.view()().lookup_of(row)])

    def included(self):
        """A course that a plan includes, with a run and a program, all new."""
        number = next(NUMBERS)
        org, key = f"Org{number}", f"course-v1:Org{number}+C+R"
        run = catalog.create_course_run(key, schedule={"pacing": "self"})
        program = programs.create_program(title=f"P{number}", type="xseries", status="active")
        programs.create_curriculum(program, name="Core", courses=[run.catalog_course])
        api.set_organization_subscription(org, True)
        api.refresh_subscriptions()
        return {CourseRun: run, CatalogCourse: run.catalog_course, Organization: run.catalog_course.org, Program: program}

    def make_row(self):
        if not programs.get_program_types().filter(slug="xseries").exists():
            programs.create_program_type(name="XSeries", slug="xseries")
        return self.included()[self.kind]

    def make_rows(self, count):
        for _number in range(count):
            self.make_row()


class TestCourses(InPlan):
    resource, kind = f"{SPACE}subscription-course", CatalogCourse

    def body(self, rule, row):
        return {"included": False} if rule.method == "PUT" else {}


class TestRuns(InPlan):
    resource, kind, detail_budget = f"{SPACE}subscription-run", CourseRun, 11


class TestPrograms(InPlan):
    resource, kind, detail_budget, list_budget = f"{SPACE}subscription-program", Program, 11, 13

    def hidden_rows(self):
        kept = list(Program.objects.filter(hidden=True))
        return kept or [programs.update_program(self.make_row(), hidden=True)]


class TestOrganizations(InPlan):
    resource, kind = f"{SPACE}subscription-organization", Organization


class TestSchema(SchemaContract):
    snapshot = Path(__file__).parents[2] / "docs" / "references" / "openapi-subscriptions.yml"
    paths = tuple(
        f"/api/catalog/v1/subscriptions/{path}"
        for path in ("", "{slug}/", "{plan}/courses/{key}/", "{plan}/programs/", "{plan}/organizations/{short_name}/")
    )
