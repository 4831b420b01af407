"""The small optional app of docs/how-tos/optional-app.rst, held to the contracts."""

from typing import ClassVar

from openedx_catalog.testing import CatalogCourseFactory
from openedx_catalog.testing.contracts import AdminContract, InstalledAppContract, ResourceContract, SchemaContract
from test_project.handouts.factories import HandoutFactory


class TestResource(ResourceContract):
    resource, factory = "openedx_catalog:handouts:handout", HandoutFactory
    changes: ClassVar = {"text": "Changed"}
    list_budget, detail_budget = 3, 2

    def new(self):
        return {"slug": "new", "catalog_course": CatalogCourseFactory().key_str}


class TestAdmin(AdminContract):
    factory, reads = HandoutFactory, ("handout-",)


class TestApp(InstalledAppContract):
    factory = HandoutFactory


class TestSchema(SchemaContract):
    paths = ("/api/catalog/v1/handouts/", "/api/catalog/v1/handouts/{slug}/")
