"""The core app, and a host's own app that hangs a satellite on it and extends it."""

from .base import *  # noqa: F403

INSTALLED_APPS = [*BASE_APPS, "openedx_catalog", "test_project.satellite"]  # noqa: F405
