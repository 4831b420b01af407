"""The values of a row: what may be stored, and the typed error for what may not. The same rules through every door."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from .. import keys
from ..abstract_models import AbstractCourseSchedule, normalize_language, normalize_title
from ..data import SCHEDULE_DATES, SCHEDULE_FIELDS, UNSET, ScheduleData, ScheduleLike
from ..exceptions import InvalidLanguage, InvalidPacing, InvalidRequest, InvalidTitle
from ..lib.values import check_source_time, parse_datetime

__all__ = [
    "check_source_time", "normalize_language", "normalize_title", "parse_datetime", "parse_pacing", "parse_schedule"
]  # fmt: skip

_PACINGS = set(AbstractCourseSchedule.Pacing.values)


def some_title(value: Any) -> str:
    """A title that is there. Raises InvalidTitle."""
    title = normalize_title(value)
    if not title:
        raise InvalidTitle(value=value, reason=_("it is empty"))
    return title


def is_title(title: str, *codes: str) -> bool:
    """Whether a title says more than these codes; one that is only a code, in whatever case, counts as not set."""
    return title not in codes and keys.fold(title) not in map(keys.fold, codes)


def title_after_rename(title: str, before: str, code: str) -> str:
    """The title of a course whose code changes: one that is only the code follows it, or it would pass for a real one."""
    return title if code == before or is_title(title, before) else code


def some_language(value: Any) -> str:
    """A language that is there: a source that knows none says nothing. Raises InvalidLanguage."""
    language = normalize_language(value)
    if not language:
        raise InvalidLanguage(value=value)
    return language


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
        # No attrs.asdict, which looks into each value: a sync reads a hundred thousand of these.
        return {name: value for name in SCHEDULE_FIELDS if (value := getattr(schedule, name)) is not UNSET}
    if not isinstance(schedule, Mapping):
        raise InvalidRequest(
            reason=_("Expected a schedule (ScheduleData or a mapping), got %(type)s.") % {"type": type(schedule).__name__}
        )
    if unknown := set(schedule) - {*SCHEDULE_DATES, "pacing"}:
        names = keys.shorten(", ".join(sorted(map(str, unknown))))
        raise InvalidRequest(reason=_("A schedule has no such fields: %(names)s.") % {"names": names})
    return {name: value for name, value in schedule.items() if value is not UNSET}


def parse_schedule_value(name: str, value: Any) -> Any:
    """One value of a schedule, ready to store. Raises InvalidDate or InvalidPacing."""
    return parse_pacing(value) if name == "pacing" else parse_datetime(value, name)
