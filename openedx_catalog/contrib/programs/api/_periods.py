"""From when until when something counts in a program: for as long as it, and all within which it stands, are in effect."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

# The dates of a membership, and of its curriculum, as `common_period` takes them.
PERIOD_COLUMNS = ("effective_at", "retired_at", "curriculum__effective_at", "curriculum__retired_at")


class Period(NamedTuple):
    """From `since` until just before `until`; None is open."""

    since: datetime | None = None
    until: datetime | None = None

    def overlaps(self, other: Period) -> bool:
        """Whether there is an instant in both."""
        return bool(common_period((*self, *other)))

    def is_in(self, other: Period) -> bool:
        """Whether all of it is in the other one."""
        return common_period((*self, *other)) == [self]


ALWAYS = Period()


def common_period(dates: Iterable[datetime | None]) -> list[Period]:
    """The period that all of these have in common, ``since, until, since, until, …``; [] where there is none."""
    given = list(dates)
    since = max((date for date in given[::2] if date is not None), default=None)
    until = min((date for date in given[1::2] if date is not None), default=None)
    return [] if since is not None and until is not None and until <= since else [Period(since, until)]
