"""The course runs as a table that `reading` reads: what is exported and imported again changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from .. import keys
from ..data import SCHEDULE_DATES
from ..lib.tables import FORMATS, Format, Words, formats
from .reading import COLUMNS, format_of
from .reports import UnwritableReport

PAGE = 2000
# Whoever imports a file again says nothing new: it does not count as observed.
EXPORTED = tuple(name for name in COLUMNS if name != "observed_at")
_VALUES = (
    "pk", "course_key__text", "title", *(f"schedule__{name}" for name in SCHEDULE_DATES), "schedule__pacing",
    "association", "catalog_course__language", "catalog_course__org__short_name", "catalog_course__course_code",
)  # fmt: skip


def table_of_runs(runs: QuerySet[Any]) -> Iterator[list[str]]:
    """
    The cells of these runs, by id, under what a backfill reads (`EXPORTED`); dates in UTC.

    `catalog_course` is the course that the run stands under, whatever its key says, and `association` how: so a file that is
    read into an empty catalog gives the same one, also where keys lead to their courses through aliases. Pages of 2,000 rows;
    one query each.
    """
    for values in _rows(runs):
        yield [values[name] for name in EXPORTED]


def format_to_write(name: str, given: str | None = None) -> Format:
    """What a file of this name is to be, unless that is `given`. Raises UnwritableReport where it cannot be written here."""
    chosen = given or ("xlsx" if Path(name).suffix.lower() == ".xlsx" else format_of(name))
    if chosen not in formats():
        raise UnwritableReport(name=name, reason=_("a workbook needs openpyxl: pip install openedx-catalog[xlsx]."))
    return FORMATS[chosen]


def _rows(runs: QuerySet[Any]) -> Iterator[dict[str, str]]:
    last = 0
    runs = runs.order_by("pk")
    while page := list(runs.filter(pk__gt=last).values_list(*_VALUES)[:PAGE]):
        last = page[-1][0]
        for _pk, key, title, start, end, opens, closes, pacing, association, language, org, code in page:
            dates = ["" if moment is None else moment.isoformat() for moment in (start, end, opens, closes)]
            values = dict(zip(SCHEDULE_DATES, dates, strict=True))
            values |= {
                "course_key": key,
                "title": Words(title),
                "pacing": pacing or "",
                "language": language,
                "catalog_course": keys.format_key_str(org, code),
                "association": association,
            }
            yield values
