"""
External course keys: what partners call runs, and the rule that a key names one run within a course and within a program.

Runs that are excluded, and memberships and curricula whose `retired_at` has passed, do not count; nested programs do, and
deleted ones do not. A key may name one run until its course leaves the program, and another from then on. Keys compare stripped
and folded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any, Unpack

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from opaque_keys.edx.keys import CourseKey

from openedx_catalog import keys
from openedx_catalog.api import get_course_run
from openedx_catalog.api.for_contrib import locked_run, record_shown_changes
from openedx_catalog.exceptions import InvalidCourseKey
from openedx_catalog.lib import values
from openedx_catalog.lib.changes import (
    Change,
    Provenance,
    delete_many_with_history,
    delete_with_history,
    save_many_with_history,
    save_with_history,
)
from openedx_catalog.lib.transactions import Outdated, writes_to
from openedx_catalog.models_api import CatalogCourse, CourseRun

from ..data import ExternalKeyUse
from ..exceptions import ExternalKeyConflict, describe
from ..models import (
    Curriculum,
    CurriculumCourseMembership,
    CurriculumCourseRunExclusion,
    ExternalCourseKey,
    ExternalKeySlot,
    Program,
    ProgramCourseRunExclusion,
)
from . import _key_uses, _scopes


@writes_to(ExternalCourseKey)
def set_external_course_key(
    course_key: CourseKey | str,
    key: str | None,
    *,
    key_source: str = "",
    **provenance: Unpack[Provenance],
) -> ExternalCourseKey | None:
    """
    Give a run its partner's key, e.g. ``MATH205-Fall20``; None, "" and blanks take it away. Returns the row, or None.

    Stored stripped, in the partner's spelling; `key_source` says whose key it is. Nothing is written where nothing changes.
    Emits ``course_run.updated``, and dates the run: it shows the key. Does not check permissions.

    Raises ExternalKeyConflict where another run of its course, or of a program that has it, has the key in whatever case;
    CourseRun.DoesNotExist, InvalidCourseKey, InvalidValue.
    """
    text, owner = values.text_to_fold("external_course_key", key), values.text("source", key_source)
    change = Change(**provenance)
    run = locked_with_course(course_key)
    stored = ExternalCourseKey.objects.filter(run=run).first()
    if not text:
        if stored is not None:
            delete_with_history(stored, change)
            record_shown_changes([run.pk], reason=change.reason)
        ExternalKeySlot.objects.filter(run=run).delete()
        return None
    row = stored or ExternalCourseKey(run=run)
    if (row.key, row.source) != (text, owner or row.source):
        row.key, row.source = text, owner or row.source
        save_with_history(row, change)
        claim_for_courses([run.catalog_course_id], run_ids={run.pk})
        record_shown_changes([run.pk], reason=change.reason)
    return row


def delete_external_course_key(course_key: CourseKey | str, **provenance: Unpack[Provenance]) -> None:
    """Take a run's external key away, if it has one. Raises CourseRun.DoesNotExist, InvalidCourseKey."""
    set_external_course_key(course_key, None, **provenance)


def get_external_course_keys(course_keys: Iterable[CourseKey | str]) -> dict[str, str]:
    """
    ``{course key as stored: external key}`` of those that have one, sorted by folded course key. One query.

    Keys that do not parse are absent.
    """
    parsed = []
    for key in course_keys:
        with suppress(InvalidCourseKey):
            parsed.append(keys.parse_course_key(key))
    rows = ExternalCourseKey.objects.filter(run__in=CourseRun.objects.by_key(*parsed))
    return dict(rows.order_by("run__key_ci").values_list("run__course_key__text", "key"))


def find_external_key_conflicts(
    scope: CatalogCourse | Curriculum | Program | None = None, *, at: datetime | None = None
) -> list[ExternalKeyUse]:
    """
    Every use of a key that names more than one run of a course or program, sorted by scope, key and run.

    `scope` is a catalog course (itself and every program that has it), a program, the program of a curriculum, or None for
    the whole database. Read from the tables themselves, so that rows written past the API are found. At most 3 queries, 4
    where programs contain programs; a course no run of which has a key costs one. Does not check permissions.
    """
    if isinstance(scope, CatalogCourse):
        uses = _key_uses.uses_of([scope.pk], (), at)
        if uses:
            uses += _key_uses.uses_in_programs(_scopes.programs_of([scope.pk]), at, upwards=True)
    elif scope is None:
        uses = _key_uses.uses_of(None, None, at)
    else:
        uses = _key_uses.uses_of((), {scope.program_id if isinstance(scope, Curriculum) else scope.pk}, at)
    return _key_uses.conflicts_among(uses)


# For the other modules of this API


