"""Texts that came from somewhere else, made fit for a column, a message and a line."""

from __future__ import annotations

from openedx_catalog import keys

MAX_ID = 255
# Of any other text that a source says: more than any column of ours takes.
MAX_TEXT = 10_000
MAX_REASON = 1000


def storable(text: str, most: int = 0) -> str:
    """The text with NUL and half surrogate pairs spelled out, and cut to `most` characters."""
    found = text.replace("\x00", "\\x00").encode("utf-8", "backslashreplace").decode()
    return found if not most or len(found) <= most else f"{found[: most - 1]}…"


def unusable_id(text: object) -> str:
    """Why this cannot be what a source calls a record ("is …"), or ""."""
    # Before anything that costs more the longer it is, as folding does.
    if isinstance(text, str) and len(text) > MAX_ID:
        return f"is longer than {MAX_ID} characters"
    if why := keys.unstorable(text):
        return why
    name = str(text)
    if len(name) > MAX_ID:
        return f"is longer than {MAX_ID} characters"
    if not name.isprintable():
        return "contains a line break or another character that does not print"
    return f"is longer than {MAX_ID} characters" if len(keys.fold(name)) > MAX_ID else ""
