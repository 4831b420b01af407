"""
The app. Imports django.apps and our events: openedx_events looks for every type that EVENT_BUS_PRODUCER_CONFIG names when it
is ready, which may be before we are.
"""

from django.apps import AppConfig

from . import signals  # noqa: F401


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


class CatalogAppConfig(OpenedxCatalogConfig):
    """The same, under the name that openedx-core's app has for it; ``"openedx_catalog"`` takes the one above."""

    default = False
