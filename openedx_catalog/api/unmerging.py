"""
A merge is undone: the course is back, with its id, uuid and codes, and with the runs that nobody has decided on since.

A merge that followed, of the survivor into a third course, does not stand in the way: the runs and codes are fetched from where
it has put them, and it forgets them (ADR 0028).
"""

from __future__ import annotations

from typing import NamedTuple, Unpack
from uuid import UUID

import attrs
from django.db import connections, router
from django.utils import timezone
from django.utils.translation import gettext as _
from organizations.models import Organization

from .. import keys, signals
from ..data import UnmergeResult
from ..exceptions import DuplicateCatalogCourse, DuplicateUUID, InvalidRequest, OrganizationNotFound
from ..extensions import installed_extensions
from ..lib.changes import Change, ReasonedProvenance, record_history, save_with_history
from ..lib.sql import insert_rows
from ..lib.transactions import Outdated, writes_or_previews
from ..models import CatalogCourse, CatalogCourseCode, CatalogMerge, CatalogMergeCode, CatalogMergeRun, CourseRun, DeletedRunKey
from ..organization_names import find_organization, read_names
from . import lookup, values
from ._changes import record_carried_runs, record_course_event
from ._placing import HeldRun, ask_to_move, hold_courses, hold_runs, pages, place
from .merging import give_codes

__all__ = ["unmerge_catalog_courses"]

IMPLICIT, EXPLICIT = CourseRun.Association.IMPLICIT.value, CourseRun.Association.EXPLICIT.value
MergeName = CatalogMerge | UUID | str
"""What a caller may name a merge by: its object, the uuid of the course that was merged, the text of it, or a key of it."""


class _Slot(NamedTuple):
    """A code that leads to the survivor."""

    pk: int
    org_id: int
    code_ci: str


@attrs.define
class _Undoing:
    """What is undone, and by whom; `path` are the uuids that lead from the merge to the survivor."""

    merge: CatalogMerge
    path: list[UUID]
    survivor: CatalogCourse
    change: Change
    returned: list[CatalogMergeCode] = attrs.Factory(list)
    left: list[CatalogMergeCode] = attrs.Factory(list)


@writes_or_previews(CatalogCourse)
def unmerge_catalog_courses(
    merged: MergeName,
    *,
    into: lookup.CourseName | None = None,
    course_code: str | None = None,
    dry_run: bool = False,
    **provenance: Unpack[ReasonedProvenance],
) -> UnmergeResult:
    """
    Bring back a catalog course that was merged into another one: `data.UnmergeResult`.

    The merge is given as one of `get_catalog_merges`, or by the uuid or a key that the course had. The course is back with its
    id where that is free, its uuid, title and language; so are its codes that still lead to the survivor, and the runs that
    stand where the merge has put them, as they were associated, unless somebody has decided on them since (a move, also to
    where they stand). One that was deleted for good there will be restored here. Runs that joined the survivor through one of
    the codes come along. A run whose key would not lead to the course stays explicit. Where its own code is another course's by
    now, give another `course_code`. Where the survivor was merged in its turn, the course comes out of the one that it is part
    of now; `into` refuses to take it from any other one.

    Emits ``catalog_course.created``, then ``course_run.moved`` for each run. With `dry_run` all of it is rolled back. Does not
    check permissions. Statements do not grow with the runs, up to 1,000.

    Raises ReasonRequired, CatalogCourse.DoesNotExist (no such merge, or its survivor was deleted), DuplicateCatalogCourse (its
    code is taken), DuplicateUUID, OrganizationNotFound (deleted since), InvalidCatalogKey, InvalidRequest, MoveRefused (by a
    filter).
    """
    change = Change(**provenance)
    change.require_reason(_("undoing a merge"))
    undoing = _hold(_merge_named(merged), change)
    if into is not None:
        _require_survivor(undoing, lookup.course_named(into))
    code = undoing.merge.course_code if course_code is None else keys.check_code(course_code)
    slot = _free_code(undoing, code)
    _sort_codes(undoing)
    restored = _restore(undoing, code, slot)
    returned, left = _runs(undoing, restored)
    _bring_back(undoing, returned, restored)
    undoing.merge.delete()
    return UnmergeResult(
        restored,
        tuple(sorted(run.key for run in returned)),
        tuple(sorted(left)),
        tuple(sorted(row.key for row in undoing.returned)),
        tuple(sorted(row.key for row in undoing.left)),
    )


def _merge_named(given: MergeName) -> CatalogMerge:
    if isinstance(given, CatalogMerge):
        return _required(CatalogMerge.objects.filter(pk=given.pk).first(), given)
    if uuid := lookup.uuid_of(given):
        return _required(CatalogMerge.objects.filter(uuid=uuid).first(), uuid)
    if not isinstance(given, str):
        reason = _("Expected a merge, or the uuid or key of a merged course, got %(type)s.")
        raise InvalidRequest(reason=reason % {"type": type(given).__name__}, field="merged")
    return _required(_merge_by_key(*keys.parse_catalog_key(given)), given)


