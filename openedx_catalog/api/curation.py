"""Explicit changes to the mapping: move a run, merge two courses, rename one. Each needs a reason, and lasts."""

from __future__ import annotations

from typing import Any, Unpack

from django.db import router
from django.db.models import ForeignObjectRel
from django.utils import timezone
from django.utils.translation import gettext as _
from opaque_keys.edx.keys import CourseKey

from .. import filters, keys, signals
from ..exceptions import DuplicateCatalogCourse, HasDependents, InvalidRequest
from ..extensions import installed_extensions
from ..lib.changes import Change, ReasonedProvenance, delete_with_history, record_history, store_changes
from ..lib.transactions import refuse_if_protected, writes_to
from ..models import CatalogCourse, CatalogCourseCode, CourseRun
from . import codes, lookup
from ._changes import record_course_event, record_run_events
from .course_runs import locked_run

__all__ = ["merge_catalog_courses", "move_course_run", "rename_catalog_course"]


@writes_to(CourseRun)
def move_course_run(course_key: CourseKey | str, to: lookup.CourseName, **provenance: Unpack[ReasonedProvenance]) -> CourseRun:
    """
    Make `to` (an object, or its uuid or key) the catalog course of a run, for good: no backfill, event or sync moves it back.

    The run keeps its key, so ``course-v1:MITx+14.100x+3T2017`` may stand under MITxT 14.100x. Where it stands there
    already, only the association becomes explicit. Emits ``course_run.moved``. Does not check permissions.

    Raises CourseRun.DoesNotExist, CatalogCourse.DoesNotExist, InvalidCourseKey, InvalidCatalogKey, ReasonRequired,
    InvalidRequest, or MoveRefused (by a filter).
    """
    change = Change(**provenance)
    change.require_reason(_("moving a run"))
    # The course before the run, as everywhere; otherwise two movers might wait for each other.
    course = _hold(to)[0]
    run = locked_run(course_key)
    left, explicit = run.catalog_course, CourseRun.Association.EXPLICIT.value
    if left.pk != course.pk:
        filters.ask_to_move(str(run.course_key), left.key_str, course.key_str, change.reason)
    if store_changes(run, {"catalog_course": course, "association": explicit}, change):
        if left.pk != course.pk:
            for extension in installed_extensions():
                extension.course_runs_moved({run.pk: left.pk}, course, change)
        _record_moves([run.pk], left.key_str, change)
    return run


@writes_to(CatalogCourse)
def merge_catalog_courses(
    catalog_course: lookup.CourseName, *, into: lookup.CourseName, **provenance: Unpack[ReasonedProvenance]
) -> CatalogCourse:
    """
    Move every run of `catalog_course` to `into`, let its codes lead there, and delete it. Returns `into`.

    Both are given as objects, or by uuid or key. Its old keys keep resolving, and new runs keyed with them join the surviving
    course. The moved runs become explicit. Title and language of `into` stay. Emits ``course_run.moved`` for each of them, then
    ``catalog_course.merged``. Does not check permissions. Statements do not grow with the runs, up to 1,000.

    Raises ReasonRequired, InvalidRequest (a course into itself), CatalogCourse.DoesNotExist, InvalidCatalogKey, MoveRefused
    (by a filter), or HasDependents where rows of other apps would be deleted or stranded with it, unless their
    extension gives them to `into`: do that first.
    """
    change = Change(**provenance)
    change.require_reason(_("merging catalog courses"))
    given, target = _hold(catalog_course, into)
    if given.pk == target.pk:
        raise InvalidRequest(
            reason=_("%(key)s cannot be merged into itself. Choose another course.") % {"key": given.key_str}, field="into"
        )
    moved = _move_all(given, target, change)
    for extension in installed_extensions():
        extension.catalog_courses_merged(moved, given, target, change)
    _refuse_dependents(given)
    CatalogCourseCode.objects.filter(catalog_course=given).update(catalog_course=target)
    survivor = {"merged_into": target.key_str, "merged_into_uuid": str(target.uuid)}
    record_course_event(signals.CATALOG_COURSE_MERGED, given, **survivor, reason=change.reason)
    with refuse_if_protected(given.key_str):
        delete_with_history(given, change)
    return target


