"""What lists of programs can be narrowed and ordered by, with the core's own fields."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from django.utils import timezone

from openedx_catalog import api as catalog
from openedx_catalog import keys
from openedx_catalog.lib import values
from openedx_catalog.lib.rest.filters import CatalogFilter, any_of, ordering, read_instant, yes_or_no
from openedx_catalog.rest_api.v1.filters import by_catalog_key, read_catalog_key, read_course_key

from ...api.reading import programs_with_run
from ...api.values import parse_status
from ...models_api import CurriculumCourseMembership, ProgramOrganization


def _status(text: str) -> str:
    return parse_status("status", text.strip())


class ProgramTypeFilter(django_filters.FilterSet):
    """Filters of program types."""

    ordering = ordering(name="name", slug="slug")


class ProgramFilter(django_filters.FilterSet):
    """Filters of programs; `course` and `course_run` ask what counts in them now."""

    uuids = any_of("uuid", read=UUID)
    types = any_of("type__slug", read=partial(values.text, "types"), label="Slugs of types, comma-separated.")
    status = any_of("status", read=_status, label="unpublished, active, retired, deleted.")
    hidden = yes_or_no()
    q = django_filters.CharFilter(field_name="title", lookup_expr="icontains", max_length=255, label="Part of the title.")
    org = django_filters.CharFilter(method="filter_org", max_length=255, label="short_name of an authoring organization.")
    course = CatalogFilter(read=read_catalog_key, method="filter_course", label="Key of a catalog course of its curricula.")
    course_run = CatalogFilter(read=read_course_key, method="filter_run", label="Course key of a run that counts in it.")
    modified_since = CatalogFilter(
        read=read_instant, field_name="modified", lookup_expr="gte",
        label="ISO 8601 with an offset. Changes of curricula, organizations and exclusions count.",
    )  # fmt: skip
    ordering = ordering(title="title", status="status", created="created", modified="modified")

    def filter_org(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        organization = catalog.find_organization_by_code(value)
        authored = ProgramOrganization.objects.filter(role=ProgramOrganization.Role.AUTHORING, organization=organization)
        return queryset.filter(pk__in=authored.values("program_id")) if organization else queryset.none()

    def filter_course(self, queryset: QuerySet, _name: str, value: keys.CatalogKey) -> QuerySet:
        members = by_catalog_key(CurriculumCourseMembership.objects.counting(), "catalog_course", value)
        return queryset.filter(pk__in=members.order_by().values("curriculum__program_id"))

    def filter_run(self, queryset: QuerySet, _name: str, value: keys.RunKey) -> QuerySet:
        return queryset.filter(pk__in=programs_with_run(value.text, timezone.now()))


class _OfProgram(django_filters.FilterSet):
    """What curricula and degrees share."""

    program = CatalogFilter(read=UUID, field_name="program__uuid", label="uuid of the program.")


class CurriculumFilter(_OfProgram):
    """Filters of curricula."""

    uuids = any_of("uuid", read=UUID)
    current = yes_or_no(method="filter_current", label="Whether it is in effect now.")
    ordering = ordering(name="name", created="created", modified="modified")

    def filter_current(self, queryset: Any, _name: str, value: bool) -> QuerySet:
        return queryset.current() if value else queryset.not_current()


class DegreeFilter(_OfProgram):
    """Filters of degrees."""

    ordering = ordering(created="created", modified="modified")
