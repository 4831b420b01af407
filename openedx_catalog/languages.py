"""The languages of catalog courses: what is taken, and how it is stored. No database is read."""

from __future__ import annotations

import re
from typing import Any

from . import keys
from .exceptions import InvalidLanguage

# What the column takes, on every database: nothing, or more than every tag, also what openedx-core's app has stored.
LANGUAGE_PATTERN = r"^([a-z][a-z][a-z]?(\-[a-z0-9]+)*)?$"
# What is taken of others: a well-formed tag of BCP 47 (RFC 5646, langtag), in lowercase. A language of more than three letters
# is well-formed too, but there is none, and "english" would be one.
_LANGUAGE = re.compile(
    r"[a-z]{2,3}(-[a-z]{3}){0,3}"  # language, extlang
    r"(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?"  # script, region
    r"(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"  # variants
    r"(-[0-9a-wyz](-[a-z0-9]{2,8})+)*(-x(-[a-z0-9]{1,8})+)?"  # extensions, private use
)
# What openedx-core's column takes: whoever saves such a row for another reason is not to mend its language first.
_PEERS_LANGUAGE = re.compile(r"[a-z][a-z](-[a-z0-9]+)*")


def normalize_language(code: str) -> str:
    """
    Return a language code as the column takes it: ``pt_BR`` as "pt-br", ``zh-Hans`` as "zh-cn". Raises InvalidLanguage.

    A well-formed tag of BCP 47 whose language has two or three letters, in any case; "" where it is not known. The platform's
    own codes are the reason for the exceptions; see references/settings for the list.
    """
    if not isinstance(code, str):
        raise InvalidLanguage(value=keys.shorten(code))
    language = "" if keys.too_long(code) else code.strip().lower().replace("_", "-")
    language = {"zh-hans": "zh-cn", "zh-hant": "zh-hk", "ca@valencia": "ca-es-valencia"}.get(language, language)
    if len(language) > 64 or not (_LANGUAGE.fullmatch(language) or code.strip() == ""):
        raise InvalidLanguage(value=keys.shorten(code))
    return language


def is_peers_language(code: Any) -> bool:
    """Whether openedx-core's column takes it."""
    return isinstance(code, str) and len(code) <= 64 and _PEERS_LANGUAGE.fullmatch(code) is not None
