"""A host with programs."""

from .base import *  # noqa: F403

INSTALLED_APPS = [*BASE_APPS, "openedx_catalog", "openedx_catalog.contrib.programs"]  # noqa: F405
