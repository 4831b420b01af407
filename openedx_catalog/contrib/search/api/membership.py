"""
Which courses a course catalog has, and whether it has some, all by one condition on the table of catalog courses.

Everything here takes the `courses`, and where runs are asked for the `runs`, of which the caller may know; without them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext as _
from organizations.models import Organization

from openedx_catalog import keys
from openedx_catalog.exceptions import CatalogError, InvalidRequest
from openedx_catalog.lib import texts, values
from openedx_catalog.lib.routing import rows_of
from openedx_catalog.models_api import CatalogCourse, CatalogCourseCode, CourseRun
from openedx_catalog.organization_names import OrganizationNames
from openedx_catalog.policies import ARCHIVED, date_window

from .. import conf
from ..exceptions import UnreadableKeys
from ..models import CourseCatalog
from ..queries import condition

MAX_NAMED = 20
_RUN, _CODE, _ORG, _FORMER = range(4)


def courses_in(
    catalog: CourseCatalog, *, courses: QuerySet[CatalogCourse] | None = None, now: datetime | None = None
) -> QuerySet[CatalogCourse]:
    """
    The catalog courses that a course catalog has, in the order of `courses`; one query when it is read.

    One that does not `include_archived` leaves out archived courses: those with at least one run, and whose every run is
    ``archived`` as the site's policy of dates has it (`openedx_catalog.policies`): by default, its end has passed. A course
    without runs is not archived, nor is one with a run that has no end or no dates. Content that was deleted upstream does not
    count for it.

    Raises InvalidQuery where the stored query is none that this release understands.
    """
    return courses_for(catalog.query, include_archived=catalog.include_archived, courses=courses, now=now)


def courses_for(
    query: str,
    *,
    include_archived: bool = False,
    courses: QuerySet[CatalogCourse] | None = None,
    now: datetime | None = None,
) -> QuerySet[CatalogCourse]:
    """The same for a query that is not stored: what a course catalog would have. Raises InvalidQuery."""
    moment = now or timezone.now()
    found = (CatalogCourse.objects.all() if courses is None else courses).filter(condition(query, now=moment))
    return found if include_archived else found.filter(_not_archived(moment))


def count_courses(catalog: CourseCatalog, *, courses: QuerySet[CatalogCourse] | None = None) -> int:
    """How many courses a course catalog has. One query. Raises InvalidQuery."""
    return courses_in(catalog, courses=courses).order_by().count()


def contains(
    catalog: CourseCatalog,
    *,
    catalog_keys: Sequence[str] = (),
    run_keys: Sequence[str] = (),
    courses: QuerySet[CatalogCourse] | None = None,
    runs: QuerySet[CourseRun] | None = None,
) -> dict[str, bool]:
    """
    ``{key as given: whether the course catalog has it}``, of up to 500 keys together (OPENEDX_CATALOG_MAX_CONTAINED_KEYS), in
    one query.

    Keys of courses are ``MITx+14.100x`` or ``catalog-course:MITx:14.100x``, in any case, former codes and names of
    organizations too, as `get_catalog_course` finds them. A run is in it whose catalog course is, whatever its own dates and
    its key say. Keys of nothing are not in it.

    Raises UnreadableKeys, InvalidRequest (too many), InvalidValue (no list), InvalidQuery.
    """
    limit = conf.max_contained_keys()
    named, run_names = values.sequence("catalog_keys", catalog_keys), values.sequence("run_keys", run_keys)
    if (count := len(named) + len(run_names)) > limit:
        reason = _("Expected at most %(limit)d keys together, got %(found)d.") % {"limit": limit, "found": count}
        raise InvalidRequest(reason=reason, field="catalog_keys" if len(named) > limit else "run_keys")
    asked = _read("catalog_keys", named, keys.parse_catalog_key)
    asked_runs = _read("run_keys", run_names, keys.parse_course_key)
    # Not `IN`: SQLite would look for each key among all courses that there are.
    inside = Exists(courses_in(catalog, courses=courses).order_by().filter(pk=OuterRef("catalog_course_id")))
    parts = []
    if asked_runs:
        rows = (CourseRun.objects.all() if runs is None else runs).by_key(*set(asked_runs.values()))  # type: ignore[attr-defined]
        parts.append(_part(_RUN, rows.filter(inside), "pk", "course_key__text"))
    if asked:
        codes = CatalogCourseCode.objects.filter(code_ci__among=list({keys.fold(key.code) for key in asked.values()}))
        organizations = rows_of(Organization)
        former = organizations.filter(catalog_former_names__isnull=False)
        parts += [
            _part(_CODE, codes.filter(inside), "org_id", "code_ci"),
            _part(_ORG, organizations, "pk", "short_name"),
            _part(_FORMER, former, "pk", "catalog_former_names__name_ci"),
        ]
    found: dict[int, list[tuple[int, str]]] = {kind: [] for kind in range(4)}
    for kind, number, text in parts[0].union(*parts[1:], all=True).order_by() if parts else ():
        found[kind].append((number, text))
    # In the order of their ids, which nothing promises of a union.
    names = OrganizationNames(sorted(found[_ORG]), [(text, pk) for pk, text in found[_FORMER]])
    slots, run_texts = set(found[_CODE]), {keys.fold(text) for _pk, text in found[_RUN]}
    answers = {given: _slot(key, names) in slots for given, key in asked.items()}
    return answers | {given: key.key_ci in run_texts for given, key in asked_runs.items()}


def _part(kind: int, rows: Any, number: str, text: str) -> Any:
    # Each column by the same name: Django has the columns of a union in another order otherwise.
    said = {"part_kind": Value(kind), "part_number": F(number), "part_text": F(text)}
    return rows.order_by().annotate(**said).values_list(*said)


def _slot(key: keys.CatalogKey, names: OrganizationNames) -> tuple[int, str]:
    """What a key stands for: of organizations that differ only in case the one that is spelled so, else the oldest."""
    return next(iter(names.find(key.org)), 0), keys.fold(key.code)


def _read(field: str, given: Iterable[Any], read: Any) -> dict[str, Any]:
    found, unreadable = {}, []
    for each in given:
        try:
            found[each] = read(each)
        except (CatalogError, TypeError):
            unreadable.append(texts.shorten(each, 60))
    if unreadable:
        more = _("and %(number)d more") % {"number": len(unreadable) - MAX_NAMED}
        shown = [*unreadable[:MAX_NAMED], *([more] if len(unreadable) > MAX_NAMED else [])]
        raise UnreadableKeys(field=field, keys=unreadable, named=", ".join(shown))
    return found


def _not_archived(at: datetime) -> Q:
    conditions = date_window().statuses().get(ARCHIVED, ())
    if not conditions:
        # A policy of the host's by which nothing ever is.
        return Q()
    runs = CourseRun.objects.filter(catalog_course=OuterRef("pk")).order_by()
    # Made of opposite conditions, as what is not enrollable: not one `NOT` of a joined table.
    open_ones = runs.filter(reduce(or_, (each.opposite().where(at, "schedule__") for each in conditions)))
    return Q(Exists(open_ones)) | ~Q(Exists(runs))
