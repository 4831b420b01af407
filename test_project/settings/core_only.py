"""The core app and nothing else of ours."""

from .base import *  # noqa: F403

INSTALLED_APPS = [*BASE_APPS, "openedx_catalog"]  # noqa: F405
