"""
The codes of a catalog course: let go of a former one, give it to another course, swap two, reserve one for reruns.

Whoever changes a slot (CatalogCourseCode) holds its course, which whoever creates a run by it holds as well. So no run comes
under a course by a code that is taken away meanwhile. Each change stands in the history of the code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from operator import attrgetter
from typing import Any, TypeVar, Unpack

from django.db import router
from django.utils import timezone
from django.utils.translation import gettext as _
from organizations.models import Organization

from .. import keys, signals
from ..exceptions import (
    CourseCodeHasRuns,
    CourseCodeInUse,
    DuplicateCatalogCourse,
    InvalidRequest,
    UnknownCourseCode,
)
from ..lib.changes import Change, ReasonedProvenance, delete_with_history, record_events, record_history, save_with_history
from ..lib.events import Event
from ..lib.transactions import rolled_back, writes_to
from ..models import CatalogCourse, CatalogCourseCode, CourseRun
from ..organization_names import organization_id
from . import lookup, values
from ._changes import course_event, note_decisions, record_catalog_events, stored_run_values
from .codes import course_by_code

__all__ = ["give_course_code", "release_course_code", "set_rerun_code", "swap_course_codes"]

Result = TypeVar("Result")
# How many runs, or codes, an error names.
SHOWN = 10
PAGE = 1000


@writes_to(CatalogCourse)
def release_course_code(
    catalog_course: lookup.CourseName,
    code: str,
    *,
    org_code: Organization | str | None = None,
    dry_run: bool = False,
    **provenance: Unpack[ReasonedProvenance],
) -> CatalogCourse:
    """
    Let go of a former code of a catalog course: it leads nowhere any more, and is free for a new one. Returns the course.

    The course is given as an object, or by its uuid or key. `org_code` is needed only where the course has this code in several
    organizations, and none of them is its own. New runs keyed with the code will not join this course. Emits
    ``catalog_course.updated``. A dry run returns and raises the same, and leaves nothing. Does not check permissions.

    Raises ReasonRequired, UnknownCourseCode, CourseCodeInUse (its present code, or its rerun code), CourseCodeHasRuns while
    implicit runs stand under the course by this code, CatalogCourse.DoesNotExist, Organization.DoesNotExist, InvalidCatalogKey,
    or InvalidRequest.
    """
    change = _reasoned(_("releasing a course code"), provenance)
    return _perhaps(dry_run, partial(_release, catalog_course, code, org_code, change))


@writes_to(CatalogCourse)
def give_course_code(
    catalog_course: lookup.CourseName,
    code: str,
    *,
    to: lookup.CourseName,
    org_code: Organization | str | None = None,
    dry_run: bool = False,
    **provenance: Unpack[ReasonedProvenance],
) -> CatalogCourse:
    """
    Let a former code of a catalog course lead to another one, whose former code it then is. Returns that course.

    New runs keyed with it join that course, which may be renamed to it. Otherwise as `release_course_code`: arguments, refusals
    and a dry run. Emits ``catalog_course.updated`` for both. Does not check permissions.

    Raises as `release_course_code`; InvalidRequest also where `to` is the course itself.
    """
    change = _reasoned(_("giving a course code away"), provenance)
    return _perhaps(dry_run, partial(_give, catalog_course, code, to, org_code, change))


@writes_to(CatalogCourse)
def swap_course_codes(
    first: lookup.CourseName,
    second: lookup.CourseName,
    *,
    dry_run: bool = False,
    **provenance: Unpack[ReasonedProvenance],
) -> tuple[CatalogCourse, CatalogCourse]:
    """
    Give each of two catalog courses the other one's key: code, and organization where they differ. Returns both.

    Neither key keeps leading where it led. So that every run stays with its course, those that stand there by one of the two
    codes become explicit. Former codes stay; a rerun code stays, unless it is one of the two, and then it is none any more, or
    of another organization: then it goes as `move_catalog_course` has it. Emits ``catalog_course.renamed`` for both, and
    ``course_run.moved`` for each run that becomes explicit. A dry run returns and raises the same, and leaves nothing.
    Statements do not grow with the runs, up to 1,000. Does not check permissions.

    Raises ReasonRequired, InvalidRequest (one course twice), DuplicateCatalogCourse, CatalogCourse.DoesNotExist,
    InvalidCatalogKey.
    """
    change = _reasoned(_("swapping the codes of two courses"), provenance)
    return _perhaps(dry_run, partial(_swap, first, second, change))


@writes_to(CatalogCourse)
def set_rerun_code(
    catalog_course: lookup.CourseName,
    code: str | None,
    *,
    dry_run: bool = False,
    **provenance: Unpack[ReasonedProvenance],
) -> CatalogCourse:
    """
    Reserve a code of the course's organization for its new runs: `next_run_key` proposes keys with it. Returns the course.

    None or "" clears it: then new runs are keyed with the course's own code. The code leads to the course from now on, so runs
    keyed with it join the course implicitly; one that was reserved before keeps leading there, until it is released. Nothing is
    written where nothing changes. Emits ``catalog_course.updated``. A dry run returns and raises the same, and leaves nothing.
    Does not check permissions.

    Raises ReasonRequired, DuplicateCatalogCourse where the code is another course's, InvalidCatalogKey,
    CatalogCourse.DoesNotExist, InvalidRequest.
    """
    change = _reasoned(_("setting a rerun code"), provenance)
    return _perhaps(dry_run, partial(_reserve, catalog_course, code, change))


def take_code(course: CatalogCourse, *, org: Organization, course_code: str, change: Change) -> None:
    """
    Let a code, or this spelling of it, lead to the course, which is renamed to it next. Raises DuplicateCatalogCourse.

    The history of the code says since when it leads here or, where it did before, when it was taken back; and that of the
    present one, since when it is a former code.
    """
    slot = _slot_for(course, org, course_code)
    if slot.pk is None or slot.code != course_code:
        slot.code = course_code
        save_with_history(slot, change, update_fields=None if slot.pk is None else ["code", "code_ci"])
    elif not _is_present(slot, course):
        _note([slot], change)
    if not _is_present(slot, course):
        _note(_present_slots(course), change)


def take_rerun_code_along(course: CatalogCourse, change: Change) -> None:
    """
    Once a course has come to another organization: its next runs are keyed by that one.

    A rerun code of another organization is none any more; where the same code of its own leads to the course too, that is it.
    """
    slots = _locked_slots(course)
    marked = next((slot for slot in slots if slot.for_reruns and slot.org_id != course.org_id), None)
    if marked is None:
        return
    same = [slot for slot in slots if (slot.org_id, slot.code_ci) == (course.org_id, marked.code_ci)]
    for slot, mark in ((marked, None), *((slot, True) for slot in same)):
        slot.for_reruns = mark
        save_with_history(slot, change, update_fields=["for_reruns"])


def drop_codes(course: CatalogCourse, change: Change) -> None:
    """Delete the codes of a course that is deleted next: by its cascade their history would not say who did it, and why."""
    for slot in _locked_slots(course):
        delete_with_history(slot, change)


# The work, within a transaction


def _release(course: lookup.CourseName, code: str, org_code: Organization | str | None, change: Change) -> CatalogCourse:
    held = _hold(course)[0]
    slot = _spare_slot(held, code, org_code)
    delete_with_history(slot, change)
    _record_updated(held)
    return held


def _give(
    giver: lookup.CourseName, code: str, to: lookup.CourseName, org_code: Organization | str | None, change: Change
) -> CatalogCourse:
    course, receiver = _hold(giver, to)
    _refuse_same(course, receiver, "to")
    slot = _spare_slot(course, code, org_code)
    slot.catalog_course = receiver
    save_with_history(slot, change, update_fields=["catalog_course"])
    _record_updated(course, receiver)
    return receiver


def _swap(first: lookup.CourseName, second: lookup.CourseName, change: Change) -> tuple[CatalogCourse, CatalogCourse]:
    one, other = _hold(first, second)
    _refuse_same(one, other, "second")
    slots = [_saved_slot(one, change), _saved_slot(other, change)]
    kept, before = _runs_by(slots), {course.pk: course.key_str for course in (one, other)}
    for slot, course in zip(slots, (other, one), strict=True):
        slot.catalog_course, slot.for_reruns = course, None
        save_with_history(slot, change, update_fields=["catalog_course", "for_reruns"])
    _swap_names(one, other, change)
    for course in (one, other):
        take_rerun_code_along(course, change)
    happened: list[Event] = []
    for course in (one, other):
        happened += _made_explicit(kept[course.pk], before[course.pk], change)
        more: Any = {"previous_key": before[course.pk], "reason": change.reason}
        happened.append(course_event(signals.CATALOG_COURSE_RENAMED, course, **more))
    record_catalog_events(happened, using=_using())
    return one, other


def _swap_names(one: CatalogCourse, other: CatalogCourse, change: Change) -> None:
    # Unique indexes are held against each row as it is written: what the first one leaves must be free for the second.
    CatalogCourse.objects.filter(pk=one.pk).update(course_code_ci=None)
    names = [(course.org, course.course_code) for course in (one, other)]
    for course, (org, code) in zip((other, one), names, strict=True):
        course.title = values.title_after_rename(course.title, course.course_code, code)
        course.org, course.course_code = org, code
        save_with_history(course, change, update_fields=["org", "course_code", "course_code_ci", "title", "modified"])


def _reserve(given: lookup.CourseName, code: str | None, change: Change) -> CatalogCourse:
    course = _hold(given)[0]
    code = None if code is None or code == "" else keys.check_code(code)
    wanted = None if code is None else _slot_for(course, course.org, code)
    before = next((slot for slot in _locked_slots(course) if slot.for_reruns), None)
    cleared = before is not None and (wanted is None or wanted.pk != before.pk)
    if before is not None and cleared:
        before.for_reruns = None
        save_with_history(before, change, update_fields=["for_reruns"])
    if (wanted is not None and code is not None and _mark(wanted, code, course, change)) or cleared:
        _record_updated(course)
    return course


def _mark(slot: CatalogCourseCode, code: str, course: CatalogCourse, change: Change) -> bool:
    """Let new runs be keyed with this code. Its spelling is as given, unless it is the course's own. Whether that is news."""
    spelling = course.course_code if _is_present(slot, course) else code
    if slot.for_reruns and slot.code == spelling:
        return False
    slot.for_reruns, slot.code = True, spelling
    save_with_history(slot, change, update_fields=None if slot.pk is None else ["for_reruns", "code", "code_ci"])
    return True


