"""
Texts from outside: under which form two are the same, which cannot be stored, and how much of one a message shows.

What says why a text is refused is a clause for the ``reason`` of an error: "it contains a NUL character".
"""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext as _

MAX_LENGTH = 255
# What a text may have before it is composed (NFC): no character is composed of more than four, so a longer one never comes to
# 255. Marks in a row are limited as in Unicode's Stream-Safe Text Format, since composing sorts them: 80,000 take 10 seconds.
MAX_GIVEN = 4 * MAX_LENGTH
MAX_MARKS = 30
# In the combining classes of a text, one byte a character: 0 of a letter.
_TOO_MANY_MARKS = re.compile(rb"[^\x00]{%d}" % (MAX_MARKS + 1))


def fold(text: str) -> str:
    """
    Return the form under which two spellings are the same: NFC, then Python's casefold.

    What `too_long` refuses is not composed. It is the key of nothing that is stored, so any folded form of it will do.
    """
    return compose(text).casefold()


def compose(text: str) -> str:
    """Return a text in NFC; as it is, where `too_long` refuses it."""
    return text if text.isascii() or too_long(text) else unicodedata.normalize("NFC", text)


def too_long(text: str) -> str:
    """
    Why a text is too long to be looked at as a key, a name or a code at all, or "".

    Every door asks this, or a stricter limit, before it composes, folds, matches or keeps what it was given.
    """
    if len(text) > MAX_GIVEN:
        return longer_than(MAX_LENGTH)
    if len(text) > MAX_MARKS and not text.isascii() and _TOO_MANY_MARKS.search(bytes(map(unicodedata.combining, text))):
        return _("it has more than %(limit)d combining marks in a row") % {"limit": MAX_MARKS}
    return ""


def longer_than(limit: int) -> str:
    """The reason that a text is too long."""
    return _("it is longer than %(limit)d characters") % {"limit": limit}


def unstorable(text: object) -> str:
    """Why this cannot be stored as a text, or looked for, on every database, or ""."""
    if not isinstance(text, str):
        return _("expected a string, got %(type)s") % {"type": type(text).__name__}
    if "\x00" in text:
        return _("it contains a NUL character")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            return _("it contains an unpaired surrogate")
    return ""


def names_nothing(text: object) -> str:
    """Why this cannot be what a key, a code or a name of ours is looked up by, or ""."""
    return unstorable(text) or too_long(str(text).strip())


def storable(text: str, max_length: int = 0) -> str:
    """
    A text from outside (an error of a producer, a value of a source) as every database takes it.

    NUL and unpaired surrogates are spelled out, and what is longer than `max_length` characters (0: any) is cut.
    """
    found = text.replace("\x00", "\\x00").encode("utf-8", "backslashreplace").decode()
    return found if not max_length or len(found) <= max_length else f"{found[: max_length - 1]}…"


def shorten(value: object, limit: int = 300) -> str:
    """
    Cut a text for a message or a report, which a cell of 50,000 characters should not fill.

    An unpaired surrogate, which no report could be written with, is spelled out.
    """
    try:
        whole = str(value)
    except (ValueError, RecursionError):
        # Python refuses to write out an integer of 5,000 digits.
        return f"({type(value).__name__})"
    text = whole[: limit + 1].encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= limit else _("%(text)s… (%(length)d characters)") % {"text": text[:limit], "length": len(whole)}
