"""Which organizations own courses, for other apps: subscriptions ask it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db.models import F
from organizations.models import Organization

from openedx_catalog.api import find_organization_by_code

from ..models import CourseListingOwner


def owners_of_courses(catalog_course_ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
    """
    ``{id of a course: short_names}`` of the organizations that own it besides that of its key, in order. One query.
    """
    rows = CourseListingOwner.objects.filter(listing__catalog_course__id__among=list(catalog_course_ids))
    rows = rows.exclude(organization=F("listing__catalog_course__org")).order_by("position", "pk")
    found: dict[int, list[str]] = defaultdict(list)
    for course, code in rows.values_list("listing__catalog_course_id", "organization__short_name"):
        found[course].append(code)
    return dict(found)


def courses_of_owner(org_code: Organization | str) -> list[int]:
    """The ids of the courses that an organization owns besides those of its own keys. At most three queries."""
    organization = org_code if isinstance(org_code, Organization) else find_organization_by_code(org_code)
    if organization is None:
        return []
    rows = CourseListingOwner.objects.filter(organization=organization).exclude(listing__catalog_course__org=organization)
    return list(rows.order_by("listing__catalog_course_id").values_list("listing__catalog_course_id", flat=True))
