"""The whole catalog, for whoever builds an index of it in the same process."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from ..data import CatalogCourseRow, CourseRunRow
from ..keys import fold, format_key_str
from ..models import CatalogCourse, CourseRun

__all__ = ["iter_catalog"]

PAGE = 1000
_COURSE = ("pk", "org__short_name", "course_code", "uuid", "title", "language", "created", "modified")
_RUN = (
    "catalog_course_id",
    "course_key__text",
    "uuid",
    "title",
    "association",
    *(f"schedule__{name}" for name in ("start", "end", "enrollment_start", "enrollment_end", "pacing")),
    "withdrawal__at",
    "created",
    "modified",
)


def iter_catalog() -> Iterator[CatalogCourseRow]:
    """
    Every catalog course with its runs, also those without runs, in the order of their ids.

    The runs of a course are in the order of their keys, folded, so in the same order on every database. Two queries for each
    1,000 courses, and memory for these and their runs; no cursor is held open. A course, or a run, that is written meanwhile
    may or may not be seen, and a run that is moved may be seen twice or not at all; none that stays as it is is skipped. For
    flat rows in the order of names see `iter_associations`. Parses no key. Does not check permissions.
    """
    last = 0
    while courses := list(CatalogCourse.objects.filter(pk__gt=last).order_by("pk").values_list(*_COURSE)[:PAGE]):
        runs = _runs_of([course[0] for course in courses])
        last = courses[-1][0]
        for pk, org, code, uuid, title, language, created, modified in courses:
            names = org, code, format_key_str(org, code), str(uuid or "")
            yield CatalogCourseRow(*names, title, language, created, modified, _ordered(runs.get(pk, ())))


def _runs_of(courses: list[int]) -> dict[int, list[CourseRunRow]]:
    found: dict[int, list[CourseRunRow]] = defaultdict(list)
    # All that the courses from the first to the last one have: a range of ids, where a list of them would be sent each time.
    rows = CourseRun.objects.filter(catalog_course__gte=courses[0], catalog_course__lte=courses[-1])
    for course, *values in rows.order_by().values_list(*_RUN):
        run = CourseRunRow(*values)
        found[course].append(run._replace(uuid=str(run.uuid or ""), pacing=run.pacing or ""))
    return found


def _ordered(runs: Iterable[CourseRunRow]) -> tuple[CourseRunRow, ...]:
    # Here, since databases disagree where the rows come whose folded key is not filled yet.
    return tuple(sorted(runs, key=lambda run: fold(run.course_key)))
