"""A deterministic file of fictional runs, skewed as real catalogs are, for `backfill_catalog` and everything beside it."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

ORGANIZATIONS = 500
COLUMNS = (
    "course_key", "title", "start", "end", "enrollment_start", "enrollment_end", "pacing", "language", "catalog_course"
)  # fmt: skip
_FIRST_DAY = datetime(2014, 1, 6, tzinfo=UTC)


def write_sample(path: Path, size: int) -> None:
    """Write `size` runs in shuffled order."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        writer.writerows(sample_rows(size))


def sample_rows(size: int) -> list[tuple[str, ...]]:
    """
    Runs of up to 500 organizations, a few of them large; 1 to 20 runs a course, median 3, mean about 5.

    Three in five have a schedule, and one in twenty is set explicitly under another course of its organization.
    """
    source = random.Random(20)
    rows = []
    for row in _endless_rows(source):
        rows.append(row)
        if len(rows) == size:
            break
    source.shuffle(rows)
    return rows


def _endless_rows(source: random.Random) -> Iterator[tuple[str, ...]]:
    organizations = [f"{_word(source)}{number}X" for number in range(ORGANIZATIONS)]
    weights = [1 / (rank + 1) ** 0.6 for rank in range(ORGANIZATIONS)]
    previous: dict[str, str] = {}
    for number, organization in enumerate(_choices(source, organizations, weights)):
        code = f"{_word(source)}{number}.{source.randrange(10)}x"
        title = f"{_word(source)} and {_word(source)} for {_word(source)}, part {number}"
        for run in range(min(20, max(1, round(source.lognormvariate(1.1, 1.0))))):
            key = f"course-v1:{organization}+{code}+{source.randrange(1, 4)}T{2014 + run}"
            explicit = source.random() < 0.05 and organization in previous
            course = f"{organization}+{previous[organization]}" if explicit else ""
            yield (key, title, *_schedule(source, run), "en" if source.random() < 0.8 else "es", course)
        previous[organization] = code


def _choices(source: random.Random, population: list[str], weights: list[float]) -> Iterator[str]:
    while True:
        yield from source.choices(population, weights, k=1000)


def _schedule(source: random.Random, run: int) -> tuple[str, str, str, str, str]:
    """start, end, enrollment_start, enrollment_end, pacing; all blank for two runs in five."""
    if source.random() < 0.4:
        return "", "", "", "", ""
    start = _FIRST_DAY + timedelta(days=365 * run + source.randrange(300), hours=source.randrange(24))
    end = start + timedelta(days=source.randrange(30, 200))
    texts = [moment.isoformat() for moment in (start, end, start - timedelta(days=60), end - timedelta(days=7))]
    return texts[0], texts[1], texts[2], texts[3] if source.random() < 0.5 else "", source.choice(("instructor", "self"))


def _word(source: random.Random) -> str:
    syllables = ("Ka", "lo", "mi", "ter", "an", "os", "Bru", "vel", "ni", "sa")
    return "".join(source.choice(syllables) for _ in range(2)).capitalize()
