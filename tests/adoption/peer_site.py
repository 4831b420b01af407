"""
A site on openedx-core's app of the same name, started with the peer's own Python, which must not find ours:
``$PEER_PYTHON -I peer_site.py migrate`` or ``$PEER_PYTHON -I peer_site.py filling.py``, whose ``main()`` it prints as JSON.

The database is the one that the variables of our test project name.
"""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import execute_from_command_line

HERE = Path(__file__).parent
DATABASES = HERE.parent.parent / "test_project" / "settings" / "databases.py"


def configure() -> None:
    """The apps that the peer's catalog needs, in the database of the test."""
    settings.configure(
        DATABASES={"default": runpy.run_path(str(DATABASES))["database"]()},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "organizations", "openedx_catalog"],
        LANGUAGE_CODE="en",
        SECRET_KEY="for the peer site only",
        USE_TZ=True,
    )
    django.setup()


if __name__ == "__main__":
    configure()
    if sys.argv[1].endswith(".py"):
        print(json.dumps(runpy.run_path(str(HERE / sys.argv[1]))["main"]()))
    else:
        execute_from_command_line(sys.argv)
