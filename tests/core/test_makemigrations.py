"""What a plain ``makemigrations`` writes in a host: nothing into our packages, and nothing into that of edx-organizations."""

import json
import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.once
BETWEEN = "-" * 20
COMMANDS = f"""
import json, sys
from django.core.management import execute_from_command_line
for words in json.loads(sys.argv[1]):
    execute_from_command_line(["manage.py", *words])
    print({BETWEEN!r}, flush=True)
"""


@pytest.fixture
def manage(tmp_path):
    """``manage(mended, *commands)`` in `plain_host`: what they printed, one after the other."""

    def run(mended, *commands):
        environment = {"DJANGO_SETTINGS_MODULE": "tests.core.plain_host", "CATALOG_MENDED": mended, "CATALOG_DB": "sqlite"}
        environment["CATALOG_DB_NAME"] = str(tmp_path / "plain.sqlite3")
        return subprocess.run(
            [sys.executable, "-c", COMMANDS, json.dumps(commands)],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ).stdout

    return run


@pytest.mark.parametrize(
    ("mended", "hints"),
    [
        ("", ["SIMPLE_HISTORY_DATE_INDEX = False", "openedx_catalog.host_apps.OrganizationsConfig"]),
        ("date", ["openedx_catalog.host_apps.OrganizationsConfig"]),
        ("organizations", ["SIMPLE_HISTORY_DATE_INDEX = False"]),
        ("date + organizations", []),
        ("date + ids", []),
    ],
)
def test_the_check_warns_wherever_it_would_write_into_the_package_of_others(manage, mended, hints):
    reported, _line, written = manage(mended, ["check"], ["makemigrations", "--dry-run"]).partition(f"{BETWEEN}\n")
    assert ("openedx_catalog.W006" in reported) == bool(hints)
    assert [hint for hint in ("SIMPLE_HISTORY_DATE_INDEX = False", "host_apps.OrganizationsConfig") if hint in reported] == [
        hint.removeprefix("openedx_catalog.") for hint in hints
    ]
    apps = {line.split("'")[1] for line in written.splitlines() if line.startswith("Migrations for")}
    assert apps == ({"organizations"} if hints else set()), written
