"""Databases of the peer's making, in whichever database system the tests run on."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection

HERE = Path(__file__).parent


@attrs.frozen
class Peer:
    """The Python that has openedx-core installed, and cannot find this checkout."""

    python: str
    folder: Path

    def run(self, database: str, *arguments: str) -> str:
        """Run a management command, or a script of this folder, on a database; what it prints."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "DJANGO"))}
        environment["CATALOG_DB_NAME"] = database
        command = [self.python, "-I", str(HERE / "peer_site.py"), *arguments]
        child = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)
        assert child.returncode == 0, child.stderr
        return child.stdout

    def run_script(self, database: str, name: str) -> Any:
        """What `main` of the script returns."""
        return json.loads(self.run(database, name).splitlines()[-1])


@pytest.fixture(scope="session")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Peer:
    """openedx-core 1.15.2, in an environment of its own."""
    python = os.environ.get("PEER_PYTHON")
    if not python:
        pytest.skip("set PEER_PYTHON to a Python that has openedx-core==1.15.2 installed")
    peer = Peer(python, tmp_path_factory.mktemp("peer"))
    found = subprocess.run(
        [python, "-I", "-c", "from importlib.metadata import version; print(version('openedx-core'))"],
        cwd=peer.folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert found.stdout.strip() == "1.15.2", f"{python} has openedx-core {found.stdout or found.stderr}"
    return peer


@contextmanager
def new_database(name: str, folder: Path) -> Iterator[str]:
    """An empty database beside the configured one, dropped at the end; to be used with `on_database`."""
    if connection.vendor == "sqlite":
        yield str(folder / f"{name}.sqlite3")
        return
    full_name = f"{connection.settings_dict['NAME']}_{name}"
    quoted = connection.ops.quote_name(full_name)
    charset = " CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci" if connection.vendor == "mysql" else ""
    _on_server(f"DROP DATABASE IF EXISTS {quoted}", f"CREATE DATABASE {quoted}{charset}")
    try:
        yield full_name
    finally:
        _on_server(f"DROP DATABASE {quoted}")


def _on_server(*statements: str) -> None:
    # What Django's own test runner creates and drops databases with.
    with connection._nodb_cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@contextmanager
def on_database(name: str) -> Iterator[None]:
    """Let the default connection, and so the API and the commands, work on another database."""
    before = connection.settings_dict["NAME"]
    _switch(name)
    try:
        yield
    finally:
        _switch(before)


def _switch(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name
    ContentType.objects.clear_cache()


def migrate(*arguments: str) -> None:
    """Our ``manage.py migrate``."""
    call_command("migrate", *arguments, verbosity=0)
