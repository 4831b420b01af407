"""Runs that were deleted for good: which ones, and how one comes back. Deleting them: `course_runs` (ADR 0029)."""

from __future__ import annotations

from typing import Any, Unpack

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from .. import keys, signals
from ..lib.changes import Change, ReasonedProvenance, save_with_history
from ..lib.transactions import writes_to
from ..models import CatalogCourse, CourseRun, DeletedRunKey
from . import codes, lookup
from ._changes import record_run_events

__all__ = ["get_deleted_run_key", "get_deleted_run_keys", "restore_deleted_course_run"]


def get_deleted_run_keys() -> QuerySet[DeletedRunKey]:
    """The keys of runs that were deleted for good, the latest first: with who did it, when and why. Checks no permissions."""
    return DeletedRunKey.objects.order_by("-at", "-pk")


def get_deleted_run_key(course_key: lookup.RunName) -> DeletedRunKey:
    """
    What is known of a run that was deleted for good, by its key in any case, or the uuid that it had. Checks no permissions.

    Raises DeletedRunKey.DoesNotExist or InvalidCourseKey.
    """
    return _remembered(course_key, DeletedRunKey.objects.all())


@writes_to(CourseRun)
@writes_to(DeletedRunKey)
def restore_deleted_course_run(
    course_key: lookup.RunName, *, recreate: bool = True, **provenance: Unpack[ReasonedProvenance]
) -> CourseRun | None:
    """
    Forget that a run was deleted for good, and create it again where it stood: uuid, title, course and association.

    Its course is found by its uuid, also after a merge; where it is gone, an implicit run takes the course that its key leads
    to. Dates are not kept: the next sync or file brings them. Without `recreate` the key is only forgotten, whoever lists it
    next creates the run, and None is returned. A run that exists by now, past the API, is returned as it is. Emits
    ``course_run.created``. Does not check permissions.

    Raises DeletedRunKey.DoesNotExist, InvalidCourseKey, ReasonRequired, or CatalogCourse.DoesNotExist where its course is
    gone: nothing is forgotten then.
    """
    change = Change(**provenance)
    change.require_reason(_("restoring a run that was deleted for good"))
    # The course before the key, as everywhere before a run.
    course = _course_of(_remembered(course_key, DeletedRunKey.objects.all())) if recreate else None
    deleted = _remembered(course_key, DeletedRunKey.objects.select_for_update())
    DeletedRunKey.objects.filter(pk=deleted.pk).delete()
    if course is None:
        return None
    return _existing(deleted) or _recreate(deleted, course, change)


def _remembered(name: lookup.RunName, rows: QuerySet[DeletedRunKey]) -> DeletedRunKey:
    uuid = lookup.uuid_of(name)
    text, named = (uuid, {"run_uuid": uuid}) if uuid else _by_key(name)
    found = rows.filter(**named).first()
    if found is None:
        raise DeletedRunKey.DoesNotExist(_("No run %(key)s was deleted for good.") % {"key": text})
    return found


def _by_key(name: lookup.RunName) -> tuple[object, dict[str, Any]]:
    key = keys.parse_course_key(name)
    return key.text, {"key_ci": key.key_ci}


def _existing(deleted: DeletedRunKey) -> CourseRun | None:
    """A run of this key that another program has written since, its identity complete."""
    try:
        return lookup.complete(lookup.course_run(deleted.course_key, runs=CourseRun.objects.select_for_update()))
    except CourseRun.DoesNotExist:
        return None


def _course_of(deleted: DeletedRunKey) -> CatalogCourse:
    """The course that the run stood under, held. Raises CatalogCourse.DoesNotExist."""
    try:
        if deleted.catalog_course_uuid is not None:
            return lookup.locked_courses(deleted.catalog_course_uuid)[0]
    except CatalogCourse.DoesNotExist:
        if deleted.association != CourseRun.Association.IMPLICIT:
            raise
    key = keys.parse_course_key(deleted.course_key)
    return lookup.locked_courses(codes.course_by_code(key.org, key.course))[0]


def _recreate(deleted: DeletedRunKey, course: CatalogCourse, change: Change) -> CourseRun:
    run = CourseRun(
        course_key=deleted.course_key,
        catalog_course=course,
        title=deleted.title,
        association=_association(deleted, course),
        uuid=deleted.run_uuid,
    )
    save_with_history(run, change)
    record_run_events(signals.COURSE_RUN_CREATED, [run.pk])
    return run


def _association(deleted: DeletedRunKey, course: CatalogCourse) -> str:
    """As it was; but where the key leads elsewhere by now, that it stands here is somebody's word."""
    key = keys.parse_course_key(deleted.course_key)
    return deleted.association if course.owns_code(key.org, key.course) else CourseRun.Association.EXPLICIT.value
