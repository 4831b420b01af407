"""
The tables of search.

Outside this package import them from `openedx_catalog.contrib.search.models_api`, and change them through its `api`.
"""

from openedx_catalog.extensions import require_installed

require_installed("openedx_catalog.contrib.search")

from .catalogs import CourseCatalog, CourseCatalogGroup, CourseCatalogUser  # noqa: E402
from .index import SearchIndex  # noqa: E402
from .stored import StoredDocument, StoredWord  # noqa: E402

__all__ = [
    "CourseCatalog",
    "CourseCatalogGroup",
    "CourseCatalogUser",
    "SearchIndex",
    "StoredDocument",
    "StoredWord",
]
