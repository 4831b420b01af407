"""The ordinary wheel where openedx-core is: pip mixes their files, and the first command says so, before any DDL."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import pytest

from .conftest import HERE, Environment, Wheels

# Nothing is written, so all databases say the same.
pytestmark = [pytest.mark.slow, pytest.mark.once]

CORE = "openedx-core==1.15.2"
MIXED = "openedx-core and openedx-catalog are both installed, and both provide openedx_catalog: its files are mixed."
E001, IMPROPER = "(openedx_catalog.E001)", "ImproperlyConfigured:"


@pytest.fixture(scope="module", params=["core first", "ours first"])
def mixed(request: pytest.FixtureRequest, wheels: Wheels, new_environment: Any) -> tuple[str, Environment]:
    """What the environment says, and the environment; the overlay is not there to help."""
    pins = "platform-2026-08.txt"
    if request.param == "core first":
        environment = new_environment(pins, CORE)
        environment.install(wheels.ordinary)
        return E001, environment
    environment = new_environment(pins, wheels.ordinary)
    environment.install(CORE)
    return IMPROPER, environment


@pytest.mark.parametrize("host", ["platform", "service"])
def test_the_first_command_stops_in_words(mixed: tuple[str, Environment], host: str, tmp_path: Path):
    """Whether both the platform and the plugin bring the app, or a service lists it that knows no plugins."""
    expected, environment = mixed
    database = tmp_path / "untouched.sqlite3"
    variables = os.environ | {"CATALOG_DB": "sqlite", "CATALOG_DB_NAME": str(database), "CATALOG_HOST": host}
    command = [environment.python, "-I", str(HERE / "platform_site.py"), "migrate"]
    done = subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert (expected in done.stderr, MIXED in done.stderr, "openedx-catalog-overlay" in done.stderr) == (True, True, True), (
        done.stderr
    )
    assert tables(database) == []


def tables(database: Path) -> list[str]:
    with sqlite3.connect(database) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM sqlite_master")]
