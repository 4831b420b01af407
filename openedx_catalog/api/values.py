"""The values of a row: what may be stored, and the typed error for what may not. The same rules through every door."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
from django.db import connections
from django.utils import timezone

from .. import keys
from ..abstract_models import AbstractCourseSchedule, normalize_language
from ..data import SCHEDULE_DATES, UNSET, ScheduleData, ScheduleLike
from ..exceptions import InvalidDate, InvalidPacing, InvalidRequest, InvalidTitle

__all__ = [
    "check_source_time", "normalize_language", "normalize_title", "parse_datetime", "parse_pacing", "parse_schedule"
]  # fmt: skip

MAX_TITLE = 255
# MariaDB stores nothing earlier, and no course began before.
FIRST_YEAR = 1000
# By how much the clock of a source may be ahead of ours.
CLOCKS_DIFFER = timedelta(minutes=5)
# The only one that can be another year elsewhere.
LAST_DAY = datetime(9999, 12, 31, tzinfo=UTC)
_PACINGS = set(AbstractCourseSchedule.Pacing.values)


def normalize_title(value: Any) -> str:
    """Return a title stripped. Raises InvalidTitle for over 255 characters, NUL, or half a surrogate pair."""
    if not isinstance(value, str):
        raise InvalidTitle(value=keys.shorten(value, 60), reason=f"a {type(value).__name__} is not a text")
    title = value.strip()
    if len(title) > MAX_TITLE:
        raise InvalidTitle(value=keys.shorten(title, 60), reason=f"it is longer than {MAX_TITLE} characters")
    if why := keys.unstorable(title):
        raise InvalidTitle(value=keys.shorten(title, 60), reason=f"it {why}")
    return title


def some_title(value: Any) -> str:
    """A title that is there. Raises InvalidTitle."""
    title = normalize_title(value)
    if not title:
        raise InvalidTitle(value=value, reason="it is empty")
    return title


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
            raise InvalidDate(field=field, value=keys.shorten(value, 60))
        moment = moment.astimezone(UTC)
        if moment >= LAST_DAY:
            _refuse_unless_held(moment)
    except OverflowError as error:
        raise InvalidDate(field=field, value=keys.shorten(value, 60), reason=InvalidDate.OUT_OF_RANGE) from error
    except (ValueError, TypeError, AttributeError) as error:
        raise InvalidDate(field=field, value=keys.shorten(value, 60)) from error
    if moment.year < FIRST_YEAR:
        raise InvalidDate(field=field, value=keys.shorten(value, 60), reason=InvalidDate.OUT_OF_RANGE)
    return moment


def check_source_time(moment: Any, field: str = "observed_at") -> datetime:
    """
    Return the time of a source in UTC; one that lies more than five minutes ahead of our clock becomes now.

    Older never overwrites newer: a source that is wrong about the year must not keep everything after it out. What says when
    something was so elsewhere comes in through here and nowhere else. Raises InvalidDate unless it is an aware datetime.
    """
    found = parse_datetime(moment, field) if isinstance(moment, datetime) else None
    if found is None:
        raise InvalidDate(field=field, value=keys.shorten(moment, 60))
    now = timezone.now()
    return now if found > now + CLOCKS_DIFFER else found


def _refuse_unless_held(moment: datetime) -> None:
    """Raise OverflowError where a database of this site cannot say the moment in its TIME_ZONE (check E008 or W004)."""
    for alias in connections:
        moment.astimezone(connections[alias].timezone)


def parse_pacing(value: Any) -> str:
    """Return "instructor", "self", or "" for None and "". Raises InvalidPacing."""
    pacing = value.strip() if isinstance(value, str) else value
    if not pacing and (pacing is None or pacing == ""):
        return ""
    if not isinstance(pacing, str) or pacing not in _PACINGS:
        raise InvalidPacing(value=keys.shorten(value, 60))
    return pacing


def parse_schedule(schedule: ScheduleLike | None) -> dict[str, Any]:
    """
    Return the given values of a schedule, ready to store: ``{"start": datetime | None, …, "pacing": str}``; UNSET ones absent.

    Raises InvalidDate, InvalidPacing, or InvalidRequest for an unknown name or what is no schedule.
    """
    return {name: parse_schedule_value(name, value) for name, value in given_values(schedule).items()}


def given_values(schedule: ScheduleLike | None) -> dict[str, Any]:
    """The values of a schedule that are given, as they are. Raises InvalidRequest as above."""
    if schedule is None:
        return {}
    if isinstance(schedule, ScheduleData):
        values: Mapping[Any, Any] = attrs.asdict(schedule)
    elif isinstance(schedule, Mapping):
        values = schedule
    else:
        raise InvalidRequest(reason=f"A {type(schedule).__name__} is not a schedule.")
    if unknown := set(values) - {*SCHEDULE_DATES, "pacing"}:
        raise InvalidRequest(reason=f"A schedule has no {keys.shorten(', '.join(sorted(map(str, unknown))))}.")
    return {name: value for name, value in values.items() if value is not UNSET}


def parse_schedule_value(name: str, value: Any) -> Any:
    """One value of a schedule, ready to store. Raises InvalidDate or InvalidPacing."""
    return parse_pacing(value) if name == "pacing" else parse_datetime(value, name)
