"""Amounts and dates that discovery keeps as free text: what is plain is read, and nothing is guessed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

_SIGNS = {"": "USD", "$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "₹": "INR", "¥": "JPY"}
_AMOUNT = re.compile(r"(?P<sign>US\$|[$€£₹¥])?\s*(?P<number>\d{1,3}(?:,\d{3})+|\d+)(?P<cents>\.\d{1,2})?\s*(?P<code>[A-Z]{3})?")
_CODE_FIRST = re.compile(r"([A-Z]{3})\s*(.*)")
_DATES = ("%Y-%m-%d", "%B %d, %Y", "%b %d, %Y", "%B %d %Y", "%d %B %Y", "%m/%d/%Y")
_TIME = re.compile(r"(?P<clock>\d{1,2}(?::\d{2})?(?::00)?)\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?P<zone>[A-Za-z/_]+)?")
# What people write; in summer and winter alike, they mean the time of the place.
_ZONES = {
    "": "UTC", "UTC": "UTC", "GMT": "UTC", "Z": "UTC",
    "ET": "America/New_York", "EST": "America/New_York", "EDT": "America/New_York",
    "CT": "America/Chicago", "CST": "America/Chicago", "CDT": "America/Chicago",
    "MT": "America/Denver", "MST": "America/Denver", "MDT": "America/Denver",
    "PT": "America/Los_Angeles", "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles",
}  # fmt: skip
_END_OF_DAY = time(23, 59)
# More than any degree costs, and fewer than Python's decimals take.
_MAX_DIGITS = 15


class Unreadable(ValueError):
    """A text that does not plainly say what it should."""


def amount_of(text: str) -> tuple[Decimal, str]:
    """An amount and its currency: ``$9,900``, ``9900.00``, ``9,900 EUR``, ``EUR 9900``. Dollars unless it says otherwise."""
    plain = " ".join(text.split())
    first = _CODE_FIRST.fullmatch(plain)
    match = _AMOUNT.fullmatch(f"{first[2]} {first[1]}" if first else plain)
    if match is None or len(match["number"]) > _MAX_DIGITS:
        raise Unreadable(_("%(text)r is no amount") % {"text": text[:60]})
    amount = Decimal(match["number"].replace(",", "") + (match["cents"] or "")).quantize(Decimal("0.01"))
    sign = _SIGNS[match["sign"] or ""]
    if match["sign"] and match["code"] and sign != match["code"] and match["sign"] != "$":
        raise Unreadable(_("%(text)r names two currencies") % {"text": text[:60]})
    return amount, match["code"] or sign


def due_of(date: str, clock: str) -> tuple[datetime, str]:
    """The instant of a date and a time, and its zone; without a time the end of the day, without a zone UTC."""
    day, (at, zone) = _day_of(" ".join(date.split())), _time_of(" ".join(clock.split()))
    try:
        return datetime.combine(day, at, tzinfo=ZoneInfo(zone)).astimezone(UTC), zone
    except OverflowError as error:
        raise Unreadable(_("%(text)r is no date") % {"text": date[:60]}) from error


def _day_of(text: str) -> datetime:
    for form in _DATES:
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    raise Unreadable(_("%(text)r is no date") % {"text": text[:60]})


def _time_of(text: str) -> tuple[time, str]:
    if not text:
        return _END_OF_DAY, "UTC"
    match = _TIME.fullmatch(text)
    zone = _ZONES.get((match["zone"] or "").upper()) if match else None
    if match is None or zone is None:
        raise Unreadable(_("%(text)r is no time with a time zone that is known here") % {"text": text[:60]})
    hour, *rest = (int(part) for part in match["clock"].split(":"))
    half = (match["half"] or "").replace(".", "").lower()
    if half and not 1 <= hour <= 12:
        raise Unreadable(_("%(text)r is no time of day") % {"text": text[:60]})
    hour = hour % 12 + (12 if half == "pm" else 0) if half else hour
    try:
        return time(hour, rest[0] if rest else 0), zone
    except ValueError as error:
        raise Unreadable(_("%(text)r is no time of day") % {"text": text[:60]}) from error
