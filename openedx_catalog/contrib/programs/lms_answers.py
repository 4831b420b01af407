"""
The answer with all programs, kept in this process until something that it depends on is different.

The dashboard of the LMS asks for it at each request, and to read the tables is what takes the time. Every call copies it, since
callers change what they get. One answer is kept for each database; Django's cache would carry it over the network, memcached
takes nothing above 1 MB, and to unpickle it takes longer than to copy it. `benchmarks.programs` says what it occupies.

Whether it still holds is read from the database each time, so that no process needs to be notified. It depends on

- what the change feed has: programs and all that belongs to them, external keys, courses, runs and schedules (`feed.version`).
  A transaction that has changed any of it neither reads nor keeps an answer;
- program types, and organizations with the addresses of their logos: read again, and compared;
- the modes of the runs, from extensions, the LMS and the settings: read again, and compared;
- the entitlements of the courses, and what learners read of courses and runs: extensions have them in the feed
  (`CatalogExtensionConfig.course_entitlements`, `course_texts`, `course_run_texts`); so have they the pathways of programs;
- the policy for dates: with one that writes SQL of its own nothing is kept;
- the time: an answer holds until the next date passes in a schedule, a curriculum or a membership,
  or a deadline of what a program that is bought at once is sold by.

What is changed past Django's signals (``QuerySet.update``) is not noticed, as in the feed.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import router, transaction
from django.db.models import Min, Q
from django.utils import timezone
from organizations.models import Organization

from openedx_catalog.lib import feed
from openedx_catalog.lib.routing import reads_from_writer, rows_of
from openedx_catalog.models_api import CourseSchedule
from openedx_catalog.policies import DateWindow, date_window

from .lms_dicts import STATUSES, Dict, SharedPrograms, fresh_programs, organization_dict, shared_programs
from .lms_modes import run_modes
from .models_api import Curriculum, CurriculumCourseMembership, CurriculumProgramMembership, Program, ProgramType

_DATED = (Curriculum, CurriculumCourseMembership, CurriculumProgramMembership)
_END_OF_TIME = datetime.max.replace(tzinfo=UTC)


class _Inputs(NamedTuple):
    """What an answer was made of, but for the modes and the time."""

    changes: tuple[int, Any]
    types: list[Any]
    organizations: list[Any]
    policy: tuple[type, Any, Any]


class _Answer(NamedTuple):
    """An answer, and where it holds: from `since` until just before `until`."""

    inputs: _Inputs
    since: datetime
    until: datetime
    shared: SharedPrograms


# The last one, by the database that it was read from. Replaced as a whole: threads see the one or the other.
_kept: dict[str, _Answer] = {}


def all_programs() -> list[Dict]:
    """
    The dicts of all active and retired programs now, by title: `program_dicts`, fresh ones.

    Where nothing has changed since they were last built in this process: three queries, and what `run_modes` needs. Where
    something has, they are built and kept: twelve queries more, and one for each level of nested programs.
    """
    at, using = timezone.now(), router.db_for_write(Program)
    if feed.is_pending(using=using):
        return fresh_programs(_build(at).programs)
    # Not from a replica, which may be behind: what is built would be older than what it is known by.
    with reads_from_writer():
        inputs, kept = _inputs(using), _kept.get(using)
        holds = kept is not None and kept.inputs == inputs and kept.since <= at < kept.until
        if kept is None or not holds or run_modes(list(kept.shared.modes)) != kept.shared.modes:
            kept = _Answer(inputs, at, at, _build(at))
            _keep(kept, using)
        return fresh_programs(kept.shared.programs)


def forget() -> None:
    """Give the memory back: the next answer is built."""
    _kept.clear()


def _inputs(using: str) -> _Inputs:
    changes = feed.version(using=using)
    types = list(ProgramType.objects.order_by("pk").values_list("pk", "uuid", "name", "slug", "applicable_seat_types"))
    rows = rows_of(Organization).only("short_name", "name", "logo").order_by("pk")
    policy = date_window()
    return _Inputs(
        changes, types, [(row.pk, organization_dict(row)) for row in rows], (type(policy), policy.statuses(), policy.enrollable)
    )


def _build(at: datetime) -> SharedPrograms:
    return shared_programs(Program.objects.filter(status__in=STATUSES), at)


def _keep(answer: _Answer, using: str) -> None:
    until = _next_instant(answer.since)
    if until is not None and answer.shared.until is not None:
        until = min(until, answer.shared.until)
    # The inputs once more: another process may have changed one meanwhile, and changed it back.
    if until is not None and _inputs(using) == answer.inputs:
        _kept[using] = answer._replace(until=until)
    # Where no consumer follows the feed nobody else numbers it, and what waits for that is counted each time.
    transaction.on_commit(feed.number, using=using, robust=True)


def _next_instant(at: datetime) -> datetime | None:
    """
    When the next date passes, in whatever program or run; None where a policy with SQL of its own cannot say. Four queries.
    """
    policy = date_window()
    own = type(policy)
    if own.status_expression is not DateWindow.status_expression or own.is_enrollable is not DateWindow.is_enrollable:
        return None
    moments = [policy.next_change(CourseSchedule.objects.all(), at)]
    for model in _DATED:
        later = {name: Min(name, filter=Q(**{f"{name}__gt": at})) for name in ("effective_at", "retired_at")}
        moments += model.objects.aggregate(**later).values()
    return min(filter(None, moments), default=_END_OF_TIME)
