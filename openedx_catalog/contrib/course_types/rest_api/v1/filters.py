"""What lists of course types can be narrowed and ordered by."""

from __future__ import annotations

from functools import partial

import django_filters
from django.db.models import QuerySet

from openedx_catalog.exceptions import OrganizationNotFound
from openedx_catalog.lib import values
from openedx_catalog.lib.rest.filters import any_of, ordering

from ... import api


class NamedFilter(django_filters.FilterSet):
    """Filters of whatever has a slug and a name."""

    slugs = any_of("slug", read=partial(values.text, "slugs"))
    ordering = ordering(name="name", slug="slug")


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
