"""A host with listings."""

from .base import *  # noqa: F403

INSTALLED_APPS = [
    *BASE_APPS,  # noqa: F405
    "openedx_catalog",
    "openedx_catalog.contrib.listings",
]
