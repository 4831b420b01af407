"""A host with every optional app: where apps meet, what types are checked with, and documents are made of."""

from .sync import *  # noqa: F403
from .sync import INSTALLED_APPS

INSTALLED_APPS = [
    *INSTALLED_APPS,
    "openedx_catalog.contrib.course_types",
    "openedx_catalog.contrib.subscriptions",
    "openedx_catalog.contrib.skills",
    "openedx_catalog.contrib.listings",
    "openedx_catalog.contrib.publishing",
    "openedx_catalog.contrib.pathways",
    "openedx_catalog.contrib.search",
]
OPENEDX_CATALOG_LEGAL_GROUP = "Legal"
OPENEDX_CATALOG_COMMENTS = "openedx_catalog.contrib.publishing.comments.DatabaseComments"