def _made_explicit(runs: Sequence[tuple[int, str]], previous_key: str, change: Change) -> Iterator[Event]:
    """Let runs stay where they are, whatever their codes lead to; yields an event for each."""
    for start in range(0, len(runs), PAGE):
        pks = [pk for pk, _key in runs[start : start + PAGE]]
        rows = CourseRun.objects.filter(pk__in=pks)
        rows.update(association=CourseRun.Association.EXPLICIT.value, modified=timezone.now())
        record_history(CourseRun, "~", change, using=_using(), column="id", values=pks)
        note_decisions(pks)
        more: Any = {"previous_catalog_course_key": previous_key, "reason": change.reason}
        stored = stored_run_values(pks, using=_using(), **more)
        yield from (Event(signals.COURSE_RUN_MOVED, *values) for values in stored)


# Slots


def _spare_slot(course: CatalogCourse, code: str, org_code: Organization | str | None) -> CatalogCourseCode:
    """The slot of a code that the course can do without. Raises UnknownCourseCode, CourseCodeInUse, CourseCodeHasRuns."""
    slot = _own_slot(course, code, org_code)
    facts = {"org_code": slot.org.short_name, "course_code": slot.code, "key_str": course.key_str}
    if _is_present(slot, course):
        reason = _("it is its present code. Rename the course first, or swap its code with that of another course")
        raise CourseCodeInUse(reason=reason, **facts)
    if slot.for_reruns:
        raise CourseCodeInUse(reason=_("its new runs are keyed with it. Set another rerun code first, or none"), **facts)
    if runs := _runs_by([slot])[course.pk]:
        raise CourseCodeHasRuns(count=len(runs), course_keys=[key for _pk, key in runs[:SHOWN]], **facts)
    return slot


