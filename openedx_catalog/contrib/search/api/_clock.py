"""Which documents are other ones because some time has passed, and nothing was changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from openedx_catalog.lib.values import parse_datetime
from openedx_catalog.models_api import CourseSchedule
from openedx_catalog.policies import date_window

from .. import conf
from ..documents import public


def courses_by_clock(since: datetime, now: datetime) -> set[int]:
    """The courses of whose runs a date has passed, or come near, that says something of them; at most two queries."""
    window, far_off = date_window(), timedelta(days=conf.far_off_days())
    conditions = (each for rule in (*window.statuses().values(), window.enrollable) for each in rule)
    dates = {*((each.field, each.ahead) for each in conditions), ("start", timedelta(0)), ("start", far_off)}
    passed = (Q(**{f"{name}__gt": since + ahead, f"{name}__lte": now + ahead}) for name, ahead in dates)
    rows = CourseSchedule.objects.filter(reduce(or_, passed)).order_by()
    return {*rows.values_list("run__catalog_course_id", flat=True), *_sold_until(since, now)}


def programs_by_clock(since: datetime, now: datetime) -> set[int]:
    """The programs into which something has come by its date, or has left them. Three queries, none without programs."""
    if not apps.is_installed(public.PROGRAMS):
        return set()
    from openedx_catalog.contrib.programs import models_api as of_programs

    found: set[int] = set()
    passed = _passed("effective_at", since, now) | _passed("retired_at", since, now)
    for model, owner in (
        (of_programs.Curriculum, "program_id"),
        (of_programs.CurriculumCourseMembership, "curriculum__program_id"),
        (of_programs.CurriculumProgramMembership, "curriculum__program_id"),
    ):
        found.update(model.objects.filter(passed).order_by().values_list(owner, flat=True))
    return found


def _passed(name: str, since: datetime, now: datetime) -> Q:
    return Q(**{f"{name}__gt": since, f"{name}__lte": now})


def _sold_until(since: datetime, now: datetime) -> Iterable[int]:
    """Courses with a run of which a mode cannot be chosen any more. What a shop says is JSON: looked through for the days."""
    if not apps.is_installed(public.COURSE_TYPES):
        return
    from openedx_catalog.contrib.course_types.models_api import CourseRunProducts

    first = since.astimezone(UTC).date()
    days = [first + timedelta(days=number) for number in range((now.astimezone(UTC).date() - first).days + 1)]
    # Whoever looks only once a month reads all that are sold until some day.
    some = reduce(or_, (Q(said__contains=f'"{day.isoformat()}T') for day in days)) if len(days) < 31 else Q(said__contains="T")
    rows = CourseRunProducts.objects.annotate(said=Cast("modes", TextField())).filter(some)
    for course, modes in rows.order_by().values_list("run__catalog_course_id", "modes"):
        deadlines: Iterable[Any] = (each.get("upgrade_deadline") for each in modes or ())
        if any(moment and since < moment <= now for moment in (parse_datetime(each, "modes") for each in deadlines if each)):
            yield course
