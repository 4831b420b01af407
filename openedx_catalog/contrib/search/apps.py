"""The app."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from openedx_catalog.extensions import CatalogExtensionConfig

if TYPE_CHECKING:
    from openedx_catalog.data import Finding, PageLink
    from openedx_catalog.rest_api.v1.extending import CourseFields, RunFields


class SearchConfig(CatalogExtensionConfig):
    """Label ``openedx_catalog_search``."""

    name = "openedx_catalog.contrib.search"
    label = "openedx_catalog_search"
    verbose_name = "Open edX Catalog: Search"
    catalog_urls = "openedx_catalog.contrib.search.urls"

    def page_links(self) -> Sequence[PageLink]:
        """The page of search."""
        from openedx_catalog.data import PageLink

        return [PageLink(_("Search"), reverse("openedx_catalog:search:search-page"), "search")]

    def catalog_course_fields(self) -> type[CourseFields]:
        """Catalog courses by the course catalog that has them."""
        from .rest_api.v1.filters import CatalogOfCourse

        return CatalogOfCourse

    def course_run_fields(self) -> type[RunFields]:
        """The same of their runs."""
        from .rest_api.v1.filters import CatalogOfRun

        return CatalogOfRun

    def ready(self) -> None:
        """Guard against losing rows with the app, and check the settings."""
        from django.db.models.signals import pre_migrate

        from openedx_catalog import guards

        from . import checks  # noqa: F401

        pre_migrate.connect(guards.refuse_uninstall, sender=self, dispatch_uid=f"{self.label}.refuse_uninstall")

    def needs_decision(self, viewer: Any) -> Sequence[tuple[str, str]]:
        """An index that nobody keeps in step."""
        from .admin.indexes import to_look_into

        return to_look_into(viewer)

    def diagnose(self, quick: bool) -> Iterator[Finding]:
        """An index that nobody keeps in step, and queries that are not understood any more."""
        from . import api

        return api.diagnose(quick)
