"""Filters and orderings of organizations, catalog courses and course runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.exceptions import ValidationError

from ... import api, keys, permissions
from ...abstract_models import normalize_language
from ...exceptions import CatalogError
from ...lib.rest.base import is_uuid
from ...lib.rest.filters import CatalogFilter, any_of, ordering, read_instant, yes_or_no
from ...lib.values import parse_uuid
from ...models_api import CourseRun
from ...policies import date_window


def read_course_key(text: str) -> keys.RunKey:
    """A course key; a space is the "+" that a client forgot to encode."""
    return keys.parse_course_key(text.strip().replace(" ", "+"))


def read_catalog_key(text: str) -> keys.CatalogKey:
    """A catalog course key, likewise."""
    return keys.parse_catalog_key(text.strip().replace(" ", "+"))


def read_language(text: str) -> list[str]:
    """One language; "unset", which is none, is that of courses whose language is not set."""
    # In a list, since django-filter takes an empty text for no filter.
    return ["" if text.strip().lower() == "unset" else normalize_language(text)]


def read_course_name(text: str) -> UUID | keys.CatalogKey:
    """The uuid or the key of a catalog course."""
    name = text.strip()
    return UUID(name) if is_uuid(name) else read_catalog_key(name)


def read_run_name(text: str) -> UUID | keys.RunKey:
    """The uuid or the key of a run."""
    name = text.strip()
    return UUID(name) if is_uuid(name) else read_course_key(name)


def key_of_run(name: UUID | keys.RunKey) -> str | None:
    """The course key of a run; None where no run has this uuid."""
    if isinstance(name, UUID):
        return CourseRun.objects.filter(uuid=name).values_list("course_key__text", flat=True).first()
    return name.text


def by_course(queryset: QuerySet, field: str, name: UUID | keys.CatalogKey) -> QuerySet:
    """The rows whose `field` is the catalog course of this uuid or key; those of merged courses and former keys count."""
    if isinstance(name, UUID):
        course = api.find_catalog_course(uuid=name)
    else:
        course = api.find_catalog_course(org_code=name.org, course_code=name.code)
    return queryset.filter(**{field: course.pk}) if course else queryset.none()


def moment_of(request: Any) -> datetime:
    """The instant for what dates say: ``?at=``, or now, the same throughout a request. Raises ValidationError."""
    if not hasattr(request, "catalog_moment"):
        try:
            given = request.query_params.get("at", "")
            request.catalog_moment = read_instant(given) or timezone.now()
        except CatalogError as error:
            raise ValidationError({"at": [str(error)]}) from error
    return request.catalog_moment


class _Searched(django_filters.CharFilter):
    """``?q=``: what one of the API's functions finds, best first."""

    def __init__(self, search: Callable[..., QuerySet], label: str, **by: Any) -> None:
        super().__init__(max_length=255, label=label)
        self.search, self.by = search, by

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        return self.search(value, rows=qs, **permissions.seen_parts(self.parent.request.user, **self.by)) if value else qs


class OrganizationFilter(django_filters.FilterSet):
    """Filters of organizations."""

    q = _Searched(api.search_organizations, "Words of the short_name or the name; that short_name first.")
    active = yes_or_no()
    modified_since = CatalogFilter(
        read=read_instant, field_name="modified", lookup_expr="gte", label="ISO 8601 with an offset."
    )
    ordering = ordering(short_name="short_name", name="name", created="created", modified="modified")


class _OfCatalog(django_filters.FilterSet):
    """What runs and catalog courses share."""

    uuids = any_of("uuid", read=parse_uuid)
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

    q = _Searched(
        api.search_catalog_courses,
        "Words of the title, code (or a former one), organization or key of a run; exact matches first.",
        runs=CourseRun,
    )
    uuids = any_of("uuid", read=parse_uuid, method="filter_uuids", label="Comma-separated; those of merged courses too.")
    key = CatalogFilter(read=read_catalog_key, method="filter_key", label="catalog-course:Org:Code; former keys too.")
    course_code = django_filters.CharFilter(method="filter_code", max_length=255, label="In any case.")
    language = CatalogFilter(read=read_language, lookup_expr="in", label='"unset" for those without one.')
    ordering = ordering(
        course_code="course_code_ci", title="title", language="language", created="created", modified="modified"
    )

    def filter_uuids(self, queryset: QuerySet, _name: str, value: list[UUID]) -> QuerySet:
        return queryset.filter(uuid__in=api.surviving_uuids(value))

    def filter_key(self, queryset: QuerySet, _name: str, value: keys.CatalogKey) -> QuerySet:
        return by_course(queryset, "pk", value)

    def filter_code(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        return queryset.filter(course_code_ci=keys.fold(value))


def _statuses() -> list[tuple[str, str]]:
    """Those of the host's policy."""
    return [(name, name) for name in date_window().statuses()]


class CourseRunFilter(_OfCatalog):
    """Filters of course runs."""

    q = _Searched(
        api.search_course_runs,
        "Words of the title, key, code (former ones too) or organization; exact matches first.",
    )
    course_keys = CatalogFilter(read=read_course_key, many=True, method="filter_keys", label="Comma-separated.")
    key = CatalogFilter(read=read_course_key, method="filter_key", label="One course key.")
    catalog_course = CatalogFilter(
        read=read_course_name, method="filter_course", label="uuid or key of the catalog course; former keys too."
    )
    course_code = django_filters.CharFilter(method="filter_code", max_length=255, label="Of the catalog course.")
    language = CatalogFilter(
        read=read_language,
        field_name="catalog_course__language",
        lookup_expr="in",
        label='Of the catalog course; "unset" for those without one.',
    )
    association = django_filters.ChoiceFilter(choices=[("implicit", "implicit"), ("explicit", "explicit")], lookup_expr="exact")
    status = django_filters.ChoiceFilter(
        choices=_statuses,
        method="filter_status",
        label="What the dates say: archived, current, starting_soon or upcoming, unless a host's own policy has others.",
    )
    enrollable = yes_or_no(method="filter_enrollable", label="Whether learners can enroll.")
    withdrawn = yes_or_no(method="filter_withdrawn", label="Whether the content was deleted upstream.")
    at = CatalogFilter(read=read_instant, method="filter_at", label="The instant for status and enrollable; default: now.")
    ordering = ordering(course_key="key_ci", title="title", start="schedule__start", created="created", modified="modified")

    org_path = "catalog_course__org"

    @property
    def at_or_now(self) -> datetime:
        return moment_of(self.request)

    def filter_keys(self, queryset: Any, _name: str, value: Iterable[keys.RunKey]) -> QuerySet:
        return queryset.by_key(*value)

    def filter_key(self, queryset: Any, _name: str, value: keys.RunKey) -> QuerySet:
        return queryset.by_key(value)

    def filter_course(self, queryset: QuerySet, _name: str, value: UUID | keys.CatalogKey) -> QuerySet:
        return by_course(queryset, "catalog_course", value)

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
