"""Both wheels, built once, and environments that hold openedx-core as the platform pins it. Needs uv and a package index."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

from tests.adoption.conftest import Peer
from tests.conftest import DATA
from tests.package import copy_source

HERE = Path(__file__).parent
DRIVERS = ("psycopg[binary]", "pymysql")


@attrs.frozen
class Wheels:
    ordinary: str
    overlay: str


@attrs.frozen
class Environment:
    """A virtual environment, and the platform's pins, by which whatever is installed there is constrained."""

    folder: Path
    constraints: Path

    @property
    def python(self) -> str:
        return str(self.folder / "bin" / "python")

    def install(self, *requirements: str) -> None:
        self._uv("install", "--constraint", str(self.constraints), *requirements)

    def uninstall(self, *names: str) -> None:
        self._uv("uninstall", *names)

    def check(self) -> None:
        """Fails where a requirement of an installed package is not met."""
        self._uv("check")

    def _uv(self, command: str, *arguments: str) -> None:
        full = [sys.executable, "-m", "uv", "pip", command, "--quiet", "--python", self.python, *arguments]
        done = subprocess.run(full, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    def call(self, database: str, *deeds: tuple[Any, ...]) -> list[Any]:
        """What functions of `deeds` answer, called one after the other in one process of the platform."""
        site = Peer(self.python, self.folder, HERE / "platform_site.py")
        return site.run_script(database, "call", json.dumps(deeds))

    def damaged(self) -> list[str]:
        """The files of openedx-core and of the overlay that are not as they were installed."""
        packages = next(self.folder.glob("lib/python*/site-packages"))
        found = []
        for record in packages.glob("openedx_c*.dist-info/RECORD"):
            rows = [line.rsplit(",", 2) for line in record.read_text(encoding="utf-8").splitlines()]
            found += [path for path, digest, _size in rows if digest and _digest(packages / path) != digest]
        return found


def _digest(path: Path) -> str:
    """As a RECORD has it."""
    if not path.exists():
        return "missing"
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(path.read_bytes()).digest()).decode().rstrip("=")


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Wheels:
    """Built from a copy of the tree, since a build leaves things in it."""
    folder = tmp_path_factory.mktemp("wheels")
    tree, dist = folder / "tree", folder / "dist"
    copy_source(tree)
    for source in (tree, tree / "overlay"):
        command = [sys.executable, "-m", "uv", "build", "--quiet", "--wheel", "--out-dir", str(dist), str(source)]
        subprocess.run(command, check=True, capture_output=True)
    return Wheels(
        ordinary=str(next(dist.glob("openedx_catalog-*.whl"))), overlay=str(next(dist.glob("openedx_catalog_overlay-*.whl")))
    )


@pytest.fixture(scope="session")
def new_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Environment]]:
    """``new_environment(pins, *requirements)``: a fresh one, with what is installed in it, constrained by a file of pins."""
    folders = []

    def make(pins: str, *requirements: str) -> Environment:
        folder = tmp_path_factory.mktemp("environment")
        folders.append(folder)
        subprocess.run(
            [sys.executable, "-m", "uv", "venv", "--quiet", "--python", sys.executable, str(folder / "venv")], check=True
        )
        constraints = folder / "constraints.txt"
        constraints.write_text("\n".join(constraints_of(pins)), encoding="utf-8")
        environment = Environment(folder / "venv", constraints)
        environment.install(*requirements, *DRIVERS)
        return environment

    yield make
    # 150 MB each, perhaps of memory.
    for folder in folders:
        shutil.rmtree(folder)


def constraints_of(pins: str) -> Iterable[str]:
    """The pins of a file that is not part of the project; none where it is not there. Which openedx-core, the tests decide."""
    path = DATA / "pins" / pins
    if not path.exists():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        if (pin := re.match(r"([\w.-]+)(?:\[.*\])?(==\S+)", line)) and pin[1] != "openedx-core":
            yield f"{pin[1]}{pin[2]}"
