"""A host that is kept in step with other services."""

from .base import *  # noqa: F403

INSTALLED_APPS = [*BASE_APPS, "openedx_catalog", "openedx_catalog.contrib.programs", "openedx_catalog.contrib.sync"]  # noqa: F405
# The tests' own servers, on loopback.
OPENEDX_CATALOG_SYNC_ALLOWED_PRIVATE_HOSTS = ("127.0.0.1",)
