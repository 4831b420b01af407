"""Everything of ours, and a host's own app that hangs a satellite on it and extends it."""

import sys
from pathlib import Path

from .base import *  # noqa: F403

sys.path.insert(0, str(Path(__file__).parent.parent / "platform_stub"))

INSTALLED_APPS = [
    *BASE_APPS,  # noqa: F405
    "django.contrib.sites",
    "openedx_catalog",
    "openedx_catalog.contrib.programs",
    "openedx_catalog.contrib.sync",
    "openedx_catalog.contrib.course_types",
    "openedx_catalog.contrib.subscriptions",
    "openedx_catalog.contrib.skills",
    "openedx_catalog.contrib.listings",
    "openedx_catalog.contrib.publishing",
    "openedx_catalog.contrib.pathways",
    "openedx_catalog.contrib.search",
    "test_project.satellite",
    "test_project.handouts",
    # What of the LMS its programs data is about.
    "openedx.core.djangoapps.content.course_overviews",
    "common.djangoapps.course_modes",
    "openedx.core.djangoapps.site_configuration",
]
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "KEY_FUNCTION": "test_project.cache_keys.readable",
    }
}
OPENEDX_CATALOG_LEGAL_GROUP = "Legal"
OPENEDX_CATALOG_COMMENTS = "openedx_catalog.contrib.publishing.comments.DatabaseComments"
# As an LMS that reads its programs from the cache.
OPENEDX_CATALOG_FILL_LMS_CACHE = True
