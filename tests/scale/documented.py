"""What docs/references/performance.rst says is scanned: the list that the tests hold the plans to."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

PAGE = Path(__file__).parents[2] / "docs" / "references" / "performance.rst"
ROW = re.compile(r"^   \* - (.+(?:\n       .+)*)\n     - (.+(?:\n       .+)*)\n     - (.+(?:\n       .+)*)\n", re.MULTILINE)
LITERAL = re.compile(r"``([^`]+)``")
# What a plan may depend on, and a list may not: where in it a page is, and how it is reached.
PLACES = ("page", "page_size", "cursor", "count", "p")


class Entry(NamedTuple):
    """One row of the list. Where plans differ from time to time, the table need not be scanned."""

    patterns: tuple[str, ...]
    tables: frozenset[str]
    at_times: bool

    def allows(self, request: str, table: str) -> bool:
        return table in self.tables and any(fnmatchcase(request, pattern) for pattern in self.patterns)


def entries() -> list[Entry]:
    """The rows of the list, but for its header."""
    rows = ROW.findall(PAGE.read_text(encoding="utf-8"))[1:]
    return [
        Entry(tuple(LITERAL.findall(requests)), frozenset(LITERAL.findall(tables)), "at times" in tables)
        for requests, tables, _why in rows
    ]


def named(url: str) -> str:
    """A request as the list has it: without the root of the API, and without the place in a list."""
    parts = urlsplit(url)
    asked = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in PLACES]
    path = unquote(parts.path).removeprefix("/api/catalog/v1").lstrip("/")
    return f"{path}?{unquote(urlencode(asked))}" if asked else path
