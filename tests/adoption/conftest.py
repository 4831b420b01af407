"""Databases of the peer's making, in whichever database system the tests run on."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import attrs
import pytest
from django.core.management import call_command

HERE = Path(__file__).parent


@attrs.frozen
class Peer:
    """A Python that has openedx-core installed, and cannot find this checkout; `site` starts Django in it."""

    python: str
    folder: Path
    site: Path = HERE / "peer_site.py"

    def run(self, database: str, *arguments: str) -> str:
        """Run a management command, or a script of this folder, on a database; what it prints."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "DJANGO"))}
        environment["CATALOG_DB_NAME"] = database
        command = [self.python, "-I", str(self.site), *arguments]
        child = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)
        assert child.returncode == 0, child.stderr
        return child.stdout

    def run_script(self, database: str, *arguments: str) -> Any:
        """What `main` of the script returns."""
        return json.loads(self.run(database, *arguments).splitlines()[-1])


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


def migrate(*arguments: str) -> None:
    """Our ``manage.py migrate``."""
    call_command("migrate", *arguments, verbosity=0)