def _own_slot(course: CatalogCourse, code: str, org_code: Organization | str | None) -> CatalogCourseCode:
    folded = keys.fold(keys.check_code(code))
    slots = _locked_slots(course)
    found = [slot for slot in slots if slot.code_ci == folded]
    if org_code is not None:
        org = lookup.organization_named(org_code)
        found = [slot for slot in found if slot.org_id == org.pk]
    elif len(found) > 1:
        found = [slot for slot in found if slot.org_id == course.org_id] or found
    if len(found) > 1:
        names = ", ".join(sorted(slot.org.short_name for slot in found))
        reason = _("%(key)s has the code %(code)s in several organizations: %(orgs)s. Say in which.")
        raise InvalidRequest(reason=reason % {"key": course.key_str, "code": code, "orgs": names}, field="org_code")
    if not found:
        codes = ", ".join(f"{slot.org.short_name} {slot.code}" for slot in slots[:SHOWN])
        raise UnknownCourseCode(course_code=keys.shorten(code), key_str=course.key_str, codes=codes)
    return found[0]


def _slot_for(course: CatalogCourse, org: Organization, course_code: str) -> CatalogCourseCode:
    """The slot that leads to the course by a code of an organization, or an unsaved one. Raises DuplicateCatalogCourse."""
    slots = CatalogCourseCode.objects.filter(org_id=org.pk, code_ci=keys.fold(course_code))
    # Looked for first: where there is none, MySQL would hold the place for it, and two that take new codes stop each other.
    slot = slots.select_for_update().first() if slots.exists() else None
    owner = slot.catalog_course if slot else _unslotted(org, course_code)
    if owner is not None and owner.pk != course.pk:
        raise DuplicateCatalogCourse(org_code=org.short_name, course_code=course_code, key_str=owner.key_str)
    return slot or CatalogCourseCode(org=org, code=course_code, catalog_course=course)


