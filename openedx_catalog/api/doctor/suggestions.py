"""
What may be one and stands twice, or stands where it may not belong: candidates for a person to look at. Nothing is changed.

Every kind reads its table twice in pages: first to learn which forms of names there are more than once, of which only hashes
are kept, then to gather the few rows that have one of those. Their facts are read a hundred groups at a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _
from organizations.models import Organization

from ... import keys
from ...data import Suggestion
from ...exceptions import InvalidRequest
from ...lib.pages import pages
from ...lib.routing import rows_of
from ...models import CatalogCourse, CourseRun, CourseSchedule, DistinctPair
from ...organization_names import read_names
from .. import codes, lookup
from . import _candidates as made
from ._likeness import alike, organization_form, term_of
from ._rules import parsed
from ._times import is_placeholder

__all__ = ["suggest_repairs"]

GROUPS = 100


def suggest_repairs(*, kinds: Collection[str] | None = None) -> Iterator[Suggestion]:
    """
    What a person may want to merge, move or rename, each with what speaks for and against it, and calls to paste.

    Kinds, in this order, all unless given: ``organizations_alike`` (HIT, HITx), ``course_codes_alike`` (codes that differ only
    in ``_``, ``-`` and ``.``, also of organizations that look alike), ``course_code_with_term`` (FPP.1x_2016), ``runs_alike``
    (equal title and dates, in two courses or in one), ``run_of_other_course`` (an explicit run whose key names another course
    that there is). Never what `mark_distinct` names. Time grows with the rows, memory with the names that look alike; no query
    for each row. Reads only; does not check permissions. Raises InvalidRequest.
    """
    wanted = _KINDS if kinds is None else lookup.several(kinds, field="kinds")
    wanted = list(wanted)
    if unknown := [kind for kind in wanted if not isinstance(kind, str) or kind not in _KINDS]:
        reason = _("There is no kind %(kind)r. Expected one of: %(known)s.")
        facts = {"kind": keys.shorten(unknown[0], 60), "known": ", ".join(_KINDS)}
        raise InvalidRequest(reason=reason % facts, field="kinds")
    return (suggestion for kind, find in _KINDS.items() if kind in wanted for suggestion in find())


def _organizations() -> Iterator[Suggestion]:
    rows = sorted(rows_of(Organization).values_list("pk", "short_name", "name"))
    groups: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        groups[organization_form(row[1])].append(row)
    distinct = _distinct("organization")
    # What differs in case only is a finding.
    several = [group for group in groups.values() if len({keys.fold(row[1]) for row in group}) > 1]
    for some in _some(several):
        held = _codes_of([row[0] for group in some for row in group])
        for group in some:
            members = sorted(group, key=lambda row: (-len(held[row[0]]), row[0]))
            for one, other in _pairs(members, lambda row: row[1], distinct):
                yield made.organizations(one, other, held)


def _codes_of(org_ids: list[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    rows = CatalogCourse.objects.filter(org_id__in=org_ids).order_by()
    for org, code in rows.values_list("org_id", "course_code_ci").iterator():
        found[org].add(code or "")
    return found


def _course_codes() -> Iterator[Suggestion]:
    def rows() -> Iterator[tuple[Any, ...]]:
        return _rows(CatalogCourse.objects.exclude(uuid=None), "pk", "org_id", "course_code")

    # Those of organizations that look alike, too: HIT+A and HITx+A.
    orgs = {pk: organization_form(name) for pk, name in rows_of(Organization).values_list("pk", "short_name")}
    groups = _repeated(rows, lambda row: (orgs.get(row[1]), alike(row[2])))
    distinct, apart = _distinct("catalog_course"), _distinct("organization")
    for some in _some(groups):
        facts = made.course_facts([row[0] for group in some for row in group])
        for group in some:
            members = [facts[row[0]] for row in group if row[0] in facts]
            for one, other in _pairs(_ordered(members), lambda course: str(course.uuid), distinct):
                if frozenset((one.org, other.org)) not in apart:
                    yield made.courses(one, other, "course_codes_alike", made.how_alike(one, other))


def _codes_with_terms() -> Iterator[Suggestion]:
    """Of courses whose code carries a term: the one without it, or another one that differs only in the term; or a new code."""
    carrying, siblings = _with_terms(), defaultdict(list)
    for pk, org, code in _rows(CatalogCourse.objects.exclude(uuid=None), "pk", "org_id", "course_code"):
        if (org, alike(code)) in carrying:
            siblings[org, alike(code)].append(pk)
    distinct, renamings = _distinct("catalog_course"), _distinct("course_code")
    for some in _some(carrying.items()):
        facts = made.course_facts([pk for form, rows in some for pk in (*siblings[form], *(pk for pk, _term in rows))])
        for form, rows in some:
            terms = {pk: term for pk, term in rows if pk in facts}
            plain = _ordered([facts[pk] for pk in siblings[form] if pk in facts and pk not in terms])
            members = [*plain[:1], *_ordered([facts[pk] for pk in terms])]
            if len(members) > 1:
                text = _("Their codes differ only in a year or term.")
                pairs = _pairs(members, lambda course: str(course.uuid), distinct)
                yield from (made.courses(one, other, "course_code_with_term", text) for one, other in pairs)
            elif members:
                (course,) = members
                term = terms[course.pk]
                if frozenset((str(course.uuid), keys.fold(term.base))) not in renamings:
                    yield made.renaming(course, term)


def _with_terms() -> dict[tuple[int, str], list[Any]]:
    found: dict[tuple[int, str], list[Any]] = defaultdict(list)
    for pk, org, code in _rows(CatalogCourse.objects.exclude(uuid=None), "pk", "org_id", "course_code"):
        if term := term_of(code):
            found[org, alike(term.base)].append((pk, term))
    return found


def _runs() -> Iterator[Suggestion]:
    def rows() -> Iterator[tuple[Any, ...]]:
        dated = CourseSchedule.objects.exclude(start=None).exclude(run__uuid=None)
        # The sections of a CCX coach are copies by design.
        found = _rows(dated, "pk", "run_id", "run__title", "start", "end", "run__course_key__text")
        return (row for row in found if not is_placeholder(row[3]) and not row[5].startswith("ccx-"))

    groups = _repeated(rows, lambda row: (keys.fold(row[2]), row[3], row[4]))
    distinct = _distinct("course_run")
    for some in _some(groups):
        facts = made.run_facts([row[1] for group in some for row in group])
        for group in some:
            members = sorted((facts[row[1]] for row in group if row[1] in facts), key=lambda run: (-run.siblings, run.pk))
            for one, other in _pairs(members, lambda run: str(run.uuid), distinct):
                if not made.is_one_run(one, other):
                    yield made.runs(one, other)


def _placements() -> Iterator[Suggestion]:
    """Explicit runs whose key leads to another course than theirs."""
    orgs = read_names(Organization)
    explicit = CourseRun.objects.filter(association=CourseRun.Association.EXPLICIT).exclude(uuid=None)
    distinct = _distinct("placement")
    for page in pages(explicit, "pk", "course_key__text", "catalog_course_id"):
        named = [(row, key) for row in page if isinstance(key := parsed(row[1]), keys.RunKey)]
        folded = {keys.fold(key.course) for _row, key in named}
        owners = codes.owners({pk for _row, key in named for pk in orgs.find(key.org)}, folded)
        wanted = {}
        for (pk, _text, course), key in named:
            places = [owners.get((org, keys.fold(key.course))) for org in orgs.find(key.org)]
            if course not in places and (known := [place for place in places if place is not None]):
                wanted[pk] = known[0]
        runs, courses = made.run_facts(wanted), made.course_facts(wanted.values())
        for pk, course_id in wanted.items():
            run, course = runs.get(pk), courses.get(course_id)
            if run and course and frozenset((str(run.uuid), str(course.uuid))) not in distinct:
                yield made.placement(run, course)


# Grouping


def _rows(queryset: Any, *columns: str) -> Iterator[tuple[Any, ...]]:
    return (row for page in pages(queryset, *columns) for row in page)


def _some(groups: Iterable[Any]) -> Iterator[list[Any]]:
    """So many of them at a time."""
    rest = iter(groups)
    return iter(lambda: list(islice(rest, GROUPS)), [])


def _repeated(
    rows: Callable[[], Iterable[tuple[Any, ...]]], form: Callable[[tuple[Any, ...]], Hashable]
) -> Iterator[list[tuple[Any, ...]]]:
    """The rows that share a form with another one, together. Reads them twice: of all others only a hash is kept."""
    seen: set[int] = set()
    again: set[int] = set()
    for row in rows():
        mark = hash(form(row))
        (again if mark in seen else seen).add(mark)
    groups: dict[Hashable, list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows():
        if hash(found := form(row)) in again:
            groups[found].append(row)
    return (group for group in groups.values() if len(group) > 1)


def _pairs(members: list[Any], name: Callable[[Any], str], distinct: Collection[frozenset[str]]) -> Iterator[tuple[Any, Any]]:
    """Each member but the first, with the first one before it that nobody said is different."""
    for number, member in enumerate(members):
        for other in members[:number]:
            if frozenset((name(member), name(other))) not in distinct:
                yield member, other
                break


def _ordered(courses: Iterable[made.Course]) -> list[made.Course]:
    """The course that would stay first: that with the most runs, then the oldest."""
    return sorted(courses, key=lambda course: (-course.runs, course.pk))


def _distinct(kind: str) -> set[frozenset[str]]:
    return {frozenset(pair) for pair in DistinctPair.objects.filter(kind=kind).values_list("first", "second")}


_KINDS: dict[str, Callable[[], Iterator[Suggestion]]] = {
    "organizations_alike": _organizations,
    "course_codes_alike": _course_codes,
    "course_code_with_term": _codes_with_terms,
    "runs_alike": _runs,
    "run_of_other_course": _placements,
}
