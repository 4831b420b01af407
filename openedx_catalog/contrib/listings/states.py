"""
What tells a page, or a list over REST, apart from what it was before, read without reading what it shows.

It depends on the change feed, in which all is that it shows, and on the clock, as far as it passes dates of runs and of
programs. The day is part of it, so that a new template is seen by tomorrow.
"""

from __future__ import annotations

import calendar
import hashlib
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import router
from django.db.models import IntegerField, Max, Min, Q, Value
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language

from openedx_catalog import __version__, permissions
from openedx_catalog.data import SCHEDULE_DATES
from openedx_catalog.lib import feed
from openedx_catalog.lib.routing import reads_from_writer
from openedx_catalog.models_api import CourseSchedule
from openedx_catalog.policies import date_window

from . import conf
from .models import CourseListing
from .models.listings import shown
from .policies import are_ours

Version = tuple[Any, ...]


# For how many seconds an answer is kept for the next visitor. As long as it is true it is found; nobody asks for it afterwards.
KEPT = 3600
# Others than a number have as many forms as anybody likes.
_KEPT_QUESTIONS = re.compile(r"(?:page(?:_size)?=[1-9][0-9]{0,3})?")


class State(NamedTuple):
    """By what a page is known: `modified` in seconds since 1970, `version` as `version_of_rows`."""

    etag: str
    modified: int
    version: Version

    def kept(self, kind: str = "") -> Any:
        """The answer that somebody else got in this state, of a kind where there are several; or None."""
        # A cache that is gone, or that refuses what is too long for it, costs nobody his page.
        with suppress(Exception):
            return cache.get(self._key(kind))
        return None

    def keep(self, request: HttpRequest, response: Any, kind: str = "") -> None:
        """
        Keep an answer, which is rendered, for the next one who asks, in the default cache of the site. Only of addresses
        of which there are not more than pages, else anybody could fill it; and nothing that was made for this visitor.
        """
        asked = _KEPT_QUESTIONS.fullmatch(request.META.get("QUERY_STRING", ""))
        if response.status_code == 200 and asked and not _is_personal(request, response):
            with suppress(Exception):
                cache.set(self._key(kind), response, KEPT)

    def _key(self, kind: str) -> str:
        tag = self.etag.strip('"')
        return f"openedx_catalog_listings.{tag}.{kind}"


def _is_personal(request: HttpRequest, response: Any) -> bool:
    """Whether a template of the host's has asked for a token of this visitor's, or for what he is to be told."""
    told = getattr(getattr(request, "_messages", None), "used", False)
    return bool(response.cookies or request.META.get("CSRF_COOKIE_NEEDS_UPDATE") or told)


@reads_from_writer()
def version_of_rows() -> Version | None:
    """
    What tells apart all that everybody may see, whatever the time, to be compared alone. One query.

    None where that cannot be said: in a transaction with changes of its own, and where a policy of the host chooses rows.
    """
    using = router.db_for_write(CourseListing)
    ours, policy = permissions.ModelPermissions, type(permissions.policy())
    chooses_as_we_do = policy.visible is ours.visible and policy.sees_all is ours.sees_all
    return feed.version(using=using) if chooses_as_we_do and not feed.is_pending(using=using) else None


@reads_from_writer()
def state_of(request: HttpRequest, *, with_programs: bool = True) -> State | None:
    """
    The state of the page that is asked for, which may show programs. One query; up to two more where this process has not seen
    these rows at this time yet. None where `version_of_rows` is, and while somebody works on templates (DEBUG).
    """
    now = timezone.now()
    if settings.DEBUG or not are_ours():
        return None
    if (version := version_of_rows()) is None:
        return None
    dates = [*_dates(_dates_of_runs, version, now), *(_dates(_dates_of_programs, version, now) if with_programs else ())]
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    coming = [each.coming for each in dates]
    asked = (request.scheme, request.get_host(), request.get_full_path(), get_language())
    seen = (__version__, conf.site_name(), asked, version, today, coming)
    digest = hashlib.sha256(repr(seen).encode("utf-8", "backslashreplace")).hexdigest()[:32]
    moments = [_aware(version[1]), today, *(each.passed for each in dates)]
    latest = max(each for each in moments if each is not None)
    return State(f'"{digest}"', calendar.timegm(latest.utctimetuple()), version)


class _Dates(NamedTuple):
    """Of some rows the last date that has passed, and the instant from which another one has."""

    passed: datetime | None
    coming: datetime | None


class _Known(NamedTuple):
    """Dates as they were read of a version of all rows, and from when to when they are true."""

    version: Version
    since: datetime
    until: datetime | None
    dates: list[_Dates]


# The last ones of each kind. Replaced as a whole: threads see the one or the other.
_known: dict[Any, _Known] = {}


def _dates(read: Callable[[datetime], list[_Dates]], version: Version, now: datetime) -> list[_Dates]:
    """What `read` finds; without a query, where this process has read these rows and no date has passed since."""
    known = _known.get(read)
    if known is None or known.version != version or now < known.since or (known.until is not None and now >= known.until):
        dates = read(now)
        until = min((each.coming for each in dates if each.coming is not None), default=None)
        known = _known[read] = _Known(version, now, until, dates)
    return known.dates


def _dates_of_programs(now: datetime) -> list[_Dates]:
    """By which dates courses come into programs, and leave them. One query."""
    if not apps.is_installed("openedx_catalog.contrib.programs"):
        return []
    from openedx_catalog.contrib.programs.models_api import Curriculum, CurriculumCourseMembership

    columns = [(model, name) for model in (Curriculum, CurriculumCourseMembership) for name in ("effective_at", "retired_at")]
    numbered = [
        model.objects.order_by()
        .values(number=Value(index, IntegerField()))
        .annotate(passed=Max(name, filter=Q(**{f"{name}__lte": now})), coming=Min(name, filter=Q(**{f"{name}__gt": now})))
        .values_list("number", "passed", "coming")
        for index, (model, name) in enumerate(columns)
    ]
    found = sorted(numbered[0].union(*numbered[1:], all=True).order_by(), key=lambda row: row[0])
    return [_Dates(*map(_aware, row[1:])) for row in found]


def _dates_of_runs(now: datetime) -> list[_Dates]:
    """The same of all that the policy for dates looks at, in the schedules of runs that pages may show. One query."""
    window = date_window()
    rules = (*window.statuses().values(), window.enrollable)
    conditions = {(each.field, each.ahead): each for rule in rules for each in rule}
    asked: dict[str, Any] = {f"passed_{name}": Max(name, filter=Q(**{f"{name}__lte": now})) for name in SCHEDULE_DATES}
    for number, condition in enumerate(conditions.values()):
        asked[f"coming_{number}"] = Min(condition.field, filter=condition.later(now))
    found = CourseSchedule.objects.filter(shown("run__catalog_course__listing__", unlisted=True)).aggregate(**asked)
    dates = [_Dates(found[f"passed_{name}"], None) for name in SCHEDULE_DATES]
    for number, condition in enumerate(conditions.values()):
        coming = found[f"coming_{number}"]
        dates.append(_Dates(None, None if coming is None else coming - condition.ahead))
    return dates


def _aware(moment: Any) -> datetime | None:
    """An instant as a database without time zones has it: in UTC."""
    found = parse_datetime(moment) if isinstance(moment, str) else moment
    return found.replace(tzinfo=UTC) if found is not None and found.tzinfo is None else found
