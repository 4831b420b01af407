"""The listing of a catalog course, in its representation, and as a filter of the list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django_filters import Filter
from rest_framework import serializers

from openedx_catalog.rest_api.v1.extending import CourseFields

from ...models_api import CourseListing
from .filters import ListedFilter
from .rows import known_listings


class ListingOfCourse(CourseFields):
    """The slug of its page. One query. What is read there is written at ``listings/courses/``."""

    model = CourseListing
    shown: ClassVar[dict[str, serializers.Field]] = {
        "listing_slug": serializers.CharField(
            source="*", allow_null=True, help_text="The slug of its listing; null where it has none that you may see."
        )
    }
    filters: ClassVar[dict[str, Filter]] = {"listed": ListedFilter()}

    @classmethod
    def read(cls, pks: Sequence[int], viewer: Any) -> Mapping[int, Mapping[str, Any]]:
        rows = known_listings(viewer, CourseListing.objects.filter(catalog_course__in=pks).order_by())
        return {pk: {"listing_slug": slug} for pk, slug in rows.values_list("catalog_course_id", "slug")}
