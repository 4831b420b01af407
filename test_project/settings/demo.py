"""What ``make demo`` serves: every app of ours, a start page, and an LMS of its own to sync from."""

from pathlib import Path

from .sync import *  # noqa: F403
from .sync import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "openedx_catalog.contrib.listings", "openedx_catalog.contrib.publishing"]
OPENEDX_CATALOG_LEGAL_GROUP = "Legal"
OPENEDX_CATALOG_COMMENTS = "openedx_catalog.contrib.publishing.comments.DatabaseComments"
OPENEDX_CATALOG_SITE_NAME = "Open edX Catalog: a demo"
ROOT_URLCONF = "test_project.demo.urls"
TEMPLATES = [{**TEMPLATES[0], "DIRS": [Path(__file__).parent.parent / "demo" / "templates"]}]  # noqa: F405
# The public pages and those of REST open for whoever has not signed in yet.
OPENEDX_CATALOG_ANONYMOUS_READ = True
# Otherwise edx-django-utils looks for New Relic, and warns at the first request that it is not there.
OPENEDX_TELEMETRY = []
# What the demo's LMS lists: to be edited, so that the next sync has something to do.
DEMO_LMS_FILE = Path(DATABASES["default"]["NAME"]).with_suffix(".lms.json")  # noqa: F405
