"""The courses of a course catalog as a table: a line for each of their runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from openedx_catalog import keys
from openedx_catalog.lib.tables import Words
from openedx_catalog.policies import date_window

PAGE = 1000
COLUMNS = (
    "course_key", "course_uuid", "course_title", "organization", "language",
    "course_run_key", "course_run_title", "start", "end", "enrollment_start", "enrollment_end", "pacing", "status",
)  # fmt: skip
_DATES = ("start", "end", "enrollment_start", "enrollment_end")
_COURSE = ("pk", "org__short_name", "course_code", "uuid", "title", "language")
_RUN = ("catalog_course_id", "course_key__text", "title", *(f"schedule__{name}" for name in _DATES), "schedule__pacing")


def table_of_courses(courses: QuerySet[Any], runs: QuerySet[Any]) -> Iterator[list[str]]:
    """The cells under COLUMNS, courses by id, dates in UTC. A thousand courses at a time, by two queries."""
    last, at, window = 0, timezone.now(), date_window()
    courses = courses.order_by("pk")
    while page := list(courses.filter(pk__gt=last).values_list(*_COURSE)[:PAGE]):
        last = page[-1][0]
        rows = runs.filter(catalog_course__id__among=[row[0] for row in page]).annotate(dates_say=window.status_expression(at))
        of_course = defaultdict(list)
        for pk, *cells in rows.order_by("key_ci", "pk").values_list(*_RUN, "dates_say"):
            of_course[pk].append(cells)
        for pk, org, code, uuid, title, language in page:
            course = [keys.format_key_str(org, code), str(uuid or ""), Words(title), org, language]
            for key, run_title, *dates, pacing, status in of_course[pk] or [[""] * (len(_RUN))]:
                said = ["" if not moment else moment.isoformat() for moment in dates]
                yield [*course, key, Words(run_title), *said, pacing or "", status]
