"""The app."""

from __future__ import annotations

from openedx_catalog.extensions import CatalogExtensionConfig


class SearchConfig(CatalogExtensionConfig):
    """Label ``openedx_catalog_search``."""

    name = "openedx_catalog.contrib.search"
    label = "openedx_catalog_search"
    verbose_name = "Open edX Catalog: Search"
    catalog_urls = "openedx_catalog.contrib.search.urls"
