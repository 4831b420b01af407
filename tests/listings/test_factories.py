"""The factories of listings make what they say, and what it needs; the app is not removed with its rows."""

import pytest

from openedx_catalog.contrib.listings import api
from openedx_catalog.testing.contracts import InstalledAppContract
from openedx_catalog.testing.listings import CourseListingFactory, CourseRunListingFactory, LevelFactory, SubjectFactory

pytestmark = pytest.mark.any_database


@pytest.mark.django_db
def test_a_listing_has_what_it_is_given():
    listing = CourseListingFactory(subjects=[SubjectFactory(name="Economics")], level=LevelFactory(name="Advanced"))
    assert ([each.slug for each in listing.subjects], listing.level.slug, listing.is_public) == (
        ["economics"],
        "advanced",
        True,
    )
    row = CourseRunListingFactory(run__catalog_course=listing.catalog_course, weeks=3)
    assert api.get_shown_runs([listing.catalog_course_id])[listing.catalog_course_id] == [row.run]


class TestListings(InstalledAppContract):
    factory = CourseListingFactory
