"""A host with course types, and nothing else of what is optional."""

from .base import *  # noqa: F403

INSTALLED_APPS = [*BASE_APPS, "openedx_catalog", "openedx_catalog.contrib.course_types"]  # noqa: F405