def _unslotted(org: Organization, course_code: str) -> CatalogCourse | None:
    try:
        return course_by_code(org.short_name, course_code)
    except CatalogCourse.DoesNotExist:
        return None


def _saved_slot(course: CatalogCourse, change: Change) -> CatalogCourseCode:
    """The slot of the present code, which a course may lack that was saved past the API."""
    slot = _slot_for(course, course.org, course.course_code)
    if slot.pk is None:
        save_with_history(slot, change)
    return slot


def _is_present(slot: CatalogCourseCode, course: CatalogCourse) -> bool:
    return slot.org_id == course.org_id and keys.fold(slot.code) == keys.fold(course.course_code)


def _present_slots(course: CatalogCourse) -> list[CatalogCourseCode]:
    return [slot for slot in _locked_slots(course) if _is_present(slot, course)]


def _locked_slots(course: CatalogCourse) -> list[CatalogCourseCode]:
    """All codes of a course that is held, the oldest first: as they are now, not as a transaction of the caller saw them."""
    # Sorted here: MySQL would walk all codes in that order, and wait for whoever holds one of another course.
    slots = CatalogCourseCode.objects.filter(catalog_course=course).order_by().select_for_update()
    return sorted(slots, key=attrgetter("pk"))


def _note(slots: Sequence[CatalogCourseCode], change: Change) -> None:
    """Say in the history of codes what became of them, where their rows do not say it."""
    record_history(CatalogCourseCode, "~", change, using=_using(), column="id", values=[slot.pk for slot in slots])


def _runs_by(slots: Sequence[CatalogCourseCode]) -> dict[int, list[tuple[int, str]]]:
    """
    ``{id of the course of a slot: [(id, key) of its implicit runs whose keys lead there by it]}``, held until the end.

    Held, in the order of all writers: nobody moves one meanwhile, and a caller's snapshot does not hide those that are new.
    """
    by_course = {slot.catalog_course_id: slot for slot in slots}
    runs = CourseRun.objects.implicit().filter(catalog_course__in=list(by_course)).order_by("key_ci", "pk")
    found: dict[int, list[tuple[int, str]]] = {pk: [] for pk in by_course}
    orgs: dict[str, int | None] = {}
    for pk, course, text in runs.select_for_update().values_list("pk", "catalog_course_id", "course_key__text"):
        key, slot = keys.find_run_key(text), by_course[course]
        if key is None or keys.fold(key.course) != slot.code_ci:
            continue
        if key.org not in orgs:
            orgs[key.org] = organization_id(Organization, key.org)
        if orgs[key.org] == slot.org_id:
            found[course].append((pk, text))
    return found


# Shared


def _reasoned(action: str, provenance: ReasonedProvenance) -> Change:
    change = Change(**provenance)
    change.require_reason(action)
    return change


def _perhaps(dry_run: bool, work: Callable[[], Result]) -> Result:
    return rolled_back(_using(), work) if dry_run else work()


def _using() -> str:
    return router.db_for_write(CatalogCourse)


def _hold(*given: lookup.CourseName) -> list[CatalogCourse]:
    return [lookup.complete_course(course) for course in lookup.locked_courses(*given)]


def _refuse_same(first: CatalogCourse, second: CatalogCourse, field: str) -> None:
    if first.pk == second.pk:
        reason = _("%(key)s is given twice. Choose another course.") % {"key": first.key_str}
        raise InvalidRequest(reason=reason, field=field)


def _record_updated(*courses: CatalogCourse) -> None:
    """Their rows, and those of their runs, are as they were: consumers hear that keys lead elsewhere, and nothing is dated."""
    record_events((course_event(signals.CATALOG_COURSE_UPDATED, course) for course in courses), using=_using())