def _merge_by_key(org_code: str, course_code: str) -> CatalogMerge | None:
    """By the code that a course had when it was merged; else by another one of its codes. The newest merge of such a course."""
    try:
        org = find_organization(Organization, org_code)
    except OrganizationNotFound:
        return None
    code_ci = keys.fold(course_code)
    for merge in CatalogMerge.objects.filter(org_id=org.pk).order_by("-pk"):
        if keys.fold(merge.course_code) == code_ci:
            return merge
    # Of several merges that have moved an alias, the first was of its own course.
    rows = CatalogMergeCode.objects.filter(code__org=org, code__code_ci=code_ci).select_related("merge").order_by("pk")
    return next((row.merge for row in rows), None)


def _required(merge: CatalogMerge | None, name: object) -> CatalogMerge:
    if merge is None:
        text = _("No catalog course %(name)s was merged into another one, or that was undone already.")
        raise CatalogCourse.DoesNotExist(text % {"name": keys.shorten(name, 60)})
    return merge


def _hold(merge: CatalogMerge, change: Change) -> _Undoing:
    """The survivor first, as everywhere, then the merge. Raises CatalogCourse.DoesNotExist, or Outdated."""
    path = lookup.path_of_merge(merge.uuid)
    if not path:
        raise Outdated(_("the merge was undone meanwhile"))
    if not CatalogCourse.objects.filter(uuid=path[-1]).exists():
        text = _("The catalog course that %(name)s was merged into is deleted, so this cannot be undone.")
        raise CatalogCourse.DoesNotExist(text % {"name": merge})
    held = hold_courses(path[-1])[0]
    if path != lookup.path_of_merge(merge.uuid):
        # What was held is the survivor no more.
        raise Outdated(_("the surviving catalog course was merged meanwhile"))
    stored = CatalogMerge.objects.select_for_update().filter(pk=merge.pk).first()
    return _Undoing(_required(stored, merge), path, held, change)


def _require_survivor(undoing: _Undoing, into: CatalogCourse) -> None:
    if into.pk != undoing.survivor.pk:
        reason = _("%(name)s is part of %(key)s, not of %(into)s. Undo the merge there.")
        facts = {"name": undoing.merge, "key": undoing.survivor.key_str, "into": into.key_str}
        raise InvalidRequest(reason=reason % facts, field="merged")


def _free_code(undoing: _Undoing, course_code: str) -> CatalogCourseCode | None:
    """The slot of the code that the course comes back with, None where it has none. Raises DuplicateCatalogCourse."""
    merge, survivor = undoing.merge, undoing.survivor
    if merge.org_id is None:
        raise OrganizationNotFound(org_code=str(merge), reason=_("the organization of the merged course was deleted"))
    code_ci = keys.fold(course_code)
    slot = CatalogCourseCode.objects.filter(org_id=merge.org_id, code_ci=code_ci).select_related("catalog_course__org").first()
    if slot is None:
        return None
    own = (slot.org_id, code_ci) == (survivor.org_id, survivor.course_code_ci)
    if slot.catalog_course_id != survivor.pk or own:
        org_code = slot.org.short_name
        raise DuplicateCatalogCourse(org_code=org_code, course_code=course_code, key_str=slot.catalog_course.key_str)
    return slot


def _sort_codes(undoing: _Undoing) -> None:
    """Which codes come back: those that lead to the survivor still, and are not the one that it has now."""
    survivor = undoing.survivor
    for row in CatalogMergeCode.objects.filter(merge=undoing.merge).select_related("code").order_by("pk"):
        slot = row.code
        own = slot and (slot.org_id, slot.code_ci) == (survivor.org_id, survivor.course_code_ci)
        (undoing.returned if slot and slot.catalog_course_id == survivor.pk and not own else undoing.left).append(row)


def _restore(undoing: _Undoing, code: str, slot: CatalogCourseCode | None) -> CatalogCourse:
    """The catalog course as it was, with its codes and its event."""
    course, change = _insert(undoing.merge, code, change=undoing.change), undoing.change
    pks = {row.code_id for row in undoing.returned if row.code_id} | ({slot.pk} if slot else set())
    reruns = next((row.code_id for row in undoing.returned if row.for_reruns), None)
    if slot is not None:
        # Its present code is spelled as the course is; its history says so with the rest.
        CatalogCourseCode.objects.filter(pk=slot.pk).update(code=code)
    give_codes(sorted(pks), course, change, for_reruns=reruns)
    if slot is None:
        # It was released, and nobody has it: it is taken anew.
        save_with_history(CatalogCourseCode(org_id=course.org_id, code=code, catalog_course=course), change)
        key = keys.fold(course.key_str)
        undoing.returned += [row for row in undoing.left if keys.fold(row.key) == key]
        undoing.left = [row for row in undoing.left if keys.fold(row.key) != key]
    later = CatalogMergeCode.objects.filter(code__in=pks, merge__uuid__in=undoing.path[:-1])
    later.delete()
    record_course_event(signals.CATALOG_COURSE_CREATED, course)
    return course


