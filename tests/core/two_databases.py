"""Settings of a host with a database that is not the catalog's, as the LMS has one for its student modules."""

import os

from test_project.settings.sync import *  # noqa: F403

DATABASES["elsewhere"] = {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["CATALOG_ELSEWHERE"]}  # noqa: F405
DATABASE_ROUTERS = [f"{__name__}.KeepsOut"]


class KeepsOut:
    """What such a host's router says."""

    def allow_migrate(self, db, app_label, model_name=None, **hints):
        return db != "elsewhere"
