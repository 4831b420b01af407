"""Course catalogs in REST and in the admin, held to the contracts; who sees which row says `test_viewers`."""

from pathlib import Path

import pytest

from openedx_catalog.testing.contracts import AdminContract, InstalledAppContract, ResourceContract, SchemaContract
from openedx_catalog.testing.search import CourseCatalogFactory
from tests.admin_pages import SEARCH
from tests.rest_permissions import rules_of

pytestmark = pytest.mark.any_database


class TestCatalogs(ResourceContract):
    resource, changes, factory, rules = (
        "openedx_catalog:search:course_catalog",
        {"name": "Changed"},
        CourseCatalogFactory,
        rules_of("course_catalog"),
    )

    # Others do not see the row: `test_viewers`. Nobody reads without an account, whatever the site opens.
    test_a_policy_or_a_setting_may_let_everybody_read = None

    @classmethod
    def users(cls):
        return ["anonymous", "inactive", "superuser", "openedx_catalog_search.change_coursecatalog"]

    def new(self):
        return {"name": "New", "query": "*"}

    def query(self, rule):
        asked = {"course_catalog-contains": "?course_id=MITx%2BA", "course_catalog-preview": "?query=*"}
        return asked.get(rule.route, "") if rule.method == "GET" else ""

    def bodies(self, row):
        return {"course_catalog-contains": {"course_ids": ["MITx+A"]}}


class TestCatalogsInTheAdmin(AdminContract):
    factory, reads = CourseCatalogFactory, ("Catalog ",)
    pages = SEARCH


class TestSearchIsInstalled(InstalledAppContract):
    factory = CourseCatalogFactory


class TestSchema(SchemaContract):
    snapshot = Path(__file__).parents[2] / "docs" / "references" / "openapi-search.yml"
    paths = (
        *(f"/api/catalog/v1/catalogs/{path}" for path in ("", "preview/", "{uuid}/", "{uuid}/courses/", "{uuid}/csv/")),
        "/api/catalog/v1/search/",
        "/api/catalog/v1/search/suggestions/",
    )
