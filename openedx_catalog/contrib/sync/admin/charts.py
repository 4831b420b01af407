"""Outcomes as bars: a share of a hundred for each, in the order of OUTCOMES."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..data import OUTCOMES


class Part(NamedTuple):
    """A part of a stacked bar, in percent of its width."""

    outcome: str
    number: int
    left: float
    width: float


def stacked(counts: dict[str, int], whole: int | None = None) -> list[Part]:
    """The parts of one bar; `whole` is what the full width stands for."""
    whole, left, parts = whole or sum(counts.values()) or 1, 0.0, []
    for outcome in OUTCOMES:
        if count := counts.get(outcome, 0):
            width = 100 * count / whole
            parts.append(Part(outcome, count, round(left, 2), round(width, 2)))
            left += width
    return parts


def over_time(jobs: list[Any]) -> list[tuple[Any, list[Part], int]]:
    """``[(job, parts, records), …]``: what is unchanged is left out, since it would hide the rest."""
    rows = [(job, {name: count for name, count in (job.counts or {}).items() if name != "unchanged"}) for job in jobs]
    widest = max((sum(counts.values()) for _job, counts in rows), default=0)
    return [(job, stacked(counts, widest), sum((job.counts or {}).values())) for job, counts in rows]