def _insert(merge: CatalogMerge, code: str, *, change: Change) -> CatalogCourse:
    courses = CatalogCourse.objects
    if taken := courses.with_org().filter(uuid=merge.uuid).first():
        raise DuplicateUUID(uuid=str(merge.uuid), key_str=taken.key_str)
    row = {
        "org": merge.org_id, "course_code": code, "course_code_ci": keys.fold(code),
        "title": values.title_after_rename(merge.title, merge.course_code, code),
        "language": merge.language, "uuid": str(merge.uuid), "created": merge.created, "modified": timezone.now(),
    }  # fmt: skip
    if not courses.filter(pk=merge.course_id).exists():
        row["id"] = merge.course_id
    using = router.db_for_write(CatalogCourse)
    # Not saved: `created` would be now.
    insert_rows(connections[using], CatalogCourse, [row])
    course = courses.with_org().get(uuid=merge.uuid)
    record_history(CatalogCourse, "+", change, using=using, column="id", values=[course.pk])
    return course


def _runs(undoing: _Undoing, restored: CatalogCourse) -> tuple[list[HeldRun], list[str]]:
    """The runs that come back, as they will be associated, and the keys of those that stay."""
    rows = list(CatalogMergeRun.objects.filter(merge=undoing.merge).order_by("pk"))
    merged = {row.run_id: row for row in rows if row.run_id and not row.decided}
    back: list[HeldRun] = []
    for run in hold_runs(CourseRun.objects.filter(catalog_course=undoing.survivor)):
        row = merged.get(run.pk) if run.association == EXPLICIT else None
        if row is not None or run.association == IMPLICIT:
            back.append(run._replace(association=row.association if row else ""))
    owned = set(restored.codes.values_list("org_id", "code_ci"))
    leads = _leading(owned, [run.key for run in back if run.association != EXPLICIT])
    returned = [
        run if run.association == EXPLICIT else run._replace(association=IMPLICIT if run.key in leads else EXPLICIT)
        for run in back
        # Of those that nobody has put here, only those that a code has brought.
        if run.association or run.key in leads
    ]
    found = {run.pk for run in returned}
    _return_deleted(undoing, [row for row in rows if not row.run_id and not row.decided], restored)
    return returned, [row.course_key for row in rows if row.run_id not in found]


def _return_deleted(undoing: _Undoing, rows: list[CatalogMergeRun], restored: CatalogCourse) -> None:
    """Runs that were deleted for good where the merge had put them are restored where they had been."""
    by_key = {keys.fold(row.course_key): row for row in rows}
    if not by_key:
        return
    for deleted in DeletedRunKey.objects.filter(key_ci__in=by_key, catalog_course_uuid__in=undoing.path):
        deleted.catalog_course_uuid, deleted.association = restored.uuid, by_key[deleted.key_ci or ""].association
        deleted.save(update_fields=["catalog_course_uuid", "association"])


def _leading(owned: set[tuple[int, str]], texts: list[str]) -> set[str]:
    """Those among course keys whose (organization, code) is one of these."""
    if not texts:
        return set()
    names = read_names(Organization)
    parsed = ((text, keys.find_run_key(text)) for text in texts)
    return {text for text, key in parsed if key and any((org, keys.fold(key.course)) in owned for org in names.find(key.org))}


def _bring_back(undoing: _Undoing, runs: list[HeldRun], restored: CatalogCourse) -> None:
    change, survivor = undoing.change, undoing.survivor
    ask_to_move(runs, survivor, restored, change)
    pks = [run.pk for run in runs]
    for association in (IMPLICIT, EXPLICIT):
        place([run.pk for run in runs if run.association == association], restored, association, change)
    # Merges that followed have moved them as well, and undoing one of those must not.
    later = CatalogMergeRun.objects.filter(merge__uuid__in=undoing.path[:-1])
    for page in pages(pks):
        later.filter(run__in=page).delete()
    moved = dict.fromkeys(pks, survivor.pk)
    for extension in installed_extensions():
        extension.catalog_courses_unmerged(moved, restored, survivor, change)
    for page in pages(pks):
        record_carried_runs(page, previous_catalog_course_key=survivor.key_str, reason=change.reason)
