"""
The tables of listings.

Outside this package import them from `openedx_catalog.contrib.listings.models_api`, and change them through its `api`.
"""

from openedx_catalog.extensions import require_installed

require_installed("openedx_catalog.contrib.listings")

from .kinds import Level, Subject  # noqa: E402
from .listings import (  # noqa: E402
    CourseListing,
    CourseListingOwner,
    CourseListingSubject,
    CourseRunListing,
)
from .slugs import CourseRunSlug, CourseSlug  # noqa: E402

__all__ = [
    "CourseListing",
    "CourseListingOwner",
    "CourseListingSubject",
    "CourseRunListing",
    "CourseRunSlug",
    "CourseSlug",
    "Level",
    "Subject",
]
