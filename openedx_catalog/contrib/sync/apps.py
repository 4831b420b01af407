"""The app."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from openedx_catalog.extensions import CatalogExtensionConfig


class SyncConfig(CatalogExtensionConfig):
    """Label ``openedx_catalog_sync``."""

    name = "openedx_catalog.contrib.sync"
    label = "openedx_catalog_sync"
    verbose_name = "Open edX Catalog: Sync"
    default_auto_field = "django.db.models.BigAutoField"

    def pinned_fields(self, course_keys: Sequence[str]) -> Mapping[str, set[str]]:
        """Keep what somebody has pinned from every source."""
        from . import api

        return api.pinned_fields(course_keys)

    def ready(self) -> None:
        """Connect the guard against losing rows with the app."""
        from . import handlers

        handlers.connect(self)
