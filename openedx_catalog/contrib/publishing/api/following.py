"""What becomes of working copies when runs are moved and courses merged, and what histories of these say of them."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from openedx_catalog.contrib.listings.models_api import Level
from openedx_catalog.data import AttachedHistory
from openedx_catalog.lib.changes import Change, delete_with_history, save_with_history, store_changes
from openedx_catalog.models_api import CatalogCourse

from ..models import (
    CommentThread,
    CourseComment,
    CourseEditor,
    CourseRestriction,
    CourseRunWorkingCopy,
    CourseWorkingCopy,
    Review,
)
from .copies import opened, remove_copies

_OF_COURSE = {
    "+": ("drafted", _("A working copy of the catalog course %(key)s was begun.")),
    "~": ("redrafted", _("The working copy of the catalog course %(key)s was changed.")),
    "-": ("undrafted", _("The working copy of the catalog course %(key)s was published or discarded.")),
}
_OF_RUN = {
    "+": ("drafted", _("A working copy of the course run %(key)s was begun.")),
    "~": ("redrafted", _("The working copy of the course run %(key)s was changed.")),
    "-": ("undrafted", _("The working copy of the course run %(key)s was published or discarded.")),
}


def follow_moved_runs(run_ids: Collection[int], to: CatalogCourse, change: Change) -> None:
    """Runs that have a working copy have it with their new course, which gets one as well. One query."""
    if CourseRunWorkingCopy.objects.filter(run__id__among=list(run_ids)).exists():
        opened(to, change)


def follow_merged_courses(merged: CatalogCourse, into: CatalogCourse, change: Change) -> None:
    """
    The course that stays keeps its working copy, or gets that of the other one. What the law says of either holds for it, and
    it has the reviews, comments and editors of both, each editor once.
    """
    copy = CourseWorkingCopy.objects.filter(catalog_course=merged).first()
    if copy is not None:
        copy.catalog_course = merged
        if CourseWorkingCopy.objects.filter(catalog_course=into).exists():
            remove_copies(copy, change)
        else:
            copy.catalog_course = into
            save_with_history(copy, change)
    row = CourseRestriction.objects.filter(catalog_course=merged).first()
    own = CourseRestriction.objects.filter(catalog_course=into).first()
    if row is not None and own is not None:
        countries = sorted({*row.restricted_countries, *own.restricted_countries})
        note = "\n\n".join(filter(None, (own.legal_note, row.legal_note)))
        store_changes(own, {"restricted_countries": countries, "legal_note": note}, change)
        delete_with_history(row, change)
    elif row is not None:
        row.catalog_course = into
        save_with_history(row, change)
    for model in (Review, CourseComment, CommentThread):
        model.objects.filter(catalog_course=merged).update(catalog_course=into)
    _merge_editors(merged, into, change)


def histories_of(kind: str) -> list[AttachedHistory]:
    """Those of our tables whose changes stand in the history of a ``catalog_course`` or a ``course_run``."""
    if kind == "catalog_course":
        return [AttachedHistory(CourseWorkingCopy, "catalog_course", _OF_COURSE, {"level": _slugs})]
    if kind == "course_run":
        return [AttachedHistory(CourseRunWorkingCopy, "run", _OF_RUN, {})]
    return []


def _merge_editors(merged: CatalogCourse, into: CatalogCourse, change: Change) -> None:
    """The course that stays gets the editors of the other one, each once. Two queries, and a few for each editor."""
    kept = set(CourseEditor.objects.filter(catalog_course=into).values_list("user_id", flat=True))
    for row in CourseEditor.objects.filter(catalog_course=merged).order_by("pk"):
        if row.user_id in kept:
            delete_with_history(row, change)
        else:
            row.catalog_course = into
            save_with_history(row, change)


def _slugs(pks: set[int]) -> dict[int, str]:
    return dict(Level.objects.filter(pk__in=pks).values_list("pk", "slug"))
