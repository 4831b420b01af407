"""The plans that include a course, a run or a program, in its representation, and as a filter of the list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

from django.db.models import QuerySet
from django_filters import Filter
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from openedx_catalog.lib import permissions, values
from openedx_catalog.lib.rest.filters import CatalogFilter
from openedx_catalog.rest_api.v1.extending import CourseFields, ProgramFields, RowFields, RunFields

from ... import api
from ...models_api import IncludedCourse, IncludedCourseRun, IncludedProgram, SubscriptionPlan

_LABEL = "Slugs of subscription plans of which one includes it, comma-separated."


# No column of the row from which a document could tell what it takes.
@extend_schema_field({"type": "string", "description": _LABEL})
class SubscriptionFilter(CatalogFilter):
    """The rows that one of some plans includes, by the `column` of a table of what is included."""

    def __init__(self, included: Any, column: str, field: str = "pk") -> None:
        super().__init__(field_name=field, read=partial(values.text, "slug"), many=True, label=_LABEL)
        self.included, self.column = included, column

    def filter(self, qs: QuerySet, value: Sequence[str] | None) -> QuerySet:
        if not value:
            return qs
        plans = permissions.visible(self.parent.request.user, SubscriptionPlan.objects.filter(slug__in=value).order_by())
        rows = self.included.objects.filter(plan__in=plans)
        return qs.filter(**{f"{self.field_name}__in": rows.values(self.column)})


class _Plans(RowFields):
    """The slugs of plans; what they include follows from what is decided, so nothing is written here."""

    model = SubscriptionPlan
    shown: ClassVar[dict[str, serializers.Field]] = {
        "subscriptions": serializers.ListField(
            source="*", child=serializers.CharField(), help_text="Slugs of the subscription plans that include it."
        )
    }

    @classmethod
    def read(cls, pks: Sequence[int], viewer: Any) -> Mapping[int, Mapping[str, Any]]:
        found = cls.plans_of(pks)
        if not permissions.sees_all(viewer, SubscriptionPlan):
            seen = set(permissions.visible(viewer, SubscriptionPlan.objects.all()).values_list("slug", flat=True))
            found = {pk: [slug for slug in slugs if slug in seen] for pk, slugs in found.items()}
        return {pk: {"subscriptions": found.get(pk, [])} for pk in pks}

    @classmethod
    def plans_of(cls, pks: Sequence[int]) -> dict[int, list[str]]:
        """``{id: slugs}``."""
        raise NotImplementedError


class PlansOfCourse(_Plans, CourseFields):
    """Those of a catalog course. One query."""

    filters: ClassVar[dict[str, Filter]] = {"subscription": SubscriptionFilter(IncludedCourse, "catalog_course_id")}

    @classmethod
    def plans_of(cls, pks: Sequence[int]) -> dict[int, list[str]]:
        return api.get_plans_of_courses(pks)


class PlansOfRun(_Plans, RunFields):
    """Those of a run. One query."""

    filters: ClassVar[dict[str, Filter]] = {"subscription": SubscriptionFilter(IncludedCourseRun, "run_id")}

    @classmethod
    def plans_of(cls, pks: Sequence[int]) -> dict[int, list[str]]:
        return api.get_plans_of_runs(pks)


class PlansOfProgram(_Plans, ProgramFields):
    """Those of a program. Two queries."""

    filters: ClassVar[dict[str, Filter]] = {"subscription": SubscriptionFilter(IncludedProgram, "program_uuid", "uuid")}

    @classmethod
    def plans_of(cls, pks: Sequence[int]) -> dict[int, list[str]]:
        from openedx_catalog.contrib.programs.models_api import Program

        uuids = dict(Program.objects.filter(pk__in=pks).values_list("pk", "uuid"))
        found = api.get_plans_of_programs(list(uuids.values()))
        return {pk: found.get(uuid, []) for pk, uuid in uuids.items()}
