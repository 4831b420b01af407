"""A host with skills of courses and programs, and a stand-in for taxonomy-connector."""

from .base import *  # noqa: F403

INSTALLED_APPS = [
    *BASE_APPS,  # noqa: F405
    "openedx_catalog",
    "openedx_catalog.contrib.programs",
    "openedx_catalog.contrib.skills",
    "tests.skills.taxonomy",
]