def claim_for_courses(course_ids: Sequence[int], *, run_ids: Collection[int] | None = None) -> None:
    """
    Hold the keys of these catalog courses, which are locked, against the rule. Raises ExternalKeyConflict.

    Where no run of theirs has a key that is one query and no lock. With `run_ids` only conflicts of these are refused.
    """
    if _key_uses.uses_of(course_ids, ()) or _key_uses.has_slots(course_ids):
        programs = _scopes.lock_programs(partial(_scopes.programs_of, course_ids))
        claim(course_ids, programs, run_ids=run_ids)


def claim(
    course_ids: Iterable[int],
    program_ids: Iterable[int],
    *,
    run_ids: Collection[int] | None = None,
    releases_only: bool = False,
) -> None:
    """
    Hold the keys of these courses and programs, which are locked, against the rule, and take their slots.

    `releases_only` gives up the slots that nothing needs any more, and refuses nothing, since it only makes room. Raises
    ExternalKeyConflict, which names every run, course, curriculum and program of the first key in conflict.
    """
    uses = _key_uses.uses_of(course_ids, program_ids)
    conflicts = [] if releases_only else _key_uses.conflicts_among(uses)
    for (_scope, key_ci), same in _key_uses.by_place(conflicts).items():
        # Others were forced in past us, and are no fault of these runs, which may be on their way out of another conflict.
        if run_ids is None or any(use.run_id in run_ids for use in same):
            found = [use for use in conflicts if _key_uses.place_of(use)[1] == key_ci]
            raise ExternalKeyConflict(key=same[0].key, places=describe(found), conflicts=found)
    _key_uses.store_slots(uses, _key_uses.scope_names(course_ids, program_ids))


def stale_exclusions() -> QuerySet[ProgramCourseRunExclusion]:
    """Exclusions from programs none of whose curricula has the run's course any more."""
    members = CurriculumCourseMembership.objects.standing()
    still = members.filter(curriculum__program=OuterRef("program"), catalog_course=OuterRef("run__catalog_course"))
    return ProgramCourseRunExclusion.objects.filter(~Exists(still))


def drop_stale_exclusions(change: Change, **of: Any) -> set[int]:
    """
    Delete the `stale_exclusions` of these, as filters of the exclusions: ``program_id=3``, ``run__id__among=[…]``; returns
    the programs that had any.

    Where the course stood once, its membership leaves the run out from then on, so that what counted then stays so (ADR 0034).
    One query where there are none.
    """
    rows = stale_exclusions().filter(**of).order_by("pk")
    stale = list(rows.values_list("pk", "program_id", "run_id", "run__catalog_course_id"))
    if not stale:
        return set()
    members = CurriculumCourseMembership.objects.filter(curriculum__program_id__in={row[1] for row in stale})
    leave_out_of_members(members, [row[1:] for row in stale], change)
    delete_many_with_history(ProgramCourseRunExclusion, [row[0] for row in stale], change)
    return {row[1] for row in stale}


def leave_out_of_members(members: Any, runs: Iterable[tuple[int, int, int]], change: Change) -> None:
    """Leave runs, (program, run, course), out of those of these memberships that are of the program and course. Two queries."""
    wanted: dict[tuple[int, int], list[int]] = defaultdict(list)
    for program, run, course in runs:
        wanted[program, course].append(run)
    members = members.filter(catalog_course_id__in={course for _program, course in wanted})
    columns = members.order_by("pk").values_list("pk", "curriculum__program_id", "catalog_course_id")
    pairs = [(pk, run) for pk, program, course in columns for run in wanted.get((program, course), ())]
    known = CurriculumCourseRunExclusion.objects.filter(membership__in=[pk for pk, _run in pairs])
    there = set(known.values_list("membership_id", "run_id"))
    new = [CurriculumCourseRunExclusion(membership_id=pk, run_id=run) for pk, run in pairs if (pk, run) not in there]
    save_many_with_history(new, change)


def locked_with_course(course_key: CourseKey | str) -> CourseRun:
    """
    The run, held, and its course, which is held first, as by everybody. Call it within `atomically`.

    Raises Outdated where the run was moved to another course meanwhile: to lock that one now would be out of order.
    """
    course_id = get_course_run(course_key).catalog_course_id
    _scopes.lock_courses([course_id])
    run = locked_run(course_key)
    if run.catalog_course_id != course_id:
        raise Outdated(_("the run was moved each time it was read"))
    return run


def lock_courses_of(run_ids: Iterable[int]) -> dict[int, int]:
    """
    Hold the courses of these runs, then the runs: ``{run: course}``. Three queries. Call it within `atomically`.

    Raises Outdated where one was moved to another course meanwhile.
    """
    rows = CourseRun.objects.filter(id__among=list(run_ids)).order_by("key_ci", "pk")
    found = dict(rows.values_list("pk", "catalog_course_id"))
    _scopes.lock_courses(found.values())
    if dict(rows.select_for_update().values_list("pk", "catalog_course_id")) != found:
        raise Outdated(_("a run was moved each time it was read"))
    return found
