"""Which course is this run of? For many keys at once, and for the whole catalog."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from django.db.models import Count
from opaque_keys.edx.keys import CourseKey
from organizations.models import Organization

from .. import keys
from ..data import AssociationRow, ResolvedRun
from ..exceptions import InvalidCourseKey
from ..lib.routing import rows_of
from ..lib.sql import fetch_rows, uuid_text
from ..models import CatalogCourse, CourseRun
from .lookup import several

__all__ = ["get_catalog_courses_for_runs", "iter_associations", "resolve_course_runs"]

CHUNK = 1000
PAGE = 5000
Row = tuple[Any, ...]
Pair = tuple[str, str]
"""(folded key, plain text)"""


def runs_by_key(course_keys: Iterable[Any]) -> dict[Any, CourseRun]:
    """See `get_course_runs`."""
    found: dict[Any, CourseRun] = {}
    for wanted in _chunks(course_keys, _parsed):
        runs = CourseRun.objects.with_course().by_folded(*zip(*wanted.values(), strict=True)).order_by("-pk")
        by_key = {run.key_ci or keys.fold(str(run.course_key)): run for run in runs}
        found |= {given: by_key[key_ci] for given, (key_ci, _text) in wanted.items() if key_ci in by_key}
    return found


def get_catalog_courses_for_runs(course_keys: Iterable[Any]) -> dict[Any, CatalogCourse]:
    """
    ``{key as given: CatalogCourse}``, organizations joined; one query per 1,000 keys.

    Keys that are missing or do not parse are absent. Runs of one course may share one object.
    Does not check permissions.
    """
    return {given: run.catalog_course for given, run in runs_by_key(course_keys).items()}


def resolve_course_runs(course_keys: Iterable[CourseKey | str]) -> dict[Any, ResolvedRun]:
    """
    ``{key as given: ResolvedRun}`` of flat texts; one joined query per 1,000 keys, and no key is parsed.

    The cheapest answer for pages, exports and indexes. Keys that are missing, or no keys, are absent.
    Does not check permissions.
    """
    found: dict[Any, ResolvedRun] = {}
    for wanted in _chunks(course_keys, _folded):
        runs = CourseRun.objects.by_folded(*zip(*wanted.values(), strict=True)).order_by("-pk")
        by_key = {row[0] or keys.fold(row[1]): row for row in fetch_rows(runs.values_list(*_RESOLVED))}
        for given, (key_ci, _text) in wanted.items():
            if key_ci in by_key:
                _ci, text, run_title, association, uuid, org, code, title = by_key[key_ci]
                key_str = keys.format_key_str(org, code)
                found[given] = ResolvedRun(text, run_title, association, uuid_text(uuid), key_str, org, code, title)
    return found


_RESOLVED = (
    "key_ci",
    "course_key__text",
    "title",
    "association",
    "catalog_course__uuid",
    "catalog_course__org__short_name",
    "catalog_course__course_code",
    "catalog_course__title",
)


def _chunks(course_keys: Iterable[Any], read: Callable[[Any], Pair | None]) -> Iterator[dict[Any, Pair]]:
    """Up to 1,000 keys at a time: ``{key as given: (folded, plain text)}``."""
    # Anything else is no key, and some of it cannot be one of a dict either.
    iterator = iter(dict.fromkeys(key for key in several(course_keys) if isinstance(key, str | CourseKey)))
    while chunk := list(islice(iterator, CHUNK)):
        if pairs := {given: pair for given in chunk if (pair := read(given))}:
            yield pairs


def _parsed(given: Any) -> tuple[str, str] | None:
    try:
        key = keys.parse_course_key(given)
    except InvalidCourseKey:
        return None
    return key.key_ci, key.text


def _folded(given: Any) -> tuple[str, str] | None:
    if not isinstance(given, str):
        return _parsed(given)
    text = given.strip()
    # What PostgreSQL cannot be asked for, a driver cannot encode, or no column holds, is no key either.
    return None if keys.names_nothing(text) else (keys.fold(text), text)


# The whole catalog


def iter_associations(*, org_code: str | None = None) -> Iterator[AssociationRow]:
    """
    Every run with its catalog course as flat texts, ordered by folded organization, course code and key: the same order
    on every database. Of one organization only, if `org_code` (exact or in another case) is given.

    Constant memory but for the number of organizations: 5,000 catalog courses and their runs at a time, never a cursor held
    open, since MariaDB's driver buffers a whole result. Two queries each. Rows that are written meanwhile may or may not be
    seen. Parses no key. Does not check permissions.
    """
    names = dict(rows_of(Organization).values_list("pk", "short_name"))
    if org_code is not None:
        folded = keys.fold(str(org_code))
        exact = {pk for pk, name in names.items() if name == org_code}
        names = {pk: name for pk, name in names.items() if (pk in exact if exact else keys.fold(name) == folded)}
    ranked = sorted(names, key=lambda pk: (keys.fold(names[pk]), names[pk]))
    for courses in _course_pages(ranked):
        # Courses and runs apart, because joined each course would come once for every run of it.
        runs = CourseRun.objects.filter(catalog_course__id__among=[course[1] for course in courses])
        rows = fetch_rows(runs.order_by("catalog_course_id").values_list(*_RUN))
        by_course = {pk: list(some) for pk, some in groupby(rows, itemgetter(0))}
        for org, pk, code, _ci, uuid, title in courses:
            name, text = names[org], uuid_text(uuid)
            for _pk, key, run_title, association, _ci in sorted(by_course.get(pk, ()), key=_key_order):
                yield AssociationRow(name, code, text, title, key, run_title, association)


_COURSE = ("org_id", "pk", "course_code", "course_code_ci", "uuid", "title")
_RUN = ("catalog_course_id", "course_key__text", "title", "association", "key_ci")


def _course_pages(ranked: list[int]) -> Iterator[list[Row]]:
    """Pages of `_COURSE`, in the order of the organizations and then of the folded code."""
    rank = {pk: place for place, pk in enumerate(ranked)}
    sizes = dict(CatalogCourse.objects.order_by().values_list("org_id").annotate(Count("pk")))
    waiting: list[int] = []
    page: list[Row] = []
    for pk in ranked:
        waiting.append(pk)
        if pk == ranked[-1] or sum(sizes.get(org, 0) for org in waiting) >= PAGE:
            courses = fetch_rows(CatalogCourse.objects.filter(org_id__in=waiting).order_by().values_list(*_COURSE))
            # In Python, because rows that another program left without a folded code have their place too.
            page += sorted(courses, key=lambda course: (rank[course[0]], course[3] or keys.fold(course[2]), course[1]))
            waiting = []
            for start in range(0, len(page), PAGE):
                yield page[start : start + PAGE]
            page = []


def _key_order(run: Row) -> str:
    """In Python too: rows whose folded key another program left NULL have their place among the others."""
    return run[-1] or keys.fold(run[1])
