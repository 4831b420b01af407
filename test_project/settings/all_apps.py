"""A host with every optional app: where apps meet, what types are checked with, and documents are made of."""

from .sync import *  # noqa: F403
from .sync import INSTALLED_APPS

INSTALLED_APPS = [
    *INSTALLED_APPS,
    "openedx_catalog.contrib.course_types",
    "openedx_catalog.contrib.subscriptions",
    "openedx_catalog.contrib.listings",
]
