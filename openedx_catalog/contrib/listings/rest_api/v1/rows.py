"""Which listings somebody may know of, for lists, look-ups and filters alike."""

from __future__ import annotations

from typing import Any, Self

from django.db.models import QuerySet

from openedx_catalog.lib import permissions
from openedx_catalog.models_api import CatalogCourse, CourseRun

from ...models_api import CourseListing, CourseRunListing

# What a listing is of: the name of the foreign key, and its model.
OWNERS: dict[Any, tuple[str, Any]] = {
    CourseListing: ("catalog_course", CatalogCourse),
    CourseRunListing: ("run", CourseRun),
}
Adjectives: Any = type(CourseListing.objects.all())


class ByAddress(Adjectives):
    """Listings of courses that somebody has the address of: unlisted ones are as public ones to him."""

    def public(self) -> Self:
        """In place of that of lists, so that whatever else a policy of the host's keeps back stays so."""
        return self.reachable()


def known_listings(user: Any, rows: QuerySet) -> QuerySet:
    """Those of some listings that a user may know of: neither they nor what they are of is kept back."""
    found = permissions.visible(user, rows)
    owner, model = OWNERS[rows.model]
    if permissions.sees_all(user, model):
        return found
    return found.filter(**{f"{owner}__in": permissions.visible(user, model.objects.order_by())})
