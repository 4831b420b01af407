"""Catalog courses: reading, creating, changing, deleting."""

from __future__ import annotations

from typing import Any, Unpack
from uuid import UUID

from django.db.models import QuerySet
from organizations.models import Organization

from .. import conf, filters, keys, signals
from ..abstract_models import normalize_language
from ..data import UNSET, Unset
from ..exceptions import DuplicateCatalogCourse, DuplicateUUID
from ..lib.changes import Change, Provenance, delete_with_history, save_with_history, store_changes
from ..lib.transactions import refuse_if_protected, writes_to
from ..models import CatalogCourse, CatalogMerge, CourseRun
from . import lookup, organizations, values
from ._changes import record_course_event
from .course_codes import drop_codes

__all__ = [
    "create_catalog_course",
    "delete_catalog_course",
    "find_catalog_course",
    "find_catalog_course_for_run",
    "get_catalog_course",
    "get_catalog_course_for_run",
    "get_catalog_courses",
    "update_catalog_course",
]


def get_catalog_course(
    pk: int | None = None,
    key_str: str = "",
    org_code: Organization | str = "",
    course_code: str = "",
    uuid: UUID | str | None = None,
) -> CatalogCourse:
    """
    Get a catalog course, its organization joined, by exactly one of pk, uuid, `key_str` or `org_code` with `course_code`.

    Case does not matter, and a code from before a rename or a merge answers with the course that owns it now; compare
    ``.key_str``. One query; up to four for another spelling. It may have no runs. Does not check permissions.

    Raises CatalogCourse.DoesNotExist, InvalidCatalogKey, or InvalidRequest.
    """
    return lookup.catalog_course(pk, key_str, org_code, course_code, uuid)


def find_catalog_course(
    pk: int | None = None,
    key_str: str = "",
    org_code: Organization | str = "",
    course_code: str = "",
    uuid: UUID | str | None = None,
) -> CatalogCourse | None:
    """`get_catalog_course`, or None where there is none. Raises InvalidCatalogKey and InvalidRequest all the same."""
    try:
        return lookup.catalog_course(pk, key_str, org_code, course_code, uuid)
    except CatalogCourse.DoesNotExist:
        return None


def get_catalog_courses(*, org_code: Organization | str | None = None, language: str | None = None) -> QuerySet[CatalogCourse]:
    """
    All catalog courses, or those of one organization or language, organizations joined, newest first.

    An organization is given as an object or by its short_name, in any case; that costs a query, or two. The rest is lazy: one
    query when it is read. The language "" finds those whose language is not set. Does not check permissions.

    Raises InvalidRequest, InvalidLanguage.
    """
    courses = CatalogCourse.objects.with_org()
    if org_code is not None:
        courses = courses.for_org(org_code)
    return courses if language is None else courses.filter(language=normalize_language(language))


def get_catalog_course_for_run(course_key: lookup.RunName) -> CatalogCourse:
    """
    Which course is this run of? Its organization is joined. One query.

    Does not check permissions. Raises CourseRun.DoesNotExist or InvalidCourseKey.
    """
    return lookup.course_run(course_key, runs=CourseRun.objects.with_course()).catalog_course


def find_catalog_course_for_run(course_key: lookup.RunName) -> CatalogCourse | None:
    """`get_catalog_course_for_run`, or None where there is no such run. Raises InvalidCourseKey all the same."""
    try:
        return get_catalog_course_for_run(course_key)
    except CourseRun.DoesNotExist:
        return None


@writes_to(CatalogCourse)
def create_catalog_course(
    *,
    org_code: Organization | str,
    course_code: str,
    title: str = "",
    language: str | None = None,
    uuid: UUID | str | None = None,
    **provenance: Unpack[Provenance],
) -> CatalogCourse:
    """
    Create a catalog course, and its organization if there is none and edx-organizations may create it.

    The title defaults to the code, the language to LANGUAGE_CODE; "" leaves it unset. A site that has discovery passes its own
    `uuid`. Emits ``catalog_course.created``. Does not check permissions.

    Raises DuplicateCatalogCourse where the code, in any case, is a course's or an alias; DuplicateUUID where the uuid is taken,
    also by a course that was merged; CreationRefused (by a filter), InvalidCatalogKey, InvalidTitle, InvalidLanguage,
    OrganizationNotFound, InvalidRequest (uuid), RetryableConflict.
    """
    org_code, course_code = keys.check_catalog_key(lookup.organization_name(org_code), course_code)
    fields: dict[str, Any] = {"course_code": course_code, "title": values.normalize_title(title)}
    if language is not None:
        fields["language"] = normalize_language(language)
    if uuid is not None:
        fields["uuid"] = lookup.parse_uuid(uuid)
    change = Change(**provenance)
    _refuse_taken(org_code, course_code, fields.get("uuid"))
    organization = organizations.get_or_create_organization(org_code, change)
    course = CatalogCourse(org=organization, **(fields | _filtered(organization.short_name, fields)))
    save_with_history(course, change)
    record_course_event(signals.CATALOG_COURSE_CREATED, course)
    return course


