"""The targets, and the table that shows every figure beside what it is measured against."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

Facts = dict[str, dict[str, float]]
WHO = {"raw": "raw driver", "orm": "plain ORM", "from_string": "CourseKey.from_string", "peer": "openedx-core 1.15.2"}


@attrs.frozen
class Comparison:
    """
    One operation against one other way of doing it. `at_most` times as long as the other; or `at_least` as many times faster.

    Neither: shown without a target.
    """

    operation: str
    label: str
    against: str
    at_most: float | None = None
    at_least: float | None = None


@attrs.frozen
class Limit:
    """A figure that has a limit of its own."""

    operation: str
    label: str
    at_most: float
    unit: str = "statements"


COMPARISONS = (
    Comparison("bulk", "associate_course_runs, new, per run", "raw", at_most=3),
    Comparison("bulk", "", "peer", at_least=10),
    Comparison("resync", "sync_course_runs, unchanged, per run", "raw", at_most=4),
    Comparison("resync", "", "peer"),
    Comparison("single", "associate_course_run, known course", "raw"),
    Comparison("single", "", "peer", at_most=0.8),
    Comparison("get_course_run", "get_course_run", "orm", at_most=1.1),
    Comparison("get_course_run", "", "raw"),
    Comparison("get_course_run", "", "peer"),
    Comparison("get_course_runs", "get_course_runs, 1,000 keys", "orm", at_most=1.3),
    Comparison("get_course_runs", "", "raw"),
    Comparison("get_course_runs", "", "peer"),
    Comparison("resolve_course_runs", "resolve_course_runs, 1,000 keys", "raw", at_most=3),
    Comparison("resolve_course_runs", "", "peer"),
    Comparison("iter_associations", "iter_associations, whole catalog", "raw", at_most=1.3),
    Comparison("iter_associations", "", "peer"),
    Comparison("keys, each new", "normalize_course_key, each new", "from_string", at_most=1.3),
    Comparison("keys, repeated", "normalize_course_key, 100 repeated", "from_string", at_most=1.3),
)
LIMITS = (
    Limit("bulk statements", "data statements per 1,000 new runs", 16),
    Limit("resync statements", "data statements per 1,000 unchanged runs", 2),
    Limit("resync writes", "writes for unchanged runs", 0),
    Limit("single statements", "data statements for one new run of a known course", 5),
    Limit("get_course_run statements", "data statements for get_course_run", 1),
    Limit("memory", "backfill_catalog: peak memory above a bare process", 20, unit="MB"),
)


def table(facts: Facts) -> tuple[list[str], int]:
    """The lines for one sample on one database, and how many targets are missed."""
    rows = [("operation", "ours", "beside", "theirs", "ratio", "target", ""), *_comparisons(facts), *_limits(facts)]
    widths = [max(len(row[place]) for row in rows) for place in range(7)]
    lines = []
    for row in rows:
        cells = [cell.ljust(width) if place in (0, 2) else cell.rjust(width) for place, (cell, width) in
                 enumerate(zip(row, widths, strict=True))]  # fmt: skip
        lines.append("  ".join(cells).rstrip())
    return lines, sum(row[6] == "MISSED" for row in rows)


def _comparisons(facts: Facts) -> Iterator[tuple[str, ...]]:
    for line in COMPARISONS:
        figures = facts.get(line.operation, {})
        if "ours" not in figures or line.against not in figures:
            continue
        ours, theirs = figures["ours"], figures[line.against]
        faster = line.against == "peer" and line.at_most is None
        ratio = theirs / ours if faster else ours / theirs
        target, met = "", True
        if line.at_most is not None:
            target, met = f"<= {line.at_most:g}", ratio <= line.at_most
        if line.at_least is not None:
            target, met = f">= {line.at_least:g}", ratio >= line.at_least
        shown = f"{ratio:,.1f}x faster" if faster else f"{ratio:.2f}x"
        mark = ("ok" if met else "MISSED") if target else ""
        yield line.label, _time(ours) if line.label else "", WHO[line.against], _time(theirs), shown, target, mark


def _limits(facts: Facts) -> Iterator[tuple[str, ...]]:
    for line in LIMITS:
        if line.operation in facts:
            figure = facts[line.operation]["ours"]
            shown = f"{figure:.1f} MB" if line.unit == "MB" else f"{figure:g}"
            yield line.label, shown, "", "", "", f"<= {line.at_most:g}", "ok" if figure <= line.at_most else "MISSED"


def _time(seconds: float) -> str:
    if seconds < 0.001:
        return f"{seconds * 1e6:.1f} us"
    return f"{seconds * 1e3:.2f} ms" if seconds < 1 else f"{seconds:.2f} s"
