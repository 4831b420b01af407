"""A host with tables of its own, from the abstract bases; the core app is not installed."""

from .base import *  # noqa: F403

INSTALLED_APPS = [*BASE_APPS, "test_project.custom_catalog"]  # noqa: F405
