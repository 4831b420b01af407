"""
Finding organizations, catalog courses and runs by what somebody types: one rule for the admin, its autocompletes and REST.

Every word must be somewhere in a row; a text in quotes is one word. Whatever the whole text names exactly comes first.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from organizations.models import Organization

from .. import keys
from ..exceptions import InvalidCatalogKey, InvalidCourseKey, InvalidRequest
from ..lib.routing import rows_of
from ..lib.searching import MAX_IDS, Way, best_first, has_words, searched
from ..models import CatalogCourse, CatalogCourseCode, CourseRun
from .lookup import course_named, uuid_of

__all__ = ["search_catalog_courses", "search_course_runs", "search_organizations"]

_OF_ORGANIZATION = ("short_name__icontains", "name__icontains")
_WAYS_TO_COURSE = (
    Way("org", Organization, "pk", _OF_ORGANIZATION),
    Way("pk", CatalogCourseCode, "catalog_course", ("code_ci__contains",)),
    Way("pk", CourseRun, "catalog_course", ("key_ci__contains",)),
)
_WAYS_TO_RUN = (
    Way("catalog_course", CatalogCourseCode, "catalog_course", ("code_ci__contains",)),
    Way("catalog_course__org", Organization, "pk", _OF_ORGANIZATION),
)


def search_organizations(text: str, *, rows: QuerySet[Organization] | None = None) -> QuerySet[Organization]:
    """
    Organizations by short_name and name; the one whose short_name this is comes first.

    As `search_catalog_courses`, but lazy. Raises InvalidRequest.
    """
    rows = rows_of(Organization).order_by("short_name") if rows is None else _rows_of(Organization, rows)
    if (term := _searched(text)) == "":
        return rows
    if term is None:
        return rows.none()
    return best_first(rows, has_words(term, _OF_ORGANIZATION, ()), [Q(short_name__iexact=term)])


def search_catalog_courses(
    text: str, *, rows: QuerySet[CatalogCourse] | None = None, runs: QuerySet[CourseRun] | None = None
) -> QuerySet[CatalogCourse]:
    """
    Catalog courses by title, code or former code, short_name or name of the organization, and the key of a run.

    First comes what the whole text names: a key or former key, in any case (``MITx+14.100x``), a uuid, those of a run; then
    every course with exactly this code; otherwise in the order of `rows` (default: by id). `rows` are those to search, for
    example ``api.get_catalog_courses(org_code="MITx")``, and `runs` those by whose keys courses are found (default: all). A
    text without words finds all of them; what goes beyond 300 characters or 20 words is not looked at.

    The queryset is lazy and joins nothing, but what matches in other tables is read at once: three queries for each word, one
    for what the text names, two for a uuid. Does not check permissions. Raises InvalidRequest for what is no text.
    """
    rows = CatalogCourse.objects.order_by("pk") if rows is None else _rows_of(CatalogCourse, rows)
    runs = None if runs is None else _rows_of(CourseRun, runs, "runs")
    if (term := _searched(text)) == "":
        return rows
    if term is None:
        return rows.none()
    named = _named(term)
    best = Q(pk__in=named.courses)
    if named.run or named.uuid:
        by_name: Any = {"key_ci": named.run.key_ci} if named.run else {"uuid": named.uuid}
        found = (CourseRun.objects.all() if runs is None else runs).filter(**by_name)
        best |= Q(pk__in=list(found.values_list("catalog_course_id", flat=True)))
    ranks = [best, Q(pk__in=named.with_code)]
    ways = [way._replace(rows=runs) if way.model is CourseRun else way for way in _WAYS_TO_COURSE]
    words = has_words(term, ("title__icontains", "course_code_ci__contains"), ways)
    return best_first(rows, words, ranks if named.anything else [])


def search_course_runs(text: str, *, rows: QuerySet[CourseRun] | None = None) -> QuerySet[CourseRun]:
    """
    Runs by key, title, code or former code of their catalog course, short_name or name of its organization.

    First comes the run whose key or uuid the whole text is, in any case; then the runs of the catalog course that it names, by
    key, former key or uuid; then those of every course with exactly this code. All else as in `search_catalog_courses`: two
    queries for each word, and one for what the text names, none where that is the key of a run.
    """
    rows = CourseRun.objects.order_by("pk") if rows is None else _rows_of(CourseRun, rows)
    if (term := _searched(text)) == "":
        return rows
    if term is None:
        return rows.none()
    named = _named(term)
    ranks = [Q(catalog_course__in=named.courses), Q(catalog_course__in=named.with_code)]
    if named.uuid:
        ranks.insert(0, Q(uuid=named.uuid))
    elif named.run:
        ranks = [Q(key_ci=named.run.key_ci)]
    found = has_words(term, ("key_ci__contains", "title__icontains"), _WAYS_TO_RUN)
    return best_first(rows, found, ranks if named.anything else [])


def _rows_of(model: Any, given: Any, field: str = "rows") -> Any:
    if isinstance(given, QuerySet) and issubclass(given.model, model):
        return given
    names = {"expected": model.__name__, "type": type(given).__name__}
    raise InvalidRequest(reason=_("Expected a queryset of %(expected)s as rows, got %(type)s.") % names, field=field)


def _searched(text: Any) -> str | None:
    """What is searched for: "" for nothing, None for what can be nowhere. Raises InvalidRequest."""
    if not isinstance(text, str):
        raise InvalidRequest(reason=_("Expected a text to search for, got %(type)s.") % {"type": type(text).__name__})
    return None if keys.unstorable(text) or keys.names_nothing(found := searched(text).strip()) else found


class _Named(NamedTuple):
    """What the whole of a text names: a uuid, the key of a run, the courses of a key, and those with this code."""

    uuid: UUID | None
    run: keys.RunKey | None
    courses: list[int]
    with_code: list[int]

    @property
    def anything(self) -> bool:
        return bool(self.uuid or self.run or self.courses or self.with_code)


def _named(term: str) -> _Named:
    """One query, none for the key of a run."""
    if uuid := uuid_of(term):
        return _Named(uuid, None, _with_uuid(uuid), [])
    # A space is the "+" that a client forgot to encode.
    joined = term.replace(" ", "+")
    with suppress(InvalidCourseKey):
        return _Named(None, keys.parse_course_key(joined), [], [])
    key = None
    with suppress(InvalidCatalogKey):
        key = keys.parse_catalog_key(joined)
    return _of_codes(keys.fold(term), key)


def _with_uuid(uuid: UUID) -> list[int]:
    try:
        return [course_named(uuid).pk]
    except CatalogCourse.DoesNotExist:
        return []


def _of_codes(code: str, key: keys.CatalogKey | None) -> _Named:
    """The courses of a key, and those with a (folded) code; former ones count."""
    codes = {code} | ({keys.fold(key.code)} if key else set())
    slots = CatalogCourseCode.objects.filter(code_ci__in=codes).order_by("pk")
    found = list(slots.values_list("catalog_course_id", "code_ci", "org__short_name")[:MAX_IDS])
    wanted = (keys.fold(key.code), keys.fold(key.org)) if key else None
    named = [course for course, code_ci, org in found if (code_ci, keys.fold(org)) == wanted]
    return _Named(None, None, named, [course for course, code_ci, _org in found if code_ci == code])
