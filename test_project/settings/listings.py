"""A host with listings, and with programs, which have pages too."""

from .base import *  # noqa: F403

INSTALLED_APPS = [
    *BASE_APPS,  # noqa: F405
    "openedx_catalog",
    "openedx_catalog.contrib.listings",
    "openedx_catalog.contrib.programs",
]
