"""Which course is this run of? For many keys at once, and for the whole catalog."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from django.db.models import Count, Q
from opaque_keys.edx.keys import CourseKey
from organizations.models import Organization

from .. import keys
from ..data import AssociationRow, ResolvedRun
from ..exceptions import InvalidCourseKey
from ..models import CatalogCourse, CourseRun

__all__ = ["get_catalog_courses_for_runs", "iter_associations", "resolve_course_runs"]

CHUNK = 1000
PAGE = 5000


def runs_by_key(course_keys: Iterable[Any]) -> dict[Any, CourseRun]:
    """See `get_course_runs`."""
    found: dict[Any, CourseRun] = {}
    for wanted, folded, texts in _chunks(course_keys, _parsed):
        runs = CourseRun.objects.with_course().by_folded(folded, texts).order_by("-pk")
        by_key = {run.key_ci or keys.fold(str(run.course_key)): run for run in runs}
        found |= {given: by_key[key_ci] for given, key_ci in wanted.items() if key_ci in by_key}
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
    for wanted, folded, texts in _chunks(course_keys, _folded):
        rows = CourseRun.objects.by_folded(folded, texts).order_by("-pk").values_list(
            "key_ci",
            "course_key__text",
            "title",
            "association",
            "catalog_course__uuid",
            "catalog_course__org__short_name",
            "catalog_course__course_code",
            "catalog_course__title",
        )  # fmt: skip
        by_key = {
            key_ci or keys.fold(text): ResolvedRun(
                text, run_title, association, str(uuid or ""), keys.format_key_str(org, code), org, code, title
            )
            for key_ci, text, run_title, association, uuid, org, code, title in rows
        }
        found |= {given: by_key[key_ci] for given, key_ci in wanted.items() if key_ci in by_key}
    return found


def _chunks(
    course_keys: Iterable[Any], read: Callable[[Any], tuple[str, str] | None]
) -> Iterator[tuple[dict[Any, str], list[str], list[str]]]:
    """Up to 1,000 keys at a time: ``{key as given: folded}``, the folded ones and the plain texts."""
    iterator = iter(dict.fromkeys(course_keys))
    while chunk := list(islice(iterator, CHUNK)):
        pairs = {given: pair for given in chunk if (pair := read(given))}
        if pairs:
            folded, texts = zip(*pairs.values(), strict=True)
            yield {given: pair[0] for given, pair in pairs.items()}, list(folded), list(texts)


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
    "catalog_course__course_code_ci",
    "key_ci",
    "catalog_course_id",
    "catalog_course__course_code",
    "catalog_course__uuid",
    "catalog_course__title",
    "course_key__text",
    "title",
    "association",
)


def iter_associations(*, org_code: str | None = None) -> Iterator[AssociationRow]:
    """
    Every run with its catalog course as flat texts, ordered by folded organization, course code and key: the same order
    on every database. Of one organization only, if `org_code` (exact or in another case) is given.

    Constant memory: pages of some 5,000 rows by key, never a cursor held open, since MariaDB's driver buffers a whole
    result. Rows that are written meanwhile may or may not be seen. Parses no key. Does not check permissions.
    """
    names = dict(Organization.objects.values_list("pk", "short_name"))
    if org_code is not None:
        folded = keys.fold(org_code)
        exact = {pk for pk, name in names.items() if name == org_code}
        names = {pk: name for pk, name in names.items() if (pk in exact if exact else keys.fold(name) == folded)}
    ranked = sorted(names, key=lambda pk: (keys.fold(names[pk]), names[pk]))
    for group, size in _groups(ranked):
        rows = _sorted_rows(group) if size <= PAGE else _paged_rows(group[0])
        yield from _as_rows(rows, names)


def _groups(ranked: list[int]) -> Iterator[tuple[list[int], int]]:
    """Neighbouring organizations whose runs fit into one page together; a large one stands alone."""
    counts = CourseRun.objects.filter(catalog_course__org_id__in=ranked) if len(ranked) == 1 else CourseRun.objects
    sizes = dict(counts.order_by().values_list("catalog_course__org_id").annotate(Count("pk")))
    group: list[int] = []
    total = 0
    for pk in ranked:
        size = sizes.get(pk, 0)
        if group and total + size > PAGE:
            yield group, total
            group, total = [], 0
        if size:
            group.append(pk)
            total += size
    if group:
        yield group, total


def _sort_key(row: tuple[Any, ...]) -> tuple[str, str]:
    return row[1] or keys.fold(row[4]), row[2] or keys.fold(row[7])


def _sorted_rows(group: list[int]) -> list[tuple[Any, ...]]:
    rank = {pk: place for place, pk in enumerate(group)}
    rows = CourseRun.objects.filter(catalog_course__org_id__in=group).order_by().values_list(*_COLUMNS)
    return sorted(rows, key=lambda row: (rank[row[0]], *_sort_key(row)))


def _paged_rows(org: int) -> Iterator[tuple[Any, ...]]:
    runs = CourseRun.objects.filter(catalog_course__org_id=org).order_by()
    unfilled = Q(key_ci=None) | Q(catalog_course__course_code_ci=None)
    # Rows whose identity is still NULL have no place in the index; there are few, and they are merged in.
    rest = sorted(runs.filter(unfilled).values_list(*_COLUMNS), key=_sort_key)
    yield from heapq.merge(_pages(runs.exclude(unfilled)), rest, key=_sort_key)


def _pages(runs: Any) -> Iterator[tuple[Any, ...]]:
    runs = runs.order_by("catalog_course__course_code_ci", "key_ci")
    after = Q()
    while page := list(runs.filter(after).values_list(*_COLUMNS)[:PAGE]):
        yield from page
        code, key = page[-1][1:3]
        after = Q(catalog_course__course_code_ci__gte=code) & (Q(catalog_course__course_code_ci__gt=code) | Q(key_ci__gt=key))


def _as_rows(rows: Iterable[tuple[Any, ...]], names: dict[int, str]) -> Iterator[AssociationRow]:
    previous, uuid_text = None, ""
    for org, _code_ci, _key_ci, course_id, code, uuid, title, text, run_title, association in rows:
        if course_id != previous:
            previous, uuid_text = course_id, str(uuid or "")
        yield AssociationRow(names[org], code, uuid_text, title, text, run_title, association)
