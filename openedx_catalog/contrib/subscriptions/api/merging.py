"""What becomes of the decisions about a course when it is merged into another one."""

from __future__ import annotations

from openedx_catalog.lib.changes import Change, delete_with_history, save_with_history
from openedx_catalog.models_api import CatalogCourse

from ..models import CourseChoice, IncludedCourse


def follow_merged_courses(merged: CatalogCourse, into: CatalogCourse, change: Change) -> None:
    """
    In each plan the course that stays keeps what was decided about it, or gets what was decided about the other one. What the
    plan includes follows from that after the commit.
    """
    kept = set(CourseChoice.objects.filter(catalog_course=into).values_list("plan_id", flat=True))
    for choice in CourseChoice.objects.filter(catalog_course=merged).order_by("plan_id"):
        delete_with_history(choice, change)
        if choice.plan_id not in kept:
            save_with_history(CourseChoice(plan_id=choice.plan_id, catalog_course=into, included=choice.included), change)
    IncludedCourse.objects.filter(catalog_course=merged).delete()
