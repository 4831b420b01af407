"""
Course keys and catalog keys: parse, normalise, fold and format them. Pure functions; nothing here reads a database.

Identity is decided here and stored (ADR 0005), because SQLite, PostgreSQL and MariaDB disagree about case.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import gettext as _
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey
from opaque_keys.edx.locator import CourseLocator

from .exceptions import InvalidCatalogKey, InvalidCourseKey
from .lib.texts import MAX_GIVEN, longer_than
from .lib.texts import MAX_LENGTH as MAX_LENGTH
from .lib.texts import compose as compose
from .lib.texts import fold as fold
from .lib.texts import names_nothing as names_nothing
from .lib.texts import shorten as shorten
from .lib.texts import too_long as too_long
from .lib.texts import unstorable as unstorable

MAX_RUN_LENGTH = 128
CATALOG_KEY_PREFIX = "catalog-course:"
# Of a text that is a catalog key: its prefix, and two parts with what joins them.
MAX_CATALOG_KEY = len(CATALOG_KEY_PREFIX) + 2 * MAX_GIVEN + 1

# What the three accepted forms look like once normalised; a strict subset of what CourseKey.from_string accepts, at a
# twentieth of its cost. Whatever does not match goes the slow way, which gives the reason.
_PART = r"([\w\-~.:]+)"
_OLD_PART = r"([\w.%\-]+)"
_COURSE_V1 = re.compile(rf"course-v1:{_PART}\+{_PART}\+{_PART}\Z")
_SLASHES = re.compile(rf"{_OLD_PART}/{_OLD_PART}/{_OLD_PART}\Z")
_CCX_V1 = re.compile(rf"ccx-v1:{_PART}\+{_PART}\+{_PART}\+ccx@\d+\Z")
# What edx-organizations' own clean() takes; its save() does not ask. MariaDB compares names in a way that only plain ones
# survive alike on every database, so no other organization is created from a key.
ORGANIZATION_CODE = re.compile(r"[a-zA-Z0-9._-]+\Z")
_CODE = re.compile(r"[\w\-~.:%]+\Z")


class RunKey(NamedTuple):
    """A normalised course run key and its parts; ``key_ci`` is what decides identity."""

    text: str
    key_ci: str
    org: str
    course: str
    run: str


class CatalogKey(NamedTuple):
    """The organization and code that name a catalog course, as spelled by the caller."""

    org: str
    code: str

    def __str__(self) -> str:
        return format_key_str(self.org, self.code)


def normalize_course_key(value: CourseKey | str) -> CourseKey:
    """
    Return the course run key that `value` names, normalised (NFC, stripped): ``course-v1:``, ``Org/Course/Run`` or ``ccx-v1:``.

    A CourseKey loses its branch and version, as the platform sends them; a text with either is refused.
    Raises InvalidCourseKey, which names the value and the reason, for anything else: libraries, keys without a run,
    more than 255 characters (128 for the run), also when folded, or an organization with ``:``.
    """
    return _locator(parse_course_key(value).text)


def parse_course_key(value: object) -> RunKey:
    """Return the parts of a course run key without building a CourseKey; same rules and error as `normalize_course_key`."""
    if isinstance(value, str):
        return _parse_text(value)
    if not isinstance(value, CourseKey):
        raise InvalidCourseKey(
            value=shorten(value), reason=_("expected a string or CourseKey, got %(type)s") % {"type": type(value).__name__}
        )
    if isinstance(value, CourseLocator) and (value.branch or value.version_guid):
        if not value.org:
            raise InvalidCourseKey(value=str(value), reason=_("it has a version only"))
        value = value.for_branch(None)
    return _parse_text(str(value))


def find_run_key(text: str) -> RunKey | None:
    """`parse_course_key` of what is stored, or None: rows of other programs may have keys that we refuse."""
    try:
        return _parse_text(text)
    except InvalidCourseKey:
        return None


def course_key_of(key: RunKey) -> CourseKey:
    """The CourseKey of a key that is parsed and normalised already."""
    return _locator(key.text)


@lru_cache(maxsize=4096)
def _locator(text: str) -> CourseKey:
    """Parse a text that is already known to be normal."""
    return CourseKey.from_string(text)


def _parse_text(value: str) -> RunKey:
    text = value.strip()
    if len(text) <= MAX_LENGTH and text.isascii():
        # Nearly all: nothing of it could be composed.
        return _parse_normal(text)
    if why := too_long(text):
        raise InvalidCourseKey(value=shorten(value), reason=why)
    text = compose(text)
    if len(text) > MAX_LENGTH:
        raise InvalidCourseKey(value=shorten(value), reason=longer_than(MAX_LENGTH))
    return _parse_normal(text)


@lru_cache(maxsize=4096)
def _parse_normal(text: str) -> RunKey:
    """Only what is stripped, composed and short comes here, since it is kept; what is refused is not."""
    match = _COURSE_V1.match(text) or _SLASHES.match(text) or _CCX_V1.match(text)
    org, course, run = match.groups() if match else _parts_the_slow_way(text)
    key_ci = text.casefold()
    if len(key_ci) > MAX_LENGTH or len(run) > MAX_RUN_LENGTH or ":" in org:
        raise InvalidCourseKey(value=shorten(text), reason=_why_refused(key_ci, run))
    return RunKey(text, key_ci, org, course, run)


def _why_refused(key_ci: str, run: str) -> str:
    """Say which limit of our columns, or of key_str, a key breaks."""
    if len(key_ci) > MAX_LENGTH:
        return _("it is longer than %(limit)d characters in lower case") % {"limit": MAX_LENGTH}
    if len(run) > MAX_RUN_LENGTH:
        return _("its run is longer than %(limit)d characters") % {"limit": MAX_RUN_LENGTH}
    return _("its organization contains a colon")


def _parts_the_slow_way(text: str) -> tuple[str, str, str]:
    """Let opaque-keys decide, and refuse what is not a course run; plug-in key types come through here too."""

    def refuse(reason: str) -> InvalidCourseKey:
        return InvalidCourseKey(value=shorten(text), reason=reason)

    if not text:
        raise refuse(_("it is empty"))
    try:
        key = CourseKey.from_string(text)
    except (InvalidKeyError, ValueError, TypeError) as error:
        raise refuse(_("it cannot be parsed")) from error
    if not key.is_course:
        raise refuse(_("it is the key of a library"))
    if getattr(key, "branch", None) or getattr(key, "version_guid", None):
        raise refuse(_("it contains a branch or a version"))
    if not (key.org and key.course and key.run):
        raise refuse(_("the organization, course or run is missing"))
    if str(key) != text:
        raise refuse(_("it would be stored as %(key)r") % {"key": shorten(str(key))})
    return key.org, key.course, key.run


def same_course(first: tuple[str, str], second: tuple[str, str]) -> bool:
    """Whether two (organization, code) name one catalog course: case does not matter."""
    return (fold(first[0]), fold(first[1])) == (fold(second[0]), fold(second[1]))


def parse_catalog_key(value: str) -> CatalogKey:
    """
    Return the organization and code of ``catalog-course:Org:Code`` or ``Org+Code``; the code may contain ``:``.

    Raises InvalidCatalogKey.
    """
    if not isinstance(value, str):
        raise InvalidCatalogKey(
            value=shorten(value), reason=_("expected a string, got %(type)s") % {"type": type(value).__name__}
        )
    text = value.strip()
    if len(text) > MAX_CATALOG_KEY:
        raise InvalidCatalogKey(value=shorten(value), reason=longer_than(MAX_CATALOG_KEY))
    if text.startswith(CATALOG_KEY_PREFIX):
        org, separator, code = text.removeprefix(CATALOG_KEY_PREFIX).partition(":")
    else:
        org, separator, code = text.partition("+")
    if not separator:
        raise InvalidCatalogKey(value=shorten(value), reason=_("the organization or the code is missing"))
    return check_catalog_key(org, code, value=value)


def check_catalog_key(org: str, code: str, *, value: str | None = None) -> CatalogKey:
    """Return an organization and code normalised, if they can name a catalog course. Raises InvalidCatalogKey."""
    value = format_key_str(org, code) if value is None else value
    key = CatalogKey(check_code(org, value=value), check_code(code, value=value))
    if ":" in key.org:
        raise InvalidCatalogKey(value=shorten(value), reason=_("its organization contains a colon"))
    return key


def check_code(code: str, *, value: str | None = None) -> str:
    """
    Return `code` normalised, if it can be part of a course key; `value` is what the error names.

    Raises InvalidCatalogKey.
    """
    named = shorten(code if value is None else value)
    if not isinstance(code, str):
        raise InvalidCatalogKey(value=named, reason=_("expected a string, got %(type)s") % {"type": type(code).__name__})
    code = code.strip()
    if why := too_long(code):
        raise InvalidCatalogKey(value=named, reason=why)
    code = compose(code)
    if not _CODE.match(code):
        raise InvalidCatalogKey(value=named, reason=_("%(part)r cannot be part of a course key") % {"part": shorten(code)})
    if len(code) > MAX_LENGTH or len(code.casefold()) > MAX_LENGTH:
        raise InvalidCatalogKey(value=named, reason=longer_than(MAX_LENGTH))
    return code


def format_key_str(org_code: str, course_code: str) -> str:
    """Return ``catalog-course:{org_code}:{course_code}``."""
    return f"{CATALOG_KEY_PREFIX}{org_code}:{course_code}"
