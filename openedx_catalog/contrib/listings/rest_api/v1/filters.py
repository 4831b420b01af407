"""What lists of listings can be narrowed and ordered by."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial, reduce
from operator import or_
from typing import Any
from uuid import UUID

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from openedx_catalog import api as catalog
from openedx_catalog.api.for_contrib import some_language
from openedx_catalog.exceptions import InvalidRequest
from openedx_catalog.keys import CatalogKey, RunKey
from openedx_catalog.lib import texts, values
from openedx_catalog.lib.named import MAX_LENGTH
from openedx_catalog.lib.rest.filters import CatalogFilter, YesOrNoFilter, any_of, ordering, read_instant, yes_or_no
from openedx_catalog.lib.rest.named import NamedFilter
from openedx_catalog.lib.values import parse_uuid
from openedx_catalog.models_api import CourseRun
from openedx_catalog.rest_api.v1.filters import by_course, read_course_key, read_course_name

from ...models_api import CourseListing, CourseListingOwner, CourseListingSubject, CourseRunSlug, CourseSlug
from .rows import known_listings

_read_kind = partial(values.text, "slug", max_length=MAX_LENGTH)


class TranslatedFilter(NamedFilter):
    """Filters of subjects and levels."""


def _slug(text: str) -> str:
    """A slug as it is looked for."""
    found = text.strip()
    if texts.names_nothing(found):
        raise InvalidRequest(reason=_("%(slug)r is no slug.") % {"slug": texts.shorten(found, 60)})
    return texts.fold(found)


class _ListingFilter(django_filters.FilterSet):
    """What listings of courses and of runs are narrowed by."""

    slugs = CatalogFilter(read=_slug, many=True, method="filter_slugs", label="Comma-separated; former ones too.")
    org = django_filters.CharFilter(method="filter_org", max_length=255, label="short_name in the key, in any case.")
    language = CatalogFilter(
        read=some_language, many=True, method="filter_language", label="Codes, comma-separated: taught in one of them."
    )
    live = yes_or_no()
    visibility = any_of(
        "visibility",
        read=lambda text: values.choice("visibility", text.strip(), names=CourseListing.Visibility.values),
        label="public, unlisted, hidden; comma-separated. Without the view permission public ones alone are there.",
    )
    invitation_only = yes_or_no()

    slug_model: Any
    # From the listing to the course or run that it is of, and to the organization.
    owner_path: str
    org_path: str

    def filter_slugs(self, queryset: QuerySet, _name: str, value: Sequence[str]) -> QuerySet:
        found = self.slug_model.objects.filter(slug_ci__in=value).order_by()
        return queryset.filter(**{f"{self.owner_path}__in": found.values(self.owner_path)})

    def filter_org(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        organization = catalog.find_organization_by_code(value)
        return queryset.filter(**{self.org_path: organization}) if organization else queryset.none()

    def filter_language(self, queryset: QuerySet, _name: str, value: Sequence[str]) -> QuerySet:
        # As text: SQLite cannot look into the list. A code has no quotes.
        return queryset.filter(reduce(or_, [Q(languages__icontains=f'"{code}"') for code in value]))


class CourseListingFilter(_ListingFilter):
    """Filters of listings of courses."""

    q = django_filters.CharFilter(method="filter_q", max_length=255, label="Part of the title or of the short description.")
    uuids = any_of("catalog_course__uuid", read=parse_uuid, label="Of catalog courses, comma-separated.")
    catalog_course = CatalogFilter(read=read_course_name, method="filter_course", label="uuid or key; former keys too.")
    readable_id = CatalogFilter(read=_slug, field_name="readable_id_ci", label="In any case.")
    subject = CatalogFilter(read=_read_kind, many=True, method="filter_subject", label="Slugs of subjects, comma-separated.")
    level = any_of("level__slug", read=_read_kind, label="Slugs of levels, comma-separated.")
    owner = django_filters.CharFilter(
        method="filter_owner", max_length=255, label="short_name of an organization that owns the course, in any case."
    )
    modified_since = CatalogFilter(
        read=read_instant, field_name="catalog_course__modified", lookup_expr="gte",
        label="ISO 8601 with an offset. Changes of the catalog course count.",
    )  # fmt: skip
    ordering = ordering(slug="slug", created="created", modified="catalog_course__modified")

    slug_model, owner_path, org_path = CourseSlug, "catalog_course", "catalog_course__org"

    def filter_q(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        # What learners read as the title, not another one that is stored too.
        of_catalog = Q(title_override="", catalog_course__title__icontains=value)
        return queryset.filter(Q(title_override__icontains=value) | of_catalog | Q(short_description__icontains=value))

    def filter_course(self, queryset: QuerySet, _name: str, value: UUID | CatalogKey) -> QuerySet:
        return by_course(queryset, "catalog_course", value)

    def filter_subject(self, queryset: QuerySet, _name: str, value: Sequence[str]) -> QuerySet:
        links = CourseListingSubject.objects.filter(subject__slug__in=value).order_by()
        return queryset.filter(pk__in=links.values("listing"))

    def filter_owner(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        organization = catalog.find_organization_by_code(value)
        if organization is None:
            return queryset.none()
        links = CourseListingOwner.objects.order_by()
        own = Q(pk__in=links.filter(organization=organization).values("listing"))
        # Of whom nobody has said it, that of the key is it.
        return queryset.filter(own | Q(catalog_course__org=organization) & ~Q(pk__in=links.values("listing")))


class CourseRunListingFilter(_ListingFilter):
    """Filters of listings of runs."""

    uuids = any_of("run__uuid", read=parse_uuid, label="Of runs, comma-separated.")
    course_keys = CatalogFilter(read=read_course_key, many=True, method="filter_keys", label="Comma-separated.")
    catalog_course = CatalogFilter(read=read_course_name, method="filter_course", label="uuid or key; former keys too.")
    unscheduled = yes_or_no()
    modified_since = CatalogFilter(
        read=read_instant, field_name="run__modified", lookup_expr="gte",
        label="ISO 8601 with an offset. Changes of the run count.",
    )  # fmt: skip
    ordering = ordering(slug="slug", created="created", modified="run__modified")

    slug_model, owner_path, org_path = CourseRunSlug, "run", "run__catalog_course__org"

    def filter_keys(self, queryset: QuerySet, _name: str, value: Sequence[RunKey]) -> QuerySet:
        runs = CourseRun.objects.by_key(*value).order_by()
        return queryset.filter(run__in=runs.values("pk"))

    def filter_course(self, queryset: QuerySet, _name: str, value: UUID | CatalogKey) -> QuerySet:
        return by_course(queryset, "run__catalog_course", value)


class ListedFilter(YesOrNoFilter):
    """The catalog courses that have a listing which the user may know of, or that have none."""

    def __init__(self) -> None:
        label = "Whether it has a listing that you may see."
        super().__init__(choices=[("true", "true"), ("false", "false")], lookup_expr="exact", label=label)

    def filter(self, qs: QuerySet, value: bool | None) -> QuerySet:
        if value is None or value == "":
            return qs
        own = CourseListing.objects.order_by().filter(catalog_course=OuterRef("pk"))
        known = Exists(known_listings(self.parent.request.user, own))
        return qs.filter(known if value else ~known)
