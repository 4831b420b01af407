"""What becomes of the decisions about a course when it is merged into another one, and when that is undone."""

from __future__ import annotations

from openedx_catalog.api import get_catalog_merges
from openedx_catalog.lib.changes import Change, delete_with_history, save_with_history
from openedx_catalog.models_api import CatalogCourse

from ..models import CourseChoice, IncludedCourse, SubscriptionPlan


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


def follow_unmerged_courses(restored: CatalogCourse, survivor: CatalogCourse, change: Change) -> None:
    """
    The course that is back gets what had been decided about it, as long as history is kept: what was left out stays out. The
    survivor keeps what the merge gave it.
    """
    merge = get_catalog_merges(survivor).get(uuid=restored.uuid)
    taken = CourseChoice.history.filter(catalog_course_id=merge.course_id, history_type="-", history_date__gte=merge.at)
    plans = set(SubscriptionPlan.objects.values_list("pk", flat=True))
    for plan, included in dict(taken.order_by("history_id").values_list("plan_id", "included")).items():
        if plan in plans and not CourseChoice.objects.filter(plan=plan, catalog_course=restored).exists():
            save_with_history(CourseChoice(plan_id=plan, catalog_course=restored, included=included), change)