@writes_to(CatalogCourse)
def rename_catalog_course(
    catalog_course: lookup.CourseName, *, course_code: str, **provenance: Unpack[ReasonedProvenance]
) -> CatalogCourse:
    """
    Give a catalog course another code within its organization. The old key keeps resolving, through an alias.

    It is given as an object, or by its uuid or key. The runs keep their keys and stay implicit, since their code still leads
    here; new runs may use either. Another case of the same code only changes the spelling; a code that is an alias of this very
    course is taken back. Emits ``catalog_course.renamed``. Does not check permissions.

    Raises ReasonRequired, DuplicateCatalogCourse, InvalidCatalogKey, CatalogCourse.DoesNotExist, InvalidRequest.
    """
    change = Change(**provenance)
    change.require_reason(_("renaming a catalog course"))
    course_code = keys.check_code(course_code)
    course = _hold(catalog_course)[0]
    _take_code(course, course_code)
    previous_key = course.key_str
    if store_changes(course, {"course_code": course_code}, change):
        record_course_event(signals.CATALOG_COURSE_RENAMED, course, previous_key=previous_key, reason=change.reason)
    return course


def _hold(*given: lookup.CourseName) -> list[CatalogCourse]:
    return [lookup.complete_course(course) for course in lookup.locked_courses(*given)]


def _take_code(course: CatalogCourse, course_code: str) -> None:
    """Let a code, or this spelling of it, lead to the course. Raises DuplicateCatalogCourse."""
    slot = CatalogCourseCode.objects.filter(org_id=course.org_id, code_ci=keys.fold(course_code)).first()
    owner = slot.catalog_course if slot else _unslotted(course, course_code)
    if owner is not None and owner.pk != course.pk:
        raise DuplicateCatalogCourse(org_code=course.org_code, course_code=course_code, key_str=owner.key_str)
    slot = slot or CatalogCourseCode(org_id=course.org_id, catalog_course=course)
    if slot.code != course_code:
        slot.code = course_code
        slot.save(update_fields=None if slot.pk is None else ["code", "code_ci"])


def _unslotted(course: CatalogCourse, course_code: str) -> CatalogCourse | None:
    try:
        return codes.course_by_code(course.org_code, course_code)
    except CatalogCourse.DoesNotExist:
        return None


def _move_all(source: CatalogCourse, target: CatalogCourse, change: Change) -> dict[int, int]:
    """``{id of a run: id of the course it came from}``."""
    runs = CourseRun.objects.filter(catalog_course=source)
    held = list(runs.order_by("pk").select_for_update().values_list("pk", "course_key__text"))
    pks = [pk for pk, _key in held]
    if filters.AssociationMoveRequested.is_configured():
        for _pk, key in held:
            filters.ask_to_move(key, source.key_str, target.key_str, change.reason)
    runs.update(catalog_course=target, association=CourseRun.Association.EXPLICIT, modified=timezone.now())
    for start in range(0, len(pks), 1000):
        record_history(
            CourseRun, "~", change, using=router.db_for_write(CourseRun), column="id", values=pks[start : start + 1000]
        )
        _record_moves(pks[start : start + 1000], source.key_str, change)
    return dict.fromkeys(pks, source.pk)


def _record_moves(pks: list[int], previous_key: str, change: Change) -> None:
    record_run_events(signals.COURSE_RUN_MOVED, pks, previous_catalog_course_key=previous_key, reason=change.reason)


def _refuse_dependents(course: CatalogCourse) -> None:
    """Deleting cascades without a word; a merge must not, because nobody asked for it."""
    for relation in CatalogCourse._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel) or relation.many_to_many or _is_ours(relation):
            continue
        # Other apps read where they like; what the delete would cascade into stands where we write.
        others = relation.related_model._base_manager.using(router.db_for_write(CatalogCourse))
        rows = list(others.filter(**{relation.field.name: course})[:10])
        if rows:
            raise HasDependents(
                subject=course.key_str, dependents=str(relation.related_model._meta.verbose_name_plural),
                protected_objects=rows,
            )  # fmt: skip


def _is_ours(relation: Any) -> bool:
    """Runs and codes move along; history keeps no foreign key in the database."""
    return relation.related_model in (CourseRun, CatalogCourseCode) or not relation.field.db_constraint
