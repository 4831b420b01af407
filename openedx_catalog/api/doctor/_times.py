"""The rules of time: dates of runs that contradict each other, times of sources that lie ahead, messages that wait."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from ... import keys
from ...data import NO_START, Finding
from ...lib.pages import pages
from ...lib.values import CLOCKS_DIFFER, format_utc
from ...models import CourseRun, CourseRunWithdrawal, CourseSchedule, InboxMessage, OutboxMessage
from ._findings import FIX, finding, repair

# A worker that runs every few minutes has seen everything older.
PATIENCE = timedelta(minutes=5)
# In whatever zone somebody entered the placeholder of the platform.
_ZONES = timedelta(hours=14)
# No platform is older, and nobody plans as far ahead.
_EARLIEST, _FURTHEST = datetime(2000, 1, 1, tzinfo=UTC), timedelta(days=20 * 366)


class SourceTime(NamedTuple):
    """The time of a source, and the field that says when it came."""

    code: str
    model: Any
    name: str
    subject: str
    came: str


SOURCE_TIMES = (
    SourceTime("source_time_ahead", CourseRun, "source_time", "course_key__text", "modified"),
    SourceTime("withdrawal_ahead", CourseRunWithdrawal, "at", "run__course_key__text", "run__modified"),
    SourceTime("message_ahead", InboxMessage, "source_time", "course_key", "received_at"),
)
# A code, the two dates that contradict each other, and whether they do only where others are in order.
_PAIRS = (
    ("end_before_start", "start", "end", Q(end__lt=F("start"))),
    ("enrollment_end_before_start", "enrollment_start", "enrollment_end", Q(enrollment_end__lt=F("enrollment_start"))),
    # Unless one of the two above has been said of the row: then what is to be done about that may mend this.
    (
        "enrollment_start_after_end", "enrollment_start", "end",
        Q(enrollment_start__gt=F("end"))
        & (Q(start=None) | Q(start__lte=F("end")))
        & (Q(enrollment_end=None) | Q(enrollment_end__gte=F("enrollment_start"))),
    ),
)  # fmt: skip


def ahead(rows: Any, name: str) -> Any:
    """Those of some rows whose time lies ahead of our clock by more than clocks differ."""
    return rows.filter(**{f"{name}__gt": timezone.now() + CLOCKS_DIFFER})


def source_times() -> Iterator[Finding]:
    """Times of sources that keep out everything older than they are."""
    for time in SOURCE_TIMES:
        for page in pages(ahead(time.model.objects, time.name), "pk", time.subject, time.name):
            for _pk, text, moment in page:
                yield finding(time.code, text, FIX, fixable=True, time=format_utc(moment))


def schedules() -> Iterator[Finding]:
    """Dates of which one must be wrong, and which one that is, where it can be told."""
    for code, first, last, inverted in _PAIRS:
        for page in pages(CourseSchedule.objects.filter(inverted), "pk", "run_id", "run__course_key__text", first, last):
            for _pk, run_id, text, start, end in page:
                name, which = _wrong((first, start), (last, end))
                remedy = repair("clear-date", f"--run={run_id}", f"--date={name}")
                yield finding(code, text, remedy, start=format_utc(start), end=format_utc(end), which=which)


def _wrong(first: tuple[str, datetime], last: tuple[str, datetime]) -> tuple[str, str]:
    """Which of two dates is to be emptied, and why."""
    reasons = {name: _implausible(moment) for name, moment in (first, last)}
    named = [name for name, why in reasons.items() if why]
    if len(named) == 1:
        return named[0], _("The %(date)s is what is implausible: %(why)s.") % {"date": named[0], "why": reasons[named[0]]}
    # The start is what people look at and correct; what is left of an earlier run is the other one.
    return last[0], _("Neither date is implausible by itself: enter the right one, or empty the %(date)s.") % {"date": last[0]}


def is_placeholder(moment: datetime) -> bool:
    """Whether a date is what the platform enters where none is known."""
    return abs(moment - NO_START) <= _ZONES


def _implausible(moment: datetime) -> str:
    if is_placeholder(moment):
        return _("2030-01-01 is what the platform enters where no date is known")
    if moment < _EARLIEST:
        return _("it is before the year 2000")
    if moment > timezone.now() + _FURTHEST:
        return _("it is more than 20 years ahead")
    return ""


def messages() -> Iterator[Finding]:
    """The oldest message that nobody has worked off, and the oldest that was given up, of the inbox and the outbox."""
    yield from _box("inbox", InboxMessage, "course_key", "received_at", "manage.py process_catalog_inbox")
    yield from _box("outbox", OutboxMessage, "subject", "occurred_at", "manage.py relay_catalog_events")


def _box(box: str, model: Any, subject: str, time: str, command: str) -> Iterator[Finding]:
    late = model.objects.filter(state=model.State.PENDING, **{f"{time}__lt": timezone.now() - PATIENCE})
    parked = model.objects.filter(state=model.State.PARKED)
    for code, rows, remedy in ((f"{box}_waiting", late, command), (f"{box}_parked", parked, "")):
        oldest = rows.order_by("pk").values_list(subject, time, "attempts", "error").first()
        if oldest:
            name, since, attempts, error = oldest
            facts = {"since": f"{since:%Y-%m-%d %H:%M:%S} (UTC)", "attempts": attempts, "count": rows.count()}
            yield finding(code, name or code, remedy, **facts, error=keys.shorten(error) or "–")
