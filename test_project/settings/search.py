"""A host with all that is searched: courses, programs, listings, course types, pathways and skills."""

from .pathways import *  # noqa: F403
from .pathways import INSTALLED_APPS

INSTALLED_APPS = [
    *INSTALLED_APPS,
    "openedx_catalog.contrib.course_types",
    "openedx_catalog.contrib.skills",
    "openedx_catalog.contrib.search",
]
