"""Course runs: reading, creating, changing, deleting. Many at once: `resolution` and `associations`."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Unpack, overload

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from opaque_keys.edx.keys import CourseKey
from organizations.models import Organization

from .. import keys, signals
from ..abstract_models import warn_of_spelling
from ..data import UNSET, ScheduleLike, Unset
from ..exceptions import DuplicateCourseRun, InvalidCourseKey
from ..lib.changes import Change, Provenance, delete_with_history, save_with_history, store_changes
from ..lib.routing import reads_from_writer
from ..lib.transactions import Outdated, refuse_if_protected, writes_to
from ..lib.values import text
from ..models import CatalogCourse, CourseRun, CourseRunWithdrawal, CourseSchedule
from . import lookup, resolution, values
from ._changes import record_run_events
from ._requests import Request
from .associations import apply_one, associate_course_run, take_course, take_values

__all__ = [
    "create_course_run",
    "create_course_run_for_modulestore_course_with",
    "delete_course_run",
    "find_course_run",
    "get_course_run",
    "get_course_runs",
    "restore_course_run",
    "sync_course_run_details",
    "update_course_run",
    "withdraw_course_run",
]

# The name that openedx-core's app logs under.
logger = logging.getLogger("openedx_catalog.api_impl.courses")


def get_course_run(course_key: CourseKey | str) -> CourseRun:
    """
    Get a run by its key, in any case: compare ``.course_key`` where the spelling matters. One query, no joins.

    It may or may not have content. Its course and organization cost one query each when they are read; see
    `get_catalog_course_for_run` and `get_course_runs`. Does not check permissions.

    Raises CourseRun.DoesNotExist or InvalidCourseKey.
    """
    return lookup.course_run(course_key)


def find_course_run(course_key: CourseKey | str) -> CourseRun | None:
    """`get_course_run`, or None where there is no such run, also because the value is no key at all."""
    try:
        return lookup.course_run(course_key)
    except (CourseRun.DoesNotExist, InvalidCourseKey):
        return None


@overload
def get_course_runs(
    course_keys: None = None,
    *,
    catalog_course: lookup.CourseName | None = None,
    org_code: Organization | str | None = None,
) -> QuerySet[CourseRun]: ...
@overload
def get_course_runs(course_keys: Iterable[Any]) -> dict[Any, CourseRun]: ...
def get_course_runs(
    course_keys: Iterable[Any] | None = None,
    *,
    catalog_course: lookup.CourseName | None = None,
    org_code: Organization | str | None = None,
) -> QuerySet[CourseRun] | dict[Any, CourseRun]:
    """
    With keys: ``{key as given: CourseRun}`` with course and organization joined; one query per 1,000 keys.

    Keys that are missing or do not parse are absent. Without keys: a QuerySet of all runs, of one catalog course (an object, or
    its uuid, key or id), or of those of an organization (an object, or its short_name in any case), newest first. What is not
    given as an object is looked up at once. Does not check permissions.

    Raises CatalogCourse.DoesNotExist, InvalidCatalogKey, or InvalidRequest, also for one key where several are expected.
    """
    if course_keys is not None:
        return resolution.runs_by_key(course_keys)
    runs = CourseRun.objects.with_course()
    if catalog_course is not None:
        runs = runs.filter(catalog_course=lookup.course_named(catalog_course))
    return runs if org_code is None else runs.for_org(org_code)


def create_course_run(
    course_key: CourseKey | str,
    *,
    title: str | None = None,
    language_short: str | None = None,
    schedule: ScheduleLike | None = None,
    catalog_course: lookup.CourseName | None = None,
    **provenance: Unpack[Provenance],
) -> CourseRun:
    """
    Create a run that must not exist yet, under the course its key names or, explicitly, under `catalog_course`.

    Everything else is as in `associate_course_run`, the events too. Does not check permissions. Raises DuplicateCourseRun
    where the run exists in any case, and what `associate_course_run` raises.
    """
    request = Request(0, str(course_key), keys.parse_course_key(course_key), create_only=True)
    take_values(request, title=title, language_short=language_short, schedule=schedule, observed_at=None)
    take_course(request, catalog_course)
    result = apply_one(request, Change(**provenance))
    if result.outcome != "created":
        raise DuplicateCourseRun(course_key=request.key.text, existing_key=str(result.run.course_key))
    return result.run


@writes_to(CourseRun)
def update_course_run(
    course_key: CourseKey | str,
    *,
    title: str | Unset = UNSET,
    schedule: ScheduleLike | Unset = UNSET,
    **provenance: Unpack[Provenance],
) -> CourseRun:
    """
    Change the title or the schedule of a run, as a person decides: whatever a source has set is overwritten.

    UNSET leaves a value, None empties a date or the pacing. Nothing is written where nothing changes. For what a source
    reports use `sync_course_run`. Emits ``course_run.updated``. Does not check permissions.

    Raises CourseRun.DoesNotExist, InvalidCourseKey, InvalidTitle, InvalidDate, InvalidPacing, InvalidRequest.
    """
    wanted = {} if schedule is UNSET else values.parse_schedule(schedule)
    new_title = title if title is UNSET else values.some_title(title)
    change = Change(**provenance)
    run = locked_run(course_key)
    retitled = store_changes(run, {"title": new_title}, change)
    if _save_schedule(run, wanted, change) or retitled:
        record_run_events(signals.COURSE_RUN_UPDATED, [run.pk])
    return run


def locked_run(course_key: CourseKey | str) -> CourseRun:
    """The run, held until the transaction ends, its identity complete; and its course and organization, read afterwards."""
    # Not joined: of a run that was moved while it waited PostgreSQL would find that the course no longer matches.
    run = lookup.complete(lookup.course_run(course_key, runs=CourseRun.objects.select_for_update()))
    course = CatalogCourse.objects.with_org().filter(pk=run.catalog_course_id).first()
    if course is None:
        # Moved since the snapshot of a caller, to a course that is not in it: MySQL locks what it does not show.
        raise Outdated(_("the course run %(key)s was moved meanwhile") % {"key": run.course_key})
    run.catalog_course = course
    return run


def _save_schedule(run: CourseRun, wanted: dict[str, Any], change: Change) -> bool:
    """Returns whether it changed."""
    if not wanted:
        return False
    # Locked as well as its run: whoever reads from an older snapshot gets the row as it is now, or has to begin again.
    schedule = CourseSchedule.objects.select_for_update().filter(run=run).first()
    if schedule is None:
        if not any(wanted.values()):
            return False
        save_with_history(CourseSchedule(run=run, **wanted), change)
    elif not store_changes(schedule, wanted, change):
        return False
    _touch(run)
    return True


@writes_to(CourseRun)
def delete_course_run(course_key: CourseKey | str, **provenance: Unpack[Provenance]) -> None:
    """
    Delete a run and its schedule; the catalog course stays, also when it was the last one.

    Deletes no content. Rows of other apps follow their own on_delete. Emits ``course_run.deleted``, with what the run was.
    Does not check permissions.

    Raises HasDependents (a ProtectedError) where protected rows point at it, CourseRun.DoesNotExist, InvalidCourseKey.
    """
    run = locked_run(course_key)
    record_run_events(signals.COURSE_RUN_DELETED, [run.pk])
    with refuse_if_protected(str(run.course_key)):
        delete_with_history(run, Change(**provenance))


@writes_to(CourseRun)
def withdraw_course_run(course_key: CourseKey | str, *, at: datetime, source: str = "api") -> bool:
    """
    Note that the content of a run was deleted upstream at `at` (aware); deletes nothing. Returns whether it was news.

    A run that is withdrawn already keeps the later of both times. Writes no history: the row has the time and the source.
    Emits ``course_run.withdrawn`` where it was news. Does not check permissions.

    Raises CourseRun.DoesNotExist, InvalidCourseKey, InvalidDate, InvalidValue (source).
    """
    moment, source = values.check_source_time(at, "at"), text("source", source, required=True)
    run = locked_run(course_key)
    stored, created = CourseRunWithdrawal.objects.get_or_create(run=run, defaults={"at": moment, "source": source})
    if not created and stored.at < moment:
        CourseRunWithdrawal.objects.filter(pk=stored.pk).update(at=moment, source=source)
    if created:
        _touch(run)
        record_run_events(signals.COURSE_RUN_WITHDRAWN, [run.pk])
    return created


@writes_to(CourseRun)
def restore_course_run(course_key: CourseKey | str, *, at: datetime) -> bool:
    """
    Note that a run was published again at `at` (aware): a withdrawal before that goes. Returns whether there was one.

    Emits ``course_run.updated`` then. Does not check permissions. Raises CourseRun.DoesNotExist, InvalidCourseKey, InvalidDate.
    """
    moment = values.check_source_time(at, "at")
    run = locked_run(course_key)
    gone, _models = CourseRunWithdrawal.objects.filter(run=run, at__lt=moment).delete()
    if gone:
        _touch(run)
        record_run_events(signals.COURSE_RUN_UPDATED, [run.pk])
    return bool(gone)


def _touch(run: CourseRun) -> None:
    """Consumers ask for runs modified since: what belongs to a run counts."""
    CourseRun.objects.filter(pk=run.pk).update(modified=run._meta.get_field("modified").pre_save(run, False))


def sync_course_run_details(course_key: CourseKey, *, title: str | None) -> None:
    """
    Take over the title that a more authoritative model (CourseOverview) has; None and "" leave it as it is.

    A function of openedx-core's app, kept for its callers; `sync_course_run` does more. Does not check permissions.
    Raises CourseRun.DoesNotExist, InvalidCourseKey, InvalidTitle.
    """
    if title:
        update_course_run(course_key, title=title)
    else:
        with reads_from_writer():
            get_course_run(course_key)


def create_course_run_for_modulestore_course_with(
    course_key: CourseKey, *, title: str, language_short: str | None = None
) -> CourseRun:
    """
    Make sure that a run exists, and return it; a run that exists is returned as it is, and a warning is logged.

    A function of openedx-core's app, kept for its callers; `associate_course_run` says what became of the request.
    Does not check permissions. Raises as `associate_course_run`; OrganizationNotFound is also a ValueError.
    """
    with reads_from_writer():
        existing = find_course_run(course_key)
    if existing is not None:
        logger.warning("The course run %s was there already: it is left as it is.", existing.course_key)
        return existing
    run = associate_course_run(course_key, title=title, language_short=language_short).run
    if warn_of_spelling(run):
        logger.warning("The run %s was created under the organization %s.", run.course_key, run.catalog_course.org_code)
    return run
