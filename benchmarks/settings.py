"""The test project as a server runs it: connections stay open."""

from test_project.settings.core_only import *  # noqa: F403

DATABASES["default"]["CONN_MAX_AGE"] = None  # noqa: F405
ROOT_URLCONF = "benchmarks.site"
