"""Whose history is meant: a row that is there, one that was deleted or merged, or one that only its history names."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.utils.translation import gettext as _
from opaque_keys.edx.keys import CourseKey
from organizations.models import Organization

from ... import keys
from ...exceptions import InvalidRequest
from ...lib.routing import rows_of
from ...models import (
    CatalogCourse,
    CatalogCourseCode,
    CatalogMerge,
    CourseRun,
    DeletedRunKey,
    FormerOrganizationName,
)
from .. import lookup
from ..codes import course_by_code
from ..organizations import find_organization_by_code
from .names import COURSE, ORGANIZATION, RUN

KINDS = (COURSE, RUN, ORGANIZATION)
GREATEST_ID = 2**63 - 1


class Subject(NamedTuple):
    """Whose history it is. `key` is the course key of a run, which all of its rows share."""

    kind: str
    pk: int
    key: str = ""
    uuid: UUID | None = None


def find(given: Any, kind: str | None) -> Subject:
    """Raises InvalidRequest, DoesNotExist of a model, InvalidCatalogKey or InvalidCourseKey."""
    kind = _checked_kind(given, kind)
    if kind is None:
        # A uuid: of whichever has it.
        try:
            return _course(given)
        except CatalogCourse.DoesNotExist:
            return _run(given)
    return {COURSE: _course, RUN: _run, ORGANIZATION: _organization}[kind](given)


def _checked_kind(given: Any, kind: str | None) -> str | None:
    if kind is not None and kind not in KINDS:
        reason = _("Expected %(kinds)s, got %(value)r.") % {"kinds": ", ".join(KINDS), "value": keys.shorten(kind, 60)}
        raise InvalidRequest(reason=reason, field="kind")
    implied = _implied(given)
    if isinstance(given, int) and not isinstance(given, bool) and kind and 0 <= given <= GREATEST_ID:
        return kind
    if implied is None or (kind and implied != kind and not isinstance(given, str | UUID)):
        reason = _("Expected a catalog course, a course run or an organization, or its uuid or key, got %(value)r.")
        raise InvalidRequest(reason=reason % {"value": keys.shorten(given, 60)}, field="subject")
    return kind or implied or None


def _implied(given: Any) -> str | None:
    """What is meant by what is given; "" for a uuid, None for what means nothing."""
    kinds: Any = ((CatalogCourse, COURSE), (CourseRun | CourseKey, RUN), (Organization, ORGANIZATION))
    if found := next((kind for types, kind in kinds if isinstance(given, types)), None):
        return found
    if lookup.uuid_of(given):
        return ""
    if not isinstance(given, str):
        return None
    if given.startswith("catalog-course:") or (given.count("+") == 1 and ":" not in given):
        return COURSE
    return RUN if ":" in given or "/" in given or "+" in given else ORGANIZATION


def _course(given: Any) -> Subject:
    if isinstance(given, int):
        # Whether there ever was such a row is seen when its history is read.
        return Subject(COURSE, given)
    found = None
    if isinstance(given, CatalogCourse) and given.pk is not None:
        found = given.pk
    elif uuid := lookup.uuid_of(given.uuid if isinstance(given, CatalogCourse) else given):
        found = _course_by_uuid(uuid)
    elif isinstance(given, str):
        found = _course_by_key(*keys.parse_catalog_key(given))
    if found is None:
        raise no_such(COURSE, given)
    return Subject(COURSE, found)


def _course_by_uuid(uuid: UUID) -> int | None:
    """There, merged, or deleted: only the last is looked for in the whole history, which has no index of uuids."""
    return (
        CatalogCourse.objects.filter(uuid=uuid).values_list("pk", flat=True).first()
        or CatalogMerge.objects.filter(uuid=uuid).values_list("course_id", flat=True).first()
        or CatalogCourse.history.filter(uuid=uuid).order_by("-history_id").values_list("id", flat=True).first()
    )


def _course_by_key(org_code: str, code: str) -> int | None:
    """By a key that leads to it, else by one that it had last: in the spelling that it had."""
    try:
        return course_by_code(org_code, code).pk
    except CatalogCourse.DoesNotExist:
        orgs = _organization_ids(org_code)
    own = CatalogCourse.history.filter(org_id__in=orgs, course_code=code).order_by("-history_id")
    slots = CatalogCourseCode.history.filter(org_id__in=orgs, code=code).order_by("-history_id")
    return own.values_list("id", flat=True).first() or slots.values_list("catalog_course_id", flat=True).first()


def _run(given: Any) -> Subject:
    if isinstance(given, CourseRun) and given.course_key is not None:
        return Subject(RUN, given.pk or 0, str(given.course_key), given.uuid)
    if isinstance(given, int):
        found = _named(CourseRun.objects.filter(pk=given)) or _named(CourseRun.history.filter(id=given))
    elif uuid := lookup.uuid_of(given.uuid if isinstance(given, CourseRun) else given):
        found = _run_by_uuid(uuid)
    else:
        found = _run_by_key(given)
    if found is None:
        raise no_such(RUN, given)
    return found


def _run_by_uuid(uuid: UUID) -> Subject | None:
    """There, deleted for good, or deleted: only the last is looked for in the whole history, which has no index of uuids."""
    if live := _named(CourseRun.objects.filter(uuid=uuid)):
        return live
    key = DeletedRunKey.objects.filter(run_uuid=uuid).values_list("course_key", flat=True).first()
    return Subject(RUN, 0, key, uuid) if key else _named(CourseRun.history.filter(uuid=uuid))


def _run_by_key(given: Any) -> Subject | None:
    """By its key in any case; of what is gone, in the spelling that it had, unless it was deleted for good."""
    try:
        run = lookup.course_run(given)
    except CourseRun.DoesNotExist:
        key = keys.parse_course_key(given)
        deleted = DeletedRunKey.objects.filter(key_ci=key.key_ci).values_list("course_key", flat=True).first()
        return _named(CourseRun.history.filter(course_key__text=deleted or key.text))
    return Subject(RUN, run.pk, str(run.course_key), run.uuid)


def _named(rows: Any) -> Subject | None:
    """All rows of a key are of one subject; the number of one that is gone does no harm."""
    found = rows.order_by().values_list("id", "course_key__text", "uuid").first()
    return found and Subject(RUN, *found)


def _organization(given: Any) -> Subject:
    if isinstance(given, int):
        return Subject(ORGANIZATION, given)
    if isinstance(given, Organization) and given.pk is not None:
        return Subject(ORGANIZATION, given.pk)
    found = _organization_ids(given.short_name if isinstance(given, Organization) else str(given))
    if not found:
        raise no_such(ORGANIZATION, given)
    return Subject(ORGANIZATION, found[0])


def no_such(kind: str, given: Any) -> ObjectDoesNotExist:
    """The error where neither a row nor a history has this name."""
    model: Any = {COURSE: CatalogCourse, RUN: CourseRun, ORGANIZATION: Organization}[kind]
    for name in ("uuid", "short_name") if isinstance(given, models.Model) else ():
        # An object that was never saved may have no text of its own.
        given = getattr(given, name, given)
    text = _("There is no %(kind)s %(name)s, and there was none.")
    return model.DoesNotExist(text % {"kind": model._meta.verbose_name, "name": keys.shorten(given, 60)})


def is_there(subject: Subject) -> bool:
    """Whether there is a row; asked where nothing happened to it. One query."""
    rows = {COURSE: CatalogCourse.objects.all(), RUN: CourseRun.objects.all(), ORGANIZATION: rows_of(Organization)}
    return rows[subject.kind].filter(pk=subject.pk).exists()


def _organization_ids(name: str) -> list[int]:
    """Of the organization of this name, else of the one that had it before, else of those that are gone."""
    if keys.names_nothing(name):
        return []
    if organization := find_organization_by_code(name):
        return [organization.pk]
    former = FormerOrganizationName.objects.filter(name_ci=keys.fold(name)).values_list("org_id", flat=True)
    gone = Organization.history.filter(short_name=name).order_by("-history_date").values_list("id", flat=True)
    return list(former) or list(dict.fromkeys(gone))
