"""Catalog courses: reading, creating, changing, deleting."""

from __future__ import annotations

from typing import Any, Unpack
from uuid import UUID

from django.db import router
from django.db.models import QuerySet
from opaque_keys.edx.keys import CourseKey

from .. import conf, filters, keys, signals
from ..abstract_models import normalize_language
from ..data import UNSET, Unset
from ..exceptions import DuplicateCatalogCourse, DuplicateUUID, InvalidTitle
from ..lib.changes import Change, Provenance, delete_with_history, save_with_history
from ..lib.transactions import atomically, refuse_if_protected
from ..models import CatalogCourse, CourseRun
from . import lookup, organizations, values
from ._changes import record_course_event

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
    org_code: str = "",
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
    org_code: str = "",
    course_code: str = "",
    uuid: UUID | str | None = None,
) -> CatalogCourse | None:
    """`get_catalog_course`, or None where there is none. Raises InvalidCatalogKey and InvalidRequest all the same."""
    try:
        return lookup.catalog_course(pk, key_str, org_code, course_code, uuid)
    except CatalogCourse.DoesNotExist:
        return None


def get_catalog_courses(*, org_code: str | None = None, language: str | None = None) -> QuerySet[CatalogCourse]:
    """
    All catalog courses, or those of one organization (exact short_name) or language, organizations joined, newest first.

    Lazy: one query when it is read. Does not check permissions.
    """
    courses = CatalogCourse.objects.with_org()
    if org_code is not None:
        courses = courses.for_org(org_code)
    return courses if language is None else courses.filter(language=normalize_language(language))


def get_catalog_course_for_run(course_key: CourseKey | str) -> CatalogCourse:
    """
    Which course is this run of? Its organization is joined. One query.

    Does not check permissions. Raises CourseRun.DoesNotExist or InvalidCourseKey.
    """
    return lookup.course_run(course_key, runs=CourseRun.objects.with_course()).catalog_course


def find_catalog_course_for_run(course_key: CourseKey | str) -> CatalogCourse | None:
    """`get_catalog_course_for_run`, or None where there is no such run. Raises InvalidCourseKey all the same."""
    try:
        return get_catalog_course_for_run(course_key)
    except CourseRun.DoesNotExist:
        return None


def create_catalog_course(
    *,
    org_code: str,
    course_code: str,
    title: str = "",
    language: str | None = None,
    uuid: UUID | str | None = None,
    **provenance: Unpack[Provenance],
) -> CatalogCourse:
    """
    Create a catalog course, and its organization if there is none and edx-organizations may create it.

    The title defaults to the code, the language to LANGUAGE_CODE. A site that has discovery passes its own `uuid`.
    Emits ``catalog_course.created``. Does not check permissions.

    Raises DuplicateCatalogCourse where the code, in any case, is a course's or an alias, or the uuid is taken;
    CreationRefused (by a filter), InvalidCatalogKey, InvalidTitle, InvalidLanguage, OrganizationNotFound, InvalidRequest
    (uuid), RetryableConflict.
    """
    org_code, course_code = keys.check_catalog_key(org_code, course_code)
    fields: dict[str, Any] = {"course_code": course_code, "title": values.normalize_title(title)}
    if language:
        fields["language"] = normalize_language(language)
    if uuid is not None:
        fields["uuid"] = lookup.parse_uuid(uuid)
    change = Change(**provenance)

    def work() -> CatalogCourse:
        taken = find_catalog_course(org_code=org_code, course_code=course_code)
        if taken is not None:
            raise DuplicateCatalogCourse(org_code=org_code, course_code=course_code, key_str=taken.key_str)
        if uuid is not None and (taken := find_catalog_course(uuid=uuid)):
            raise DuplicateUUID(uuid=str(uuid), key_str=taken.key_str)
        organization = organizations.get_or_create_organization(org_code, change)
        course = CatalogCourse(org=organization, **(fields | _filtered(organization.short_name, fields)))
        save_with_history(course, change)
        record_course_event(signals.CATALOG_COURSE_CREATED, course)
        return course

    return atomically(router.db_for_write(CatalogCourse), work)


