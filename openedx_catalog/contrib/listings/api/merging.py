"""What becomes of listings and slugs when runs are moved, when catalog courses are merged, and when that is undone."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from organizations.models import Organization

from openedx_catalog.api import get_catalog_merges
from openedx_catalog.lib.changes import Change, save_with_history
from openedx_catalog.lib.texts import fold
from openedx_catalog.models_api import CatalogCourse

from ..models import (
    CourseListing,
    CourseListingOwner,
    CourseListingSubject,
    CourseRunListing,
    CourseSlug,
    Level,
    Subject,
)
from . import _telling
from .listings import remove_course_listing
from .slugs import take_course_slug

_PARTS: Any = ((CourseListingSubject, "subject", Subject), (CourseListingOwner, "organization", Organization))


def follow_merged_courses(merged: CatalogCourse, into: CatalogCourse, change: Change) -> None:
    """
    The course that stays keeps its listing, or gets that of the other one; the slugs of both lead to it.
    """
    CourseSlug.objects.filter(catalog_course=merged).update(catalog_course=into)
    row = CourseListing.objects.filter(catalog_course=merged).first()
    if row is None:
        return
    row.catalog_course, was_public = merged, row.is_public
    _telling.tell_course(row, "deleted", change, was_public=was_public)
    if CourseListing.objects.filter(catalog_course=into).exists():
        remove_course_listing(row, change)
        return
    row.catalog_course = into
    save_with_history(row, change)
    _telling.tell_course(row, "created", change, was_public=False)


def follow_moved_runs(run_ids: Collection[int], to: CatalogCourse) -> None:
    """The feed names the listings of these runs, which are seen where their new course is. One query, three with any."""
    runs = CourseRunListing.objects.public_by_themselves().filter(run__id__among=list(run_ids))
    _telling.note_runs(runs, lambda: CourseListing.objects.public().filter(catalog_course=to).exists())


def follow_unmerged_courses(restored: CatalogCourse, survivor: CatalogCourse, change: Change) -> None:
    """
    The course that is back gets the slugs that were its own, but for one that the survivor's page has now, and its listing: the
    one that the survivor got, or as it was last, as long as history is kept.
    """
    kept = CourseListing.objects.filter(catalog_course=survivor).first()
    merge = get_catalog_merges(survivor).get(uuid=restored.uuid)
    if kept is not None and CourseListing.history.filter(id=kept.pk, catalog_course_id=merge.course_id).exists():
        kept.catalog_course = survivor
        _telling.tell_course(kept, "deleted", change, was_public=kept.is_public)
        kept.catalog_course = restored
        save_with_history(kept, change)
        _give_slugs_back(restored, survivor)
        # That of its page, wherever it is from.
        CourseSlug.objects.filter(catalog_course=survivor, slug=kept.slug).update(catalog_course=restored)
        _telling.tell_course(kept, "created", change, was_public=False)
        return
    _give_slugs_back(restored, survivor, but=kept.slug if kept is not None else "")
    former = CourseListing.history.filter(catalog_course_id=merge.course_id).order_by("history_date", "history_id").last()
    # One that somebody deleted before the merge is not given back.
    if former is not None and former.history_type == "-" and former.history_date >= merge.at:
        _restore(former, restored, merge.at, change)


def _give_slugs_back(restored: CatalogCourse, survivor: CatalogCourse, but: str = "") -> None:
    """Those that were its own, or of courses that were merged into it, but for one."""
    origins = [restored.uuid, *get_catalog_merges(restored).values_list("uuid", flat=True)]
    CourseSlug.objects.filter(catalog_course=survivor, origin__in=origins).exclude(slug=but).update(catalog_course=restored)


def _restore(former: Any, course: CatalogCourse, since: Any, change: Change) -> None:
    names = [field.name for field in CourseListing._meta.concrete_fields if field.name not in ("id", "catalog_course", "level")]
    values = {name: getattr(former, name) for name in names if hasattr(former, name)}
    # What somebody else has by now, or is gone, does not come back.
    taken = former.readable_id and CourseListing.objects.filter(readable_id_ci=fold(former.readable_id)).exists()
    own_slug = CourseSlug.objects.filter(catalog_course=course, slug=former.slug).exists()
    values |= {"readable_id": None} if taken else {}
    row = CourseListing(**values, catalog_course=course, level=Level.objects.filter(pk=former.level_id).first())
    if not own_slug:
        row.slug = take_course_slug(course, "", row.title)
    save_with_history(row, change)
    for model, end, kind in _PARTS:
        gone = model.history.filter(listing_id=former.id, history_type="-", history_date__gte=since)
        for link in gone.order_by("position", "history_id"):
            if (found := kind.objects.filter(pk=getattr(link, f"{end}_id")).first()) is not None:
                save_with_history(model(listing=row, position=link.position, **{end: found}), change)
    _telling.tell_course(row, "created", change, was_public=False)
