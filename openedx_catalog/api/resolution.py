"""Which course is this run of? For many keys at once, and for the whole catalog."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, NamedTuple

from django.db import connections
from opaque_keys.edx.keys import CourseKey
from organizations.models import Organization

from .. import keys
from ..data import AssociationRow, ResolvedRun
from ..exceptions import InvalidCourseKey
from ..lib.fields import in_list
from ..lib.routing import rows_of
from ..lib.sql import fetch_rows, select, select_named, uuid_text
from ..models import CatalogCourse, CourseRun
from .lookup import several

__all__ = ["get_catalog_courses_for_runs", "iter_associations", "resolve_course_runs"]

CHUNK = 1000
PAGE = 5000
KeyForms = tuple[str, str]
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


def _chunks(course_keys: Iterable[Any], read: Callable[[Any], KeyForms | None]) -> Iterator[dict[Any, KeyForms]]:
    """Up to 1,000 keys at a time: ``{key as given: (folded, plain text)}``."""
    # Anything else is no key, and some of it cannot be one of a dict either.
    iterator = iter(dict.fromkeys(key for key in several(course_keys) if isinstance(key, str | CourseKey)))
    while chunk := list(islice(iterator, CHUNK)):
        if pairs := {given: pair for given in chunk if (pair := read(given))}:
            yield pairs


def _parsed(given: Any) -> KeyForms | None:
    try:
        key = keys.parse_course_key(given)
    except InvalidCourseKey:
        return None
    return key.key_ci, key.text


def _folded(given: Any) -> KeyForms | None:
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

    Constant memory but for the number of organizations: about 5,000 catalog courses and their runs at a time, never a cursor
    held open, since MariaDB's driver buffers a whole result. Rows that are written meanwhile may or may not be seen. Parses no
    key. Does not check permissions.
    """
    names = dict(rows_of(Organization).values_list("pk", "short_name"))
    if org_code is not None:
        folded = keys.fold(str(org_code))
        exact = {pk for pk, name in names.items() if name == org_code}
        names = {pk: name for pk, name in names.items() if (pk in exact if exact else keys.fold(name) == folded)}
    ranked = sorted(names, key=lambda pk: (keys.fold(names[pk]), names[pk]))
    connection = connections[rows_of(CourseRun).db]
    # The database orders what is folded; what other programs left unfolded, and one organization of many courses, we do.
    folded_all = not (_unfolded(connection, CourseRun, "key_ci") or _unfolded(connection, CatalogCourse, "course_code_ci"))
    for orgs, size in _org_pages(connection, ranked):
        read = _read_ordered if folded_all and size <= 2 * PAGE else _read_and_order
        yield from read(connection, orgs, names)


def _unfolded(connection: Any, model: Any, column: str) -> bool:
    """Whether the table has rows without their folded form. Answered by the index on it."""
    return bool(select(connection, f"SELECT 1 FROM {_table(connection, model)} WHERE {column} IS NULL LIMIT 1"))  # noqa: S608


def _read_ordered(connection: Any, orgs: list[int], names: dict[int, str]) -> Iterator[AssociationRow]:
    """Runs and courses joined, ordered by their folded forms, whose columns compare alike on every database."""
    condition, params = in_list(connection, "c.org_id", orgs)
    rows = select(
        connection,
        "SELECT c.org_id, c.course_code, c.uuid, c.title, r.course_key, r.title, r.association "  # noqa: S608
        f"FROM {_table(connection, CourseRun)} r JOIN {_table(connection, CatalogCourse)} c ON c.id = r.catalog_course_id "
        f"WHERE {condition} ORDER BY c.org_id, c.course_code_ci, r.key_ci",
        params,
    )
    by_org = {org: list(some) for org, some in groupby(rows, itemgetter(0))}
    for org in orgs:
        name, last, text = names[org], None, ""
        for _org, code, uuid, title, course_key, run_title, association in by_org.get(org, ()):
            if uuid != last:
                last, text = uuid, uuid_text(uuid)
            yield AssociationRow(name, code, text, title, course_key, run_title, association)


def _read_and_order(connection: Any, orgs: list[int], names: dict[int, str]) -> Iterator[AssociationRow]:
    """Courses and runs apart, ordered in Python."""
    for courses in _course_pages(connection, orgs):
        runs = _runs_of(connection, courses)
        for course in courses:
            for run in sorted(runs.get(course.id, ()), key=lambda run: run.key_ci or keys.fold(run.course_key)):
                name, text = names[course.org_id], uuid_text(course.uuid)
                yield AssociationRow(name, course.code, text, course.title, run.course_key, run.run_title, run.association)


class _Course(NamedTuple):
    """A catalog course, as columns and as a row."""

    org_id: Any
    id: Any
    code: Any
    code_ci: Any
    uuid: Any
    title: Any


class _Run(NamedTuple):
    """A run, as columns and as a row."""

    course_id: Any
    key_ci: Any
    course_key: Any
    run_title: Any
    association: Any


_COURSE = _Course("org_id", "id", "course_code", "course_code_ci", "uuid", "title")
_RUN = _Run("catalog_course_id", "key_ci", "course_key", "title", "association")


def _runs_of(connection: Any, courses: list[_Course]) -> dict[int, list[_Run]]:
    condition, params = in_list(connection, _RUN.course_id, [course.id for course in courses])
    runs: dict[int, list[_Run]] = defaultdict(list)
    # Not joined: each course would come once for every run of it.
    for run in select_named(connection, _RUN, f"FROM {_table(connection, CourseRun)} WHERE {condition}", params):
        runs[run.course_id].append(run)
    return runs


def _course_pages(connection: Any, orgs: list[int]) -> Iterator[list[_Course]]:
    """Pages of courses, in the order of the organizations and then of the folded code."""
    rank = {pk: number for number, pk in enumerate(orgs)}
    condition, params = in_list(connection, _COURSE.org_id, orgs)
    # All courses of these organizations: in the order of their ranks, which no index knows.
    courses = select_named(connection, _COURSE, f"FROM {_table(connection, CatalogCourse)} WHERE {condition}", params)
    courses.sort(key=lambda course: (rank[course.org_id], course.code_ci or keys.fold(course.code), course.id))
    for start in range(0, len(courses), PAGE):
        yield courses[start : start + PAGE]


def _org_pages(connection: Any, ranked: list[int]) -> Iterator[tuple[list[int], int]]:
    """Organizations, in order, so many at a time that together they have about 5,000 courses, and how many they have."""
    # One GROUP BY over an index: how many courses each organization has.
    sql = f"SELECT org_id, COUNT(*) FROM {_table(connection, CatalogCourse)} GROUP BY org_id"  # noqa: S608
    sizes = dict(select(connection, sql))
    some: list[int] = []
    courses = 0
    for pk in ranked:
        if pk in sizes:
            some.append(pk)
            courses += sizes[pk]
        if courses >= PAGE:
            yield some, courses
            some, courses = [], 0
    if some:
        yield some, courses


def _table(connection: Any, model: Any) -> str:
    return connection.ops.quote_name(model._meta.db_table)
