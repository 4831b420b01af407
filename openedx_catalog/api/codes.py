"""
Who owns which (organization, code): the one place where look-ups and the doctor ask.

A slot (CatalogCourseCode) says so; where a row of another program has none yet, its own code does. The engine asks the same by
SQL, for a thousand at once (`_store`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _
from organizations.models import Organization

from .. import keys
from ..exceptions import OrganizationNotFound
from ..models import CatalogCourse, CatalogCourseCode
from ..organization_names import find_organization


def course_by_code(org_code: str, course_code: str, *, courses: Any = None) -> CatalogCourse:
    """
    The catalog course that owns (organization, code), with its organization joined. Raises CatalogCourse.DoesNotExist.

    One query for names as they are spelled; three more at most for another case, or a row that has no slot yet.
    """
    courses = CatalogCourse.objects.with_org() if courses is None else courses
    if keys.names_nothing(org_code) or keys.names_nothing(course_code):
        raise CatalogCourse.DoesNotExist(_("No catalog course has such a key."))
    code_ci = keys.fold(course_code)
    named = courses.filter(codes__org__short_name=org_code, codes__code_ci=code_ci)
    # A case-insensitive database may answer for another spelling; that one is looked up by the organization's id.
    exact = [course for course in named.annotate(slot_org=F("codes__org__short_name")) if course.slot_org == org_code]
    if exact:
        return exact[0]
    try:
        org = find_organization(Organization, org_code)
    except OrganizationNotFound:
        raise no_such_course(org_code, course_code) from None
    found = courses.filter(codes__org=org, codes__code_ci=code_ci).first()
    return found or _without_slot(courses, org, course_code)


def no_such_course(org_code: str, course_code: str) -> CatalogCourse.DoesNotExist:
    """The error for a code that leads to no catalog course."""
    key = keys.shorten(keys.format_key_str(org_code, course_code))
    return CatalogCourse.DoesNotExist(_("There is no catalog course %(name)s.") % {"name": key})


def _without_slot(courses: Any, org: Any, course_code: str) -> CatalogCourse:
    code_ci = keys.fold(course_code)
    candidates = courses.filter(org=org).filter(Q(course_code_ci=code_ci) | Q(course_code_ci=None)).order_by("id")
    found = next((course for course in candidates if keys.fold(course.course_code) == code_ci), None)
    if found is None:
        raise no_such_course(org.short_name, course_code)
    return found


def owners_of_keys(named: Iterable[keys.CatalogKey]) -> dict[keys.CatalogKey, int]:
    """
    ``{key: id of the catalog course that owns it}`` of those keys that lead to one. Two queries, and two more at most for each
    organization that is spelled in another case, or by a former name. What has no slot yet is not found.
    """
    wanted = list(named)
    names = {key.org for key in wanted}
    ids = dict(Organization.objects.filter(short_name__in=names).values_list("short_name", "pk"))
    for name in names - ids.keys():
        with suppress(OrganizationNotFound):
            ids[name] = find_organization(Organization, name).pk
    found = owners(list(ids.values()), {keys.fold(key.code) for key in wanted})
    slots = {key: (ids.get(key.org, 0), keys.fold(key.code)) for key in wanted}
    return {key: found[slot] for key, slot in slots.items() if slot in found}


def owners(org_ids: Collection[int], folded_codes: Collection[str]) -> dict[tuple[int, str], int]:
    """``{(id of an organization, folded code): id of the catalog course}``, as the slots have it. One query."""
    slots = CatalogCourseCode.objects.filter(org_id__in=org_ids, code_ci__in=folded_codes)
    return {(org, code): pk for org, code, pk in slots.values_list("org_id", "code_ci", "catalog_course_id")}
