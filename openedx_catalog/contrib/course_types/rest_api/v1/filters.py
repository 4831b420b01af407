"""What lists of course types can be narrowed and ordered by; and by which types those of courses and runs can."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field

from openedx_catalog.exceptions import OrganizationNotFound
from openedx_catalog.lib import values
from openedx_catalog.lib.rest.filters import CatalogFilter, any_of
from openedx_catalog.lib.rest.named import NamedFilter

from ... import api


class CourseTypeFilter(NamedFilter):
    """Filters of course types."""

    org = django_filters.CharFilter(
        method="filter_org", max_length=255, label="short_name of an organization: the types that its courses may have."
    )

    def filter_org(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        try:
            return queryset.filter(pk__in=api.get_course_types(org_code=value).order_by().values("pk"))
        except OrganizationNotFound:
            return queryset.none()


def _runs_with_mode(queryset: QuerySet, _name: str, slugs: Sequence[str]) -> QuerySet:
    return queryset.filter(pk__in=api.runs_with_mode(slug__in=slugs))


def _slugs(field: str, label: str, **more: Any) -> CatalogFilter:
    # A column that the list of something else has not: its type cannot be found out.
    described = extend_schema_field({"type": "string", "description": label})
    return described(any_of(field, read=partial(values.text, "slug"), label=label, **more))


of_course_type = _slugs("course_typing__course_type__slug", "Slugs of course types, comma-separated.")
of_course_run_type = _slugs("course_run_typing__course_run_type__slug", "Slugs of types of runs, comma-separated.")
with_mode = _slugs("pk", "Slugs of modes of which the type of a run has one, comma-separated.", method=_runs_with_mode)
