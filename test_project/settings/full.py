"""Everything of ours, and a host's own app that hangs a satellite on it and extends it."""

from .base import *  # noqa: F403

INSTALLED_APPS = [*BASE_APPS, "openedx_catalog", "openedx_catalog.contrib.programs", "test_project.satellite"]  # noqa: F405
