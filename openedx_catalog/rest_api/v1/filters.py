"""Filters and orderings of organizations, catalog courses and course runs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone

from ... import api, keys
from ...abstract_models import normalize_language
from ...lib.rest.filters import CatalogFilter, any_of, ordering, read_instant, yes_or_no
from ...lib.values import parse_uuid
from ...policies import STATUSES


def read_course_key(text: str) -> keys.RunKey:
    """A course key; a space is the "+" that a client forgot to encode."""
    return keys.parse_course_key(text.strip().replace(" ", "+"))


def read_catalog_key(text: str) -> keys.CatalogKey:
    """A catalog course key, likewise."""
    return keys.parse_catalog_key(text.strip().replace(" ", "+"))


def by_catalog_key(queryset: QuerySet, field: str, key: keys.CatalogKey) -> QuerySet:
    """The rows whose `field` is the catalog course of this key, or of this former key."""
    course = api.find_catalog_course(org_code=key.org, course_code=key.code)
    return queryset.filter(**{field: course.pk}) if course else queryset.none()


class OrganizationFilter(django_filters.FilterSet):
    """Filters of organizations."""

    q = django_filters.CharFilter(field_name="name", lookup_expr="icontains", max_length=255, label="Part of the name.")
    active = yes_or_no()
    ordering = ordering(short_name="short_name", name="name", created="created", modified="modified")


class _OfCatalog(django_filters.FilterSet):
    """What runs and catalog courses share."""

    uuids = any_of("uuid", read=parse_uuid)
    q = django_filters.CharFilter(field_name="title", lookup_expr="icontains", max_length=255, label="Part of the title.")
    modified_since = CatalogFilter(
        read=read_instant, field_name="modified", lookup_expr="gte", label="ISO 8601 with an offset. Changed schedules count."
    )
    org = django_filters.CharFilter(method="filter_org", max_length=255, label="short_name of the organization, in any case.")

    org_path = "org"

    def filter_org(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        """Exact, else in another case; of no such organization there is nothing."""
        organization = api.find_organization_by_code(value)
        return queryset.filter(**{self.org_path: organization}) if organization else queryset.none()


class CatalogCourseFilter(_OfCatalog):
    """Filters of catalog courses."""

    key = CatalogFilter(read=read_catalog_key, method="filter_key", label="catalog-course:Org:Code; former keys too.")
    course_code = django_filters.CharFilter(method="filter_code", max_length=255, label="In any case.")
    language = CatalogFilter(read=normalize_language)
    ordering = ordering(
        course_code="course_code_ci", title="title", language="language", created="created", modified="modified"
    )

    def filter_key(self, queryset: QuerySet, _name: str, value: keys.CatalogKey) -> QuerySet:
        return by_catalog_key(queryset, "pk", value)

    def filter_code(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        return queryset.filter(course_code_ci=keys.fold(value))


class CourseRunFilter(_OfCatalog):
    """Filters of course runs."""

    course_keys = CatalogFilter(read=read_course_key, many=True, method="filter_keys", label="Comma-separated.")
    key = CatalogFilter(read=read_course_key, method="filter_key", label="One course key.")
    catalog_course = CatalogFilter(read=read_catalog_key, method="filter_course", label="Key of the catalog course.")
    course_code = django_filters.CharFilter(method="filter_code", max_length=255, label="Of the catalog course.")
    language = CatalogFilter(read=normalize_language, field_name="catalog_course__language", label="Of the catalog course.")
    association = django_filters.ChoiceFilter(choices=[("implicit", "implicit"), ("explicit", "explicit")], lookup_expr="exact")
    status = django_filters.ChoiceFilter(
        choices=[(name, name) for name in STATUSES], method="filter_status", label="What the dates say."
    )
    enrollable = yes_or_no(method="filter_enrollable", label="Whether learners can enroll.")
    withdrawn = yes_or_no(method="filter_withdrawn", label="Whether the content was deleted upstream.")
    at = CatalogFilter(read=read_instant, method="filter_at", label="The instant for status and enrollable; default: now.")
    ordering = ordering(course_key="key_ci", title="title", start="schedule__start", created="created", modified="modified")

    org_path = "catalog_course__org"

    @property
    def at_or_now(self) -> datetime:
        return self.form.cleaned_data.get("at") or timezone.now()

    def filter_keys(self, queryset: Any, _name: str, value: Iterable[keys.RunKey]) -> QuerySet:
        return queryset.by_key(*value)

    def filter_key(self, queryset: Any, _name: str, value: keys.RunKey) -> QuerySet:
        return queryset.by_key(value)

    def filter_course(self, queryset: QuerySet, _name: str, value: keys.CatalogKey) -> QuerySet:
        return by_catalog_key(queryset, "catalog_course", value)

    def filter_code(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        return queryset.filter(catalog_course__course_code_ci=keys.fold(value))

    def filter_status(self, queryset: Any, _name: str, value: str) -> QuerySet:
        return queryset.in_status(value, self.at_or_now)

    def filter_enrollable(self, queryset: Any, _name: str, value: bool) -> QuerySet:
        return queryset.enrollable(self.at_or_now) if value else queryset.not_enrollable(self.at_or_now)

    def filter_withdrawn(self, queryset: Any, _name: str, value: bool) -> QuerySet:
        return queryset.filter(withdrawal__isnull=not value)

    def filter_at(self, queryset: QuerySet, _name: str, value: datetime) -> QuerySet:
        return queryset
