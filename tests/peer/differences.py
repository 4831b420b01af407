"""The tests of openedx-core's catalog that ours fails on purpose, from ``differences.toml``; the documentation prints them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

FILE = Path(__file__).with_name("differences.toml")
VENDORS = {"sqlite": "sqlite", "postgresql": "postgresql", "mariadb": "mysql"}


@dataclass(frozen=True)
class Difference:
    """Why some tests, each ``module::test``, fail; on some databases, or on all of them."""

    reason: str
    tests: tuple[str, ...]
    databases: tuple[str, ...] = field(default=tuple(VENDORS))

    def is_on(self, vendor: str) -> bool:
        """Whether it is so on the database that Django calls this."""
        return vendor in {VENDORS[name] for name in self.databases}


def differences() -> list[Difference]:
    """All of them, in the order of the file."""
    with FILE.open("rb") as file:
        found = tomllib.load(file)["difference"]
    return [Difference(each["reason"], tuple(each["tests"]), tuple(each.get("databases", VENDORS))) for each in found]


def reasons(vendor: str) -> dict[str, str]:
    """``{test: reason}`` on one database."""
    return dict(_pairs(vendor))


def _pairs(vendor: str) -> Iterator[tuple[str, str]]:
    for each in differences():
        if each.is_on(vendor):
            yield from ((test, each.reason) for test in each.tests)
