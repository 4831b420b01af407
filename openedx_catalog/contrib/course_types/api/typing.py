"""Which type a course and a run have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any, Unpack

from opaque_keys.edx.keys import CourseKey

from openedx_catalog import keys
from openedx_catalog.api.for_contrib import CourseName, course_named, locked_run, record_shown_changes, record_shown_courses
from openedx_catalog.exceptions import CatalogError
from openedx_catalog.lib import values
from openedx_catalog.lib.changes import Change, Provenance, delete_with_history, save_with_history
from openedx_catalog.lib.transactions import writes_to
from openedx_catalog.models_api import CatalogCourse, CourseRun

from ..exceptions import CourseRunTypeMismatch, CourseTypeNotAllowed
from ..models import CourseRunType, CourseRunTyping, CourseType, CourseTypeOrganization, CourseTypeRunType, CourseTyping
from .values import find_by_slug


@writes_to(CourseTyping)
def set_course_type(
    catalog_course: CourseName, course_type: CourseType | str | None, **provenance: Unpack[Provenance]
) -> CourseType | None:
    """
    Give a course a type, an object or a slug; None takes it away. Its runs keep theirs, which may be a mismatch by then: the
    doctor names those. Returns the type.

    Nothing is written where nothing changes. Emits ``catalog_course.updated``.

    Raises CourseTypeNotAllowed where the type is for other organizations, CourseType.DoesNotExist, CatalogCourse.DoesNotExist,
    InvalidCatalogKey, InvalidValue, InvalidRequest.
    """
    change, pk = Change(**provenance), course_named(catalog_course).pk
    course = CatalogCourse.objects.select_for_update().get(pk=pk)
    wanted = None if course_type in (None, "") else find_by_slug(CourseType, course_type)
    if wanted is not None:
        _refuse_other_organizations(wanted, course)
    if _store(CourseTyping, {"catalog_course": course}, "course_type", wanted, change):
        record_shown_courses([course.pk], reason=change.reason)
    return wanted


@writes_to(CourseRunTyping)
def set_course_run_type(
    course_key: CourseKey | str,
    course_run_type: CourseRunType | str | None,
    *,
    allow_mismatch: bool = False,
    **provenance: Unpack[Provenance],
) -> CourseRunType | None:
    """
    Give a run a type, an object or a slug; None takes it away. Returns the type.

    One that is none of those of its course's type is a mismatch (seed 003, update of 2019), and needs `allow_mismatch`. A
    course without a type allows every one. Nothing is written where nothing changes. Emits ``course_run.updated``.

    Raises CourseRunTypeMismatch, CourseRunType.DoesNotExist, CourseRun.DoesNotExist, InvalidCourseKey, InvalidValue.
    """
    change = Change(**provenance)
    values.flag("allow_mismatch", allow_mismatch)
    run = locked_run(course_key)
    wanted = None if course_run_type in (None, "") else find_by_slug(CourseRunType, course_run_type)
    if wanted is not None and not allow_mismatch:
        _refuse_mismatch(wanted, run)
    if _store(CourseRunTyping, {"run": run}, "course_run_type", wanted, change):
        record_shown_changes([run.pk], reason=change.reason)
    return wanted


def find_course_type_of(catalog_course: CourseName) -> CourseType | None:
    """
    The type of a course, or None. At most two queries. Raises CatalogCourse.DoesNotExist, InvalidCatalogKey, InvalidRequest.
    """
    rows = CourseTyping.objects.filter(catalog_course=course_named(catalog_course)).select_related("course_type")
    return next((row.course_type for row in rows), None)


def find_course_run_type_of(course_key: CourseKey | str) -> CourseRunType | None:
    """The type of a run, or None; also where there is no such run. One query. Raises InvalidCourseKey."""
    key = keys.parse_course_key(course_key)
    rows = CourseRunTyping.objects.filter(run__in=CourseRun.objects.by_key(key)).select_related("course_run_type")
    return next((row.course_run_type for row in rows), None)


def get_course_types_of(catalog_course_ids: Sequence[int]) -> dict[int, str]:
    """``{id of a course: slug of its type}`` of those that have one, in no order. One query."""
    rows = CourseTyping.objects.filter(catalog_course__in=list(catalog_course_ids))
    return dict(rows.values_list("catalog_course_id", "course_type__slug"))


def get_course_run_types_of(course_keys: Iterable[CourseKey | str]) -> dict[str, str]:
    """
    ``{course key as stored: slug of its type}`` of those that have one, sorted by folded course key. One query.

    Keys that do not parse are absent.
    """
    parsed = []
    for key in course_keys:
        with suppress(CatalogError):
            parsed.append(keys.parse_course_key(key))
    rows = CourseRunTyping.objects.filter(run__in=CourseRun.objects.by_key(*parsed)).order_by("run__key_ci")
    return dict(rows.values_list("run__course_key__text", "course_run_type__slug"))


def _refuse_other_organizations(wanted: CourseType, course: CatalogCourse) -> None:
    rows = CourseTypeOrganization.objects.filter(course_type=wanted).select_related("organization").order_by("pk")
    allowed = {row.organization_id: row.organization.short_name for row in rows}
    if allowed and course.org_id not in allowed:
        names = ", ".join(allowed.values())
        raise CourseTypeNotAllowed(course_type=wanted.slug, org_code=course.org.short_name, allowed=names)


def _refuse_mismatch(wanted: CourseRunType, run: CourseRun) -> None:
    typing = CourseTyping.objects.filter(catalog_course=run.catalog_course_id).select_related("course_type").first()
    if typing is None:
        return
    rows = CourseTypeRunType.objects.filter(course_type=typing.course_type).order_by("position", "pk")
    allowed = dict(rows.values_list("course_run_type_id", "course_run_type__slug"))
    if wanted.pk not in allowed:
        facts = {"course_run_type": wanted.slug, "course_type": typing.course_type.slug, "allowed": ", ".join(allowed.values())}
        raise CourseRunTypeMismatch(course_key=str(run.course_key), **facts)


def _store(model: Any, owner: dict[str, Any], field: str, wanted: Any, change: Change) -> bool:
    """Make this the type of a row; says whether that changed anything."""
    stored = model.objects.filter(**owner).first()
    if wanted is None:
        if stored is not None:
            delete_with_history(stored, change)
        return stored is not None
    if stored is not None and getattr(stored, f"{field}_id") == wanted.pk:
        return False
    row = stored or model(**owner)
    setattr(row, field, wanted)
    save_with_history(row, change)
    return True
