"""
A host shaped like LMS or CMS (PROJECT_TYPE): the catalog comes in as a plugin, discovered by its entry point.

CATALOG_PLATFORM_LISTS names what the platform, or its operator, lists of ours: nothing, the core app as newer releases do, or
optional apps; separated by blanks.
"""

import os
import sys
from pathlib import Path

from edx_django_utils.plugins import add_plugins, get_plugin_apps

from .base import *  # noqa: F403

sys.path.insert(0, str(Path(__file__).parent.parent / "platform_stub"))

PROJECT_TYPE = os.environ.get("CATALOG_PROJECT_TYPE", "cms.djangoapp")
ROOT_URLCONF = "test_project.platform_urls"
# An operator's own value, which no plugin overwrites.
OPENEDX_CATALOG_KEEP_MESSAGES_DAYS = 7
INSTALLED_APPS = [
    *BASE_APPS,  # noqa: F405
    "openedx_events",
    "openedx.core.djangoapps.content.course_overviews",
    "openedx.core.djangoapps.plugins",
    *os.environ.get("CATALOG_PLATFORM_LISTS", "").split(),
    "learning_stub",
    # Found through the app itself, without an entry point of its own.
    "test_project.satellite",
]
INSTALLED_APPS += get_plugin_apps(PROJECT_TYPE)
add_plugins(__name__, PROJECT_TYPE, "common")