def _refuse_taken(org_code: str, course_code: str, uuid: UUID | None) -> None:
    taken = find_catalog_course(org_code=org_code, course_code=course_code)
    if taken is not None:
        raise DuplicateCatalogCourse(org_code=org_code, course_code=course_code, key_str=taken.key_str)
    if uuid is not None and (owner := _owner_of(uuid)):
        raise DuplicateUUID(uuid=str(uuid), key_str=owner)


def _owner_of(uuid: UUID) -> str:
    """The key of the catalog course that has a uuid, also of one that was merged into it; "" where it is free."""
    found = find_catalog_course(uuid=uuid)
    if found is not None:
        return found.key_str
    # The survivor may be gone; what the uuid meant stays.
    merge = CatalogMerge.objects.filter(uuid=uuid).first()
    return "" if merge is None else str(merge)


def _filtered(org_code: str, fields: dict[str, Any]) -> dict[str, str]:
    """Title and language after the operator's filter. Raises CreationRefused, InvalidTitle, InvalidLanguage."""
    if not filters.CatalogCreationRequested.is_configured():
        return {}
    code = fields["course_code"]
    title, language = fields["title"] or code, fields.get("language", conf.default_language())
    title, language = filters.ask_to_create("catalog_course", keys.format_key_str(org_code, code), title, language)
    return {"title": values.some_title(title), "language": normalize_language(language)}


def update_catalog_course(
    catalog_course: lookup.CourseName | int,
    *,
    title: str | None = None,
    language_short: str | None = None,
    language: str | Unset | None = UNSET,
    **provenance: Unpack[Provenance],
) -> None:
    """
    Change the title or the language of a catalog course; None and "" leave title and `language_short` as they are.

    The course is given as an object, or by its uuid, key or id. A language is any code that names one: "en", "pt_BR",
    "zh_HANS", "fil"; None and "" unset it. `language_short` is what openedx-core's app calls it, and as `language` but for
    those. The object passed in carries the new values afterwards. Nothing is written where nothing changes. Renaming the code
    is `rename_catalog_course`. Emits ``catalog_course.updated``. Does not check permissions.

    Raises CatalogCourse.DoesNotExist, InvalidCatalogKey, InvalidTitle, InvalidLanguage, InvalidRequest.
    """
    wanted: dict[str, str] = {}
    if title:
        wanted["title"] = values.some_title(title)
    if language_short:
        wanted["language"] = normalize_language(language_short)
    if language is not UNSET:
        wanted["language"] = "" if language is None else normalize_language(language)
    stored = _update(catalog_course, wanted, Change(**provenance))
    if isinstance(catalog_course, CatalogCourse):
        for name in wanted:
            setattr(catalog_course, name, getattr(stored, name))


@writes_to(CatalogCourse)
def _update(catalog_course: lookup.CourseName | int, wanted: dict[str, str], change: Change) -> CatalogCourse:
    stored = _locked(catalog_course)
    if any(getattr(stored, name) != value for name, value in wanted.items()):
        lookup.complete_course(stored)
    if store_changes(stored, wanted, change):
        record_course_event(signals.CATALOG_COURSE_UPDATED, stored)
    return stored


@writes_to(CatalogCourse)
def delete_catalog_course(catalog_course: lookup.CourseName | int, **provenance: Unpack[Provenance]) -> None:
    """
    Delete a catalog course that has no runs, with its aliases. It is given as an object, or by its uuid, key or id.

    Rows of other apps follow their own on_delete. Emits ``catalog_course.deleted``, with what it was. Does not check
    permissions.

    Raises HasDependents (a ProtectedError) where runs or protected rows point at it, CatalogCourse.DoesNotExist,
    InvalidCatalogKey, InvalidRequest.
    """
    course, change = lookup.complete_course(_locked(catalog_course)), Change(**provenance)
    record_course_event(signals.CATALOG_COURSE_DELETED, course)
    with refuse_if_protected(course.key_str):
        drop_codes(course, change)
        delete_with_history(course, change)


def _locked(given: lookup.CourseName | int) -> CatalogCourse:
    """Callers of openedx-core's functions may give an id too."""
    named = lookup.course_by_id(lookup.parse_pk(given)) if isinstance(given, int) else given
    return lookup.locked_courses(named)[0]
