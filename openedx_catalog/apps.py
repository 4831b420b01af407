"""
The app. Imports the standard library and django.apps only: an import error here drops a plugin without a word.
"""

from django.apps import AppConfig


class OpenedxCatalogConfig(AppConfig):
    """Label ``openedx_catalog``, as openedx-core's app: its tables are ours, and foreign keys name it (ADR 0007)."""

    name = "openedx_catalog"
    label = "openedx_catalog"
    verbose_name = "Open edX Catalog"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the guards and the checks."""
        from . import checks, handlers

        checks.register()
        handlers.connect(self)
