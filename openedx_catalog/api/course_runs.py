"""Course runs: reading, creating, changing, deleting. Many at once: `resolution` and `associations`."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any, Unpack, overload

from django.db import router
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from opaque_keys.edx.keys import CourseKey
from organizations.models import Organization

from .. import conf, keys, signals
from ..abstract_models import warn_of_spelling
from ..data import UNSET, ScheduleLike, Unset
from ..exceptions import DuplicateCourseRun, InvalidCourseKey
from ..lib.changes import Change, Provenance, delete_with_history, save_with_history, store_changes
from ..lib.routing import reads_from_writer
from ..lib.transactions import Outdated, refuse_if_protected, writes_to
from ..lib.values import text
from ..models import CatalogCourse, CourseRun, CourseRunWithdrawal, CourseSchedule
from . import lookup, resolution, values
from ._changes import follow_course, record_run_events
from ._deleted import remember_deleted
from ._requests import Request
from .associations import apply_one, run_of, take_course, take_values
from .next_run_keys import create_with_next_key, refuse_both

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


def get_course_run(course_key: lookup.RunName) -> CourseRun:
    """
    Get a run by its key, in any case, or uuid: compare ``.course_key`` where the spelling matters. One query, no joins.

    It may or may not have content. Its course and organization cost one query each when they are read; see
    `get_catalog_course_for_run` and `get_course_runs`. Does not check permissions.

    Raises CourseRun.DoesNotExist or InvalidCourseKey.
    """
    return lookup.course_run(course_key)


def find_course_run(course_key: lookup.RunName) -> CourseRun | None:
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
    With keys, or uuids: ``{name as given: CourseRun}`` with course and organization joined; one query per 1,000 keys, and one
    per 1,000 uuids.

    Names that are missing or do not parse are absent. Without names: a QuerySet of all runs, of one catalog course (an object,
    or its uuid, key or id), or of those of an organization (an object, or its short_name in any case), newest first. What is
    not given as an object is looked up at once. Does not check permissions.

    Raises CatalogCourse.DoesNotExist, InvalidCatalogKey, or InvalidRequest, also for one key where several are expected.
    """
    if course_keys is not None:
        return resolution.runs_by_key(course_keys)
    runs = CourseRun.objects.with_course()
    if catalog_course is not None:
        runs = runs.filter(catalog_course=lookup.course_named(catalog_course))
    return runs if org_code is None else runs.for_org(org_code)


def create_course_run(
    course_key: CourseKey | str | None = None,
    *,
    next_for: lookup.CourseName | None = None,
    start: datetime | str | None = None,
    term: str | None = None,
    title: str | None = None,
    language_short: str | None = None,
    schedule: ScheduleLike | None = None,
    catalog_course: lookup.CourseName | None = None,
    create_catalog_course: bool = True,
    **provenance: Unpack[Provenance],
) -> CourseRun:
    """
    Create a run that must not exist yet, under the course its key names or, explicitly, under `catalog_course`.

    Instead of the key, `next_for` names the course whose next run it is: its key is what `next_run_key` proposes for `start`
    (default: that of the schedule) and `term`, and the next one where another writer is faster. So of several that ask at
    once each gets a run, and no letters are left out. Everything else is as in `associate_course_run`, the events too. Does not
    check permissions.

    Raises DuplicateCourseRun where the run exists in any case, DeletedOnPurpose where it was deleted for good, InvalidRequest
    for a key and `next_for`, and what `associate_course_run` and `next_run_key` raise.
    """
    given = {"title": title, "language_short": language_short, "schedule": schedule, "observed_at": None}
    course = partial(take_course, catalog_course=catalog_course, create=create_catalog_course)
    create = partial(_create, given=given, course=course, change=Change(**provenance))
    refuse_both(course_key, next_for, others=start is not None or term is not None)
    if next_for is None:
        return create(course_key)
    start = values.parse_schedule(schedule).get("start") if start is None else start
    return create_with_next_key(next_for, create, start=start, term=term)


def _create(course_key: Any, *, given: dict[str, Any], course: Callable[[Request], None], change: Change) -> CourseRun:
    request = Request(0, str(course_key), keys.parse_course_key(course_key), create_only=True)
    take_values(request, **given)
    course(request)
    result = apply_one(request, change)
    run = run_of(result)
    if result.outcome != "created":
        raise DuplicateCourseRun(course_key=request.key.text, existing_key=str(run.course_key))
    return run


