"""The dates of a query: ISO 8601 in UTC unless said otherwise, whole days, months and years, and ``now-30d``."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _

from openedx_catalog.lib import values
from openedx_catalog.lib.exceptions import InvalidDate

from .tree import Term

_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+(?:Z|[+-][0-9:]+)?")
_NOW = re.compile(r"now((?:[+-][0-9]{1,9}[yMwdHhms])*)")
_STEP = re.compile(r"([+-][0-9]+)(.)")
_UNITS = {"w": "weeks", "d": "days", "h": "hours", "H": "hours", "m": "minutes", "s": "seconds"}
_LAST = datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)


class Moment(NamedTuple):
    """From an instant until just before another one: a day, a month, a year. The same twice is an instant."""

    begin: datetime
    end: datetime

    @property
    def is_instant(self) -> bool:
        return self.begin == self.end


def read_moment(term: Term, now: datetime) -> Moment:
    """What a term means as a date. Raises InvalidQuery."""
    text = term.text.strip()
    try:
        moment = _read(text, now)
        if moment is not None:
            for each in moment:
                values.parse_datetime(each, "date")
            return moment
    except InvalidDate as error:
        raise term.refused(str(error.facts["reason"])) from error
    except (ValueError, OverflowError) as error:
        raise term.refused(_("there is no such date")) from error
    if text.startswith("now") and "/" in text:
        raise term.refused(_("rounding a date with / is a construct of Elasticsearch: write the date itself, or now-30d"))
    raise term.refused(_("expected a date as 2027-01-31, an instant as 2027-01-31T10:00:00Z, or now-30d"))


def _read(text: str, now: datetime) -> Moment | None:
    if match := _DAY.fullmatch(text):
        year, month, day = (int(each) if each else 0 for each in match.groups())
        begin = datetime(year, month or 1, day or 1, tzinfo=UTC)
        return Moment(begin, _after(begin, has_month=bool(month), has_day=bool(day)))
    if _INSTANT.fullmatch(text):
        instant = datetime.fromisoformat(text)
        instant = (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC)
        return Moment(instant, instant)
    if match := _NOW.fullmatch(text):
        for number, unit in _STEP.findall(match.group(1)):
            now = _moved(now, int(number), unit)
        return Moment(now, now)
    return None


def _after(begin: datetime, *, has_month: bool, has_day: bool) -> datetime:
    """The instant at which the day, the month or the year is over; the last one of all for the last of all."""
    try:
        if has_day:
            return begin + timedelta(days=1)
        return _moved(begin, 1 if has_month else 12, "M")
    except (ValueError, OverflowError):
        return _LAST


def _moved(moment: datetime, number: int, unit: str) -> datetime:
    """Of a month without such a day its last one."""
    if unit in _UNITS:
        return moment + timedelta(**{_UNITS[unit]: number})
    months = moment.year * 12 + moment.month - 1 + number * (12 if unit == "y" else 1)
    year, month = months // 12, months % 12 + 1
    if not 1 <= year <= _LAST.year:
        raise OverflowError
    return moment.replace(year=year, month=month, day=min(moment.day, calendar.monthrange(year, month)[1]))
