"""Catalog files as `reading` reads them: what is exported and imported again changes nothing."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from .. import keys
from ..data import SCHEDULE_DATES
from .reading import CELL_BEGINS, COLUMNS, FORMULA

PAGE = 2000
_FORMULA = re.compile(CELL_BEGINS + FORMULA)
_VALUES = (
    "pk", "course_key__text", "title", *(f"schedule__{name}" for name in SCHEDULE_DATES), "schedule__pacing",
    "association", "catalog_course__language", "catalog_course__org__short_name", "catalog_course__course_code",
)  # fmt: skip


def neutral(cell: str) -> str:
    """A cell of which no spreadsheet runs any part as a formula; `reading.original` undoes it."""
    return _FORMULA.sub("'", cell)


def write_catalog_csv(runs: QuerySet[Any]) -> Iterator[str]:
    """
    The lines of a CSV file of these runs, by id: the columns that a backfill reads, dates in UTC.

    `catalog_course` is given for explicit runs only. Pages of 2,000 rows; one query each.
    """
    yield _line(COLUMNS)
    last = 0
    runs = runs.order_by("pk")
    while page := list(runs.filter(pk__gt=last).values_list(*_VALUES)[:PAGE]):
        last = page[-1][0]
        for _pk, key, title, start, end, opens, closes, pacing, association, language, org, code in page:
            dates = ["" if moment is None else moment.isoformat() for moment in (start, end, opens, closes)]
            course = keys.format_key_str(org, code) if association == "explicit" else ""
            values = dict(zip(SCHEDULE_DATES, dates, strict=True))
            values |= {
                "course_key": key,
                "title": title,
                "pacing": pacing or "",
                "language": language,
                "catalog_course": course,
            }
            yield _line([neutral(values[name]) for name in COLUMNS])


def _line(cells: Any) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue()
