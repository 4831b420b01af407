"""What the list of courses to work on is narrowed by."""

from __future__ import annotations

from collections.abc import Sequence

import django_filters
from django.db.models import Q, QuerySet

from openedx_catalog import api as catalog
from openedx_catalog.lib import values
from openedx_catalog.lib.rest.filters import CatalogFilter, yes_or_no

from ...doors import in_states
from ...workflow import State


def _state(text: str) -> str:
    return values.choice("state", text.strip(), names=State.values)


class RunFilter(django_filters.FilterSet):
    """What the list of the runs of a course takes."""

    editable = yes_or_no(method="filter_editable", label="The values of working copies, where there are such.")

    def filter_editable(self, queryset: QuerySet, _name: str, value: bool) -> QuerySet:
        return queryset


class CourseFilter(RunFilter):
    """Filters of courses."""

    state = CatalogFilter(read=_state, many=True, method="filter_state", label=f"{', '.join(State.values)}; comma-separated.")
    org = django_filters.CharFilter(method="filter_org", max_length=255, label="short_name in the key, in any case.")
    q = django_filters.CharFilter(
        method="filter_q", max_length=255, label="Part of the course code or of a title; of the values that are asked for."
    )

    def filter_state(self, queryset: QuerySet, _name: str, value: Sequence[str]) -> QuerySet:
        return queryset.filter(in_states(value))

    def filter_org(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        organization = catalog.find_organization_by_code(value)
        return queryset.filter(org=organization) if organization else queryset.none()

    def filter_q(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        official = Q(title__icontains=value) | Q(listing__title_override__icontains=value)
        if self.form.cleaned_data.get("editable"):
            copied = Q(working_copy__title__icontains=value) | Q(working_copy__title_override__icontains=value)
            official = (official & Q(working_copy=None)) | copied
        return queryset.filter(official | Q(course_code__icontains=value))
