"""
openedx-core's own tests of its catalog run against ours: what PEER_TESTS has is collected in place of ``differences.toml``.

A test that the file lists must fail, every other one must pass, and every one that is listed must be there.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from .differences import FILE, reasons


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """The list of differences stands for the modules that it is about."""
    return PeerModules.from_parent(parent, path=file_path) if file_path == FILE else None


class PeerModules(pytest.File):
    """The modules that ``fetch.py`` has left in the folder PEER_TESTS."""

    def collect(self) -> Iterator[pytest.Collector]:
        folder = Path(os.environ.get("PEER_TESTS") or "-")
        modules = sorted(folder.glob("test_*.py"))
        if not modules:
            reason = "set PEER_TESTS to the folder that tests/peer/fetch.py has filled"
            (pytest.fail if "peer" in os.environ.get("CATALOG_REQUIRE", "") else pytest.skip)(reason)
        for module in modules:
            yield pytest.Module.from_parent(self, path=module)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what is expected to fail. Nothing may be listed that is not there, unless only some tests are asked for."""
    listed, seen = reasons(connection.vendor), set()
    for item in items:
        if any(isinstance(parent, PeerModules) for parent in item.iter_parents()):
            names = {name_of(item), name_of(item).partition("[")[0]}
            seen |= names
            for name in names & listed.keys():
                item.add_marker(pytest.mark.xfail(reason=listed[name], strict=True))
    if seen and not config.option.keyword and (gone := sorted(listed.keys() - seen)):
        raise pytest.UsageError(f"{FILE.name} lists tests that openedx-core does not have: {', '.join(gone)}")


def name_of(item: pytest.Item) -> str:
    """``test_api.py::TestSomething::test_this``; in brackets, its parameters."""
    module = next(parent for parent in item.iter_parents() if isinstance(parent, pytest.Module))
    inner = [parent.name for parent in item.iter_parents() if isinstance(parent, pytest.Class)]
    return "::".join([module.path.name, *reversed(inner), item.name])


@pytest.fixture(autouse=True)
def settings_of_the_peer(settings: Any) -> None:
    """What openedx-core's own tests run with."""
    settings.LANGUAGE_CODE = "en-us"
