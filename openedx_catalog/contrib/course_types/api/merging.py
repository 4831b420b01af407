"""What becomes of types and products when catalog courses are merged, and when that is undone."""

from __future__ import annotations

from openedx_catalog.api import get_catalog_merges
from openedx_catalog.lib.changes import Change, delete_with_history, save_with_history
from openedx_catalog.models_api import CatalogCourse

from ..models import CourseProducts, CourseType, CourseTyping


def follow_merged_courses(merged: CatalogCourse, into: CatalogCourse, change: Change) -> None:
    """
    The course that stays keeps its type, or gets that of the other one; so it is with entitlements. Runs keep their types.
    """
    typing = CourseTyping.objects.filter(catalog_course=merged).first()
    if typing is not None:
        delete_with_history(typing, change)
        if not CourseTyping.objects.filter(catalog_course=into).exists():
            save_with_history(CourseTyping(catalog_course=into, course_type_id=typing.course_type_id), change)
    if CourseProducts.objects.filter(catalog_course=into).exists():
        CourseProducts.objects.filter(catalog_course=merged).delete()
    else:
        CourseProducts.objects.filter(catalog_course=merged).update(catalog_course=into)


def follow_unmerged_courses(restored: CatalogCourse, survivor: CatalogCourse, change: Change) -> None:
    """
    The course that is back gets the type that the merge took from it, as long as there is such a type; its history says which.
    What the survivor was given stays there, entitlements too. About six queries.
    """
    merge = get_catalog_merges(survivor).get(uuid=restored.uuid)
    rows = CourseTyping.history.filter(catalog_course_id=merge.course_id).order_by("history_date", "history_id")
    former = rows.last()
    # One that somebody took away before the merge is not given back.
    if former is None or former.history_type != "-" or former.history_date < merge.at:
        return
    is_there = CourseType.objects.filter(pk=former.course_type_id).exists()
    if is_there and not CourseTyping.objects.filter(catalog_course=restored).exists():
        save_with_history(CourseTyping(catalog_course=restored, course_type_id=former.course_type_id), change)
