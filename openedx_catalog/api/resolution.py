"""Which course is this run of? For many keys at once, and for the whole catalog."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from heapq import merge
from itertools import chain, groupby, islice
from operator import itemgetter
from typing import Any

from django.db.models import Count, Q
from opaque_keys.edx.keys import CourseKey
from organizations.models import Organization

from .. import keys
from ..data import AssociationRow, ResolvedRun
from ..exceptions import InvalidCourseKey
from ..models import CatalogCourse, CourseRun
from ._sql import fetch_rows, uuid_text

__all__ = ["get_catalog_courses_for_runs", "iter_associations", "resolve_course_runs"]

CHUNK = 1000
PAGE = 20_000
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
    iterator = iter(dict.fromkeys(course_keys))
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
    # What PostgreSQL cannot be asked for, and a driver cannot encode, is no key either.
    if "\x00" in text or not (text.isascii() or _encodable(text)):
        return None
    return keys.fold(text), text


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


# The whole catalog

_COLUMNS = (
    "catalog_course__org_id",
    "catalog_course__course_code",
    "catalog_course__uuid",
    "catalog_course__title",
    "course_key__text",
    "title",
    "association",
)
_ORDER = ("catalog_course__course_code_ci", "key_ci")
_UNFILLED = Q(key_ci=None) | Q(catalog_course__course_code_ci=None)


def iter_associations(*, org_code: str | None = None) -> Iterator[AssociationRow]:
    """
    Every run with its catalog course as flat texts, ordered by folded organization, course code and key: the same order
    on every database. Of one organization only, if `org_code` (exact or in another case) is given.

    Constant memory: pages of at most 20,000 rows, never a cursor held open, since MariaDB's driver buffers a whole
    result. Rows that are written meanwhile may or may not be seen. Parses no key. Does not check permissions.
    """
    names = dict(Organization.objects.values_list("pk", "short_name"))
    if org_code is not None:
        folded = keys.fold(org_code)
        exact = {pk for pk, name in names.items() if name == org_code}
        names = {pk: name for pk, name in names.items() if (pk in exact if exact else keys.fold(name) == folded)}
    ranked = sorted(names, key=lambda pk: (keys.fold(names[pk]), names[pk]))
    unfilled = _unfilled_rows(ranked)
    for group, size in _groups(ranked, alone=set(unfilled)):
        rest = unfilled.get(group[0], [])
        for page in _pages(group[0], rest) if rest or size > PAGE else _one_page(group):
            yield from _as_rows(page, names)


def _groups(ranked: list[int], alone: set[int]) -> Iterator[tuple[list[int], int]]:
    """Neighbouring organizations whose runs fit into one page together; a large one, and those of `alone`, stand alone."""
    counts = CourseRun.objects.filter(catalog_course__org_id__in=ranked) if len(ranked) == 1 else CourseRun.objects
    sizes = dict(counts.order_by().values_list("catalog_course__org_id").annotate(Count("pk")))
    group: list[int] = []
    total = 0
    for pk in ranked:
        size = sizes.get(pk, 0)
        if group and (total + size > PAGE or pk in alone or group[-1] in alone):
            yield group, total
            group, total = [], 0
        if size:
            group.append(pk)
            total += size
    if group:
        yield group, total


def _one_page(group: list[int]) -> Iterator[list[Row]]:
    rows = CourseRun.objects.filter(catalog_course__org_id__in=group).order_by("catalog_course__org_id", *_ORDER)
    by_org = {org: list(some) for org, some in groupby(fetch_rows(rows.values_list(*_COLUMNS)), itemgetter(0))}
    return (by_org[org] for org in group if org in by_org)


def _pages(org: int, unfilled: list[Row]) -> Iterable[Iterable[Row]]:
    """The rows of one organization; those whose identity is NULL have no place in the index, and are merged in."""
    pages = _filled_pages(org)
    if unfilled:
        pages = iter([merge(chain.from_iterable(pages), unfilled, key=itemgetter(-2, -1))])
    return ((row[:-2] for row in page) for page in pages)


def _filled_pages(org: int) -> Iterator[Iterable[Row]]:
    runs = CourseRun.objects.filter(catalog_course__org_id=org).exclude(_UNFILLED).order_by(*_ORDER)
    after = Q()
    while page := fetch_rows(runs.filter(after).values_list(*_COLUMNS, *_ORDER)[:PAGE]):
        yield page
        code, key = page[-1][-2:]
        after = Q(catalog_course__course_code_ci__gte=code) & (Q(catalog_course__course_code_ci__gt=code) | Q(key_ci__gt=key))


def _unfilled_rows(orgs: list[int]) -> dict[int, list[Row]]:
    """Runs whose identity, or whose course's, another program left NULL: by organization, with their sort keys, in order."""
    if not (CourseRun.objects.filter(key_ci=None).exists() or CatalogCourse.objects.filter(course_code_ci=None).exists()):
        return {}
    found: dict[int, list[Row]] = {}
    runs = CourseRun.objects.filter(_UNFILLED, catalog_course__org_id__in=orgs).order_by()
    for row in fetch_rows(runs.values_list(*_COLUMNS)):
        found.setdefault(row[0], []).append((*row, keys.fold(row[1]), keys.fold(row[4])))
    return {org: sorted(rows, key=itemgetter(-2, -1)) for org, rows in found.items()}


def _as_rows(rows: Iterable[Row], names: dict[int, str]) -> Iterator[AssociationRow]:
    previous, text = None, ""
    for org, code, uuid, title, key, run_title, association in rows:
        if uuid != previous:
            previous, text = uuid, uuid_text(uuid)
        yield AssociationRow(names[org], code, text, title, key, run_title, association)