@writes_to(CourseRun)
def update_course_run(
    course_key: lookup.RunName,
    *,
    title: str | Unset = UNSET,
    schedule: ScheduleLike | Unset = UNSET,
    **provenance: Unpack[Provenance],
) -> CourseRun:
    """
    Change the title or the schedule of a run (its key or uuid), as a person decides: whatever a source has set is overwritten.

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


def locked_run(course_key: lookup.RunName) -> CourseRun:
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
def delete_course_run(course_key: lookup.RunName, *, for_good: bool = False, **provenance: Unpack[Provenance]) -> None:
    """
    Delete a run (its key or uuid) and its schedule; the catalog course stays, also when it was the last one.

    `for_good` remembers the key, in whatever case: no sync, file or event creates such a run again (they report ``skipped``,
    with the code ``deleted_on_purpose``), and `create_course_run` is refused, until `restore_deleted_course_run`. Without it
    nothing is remembered: the next sync that lists the run creates it, under the course that its key names (ADR 0029).

    Deletes no content. Rows of other apps follow their own on_delete. Emits ``course_run.deleted``, with what the run was.
    Does not check permissions.

    Raises HasDependents (a ProtectedError) where protected rows point at it, CourseRun.DoesNotExist, InvalidCourseKey.
    """
    change = Change(**provenance)
    run = locked_run(course_key)
    record_run_events(signals.COURSE_RUN_DELETED, [run.pk])
    if for_good:
        remember_deleted(run, change)
    with refuse_if_protected(str(run.course_key)):
        drop_parts(run, change)
        delete_with_history(run, change)


def drop_parts(run: CourseRun, change: Change) -> None:
    """Delete what belongs to a run that is deleted next: by its cascade their history would not say who did it, and why."""
    for model in (CourseSchedule, CourseRunWithdrawal):
        for part in model.objects.filter(run=run).select_for_update():
            delete_with_history(part, change)


@writes_to(CourseRun)
def withdraw_course_run(course_key: lookup.RunName, *, at: datetime, **provenance: Unpack[Provenance]) -> bool:
    """
    Note that the content of a run was deleted upstream at `at` (aware); deletes nothing. Returns whether it was news.

    A run that is withdrawn already keeps the later of both times. Emits ``course_run.withdrawn`` where it was news. Does not
    check permissions.

    Raises CourseRun.DoesNotExist, InvalidCourseKey, InvalidDate, InvalidValue (source), InvalidRequest.
    """
    moment, change = values.check_source_time(at, "at"), Change(**provenance)
    source = text("source", change.source, required=True)
    run = locked_run(course_key)
    stored = CourseRunWithdrawal.objects.select_for_update().filter(run=run).first()
    if stored is None:
        save_with_history(CourseRunWithdrawal(run=run, at=moment, source=source), change)
        _touch(run)
        record_run_events(signals.COURSE_RUN_WITHDRAWN, [run.pk])
    elif stored.at < moment:
        store_changes(stored, {"at": moment, "source": source}, change)
        follow_course(CourseRun.objects.filter(pk=run.pk), using=router.db_for_write(CourseRun))
    return stored is None


@writes_to(CourseRun)
def restore_course_run(course_key: lookup.RunName, *, at: datetime, **provenance: Unpack[Provenance]) -> bool:
    """
    Note that a run was published again at `at` (aware): a withdrawal before that goes. Returns whether there was one.

    Emits ``course_run.updated`` then. Does not check permissions. Raises CourseRun.DoesNotExist, InvalidCourseKey, InvalidDate,
    InvalidRequest.
    """
    moment, change = values.check_source_time(at, "at"), Change(**provenance)
    run = locked_run(course_key)
    withdrawal = CourseRunWithdrawal.objects.select_for_update().filter(run=run, at__lt=moment).first()
    if withdrawal is not None:
        delete_with_history(withdrawal, change)
        _touch(run)
        record_run_events(signals.COURSE_RUN_UPDATED, [run.pk])
    return withdrawal is not None


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

    A function of openedx-core's app, kept for its callers; `associate_course_run` says what became of the request. As there, a
    new catalog course has the language of the site where none is given.
    Does not check permissions. Raises DeletedOnPurpose, and as `associate_course_run`; OrganizationNotFound is also a
    ValueError.
    """
    with reads_from_writer():
        existing = find_course_run(course_key)
    if existing is not None:
        logger.warning("The course run %s was there already: it is left as it is.", existing.course_key)
        return existing
    request = Request(0, str(course_key), keys.parse_course_key(course_key), language_of_new=conf.default_language())
    take_values(request, title=title, language_short=language_short or None, schedule=None, observed_at=None)
    run = run_of(apply_one(request, Change()))
    if warn_of_spelling(run):
        logger.warning("The run %s was created under the organization %s.", run.course_key, run.catalog_course.org_code)
    return run