def update_catalog_course(
    catalog_course: CatalogCourse | int,
    *,
    title: str | None = None,
    language_short: str | None = None,
    language: str | Unset = UNSET,
    **provenance: Unpack[Provenance],
) -> None:
    """
    Change the title or the language of a catalog course; None and "" leave title and `language_short` as they are.

    `language_short` is one of the platform's ALL_LANGUAGES ("en", "zh_HANS"), `language` a full code ("pt-br").
    The object passed in carries the new values afterwards. Nothing is written where nothing changes. Renaming the
    code is `rename_catalog_course`. Emits ``catalog_course.updated``. Does not check permissions.

    Raises CatalogCourse.DoesNotExist, InvalidTitle, InvalidLanguage.
    """
    wanted: dict[str, str] = {}
    if title:
        wanted["title"] = values.normalize_title(title)
        if not wanted["title"]:
            raise InvalidTitle(value=title, reason="it is empty")
    if language is not UNSET:
        wanted["language"] = normalize_language(language)
    given = catalog_course if isinstance(catalog_course, CatalogCourse) else None

    def work() -> dict[str, str]:
        stored = _locked(given.pk if given else lookup.parse_pk(catalog_course))
        if language_short:
            wanted["language"] = _full_language(stored, language_short)
        changed = {name: value for name, value in wanted.items() if getattr(stored, name) != value}
        for name, value in changed.items():
            setattr(stored, name, value)
        if changed:
            lookup.complete_course(stored)
            save_with_history(stored, Change(**provenance), update_fields=[*changed, "modified"])
            record_course_event(signals.CATALOG_COURSE_UPDATED, stored)
        return {name: getattr(stored, name) for name in wanted}

    for name, value in atomically(router.db_for_write(CatalogCourse), work).items():
        if given:
            setattr(given, name, value)


def _filtered(org_code: str, fields: dict[str, Any]) -> dict[str, str]:
    """Title and language after the operator's filter. Raises CreationRefused, InvalidTitle, InvalidLanguage."""
    if not filters.CatalogCreationRequested.is_configured():
        return {}
    code = fields["course_code"]
    title, language = fields["title"] or code, fields.get("language") or conf.default_language()
    title, language = filters.ask_to_create("catalog_course", keys.format_key_str(org_code, code), title, language)
    return {"title": values.some_title(title), "language": normalize_language(language)}


def _full_language(course: CatalogCourse, language_short: str) -> str:
    """What `language_short` means, by the rule of the model's property. Raises InvalidLanguage."""
    before = course.language
    course.language_short = language_short
    wanted, course.language = course.language, before
    return wanted


def _locked(pk: Any) -> CatalogCourse:
    found = lookup.locked_courses([pk])
    if pk not in found:
        raise CatalogCourse.DoesNotExist(f"The catalog course with id {pk} is gone.")
    return found[pk]


def delete_catalog_course(catalog_course: CatalogCourse | int, **provenance: Unpack[Provenance]) -> None:
    """
    Delete a catalog course that has no runs, with its aliases.

    Rows of other apps follow their own on_delete. Emits ``catalog_course.deleted``, with what it was. Does not check
    permissions.

    Raises HasDependents (a ProtectedError) where runs or protected rows point at it, or CatalogCourse.DoesNotExist.
    """
    pk = catalog_course.pk if isinstance(catalog_course, CatalogCourse) else lookup.parse_pk(catalog_course)

    def work() -> None:
        course = lookup.complete_course(_locked(pk))
        record_course_event(signals.CATALOG_COURSE_DELETED, course)
        with refuse_if_protected(course.key_str):
            delete_with_history(course, Change(**provenance))

    atomically(router.db_for_write(CatalogCourse), work)
