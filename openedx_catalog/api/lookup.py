"""Finding rows: by key in any case, by alias, and by exact key where another program left the identity NULL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import router
from django.db.models import F, Q
from opaque_keys.edx.keys import CourseKey
from organizations.models import Organization

from .. import identity, keys
from ..abstract_models import find_organization
from ..exceptions import InvalidRequest, OrganizationNotFound
from ..lib.values import parse_uuid
from ..models import CatalogCourse, CatalogCourseCode, CourseRun


def course_by_code(org_code: str, course_code: str, *, courses: Any = None) -> CatalogCourse:
    """
    The catalog course that owns (organization, code), with its organization joined. Raises CatalogCourse.DoesNotExist.

    One query for names as they are spelled; three more at most for another case, or a row that has no slot yet.
    """
    courses = CatalogCourse.objects.with_org() if courses is None else courses
    if keys.names_nothing(org_code) or keys.names_nothing(course_code):
        raise CatalogCourse.DoesNotExist("No catalog course has such a key.")
    code_ci = keys.fold(course_code)
    named = courses.filter(codes__org__short_name=org_code, codes__code_ci=code_ci)
    # A case-insensitive database may answer for another spelling; that one is looked up by the organization's id.
    exact = [course for course in named.annotate(slot_org=F("codes__org__short_name")) if course.slot_org == org_code]
    if exact:
        return exact[0]
    try:
        org = find_organization(Organization, org_code)
    except OrganizationNotFound:
        raise CatalogCourse.DoesNotExist(f"No catalog course {keys.format_key_str(org_code, course_code)}.") from None
    found = courses.filter(codes__org=org, codes__code_ci=code_ci).first()
    return found or _without_slot(courses, org, course_code)


def _without_slot(courses: Any, org: Any, course_code: str) -> CatalogCourse:
    code_ci = keys.fold(course_code)
    candidates = courses.filter(org=org).filter(Q(course_code_ci=code_ci) | Q(course_code_ci=None)).order_by("id")
    found = next((course for course in candidates if keys.fold(course.course_code) == code_ci), None)
    if found is None:
        raise CatalogCourse.DoesNotExist(f"No catalog course {keys.format_key_str(org.short_name, course_code)}.")
    return found


def catalog_course(pk: int | None, key_str: str, org_code: str, course_code: str, uuid: UUID | str | None) -> CatalogCourse:
    """The catalog course that exactly one of the ways names. Raises InvalidRequest, InvalidCatalogKey, DoesNotExist."""
    ways = [bool(pk), bool(key_str), bool(uuid), bool(org_code or course_code)]
    if sum(ways) != 1 or bool(org_code) != bool(course_code):
        raise InvalidRequest(reason="Give one of: pk, uuid, key_str, or org_code with course_code.")
    if key_str:
        return course_by_code(*keys.parse_catalog_key(key_str))
    if org_code:
        return course_by_code(org_code, course_code)
    if uuid:
        return CatalogCourse.objects.with_org().get(uuid=parse_uuid(uuid))
    return CatalogCourse.objects.with_org().get(pk=parse_pk(pk))


def parse_pk(value: Any) -> int:
    """Return an id. Raises InvalidRequest for what is no whole number."""
    if not isinstance(value, int):
        raise InvalidRequest(reason=f"{keys.shorten(value, 60)!r} is not the id of a catalog course.")
    return value


def course_run(course_key: CourseKey | str, *, runs: Any = None) -> CourseRun:
    """The run of this key, in any case. One query, two if it is not found. Raises CourseRun.DoesNotExist, InvalidCourseKey."""
    key = keys.parse_course_key(course_key)
    runs = CourseRun.objects.all() if runs is None else runs
    try:
        return runs.get(key_ci=key.key_ci)
    except CourseRun.DoesNotExist:
        # A row of another program, whose identity is not filled yet, or has been since the first look.
        identity_of_it = Q(key_ci=None) | Q(key_ci=key.key_ci)
        found = runs.filter(identity_of_it, course_key__text=key.text).order_by("id").first()
        if found is None:
            raise CourseRun.DoesNotExist(f"No course run {key.text}.") from None
        return found


def locked_courses(pks: Sequence[int]) -> dict[int, CatalogCourse]:
    """
    The catalog courses by id, held until the transaction ends, their organizations joined. Locks in id order. Two queries.

    Held first and read afterwards: in one statement PostgreSQL would join the organization as it was before it waited, and
    MariaDB would hold the organization as well.
    """
    rows = CatalogCourse.objects.filter(pk__in=pks).order_by("pk")
    list(rows.select_for_update().values_list("pk"))
    return {course.pk: course for course in rows.with_org()}


def complete(run: CourseRun) -> CourseRun:
    """Fill the identity of a run that is about to be written, if another program left it NULL."""
    if run.key_ci is None or run.uuid is None:
        identity.complete_course_runs(CourseRun, router.db_for_write(CourseRun, instance=run), Q(pk=run.pk))
        run.refresh_from_db(fields=["key_ci", "uuid"])
    return run


def complete_course(course: CatalogCourse) -> CatalogCourse:
    """Fill the identity and slot of a catalog course that is about to be written."""
    if course.course_code_ci is None or course.uuid is None or not course.codes.exists():
        identity.complete_catalog_courses(
            CatalogCourse, CatalogCourseCode, router.db_for_write(CatalogCourse, instance=course), Q(pk=course.pk)
        )
        course.refresh_from_db(fields=["course_code_ci", "uuid"])
    return course
