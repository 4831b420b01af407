"""A small optional app: handouts of catalog courses. docs/how-tos/optional-app.rst walks through it."""

from django.db.models.signals import pre_migrate

from openedx_catalog.extensions import CatalogExtensionConfig

from . import signals  # noqa: F401


class HandoutsConfig(CatalogExtensionConfig):
    """Label ``handouts``."""

    name = "test_project.handouts"
    label = "handouts"
    catalog_urls = "test_project.handouts.urls"

    def ready(self) -> None:
        """No ``migrate handouts zero`` while there are handouts."""
        from openedx_catalog.guards import refuse_uninstall

        pre_migrate.connect(refuse_uninstall, sender=self)
