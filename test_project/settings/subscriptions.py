"""A host with subscriptions and programs."""

from .base import *  # noqa: F403

INSTALLED_APPS = [
    *BASE_APPS,  # noqa: F405
    "openedx_catalog",
    "openedx_catalog.contrib.programs",
    "openedx_catalog.contrib.subscriptions",
]
