"""The values of a row: what may be stored, and the typed error for what may not. The same rules through every door."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.db import connections
from django.utils import timezone
from django.utils.translation import gettext as _

from . import texts
from .exceptions import InvalidDate, InvalidRequest, InvalidValue
from .unset import UNSET

# MariaDB stores nothing earlier, and no course began before.
FIRST_YEAR = 1000
# By how much the clock of a source may be ahead of ours.
CLOCKS_DIFFER = timedelta(minutes=5)
# The only one that can be another year elsewhere.
LAST_DAY = datetime(9999, 12, 31, tzinfo=UTC)


def parse_datetime(value: Any, field: str) -> datetime | None:
    """
    Return an aware datetime in UTC from one, or from ISO 8601 text with an offset; None for None and "".

    Nothing is guessed: no local times, no other formats. Raises InvalidDate, also at the edges of the calendar.
    """
    if value is None or value == "":
        return None
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        if moment.utcoffset() is None:
            raise InvalidDate(field=field, value=texts.shorten(value, 60))
        moment = moment.astimezone(UTC)
        if moment >= LAST_DAY:
            _refuse_unless_held(moment)
    except OverflowError as error:
        raise InvalidDate(field=field, value=texts.shorten(value, 60), reason=InvalidDate.OUT_OF_RANGE) from error
    except (ValueError, TypeError, AttributeError) as error:
        raise InvalidDate(field=field, value=texts.shorten(value, 60)) from error
    if moment.year < FIRST_YEAR:
        raise InvalidDate(field=field, value=texts.shorten(value, 60), reason=InvalidDate.OUT_OF_RANGE)
    return moment


def check_source_time(moment: Any, field: str = "observed_at") -> datetime:
    """
    Return the time of a source in UTC; one that lies more than five minutes ahead of our clock becomes now.

    Older never overwrites newer: a source that is wrong about the year must not keep everything after it out. What says when
    something was so elsewhere comes in through here and nowhere else. Raises InvalidDate unless it is an aware datetime.
    """
    found = parse_datetime(moment, field) if isinstance(moment, datetime) else None
    if found is None:
        raise InvalidDate(field=field, value=texts.shorten(moment, 60))
    now = timezone.now()
    return now if found > now + CLOCKS_DIFFER else found


def _refuse_unless_held(moment: datetime) -> None:
    """Raise OverflowError where a database of this site cannot say the moment in its TIME_ZONE (check E008 or W004)."""
    for alias in connections:
        moment.astimezone(connections[alias].timezone)


def parse_uuid(value: UUID | str) -> UUID:
    """Return a UUID from one or from its text. Raises InvalidRequest."""
    try:
        return value if isinstance(value, UUID) else UUID(value)
    except (ValueError, AttributeError, TypeError) as error:
        raise InvalidRequest(reason=_("%(value)r is not a UUID.") % {"value": texts.shorten(value, 60)}) from error


SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
READABLE = re.compile(r"[A-Za-z0-9._~:+@-]+\Z")
UUID_LIKE = re.compile(r"[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}\Z")


def text(field: str, value: Any, *, max_length: int = 255, required: bool = False) -> str:
    """A text, stripped. Raises InvalidValue."""
    why = _("it is missing") if value is None else texts.unstorable(value)
    stripped = "" if why else value.strip()
    if not why and len(stripped) > max_length:
        why = texts.longer_than(max_length)
    if not why and required and not stripped:
        why = _("it is empty")
    if why:
        raise invalid(field, value, why)
    return stripped


def slug(field: str, value: Any, *, max_length: int = 64) -> str:
    """Lowercase letters, digits and single hyphens. Raises InvalidValue."""
    found = text(field, value, max_length=max_length, required=True)
    if not SLUG.match(found):
        raise invalid(field, value, _("expected lowercase letters and digits, with single hyphens between them"))
    return found


def text_to_fold(field: str, value: Any) -> str:
    """A text, stripped, whose folded form can be stored as well; "" for None. Raises InvalidValue."""
    found = "" if value is None else text(field, value)
    if len(texts.fold(found)) > texts.MAX_LENGTH:
        reason = _("it is longer than %(limit)d characters in lower case") % {"limit": texts.MAX_LENGTH}
        raise invalid(field, value, reason)
    return found


def readable_id(field: str, value: Any) -> str | None:
    """A readable id, which is one part of a URL and no uuid, or None for None and "". Raises InvalidValue."""
    found = text_to_fold(field, value)
    if found and (not READABLE.match(found) or not found.strip(".")):
        raise invalid(field, value, _("only letters, digits and . _ ~ : + @ - are allowed, and not only dots"))
    if UUID_LIKE.match(found):
        raise invalid(field, value, _("it looks like a UUID, which already names a row"))
    return found or None


def address(field: str, value: Any) -> str:
    """A URL of the web, or "". Raises InvalidValue."""
    url = text(field, value)
    try:
        if url:
            URLValidator(schemes=["http", "https"])(url)
    except ValidationError as error:
        raise invalid(field, value, _("expected an address that starts with http:// or https://")) from error
    return url


def email(field: str, value: Any) -> str:
    """An e-mail address, or "". Raises InvalidValue."""
    found = text(field, value, max_length=254)
    try:
        if found:
            validate_email(found)
    except ValidationError as error:
        raise invalid(field, value, _("expected an e-mail address")) from error
    return found


def flag(field: str, value: Any) -> bool:
    """True or False, and nothing that could be taken for them. Raises InvalidValue."""
    if not isinstance(value, bool):
        raise invalid(field, value, _("expected true or false"))
    return value


def choice(field: str, value: Any, *, names: Sequence[str]) -> str:
    """One of these. Raises InvalidValue."""
    if value not in names:
        raise invalid(field, value, _("expected one of %(names)s") % {"names": ", ".join(names)})
    return str(value)


def number(field: str, value: Any, *, most: int) -> int | None:
    """A whole number from 0 to `most`, or None. Raises InvalidValue."""
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most):
        return value
    raise invalid(field, value, _("expected a whole number of 0 or more"))


def sequence(field: str, value: Any, *, most: int | None = None) -> list[Any]:
    """A list, or another sequence that is no text, of at most so many. Raises InvalidValue."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise invalid(field, value, _("expected a list"))
    if most is not None and len(value) > most:
        reason = _("expected at most %(limit)d, got %(found)d") % {"limit": most, "found": len(value)}
        raise invalid(field, len(value), reason)
    return list(value)


def invalid(field: str, value: Any, reason: str) -> InvalidValue:
    """The error for a value that cannot be stored."""
    return InvalidValue(field=field, value=texts.shorten(value, 60), reason=reason)


def instant(field: str, value: Any) -> Any:
    """An aware datetime in UTC, None for None and "", UNSET as it is. Raises InvalidDate."""
    return value if value is UNSET else parse_datetime(value, field)


def instant_or_now(field: str, value: Any) -> datetime:
    """An aware datetime in UTC, now for None and "". Raises InvalidDate."""
    return parse_datetime(value, field) or timezone.now()


def iso_instant(moment: datetime | None) -> str | None:
    """ISO 8601 as our answers have it: microseconds where there are any, and a Z for UTC."""
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")


def format_utc(moment: datetime | None) -> str:
    """An instant in a message, in UTC; "" for None."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if moment else ""
