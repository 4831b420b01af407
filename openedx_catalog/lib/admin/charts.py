"""Bar charts that are drawn without JavaScript, and read at any width."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

# In pixels: of a row, and of its bar. Widths are percents: the names have the first part, and the longest bar ends before 100.
ROW, BAR, NAMES, LONGEST = 24, 16, 30, 60
MAX_TICKS = 5


class Bar(NamedTuple):
    """One row; `y` is its middle in pixels, `width` and `end` are percents of the whole chart."""

    label: Any
    total: int
    y: int
    top: int
    width: float
    end: float


class Chart(NamedTuple):
    """Bars, and where the lines of the axis are: ``[(x in percent, label), …]``."""

    bars: list[Bar]
    ticks: list[tuple[float, str]]
    height: int
    axis: int
    left: int


def chart(rows: Iterable[tuple[Any, int]]) -> Chart:
    """
    Of (label, count) rows, in their order.

    The largest group is often the one without a label (None): it is counted, and not drawn.
    """
    rows = list(rows)
    longest = max((count for label, count in rows if label is not None), default=0) or 1
    bars = []
    for number, (label, count) in enumerate(rows):
        width = 0 if label is None else round(LONGEST * count / longest, 2)
        middle = number * ROW + ROW // 2
        bars.append(Bar(_("not set") if label is None else label, count, middle, middle - BAR // 2, width, NAMES + width + 1))
    axis = len(bars) * ROW
    step = _step(longest)
    ticks = [(round(NAMES + LONGEST * count / longest, 2), f"{count:,}") for count in range(0, longest + 1, step)]
    return Chart(bars, ticks, axis + ROW, axis, NAMES)


def _step(longest: int) -> int:
    """1, 2 or 5, or ten times that, and so on: at most five steps to the longest."""
    step, factors = 1, (2, 2.5, 2)
    for number in range(60):
        if longest / step <= MAX_TICKS:
            break
        step = int(step * factors[number % 3])
    return step
