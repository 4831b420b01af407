"""Which run stands for a course: a policy that a host replaces by a dotted path, OPENEDX_CATALOG_BEST_RUN."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from django.utils.module_loading import import_string

from openedx_catalog.policies import DateWindow, date_window

from . import conf

_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class BestRun:
    """
    The run that learners are led to, as discovery's advertised run. The default policy.

    One in which they can enroll: of those that have begun the latest, else the one that begins next; else the next to begin;
    else the one that began last; those without a start come after those with one. Of two that are alike the later key.
    """

    @cached_property
    def window(self) -> DateWindow:
        """The policy for dates, as it is named while this one is asked."""
        return date_window()

    def choose(self, runs: Sequence[Any], at: datetime) -> Any:
        """One of these runs, whose schedules and withdrawals are joined, or None. No query."""
        return max(runs, key=lambda run: self.rank(run, at), default=None)

    def rank(self, run: Any, at: datetime) -> tuple[Any, ...]:
        """What runs are compared by: the greatest is best."""
        start = getattr(getattr(run, "schedule", None), "start", None)
        begun = start is not None and start <= at
        # The later the better of what has begun, the sooner of what has not.
        near = (start or _FIRST) - _FIRST if begun else _LAST - (start or _LAST)
        enrollable = self.window.is_enrollable(run, at)
        return (
            enrollable,
            begun if enrollable else not begun and start is not None,
            start is not None,
            near,
            str(run.course_key),
        )


def best_run_policy() -> BestRun:
    """The policy that OPENEDX_CATALOG_BEST_RUN names. Raises ImportError; a check says so first."""
    return import_string(conf.best_run_path())()


def are_ours() -> bool:
    """Whether these policies look at no more of a run than ours do: its key and its dates, whatever is asked of these."""
    best, window = type(best_run_policy()), type(date_window())
    ranks_as_we_do = best.choose is BestRun.choose and best.rank is BestRun.rank
    return ranks_as_we_do and window.is_enrollable is DateWindow.is_enrollable
