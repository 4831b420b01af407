"""What plans include: as querysets, and for many rows at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from openedx_catalog.models_api import CatalogCourse, CourseRun

from ..models import IncludedCourse, IncludedCourseRun, IncludedProgram
from .choices import DEFAULT_PLAN
from .plans import PlanName, plan_named


def get_included_courses(plan: PlanName = DEFAULT_PLAN) -> QuerySet[CatalogCourse]:
    """
    The catalog courses that a plan includes, in no order. One query when it is read, and one for the plan. Does not check
    permissions. Raises SubscriptionPlan.DoesNotExist, InvalidValue; so do the next two.
    """
    return CatalogCourse.objects.filter(pk__in=IncludedCourse.objects.filter(plan=plan_named(plan)).values("catalog_course_id"))


def get_included_runs(plan: PlanName = DEFAULT_PLAN) -> QuerySet[CourseRun]:
    """The runs that a plan includes, likewise."""
    return CourseRun.objects.filter(pk__in=IncludedCourseRun.objects.filter(plan=plan_named(plan)).values("run_id"))


def get_included_programs(plan: PlanName = DEFAULT_PLAN) -> QuerySet[Any]:
    """
    The uuids of the programs that a plan includes, as a ``values_list``: ``Program.objects.filter(uuid__in=…)`` is one query.
    """
    return IncludedProgram.objects.filter(plan=plan_named(plan)).values_list("program_uuid", flat=True)


def get_plans_of_courses(catalog_course_ids: Sequence[int]) -> dict[int, list[str]]:
    """``{id of a course: slugs of the plans that include it}``, the oldest plan first. One query."""
    return _plans_of(IncludedCourse, "catalog_course_id", catalog_course_ids)


def get_plans_of_runs(run_ids: Sequence[int]) -> dict[int, list[str]]:
    """The same of runs, by id. One query."""
    return _plans_of(IncludedCourseRun, "run_id", run_ids)


def get_plans_of_programs(uuids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """The same of programs, by uuid. One query."""
    return _plans_of(IncludedProgram, "program_uuid", uuids)


def _plans_of(model: Any, column: str, values: Sequence[Any]) -> dict[Any, list[str]]:
    found: dict[Any, list[str]] = {}
    rows = model.objects.filter(**{f"{column}__in": list(values)}).order_by("plan_id")
    for value, slug in rows.values_list(column, "plan__slug"):
        found.setdefault(value, []).append(slug)
    return found
