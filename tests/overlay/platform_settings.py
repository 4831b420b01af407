"""
Settings of a host shaped like LMS and CMS from Verawood on: it lists the apps of openedx-core, openedx_catalog among them, and
then what it finds of plugins. ``CATALOG_HOST=service`` is a host that looks for no plugins.

Whose openedx_catalog it is, the environment decides; the database is the one that the variables of our test project name.
"""

import os
import runpy
import sys
from importlib.util import find_spec
from pathlib import Path

from edx_django_utils.plugins import add_plugins, get_plugin_apps
from openedx_content.settings_api import openedx_content_backcompat_apps_to_install

PROJECT = Path(__file__).resolve().parents[2] / "test_project"
sys.path.append(str(PROJECT / "platform_stub"))

SECRET_KEY = "for the overlay's tests only"
DATABASES = {"default": runpy.run_path(str(PROJECT / "settings" / "databases.py"))["database"]()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
LANGUAGE_CODE = "en"
SIMPLE_HISTORY_DATE_INDEX = False
PROJECT_TYPE = "cms.djangoapp"
ROOT_URLCONF = "platform_urls"
OPENEDX_CORE_APPS = ["openedx_catalog", "openedx_tagging", "openedx_content", *openedx_content_backcompat_apps_to_install()]
# Not in 1.1.0.
OPENEDX_CORE_APPS += ["openedx_learning"] if find_spec("openedx_learning") else []
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "simple_history",
    "organizations",
    "openedx_events",
    *OPENEDX_CORE_APPS,
]
if os.environ.get("CATALOG_HOST") != "service":
    INSTALLED_APPS += ["openedx.core.djangoapps.content.course_overviews", "openedx.core.djangoapps.plugins"]
    INSTALLED_APPS += get_plugin_apps(PROJECT_TYPE)
    add_plugins(__name__, PROJECT_TYPE, "common")
