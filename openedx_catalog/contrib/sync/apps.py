"""The app."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec

from django.core.exceptions import ImproperlyConfigured
from django.db.models.signals import pre_migrate

from openedx_catalog.extensions import CatalogExtensionConfig


class SyncConfig(CatalogExtensionConfig):
    """Label ``openedx_catalog_sync``."""

    name = "openedx_catalog.contrib.sync"
    label = "openedx_catalog_sync"
    verbose_name = "Open edX Catalog: Sync"
    default_auto_field = "django.db.models.BigAutoField"

    def import_models(self) -> None:
        """Say in words what is not installed, before something else imports it. Raises ImproperlyConfigured."""
        if not (find_spec("edx_rest_api_client") and find_spec("requests_hardened")):
            raise ImproperlyConfigured(f'{self.name} needs its extra: pip install "openedx-catalog[sync]".')
        super().import_models()

    def pinned_fields(self, course_keys: Sequence[str]) -> Mapping[str, set[str]]:
        """Keep what somebody has pinned from every source."""
        from . import api

        return api.pinned_fields(course_keys)

    def ready(self) -> None:
        """Register the checks, and connect the guard against losing rows with the app."""
        from openedx_catalog import guards

        from . import checks  # noqa: F401

        pre_migrate.connect(guards.refuse_uninstall, sender=self, dispatch_uid=f"{self.label}.refuse_uninstall")
