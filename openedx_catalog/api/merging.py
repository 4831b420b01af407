"""Two catalog courses become one; what that moved is remembered, so that `unmerging` can undo it."""

from __future__ import annotations

from typing import Any, NamedTuple, Unpack
from uuid import UUID

from django.db import connections, router
from django.db.models import ForeignObjectRel, QuerySet
from django.utils.translation import gettext as _

from .. import keys, signals
from ..exceptions import HasDependents, InvalidRequest
from ..extensions import installed_extensions
from ..lib.changes import Change, ReasonedProvenance, delete_with_history, record_history, signature
from ..lib.sql import insert_rows
from ..lib.transactions import refuse_if_protected, writes_or_previews
from ..models import CatalogCourse, CatalogCourseCode, CatalogMerge, CatalogMergeCode, CatalogMergeRun, CourseRun
from . import lookup
from ._changes import record_carried_runs, record_course_event
from ._placing import PAGE, HeldRun, ask_to_move, hold_courses, hold_runs, pages, place

__all__ = ["get_catalog_merges", "merge_catalog_courses"]

EXPLICIT = CourseRun.Association.EXPLICIT.value


class _Code(NamedTuple):
    """A code of the course that is merged."""

    pk: int
    org: str
    code: str
    for_reruns: bool | None


def get_catalog_merges(catalog_course: lookup.CourseName) -> QuerySet[CatalogMerge]:
    """
    What was merged into a catalog course, also by way of others, and can be taken apart again: newest first, lazy.

    The course is given as an object, or by its uuid or key; what is not given as an object is looked up at once. A query for
    each merge that followed another one. Does not check permissions.

    Raises CatalogCourse.DoesNotExist, InvalidCatalogKey, InvalidRequest.
    """
    found: set[UUID] = set()
    into = {lookup.course_named(catalog_course).uuid}
    while into := set(CatalogMerge.objects.filter(into_uuid__in=into - {None}).values_list("uuid", flat=True)) - found:
        found |= into
    return CatalogMerge.objects.filter(uuid__in=found).select_related("org").order_by("-pk")


@writes_or_previews(CatalogCourse)
def merge_catalog_courses(
    catalog_course: lookup.CourseName,
    *,
    into: lookup.CourseName,
    dry_run: bool = False,
    **provenance: Unpack[ReasonedProvenance],
) -> CatalogCourse:
    """
    Move every run of `catalog_course` to `into`, let its codes lead there, and delete it. Returns `into`.

    Both are given as objects, or by uuid or key. Its old keys and its uuid keep resolving, and new runs keyed with the former
    join the surviving course. The moved runs become explicit. Title, language and rerun code of `into` stay. What was moved is
    remembered: see `unmerge_catalog_courses`. Emits ``course_run.moved`` for each run, then ``catalog_course.merged``. With
    `dry_run` all of it is rolled back. Does not check permissions. Statements do not grow with the runs, up to 1,000.

    Raises ReasonRequired, InvalidRequest (a course into itself), CatalogCourse.DoesNotExist, InvalidCatalogKey, MoveRefused
    (by a filter), or HasDependents where rows of other apps would be deleted or stranded with it, unless their
    extension gives them to `into`: do that first.
    """
    change = Change(**provenance)
    change.require_reason(_("merging catalog courses"))
    given, target = hold_courses(catalog_course, into)
    if given.pk == target.pk:
        raise InvalidRequest(
            reason=_("%(key)s cannot be merged into itself. Choose another course.") % {"key": given.key_str}, field="into"
        )
    runs = hold_runs(CourseRun.objects.filter(catalog_course=given))
    ask_to_move(runs, given, target, change)
    columns = ("pk", "org__short_name", "code", "for_reruns")
    codes = [_Code(*row) for row in given.codes.order_by("pk").values_list(*columns)]
    _remember(given, target, codes, runs, change)
    moved = _carry(runs, given, target, change)
    for extension in installed_extensions():
        extension.catalog_courses_merged(moved, given, target, change)
    _refuse_dependents(given)
    give_codes([code.pk for code in codes], target, change)
    survivor = {"merged_into": target.key_str, "merged_into_uuid": str(target.uuid)}
    record_course_event(signals.CATALOG_COURSE_MERGED, given, **survivor, reason=change.reason)
    with refuse_if_protected(given.key_str):
        delete_with_history(given, change)
    return target


def give_codes(pks: list[int], course: CatalogCourse, change: Change, *, for_reruns: int | None = None) -> None:
    """Let codes lead to another course, one of them at most as its rerun code; with their history."""
    CatalogCourseCode.objects.filter(pk__in=pks).update(catalog_course=course, for_reruns=None)
    if for_reruns is not None:
        CatalogCourseCode.objects.filter(pk=for_reruns).update(for_reruns=True)
    using = router.db_for_write(CatalogCourseCode)
    record_history(CatalogCourseCode, "~", change, using=using, column="id", values=pks)


def _remember(given: CatalogCourse, target: CatalogCourse, codes: list[_Code], runs: list[HeldRun], change: Change) -> None:
    merge = CatalogMerge.objects.create(
        course_id=given.pk, uuid=given.uuid, org_id=given.org_id, course_code=given.course_code, title=given.title,
        language=given.language, created=given.created, into_uuid=target.uuid, **signature(change),
    )  # fmt: skip
    connection = connections[router.db_for_write(CatalogMerge)]
    rows: list[dict[str, Any]] = [
        {"code": pk, "key": keys.format_key_str(org, code), "for_reruns": bool(reruns)} for pk, org, code, reruns in codes
    ]
    insert_rows(connection, CatalogMergeCode, rows, common={"merge": merge.pk})
    for start in range(0, len(runs), PAGE):
        some = runs[start : start + PAGE]
        rows = [{"run": run.pk, "course_key": run.key, "association": run.association} for run in some]
        insert_rows(connection, CatalogMergeRun, rows, common={"merge": merge.pk, "decided": False})


def _carry(runs: list[HeldRun], source: CatalogCourse, target: CatalogCourse, change: Change) -> dict[int, int]:
    """``{id of a run: id of the course it came from}``."""
    pks = [run.pk for run in runs]
    place(pks, target, EXPLICIT, change)
    for page in pages(pks):
        record_carried_runs(page, previous_catalog_course_key=source.key_str, reason=change.reason)
    return dict.fromkeys(pks, source.pk)


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
