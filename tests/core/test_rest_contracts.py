"""The resources of the core, held to the contracts; and that these hold every route that there is."""

from copy import copy
from typing import ClassVar

import pytest
from django.urls import get_resolver

from openedx_catalog import api
from openedx_catalog.models_api import DeletedRunKey
from openedx_catalog.testing import CatalogCourseFactory, CourseRunFactory, DeletedRunKeyFactory, OrganizationFactory
from openedx_catalog.testing.contracts import ResourceContract
from tests.conftest import RUN_KEY
from tests.rest_permissions import ROOT, RULES, rules_of

pytestmark = pytest.mark.any_database

V1 = "openedx_catalog:v1:"


def bulk_runs(count, start=[0]):  # noqa: B006 - it counts
    """Runs of many organizations and courses, with schedules."""
    first, start[0] = start[0], start[0] + count
    records = [
        api.AssociationRecord(f"course-v1:O{n % 40}+C{n // 2}+{n}", title=f"T{n}", start="2027-01-31T10:00:00Z")
        for n in range(first, first + count)
    ]
    api.associate_course_runs(records, source="test")


class Core(ResourceContract):
    list_budget, detail_budget, sizes = 3, 2, (10, 1000)

    def make_rows(self, count):
        bulk_runs(count)


class TestOrganizations(Core):
    resource, factory, rules = f"{V1}organization", OrganizationFactory, rules_of("organization")
    changes: ClassVar = {"name": "Changed"}

    def new(self):
        return {"short_name": "New"}


class TestCatalogCourses(Core):
    resource, factory, rules = f"{V1}catalog-course", CatalogCourseFactory, rules_of("catalog-course")
    changes: ClassVar = {"title": "Changed"}

    def new(self):
        return {"org_code": "MITx", "course_code": "New"}

    def query(self, rule):
        return "?start=2027-01-31T10:00:00Z" if rule.route == "catalog-course-next-run-key" else ""

    def make_row(self):
        for code in ("Other", "Merged", "Former"):
            api.create_catalog_course(org_code="MITx", course_code=code)
        course = api.rename_catalog_course("MITx+Former", course_code="14.100x", reason="r")
        api.associate_course_run(RUN_KEY)
        return api.merge_catalog_courses("MITx+Merged", into=course, reason="r")

    def bodies(self, row):
        return {
            "catalog-course-merge": {"into": "MITx+Other", "reason": "taught together"},
            "catalog-course-rename": {"course_code": "Newer", "reason": "taught together"},
            "catalog-course-release-code": {"code": "Former", "reason": "taught together"},
            "catalog-course-give-code": {"code": "Former", "to": "MITx+Other", "reason": "taught together"},
            "catalog-course-swap-codes": {"catalog_course": "MITx+Other", "reason": "taught together"},
            "catalog-course-set-rerun-code": {"code": "Rerun", "reason": "taught together"},
            "catalog-course-move": {"org_code": "MITx", "course_code": "Newer", "reason": "taught together"},
            "catalog-course-split": {"course_keys": [RUN_KEY], "course_code": "Newer", "reason": "taught together"},
            "catalog-course-unmerge": {"merged": "MITx+Merged", "reason": "taught together"},
        }


class TestCourseRuns(Core):
    resource, factory, rules = f"{V1}course-run", CourseRunFactory, rules_of("course-run")
    changes: ClassVar = {"title": "Changed"}

    def new(self):
        return {"course_key": "course-v1:MITx+New+1"}

    def make_row(self):
        api.create_catalog_course(org_code="MITx", course_code="Other")
        return api.associate_course_run(RUN_KEY).run

    def bodies(self, row):
        return {
            "course-run-move": {"catalog_course": "MITx+Other", "reason": "taught together"},
            "course-run-move-many": {
                "moves": [{"course_run": RUN_KEY, "catalog_course": "MITx+Other"}],
                "reason": "taught together",
            },
            "course-run-follow-key": {"reason": "taught together"},
            "course-run-associate": {"records": [{"course_key": "course-v1:MITx+New+2"}]},
            "course-run-resolve": {"course_keys": [RUN_KEY]},
        }


class TestDeletedCourseRuns(Core):
    resource, factory, rules = f"{V1}deleted-course-run", DeletedRunKeyFactory, rules_of("deleted-course-run")
    detail_budget = 3

    def routes(self):
        """Without what the resource leaves out."""
        offered = {f"deleted-course-run-{name}": {"GET"} for name in ("list", "detail")}
        return super().routes() | offered

    def make_row(self):
        api.associate_course_run(RUN_KEY)
        api.delete_course_run(RUN_KEY, for_good=True)
        return api.get_deleted_run_key(RUN_KEY)

    def make_rows(self, count):
        """As one that was made and deleted, which takes a hundredth of a second each."""
        like = DeletedRunKeyFactory()
        rows = [copy(like) for _number in range(1, count)]
        for number, row in enumerate(rows):
            row.pk, row.course_key = None, f"{like.course_key}{number}"
        DeletedRunKey.objects.bulk_create(rows)

    def bodies(self, row):
        return {"deleted-course-run-restore": {"reason": "taught together"}}


@pytest.mark.once
def test_every_route_is_held_to_a_contract():
    routes = {pattern.name for pattern in get_resolver("openedx_catalog.rest_api.v1.urls").url_patterns}
    assert routes == {rule.route for rule in [ROOT, *RULES]}
