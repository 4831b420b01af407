"""Explicit changes to what belongs where: move a run, split a course. Each needs a reason, and lasts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Unpack

from django.utils.translation import gettext as _
from organizations.models import Organization

from .. import filters, keys, signals
from ..exceptions import InvalidRequest
from ..extensions import installed_extensions
from ..lib.changes import Change, ReasonedProvenance, store_changes
from ..lib.transactions import writes_or_previews
from ..models import CatalogCourse, CourseRun
from . import lookup
from ._changes import note_decisions, record_run_events
from ._placing import HeldRun, ask_to_move, hold_courses, hold_runs, pages, place
from .catalog_courses import create_catalog_course
from .course_runs import locked_run
from .values import is_title

__all__ = ["move_course_run", "split_catalog_course"]

EXPLICIT = CourseRun.Association.EXPLICIT.value


@writes_or_previews(CourseRun)
def move_course_run(
    course_key: lookup.RunName, to: lookup.CourseName, *, dry_run: bool = False, **provenance: Unpack[ReasonedProvenance]
) -> CourseRun:
    """
    Make `to` (an object, or its uuid or key) the catalog course of a run (its key or uuid), for good: no backfill, event or
    sync moves it back.

    The run keeps its key, so ``course-v1:MITx+14.100x+3T2017`` may stand under MITxT 14.100x. Where it stands there
    already, only the association becomes explicit. Undoing a merge that brought it here leaves it here. Emits
    ``course_run.moved``. With `dry_run` all of it is rolled back, and the run is as it would be. Does not check permissions.

    Raises CourseRun.DoesNotExist, CatalogCourse.DoesNotExist, InvalidCourseKey, InvalidCatalogKey, ReasonRequired,
    InvalidRequest, or MoveRefused (by a filter).
    """
    change = Change(**provenance)
    change.require_reason(_("moving a run"))
    # The course before the run, as everywhere; otherwise two movers might wait for each other.
    course = hold_courses(to)[0]
    run = locked_run(course_key)
    left = run.catalog_course
    if left.pk != course.pk:
        filters.ask_to_move(str(run.course_key), left.key_str, course.key_str, change.reason)
    if not store_changes(run, {"catalog_course": course, "association": EXPLICIT}, change):
        note_decisions([run.pk])
        return run
    if left.pk != course.pk:
        _tell_extensions({run.pk: left.pk}, course, change)
    _record_moves([run.pk], left, change)
    return run


@writes_or_previews(CatalogCourse)
def split_catalog_course(
    catalog_course: lookup.CourseName,
    course_keys: Iterable[lookup.RunName],
    *,
    course_code: str,
    org_code: Organization | str | None = None,
    title: str = "",
    dry_run: bool = False,
    **provenance: Unpack[ReasonedProvenance],
) -> CatalogCourse:
    """
    Create a catalog course from some runs (keys or uuids) of another one, and return it. Those become explicit, and keep their
    keys.

    It is created within the same organization unless `org_code` names one, with the language of the other course, and with its
    title unless one is given: or with its code, where the title of the other one is its code as well. Codes stay where they
    are, so new runs that are keyed as the chosen ones go on to join the other course. Emits ``catalog_course.created``, then
    ``course_run.moved`` for each run. With `dry_run` all of it is rolled back. Does not check permissions. Statements do not
    grow with the runs, up to 1,000.

    Raises ReasonRequired, InvalidRequest (no runs, or one of another course), CourseRun.DoesNotExist, InvalidCourseKey,
    MoveRefused (by a filter), CatalogCourse.DoesNotExist, and what `create_catalog_course` raises.
    """
    change = Change(**provenance)
    change.require_reason(_("splitting a catalog course"))
    named = list(lookup.several(course_keys))
    by_uuid = lookup.run_keys_by_uuid(named)
    wanted = [keys.parse_course_key(lookup.key_of_run(name, by_uuid)) for name in named]
    keys.check_code(course_code)
    course = hold_courses(catalog_course)[0]
    values = {"org_code": org_code or course.org_code, "course_code": course_code, "language": course.language}
    values["title"] = title or (course.title if is_title(course.title, course.course_code) else "")
    created = create_catalog_course(**values, **provenance)
    held = _chosen_runs(course, wanted)
    ask_to_move(held, course, created, change)
    pks = [run.pk for run in held]
    place(pks, created, EXPLICIT, change)
    _tell_extensions(dict.fromkeys(pks, course.pk), created, change)
    _record_moves(pks, course, change)
    return created


def _chosen_runs(course: CatalogCourse, wanted: list[keys.RunKey]) -> list[HeldRun]:
    """The runs of these keys, held. Raises InvalidRequest or CourseRun.DoesNotExist unless each is one of this course."""
    if not wanted:
        raise InvalidRequest(reason=_("Choose at least one run."), field="course_keys")
    # By their keys, not their course: what was moved away meanwhile must be told from what never was.
    held = hold_runs(CourseRun.objects.by_key(*wanted))
    found = {keys.fold(run.key) for run in held}
    if missing := [key.text for key in wanted if key.key_ci not in found]:
        raise CourseRun.DoesNotExist(_("There is no course run %(key)s.") % {"key": missing[0]})
    here = set(CourseRun.objects.filter(catalog_course=course, pk__in=[run.pk for run in held]).values_list("pk", flat=True))
    if others := [run.key for run in held if run.pk not in here]:
        text = _("%(key)s is not a run of %(course)s. Choose runs of this course only.")
        raise InvalidRequest(reason=text % {"key": others[0], "course": course.key_str}, field="course_keys")
    return held


def _tell_extensions(moved: dict[int, int], to: CatalogCourse, change: Change) -> None:
    for extension in installed_extensions():
        extension.course_runs_moved(moved, to, change)


def _record_moves(pks: list[int], left: CatalogCourse, change: Change) -> None:
    for page in pages(pks):
        more: Any = {"previous_catalog_course_key": left.key_str, "reason": change.reason}
        record_run_events(signals.COURSE_RUN_MOVED, page, **more)
