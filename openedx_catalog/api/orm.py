"""
What is saved or deleted past this API, by ``run.save()`` or in somebody's admin: recorded as any other change.

Called by `openedx_catalog.handlers` only, in the transaction of the save or delete. What sends no signals of single rows
(``bulk_create``, ``update``) is recorded by nobody.
"""

from __future__ import annotations

from typing import Any

from django.db import router
from django.utils import timezone

from .. import keys, signals
from ..extensions import installed_extensions
from ..lib import feed
from ..lib.changes import Change
from ..models import CatalogCourse, CourseRun, CourseRunWithdrawal, CourseSchedule
from . import lookup
from ._changes import follow_course, record_course_event, record_run_events

# What says where a run belongs, and what no event is about: when a source saw it, and what is derived.
_PLACE = {"catalog_course_id", "association"}
_SILENT = {"source_time", "created", "key_ci", "uuid"}


def row_saved(instance: Any, before: dict[str, Any], change: Change) -> None:
    """Record what was saved past the API; `before` is what was stored of it, empty for a new row. Extensions may refuse it."""
    changed = {name for name, value in before.items() if getattr(instance, name) != value}
    if isinstance(instance, CourseSchedule | CourseRunWithdrawal):
        is_withdrawn = isinstance(instance, CourseRunWithdrawal) and not before
        _part_changed(instance.run_id, signals.COURSE_RUN_WITHDRAWN if is_withdrawn else signals.COURSE_RUN_UPDATED)
    elif isinstance(instance, CourseRun):
        _run_saved(instance, before, changed, change)
    elif isinstance(instance, CatalogCourse):
        _course_saved(instance, before, changed, change)


def row_deleted(instance: Any) -> None:
    """Record what is deleted past the API: a run or a course while it is still there, what belongs to a run afterwards."""
    if isinstance(instance, CourseSchedule | CourseRunWithdrawal):
        _part_changed(instance.run_id, signals.COURSE_RUN_UPDATED)
    elif isinstance(instance, CourseRun):
        record_run_events(signals.COURSE_RUN_DELETED, [instance.pk])
    elif isinstance(instance, CatalogCourse):
        record_course_event(signals.CATALOG_COURSE_DELETED, _with_uuid(instance))


def _part_changed(run: int, signal: Any) -> None:
    """What belongs to a run is shown, and dated, as the run."""
    CourseRun.objects.filter(pk=run).update(modified=timezone.now())
    record_run_events(signal, [run])


def _run_saved(run: CourseRun, before: dict[str, Any], changed: set[str], change: Change) -> None:
    if not before:
        record_run_events(signals.COURSE_RUN_CREATED, [run.pk])
        return
    _renumbered("course_run", before, run.uuid, str(run.course_key))
    if changed & _PLACE:
        left = before.get("catalog_course_id", run.catalog_course_id)
        if left != run.catalog_course_id:
            for extension in installed_extensions():
                extension.course_runs_moved({run.pk: left}, run.catalog_course, change)
        previous = CatalogCourse.objects.with_org().get(pk=left).key_str
        record_run_events(signals.COURSE_RUN_MOVED, [run.pk], previous_catalog_course_key=previous, reason=change.reason)
    if changed - _PLACE - _SILENT:
        record_run_events(signals.COURSE_RUN_UPDATED, [run.pk])


def _course_saved(course: CatalogCourse, before: dict[str, Any], changed: set[str], change: Change) -> None:
    if not before:
        record_course_event(signals.CATALOG_COURSE_CREATED, course)
        return
    _with_uuid(course)
    if _renumbered("catalog_course", before, course.uuid, course.key_str):
        follow_course(CourseRun.objects.filter(catalog_course=course.pk), using=router.db_for_write(CourseRun))
    if changed & {"org_id", "course_code"}:
        org = type(course.org)._base_manager.get(pk=before.get("org_id", course.org_id))
        previous = keys.format_key_str(org.short_name, before.get("course_code", course.course_code))
        record_course_event(signals.CATALOG_COURSE_RENAMED, course, previous_key=previous, reason=change.reason)
    if changed & {"title", "language"}:
        record_course_event(signals.CATALOG_COURSE_UPDATED, course)


def _renumbered(kind: str, before: dict[str, Any], uuid: Any, key: str) -> bool:
    """Tell consumers of a row that was given another uuid: by the name they know it by it is gone. Returns whether it was."""
    former = before.get("uuid")
    if former in (None, uuid):
        return False
    entries = [feed.Entry(kind, str(former), key, "deleted"), feed.Entry(kind, str(uuid) if uuid else None, key, "created")]
    feed.write(entries, using=router.db_for_write(CourseRun))
    return True


def _with_uuid(course: CatalogCourse) -> CatalogCourse:
    """Events name a course by its uuid, which a row of another program may lack."""
    return lookup.complete_course(course) if course.uuid is None else course
