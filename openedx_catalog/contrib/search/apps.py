"""The app."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from openedx_catalog.extensions import CatalogExtensionConfig

if TYPE_CHECKING:
    from openedx_catalog.data import PageLink


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
