"""
Settings of a host that has done no more than add our apps; CATALOG_MENDED names what it has set since, of the check's hints.

Django's own defaults make ids and dates of edx-organizations otherwise than its migrations have them.
"""

import os

from test_project.settings.sync import *  # noqa: F403

MENDED = os.environ.get("CATALOG_MENDED", "")
if "date" not in MENDED:
    del SIMPLE_HISTORY_DATE_INDEX  # noqa: F821
if "organizations" not in MENDED:
    INSTALLED_APPS = [name.replace("openedx_catalog.host_apps.OrganizationsConfig", "organizations") for name in INSTALLED_APPS]  # noqa: F405
if "ids" in MENDED:
    DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
