"""
A comment as the text of a FeedItem of Salesforce, and back. Pure functions.

Whoever comments here has no account there, so the text says who it was, and about which run. The layout is that of
course-discovery: each reads what the other has written. A user and a key take one line each, in which a backslash marks what
could be taken for something else.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class FeedItem(NamedTuple):
    """What a text says: the name is first and last name in one. What it does not say is ""."""

    username: str
    name: str
    course_key: str
    body: str


_LINE = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r"})
_USERNAME = _LINE | str.maketrans({"(": "\\(", ")": "\\)"})
_MARKED = re.compile(r"\\([\\nr()])")
_MEANT = {"n": "\n", "r": "\r"}
_ITEM = re.compile(
    r"\[User\]\r?\n(?P<user>[^\r\n]*)\r?\n\r?\n"
    r"(?:\[Course Run\]\r?\n(?P<course_key>[^\r\n]*)\r?\n\r?\n)?"
    r"\[Body\]\r?\n(?P<body>.*)",
    re.DOTALL,
)
_USER = re.compile(r"(?P<name>.+) \((?P<username>(?:[^\\()]|\\.)*)\)")


def format_feed_item(username: str, body: str, *, name: str = "", course_key: str = "") -> str:
    """
    The text of a comment. `parse_feed_item` returns exactly what was given, whatever it was.

    ``[User]``, ``Ada Lovelace (ada)``, an empty line, ``[Course Run]``, ``course-v1:MITx+14.100x+3T2017``, an empty line,
    ``[Body]``, and the body as it is. A user without a name is the username alone; without a key there is no such heading.
    """
    user = username.translate(_USERNAME)
    run = f"[Course Run]\n{course_key.translate(_LINE)}\n\n" if course_key else ""
    return f"[User]\n{f'{name.translate(_LINE)} ({user})' if name else user}\n\n{run}[Body]\n{body}"


def parse_feed_item(text: str | None) -> FeedItem | None:
    """What a text says, or None where it has another layout: then who wrote it is its author in Salesforce."""
    found = _ITEM.fullmatch(text or "")
    if found is None:
        return None
    user = _USER.fullmatch(found["user"])
    name, username = (user["name"], user["username"]) if user else ("", found["user"])
    return FeedItem(_read(username), _read(name), _read(found["course_key"] or ""), found["body"])


def _read(line: str) -> str:
    return _MARKED.sub(lambda mark: _MEANT.get(mark[1], mark[1]), line)
