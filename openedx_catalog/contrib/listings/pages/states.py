"""
What tells a page apart from what it was before, read without reading what it shows.

A page depends on the change feed, in which courses, runs, schedules, listings, organizations and programs are; on the names of
subjects, levels and types of programs, which are not: their histories are asked; and on the clock, as far as it passes dates of
runs and of programs. The day is part of it, so that a new template is seen by tomorrow.
"""

from __future__ import annotations

import calendar
import hashlib
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.apps import apps
from django.conf import settings
from django.db import router
from django.db.models import CharField, Max, Min, Q, Value
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language

from openedx_catalog import __version__, permissions
from openedx_catalog.lib import feed
from openedx_catalog.lib.conf import history_enabled
from openedx_catalog.lib.routing import reads_from_writer
from openedx_catalog.models_api import CourseSchedule
from openedx_catalog.policies import DateWindow, date_window

from .. import conf
from ..models import CourseListing, Level, Subject
from ..models.listings import shown

Version = tuple[Any, ...]


class State(NamedTuple):
    """By what a page is known: `modified` in seconds since 1970."""

    etag: str
    modified: int


@reads_from_writer()
def version_of_rows() -> Version | None:
    """
    What tells apart all that everybody may see, to be compared alone. Two queries.

    None where that cannot be said: in a transaction with changes of its own, where no history is kept, and where a policy of
    the host chooses rows.
    """
    using = router.db_for_write(CourseListing)
    if feed.is_pending(using=using) or not history_enabled() or not _chooses_as_we_do():
        return None
    return feed.version(using=using), _names()


@reads_from_writer()
def state_of(request: HttpRequest) -> State | None:
    """
    The state of the page that is asked for. Four queries, or three; None where `version_of_rows` is, and while somebody works
    on templates (DEBUG).
    """
    now, window = timezone.now(), date_window()
    if settings.DEBUG or type(window).is_enrollable is not DateWindow.is_enrollable:
        return None
    if (version := version_of_rows()) is None:
        return None
    (_changes, moment), _named = version
    changed_at = _aware(moment)
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    passed, coming = _dates(now)
    seen = (__version__, conf.site_name(), get_language(), request.get_host(), request.get_full_path(), version, today, coming)
    digest = hashlib.sha256(repr(seen).encode("utf-8", "backslashreplace")).hexdigest()[:32]
    latest = max(each for each in (changed_at, today, passed) if each is not None)
    return State(f'"{digest}"', calendar.timegm(latest.utctimetuple()))


def _aware(moment: Any) -> datetime | None:
    """An instant as a database without time zones has it: in UTC."""
    found = parse_datetime(moment) if isinstance(moment, str) else moment
    return found.replace(tzinfo=UTC) if found is not None and found.tzinfo is None else found


def _chooses_as_we_do() -> bool:
    ours, found = permissions.ModelPermissions, type(permissions.policy())
    return found.visible is ours.visible and found.sees_all is ours.sees_all


def _names() -> list[tuple[str, int | None]]:
    """The last changes of what has a name that pages show."""
    models: list[Any] = [Subject, Level]
    if apps.is_installed("openedx_catalog.contrib.programs"):
        from openedx_catalog.contrib.programs.models_api import ProgramType

        models.append(ProgramType)
    return _one_of_each([model.history.order_by() for model in models], last=Max("history_id"))


def _dates(now: datetime) -> tuple[datetime | None, list[Any]]:
    """The last date that has passed, and those that pass next. Two queries, one without programs."""
    window = date_window()
    conditions = {each for rule in (*window.statuses().values(), window.enrollable) for each in rule}
    moved = sorted({(each.field, each.ahead, each) for each in conditions}, key=lambda each: each[:2])
    asked: dict[str, Any] = {}
    for index, (field, ahead, each) in enumerate(moved):
        asked[f"next_{index}"] = Min(field, filter=each.later(now))
        if not ahead:
            asked[f"last_{index}"] = Max(field, filter=~each.later(now))
    schedules = CourseSchedule.objects.filter(shown("run__catalog_course__listing__", unlisted=True))
    found = schedules.aggregate(**asked)
    passed = [moment for name, moment in found.items() if name.startswith("last_")]
    coming: list[Any] = sorted(item for item in found.items() if item[0].startswith("next_"))
    if apps.is_installed("openedx_catalog.contrib.programs"):
        rows = _dates_of_programs(now)
        coming += [(row[0], row[1], row[2]) for row in rows]
        passed += [moment for row in rows for moment in row[3:]]
    return max((moment for moment in passed if moment is not None), default=None), coming


def _dates_of_programs(now: datetime) -> list[Any]:
    from openedx_catalog.contrib.programs.models_api import Curriculum, CurriculumCourseMembership

    asked: dict[str, Any] = {}
    for name, found, sign in (("next", Min, "gt"), ("last", Max, "lte")):
        for field in ("effective_at", "retired_at"):
            asked[f"{name}_{field}"] = found(field, filter=Q(**{f"{field}__{sign}": now}))
    return _one_of_each([model.objects.order_by() for model in (Curriculum, CurriculumCourseMembership)], **asked)


def _one_of_each(querysets: list[Any], **aggregates: Any) -> list[Any]:
    """A row of these aggregates for each of some tables, with its number before it. One query."""
    numbered = [
        rows.values(number=Value(str(number), CharField())).annotate(**aggregates).values_list("number", *aggregates)
        for number, rows in enumerate(querysets)
    ]
    # Meta may order the rows of a history, which these are not.
    return sorted(numbered[0].union(*numbered[1:], all=True).order_by(), key=lambda row: row[0])
