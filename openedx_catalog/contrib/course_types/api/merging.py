"""What becomes of types and products when catalog courses are merged."""

from __future__ import annotations

from openedx_catalog.lib.changes import Change, delete_with_history, save_with_history
from openedx_catalog.models_api import CatalogCourse

from ..models import CourseProducts, CourseTyping


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
