"""When a run begins, and how soon it is offered for money: pure, from what was read before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.module_loading import import_string

from openedx_catalog.data import SCHEDULE_DATES, RunMode
from openedx_catalog.policies import CURRENT, date_window

from .. import conf


class Timing(NamedTuple):
    """Dates of a run as learners see them, its status, whether it starts far off, and its availability rank."""

    dates: Mapping[str, datetime | None] = dict.fromkeys(SCHEDULE_DATES)
    status: str | None = None
    far_off: bool = False
    rank: float | None = None


def timing_of(
    run: Any, modes: Sequence[RunMode], now: datetime, *, external: datetime | None = None, by_invitation: bool = False
) -> Timing:
    """
    `external` is a start that the catalog does not know, and which counts instead of that of the schedule. Dates of a run that
    its listing calls not scheduled are placeholders: it has none. `by_invitation`: learners cannot enroll in the course by
    themselves. No query where schedule and listing are joined.
    """
    listing, window = getattr(run, "listing", None), date_window()
    unscheduled = listing is not None and listing.unscheduled
    closed = unscheduled or by_invitation or (listing is not None and listing.invitation_only)
    schedule = None if unscheduled else getattr(run, "schedule", None)
    dates = {name: getattr(schedule, name, None) for name in SCHEDULE_DATES}
    dates["start"] = external or dates["start"]
    status = window.status(schedule, now)
    is_paid = not closed and window.is_enrollable(run, now) and any(is_sold(mode, now) for mode in modes)
    return Timing(dates, status, is_far_off(dates["start"], now), availability_rank(dates["start"], status, is_paid, now))


def is_far_off(start: datetime | None, now: datetime) -> bool:
    """Whether a start is more than OPENEDX_CATALOG_FAR_OFF_DAYS ahead: not on the very instant, and not where there is none."""
    return start is not None and start > now + timedelta(days=conf.far_off_days())


def availability_rank(start: datetime | None, status: str | None, is_paid: bool, now: datetime) -> float | None:
    """
    What learners are shown first, as discovery ranks: 1 current, and a paid mode can be had; 2 one can be had; 3 begun; else
    when it starts, in seconds since 1970. None, which comes last, where nobody knows.
    """
    if is_paid:
        return 1 if status == CURRENT else 2
    if start is None:
        return None
    return 3 if start <= now else start.timestamp()


def is_sold(mode: RunMode, now: datetime) -> bool:
    """Whether a mode costs something, and can still be chosen."""
    return Decimal(mode.price) > 0 and (mode.upgrade_deadline is None or now < mode.upgrade_deadline)


def rank_order(timing: Timing) -> tuple[bool, float]:
    """What timings are compared by: the least is shown first."""
    return timing.rank is None, timing.rank or 0


def external_starts(keys: Iterable[str]) -> Mapping[str, datetime]:
    """What OPENEDX_CATALOG_EXTERNAL_START says of these keys, all at once. Raises ImportError where it names nothing."""
    path = conf.external_start_path()
    found: Mapping[str, datetime] = import_string(path)(list(keys)) if path else {}
    return found
