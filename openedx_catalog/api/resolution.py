"""Which course is this run of? For many keys at once, and for the whole catalog."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

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
from ..organization_names import read_names
from ..querysets import CourseRunQuerySet
from .lookup import RunName, several, uuid_of

__all__ = ["get_catalog_courses_for_runs", "iter_associations", "resolve_course_runs"]

CHUNK = 1000
PAGE = 5000


class _Chunk(NamedTuple):
    """Up to 1,000 names as they are given, each with what `column` of its run says; and those runs."""

    names: dict[Any, str]
    runs: CourseRunQuerySet
    column: str


def runs_by_key(course_keys: Iterable[Any]) -> dict[Any, CourseRun]:
    """See `get_course_runs`."""
    found: dict[Any, CourseRun] = {}
    for chunk in _chunks(course_keys, _parsed):
        runs = chunk.runs.with_course().order_by("-pk")
        by_name = {str(getattr(run, chunk.column) or keys.fold(str(run.course_key))): run for run in runs}
        found |= {given: by_name[name] for given, name in chunk.names.items() if name in by_name}
    return found


def get_catalog_courses_for_runs(course_keys: Iterable[Any]) -> dict[Any, CatalogCourse]:
    """
    ``{key or uuid as given: CatalogCourse}``, organizations joined; one query per 1,000 keys, and one per 1,000 uuids.

    Names that are missing or do not parse are absent. Runs of one course may share one object.
    Does not check permissions.
    """
    return {given: run.catalog_course for given, run in runs_by_key(course_keys).items()}


def resolve_course_runs(course_keys: Iterable[RunName]) -> dict[Any, ResolvedRun]:
    """
    ``{key or uuid as given: ResolvedRun}`` of flat texts; one joined query per 1,000 keys, and one per 1,000 uuids. No key is
    parsed.

    The cheapest answer for pages, exports and indexes. Names that are missing, or none, are absent.
    Does not check permissions.
    """
    found: dict[Any, ResolvedRun] = {}
    for chunk in _chunks(course_keys, _folded):
        rows = fetch_rows(chunk.runs.order_by("-pk").values_list(chunk.column, *_RESOLVED))
        by_name = {uuid_text(row[0]) if chunk.column == "uuid" else row[0] or keys.fold(row[1]): row for row in rows}
        for given, name in chunk.names.items():
            if name in by_name:
                _name, text, run_title, association, uuid, org, code, title = by_name[name]
                key_str = keys.format_key_str(org, code)
                found[given] = ResolvedRun(text, run_title, association, uuid_text(uuid), key_str, org, code, title)
    return found


_RESOLVED = (
    "course_key__text",
    "title",
    "association",
    "catalog_course__uuid",
    "catalog_course__org__short_name",
    "catalog_course__course_code",
    "catalog_course__title",
)


def _chunks(course_keys: Iterable[Any], read: Callable[[Any], tuple[str, str] | None]) -> Iterator[_Chunk]:
    """`read` gives the folded form of a key, and its plain text. Keys and uuids stand apart: each are found by one index."""
    # Anything else is no name, and some of it cannot be one of a dict either.
    iterator = iter(dict.fromkeys(name for name in several(course_keys) if isinstance(name, str | CourseKey | UUID)))
    while chunk := list(islice(iterator, CHUNK)):
        uuids = {given: uuid for given in chunk if (uuid := uuid_of(given))}
        if pairs := {given: pair for given in chunk if given not in uuids and (pair := read(given))}:
            names = {given: folded for given, (folded, _text) in pairs.items()}
            yield _Chunk(names, CourseRun.objects.by_folded(*zip(*pairs.values(), strict=True)), "key_ci")
        if uuids:
            names = {given: str(uuid) for given, uuid in uuids.items()}
            yield _Chunk(names, CourseRun.objects.filter(uuid__in=set(uuids.values())), "uuid")


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


def iter_associations(*, org_code: Organization | str | None = None) -> Iterator[AssociationRow]:
    """
    Every run with its catalog course as flat texts, ordered by folded organization, course code and key: the same order
    on every database. Of one organization only, if `org_code` (an object, or a short_name: exact, in another case, or a former
    one) is given.

    Constant memory but for the number of organizations: about 5,000 catalog courses and their runs at a time, never a cursor
    held open, since MariaDB's driver buffers a whole result. Rows that are written meanwhile may or may not be seen. Parses no
    key. Does not check permissions.
    """
    names = dict(rows_of(Organization).values_list("pk", "short_name"))
    if org_code is not None:
        meant = [org_code.pk] if isinstance(org_code, Organization) else read_names(Organization).find(str(org_code))
        names = {pk: name for pk, name in names.items() if pk in meant}
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
