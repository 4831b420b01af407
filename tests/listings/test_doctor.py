"""What the doctor finds of listings, and mends; what histories tell, and to whom."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission

from openedx_catalog import api as catalog
from openedx_catalog import permissions
from openedx_catalog.contrib.listings import api
from openedx_catalog.contrib.listings.models_api import CourseListing, CourseRunListing, CourseRunSlug, CourseSlug
from openedx_catalog.lib.changes import Change

KEY = "course-v1:MITx+14.100x+2T2027"


def findings():
    return [(each.code, each.subject) for each in api.diagnose(quick=False)]


def test_what_the_api_writes_is_sound(listed, run):
    listed()
    run(KEY)
    api.set_course_run_listing(KEY)
    assert findings() == []


def test_a_listing_without_a_slug_of_its_own_gets_one(listed, run):
    listed(title="Micro")
    listed("B", title="Macro")
    run(KEY)
    api.set_course_run_listing(KEY)
    CourseListing.objects.filter(slug="micro").update(slug="macro")
    CourseRunListing.objects.update(slug="")
    assert findings() == [("listing_without_slug", "catalog-course:MITx:14.100x"), ("listing_without_slug", KEY)]
    assert api.repair(Change(source="doctor")) == 2
    assert findings() == []
    assert api.find_course_by_slug("micro").is_current
    assert CourseSlug.objects.count() == 2
    assert CourseRunSlug.objects.count() == 1


def test_the_history_of_a_course_tells_what_learners_read_before(listed):
    listed(short_description="Supply.")
    api.set_course_listing("MITx+14.100x", short_description="Supply and demand.", reason="more")
    newest = catalog.history_of("MITx+14.100x", kind="catalog_course")[0]
    assert (newest.what, newest.reason, newest.table) == ("relisted", "more", CourseListing)
    assert [(each.field, each.before, each.after) for each in newest.changes] == [
        ("short_description", "Supply.", "Supply and demand.")
    ]


@pytest.mark.parametrize("sees_listings", [True, False])
def test_only_those_who_view_listings_are_told_of_them_in_histories(listed, sees_listings):
    listed(short_description="Supply.")
    user = get_user_model().objects.create_user("ann")
    wanted = ["view_catalogcourse", *(["view_courselisting"] if sees_listings else [])]
    user.user_permissions.add(*Permission.objects.filter(codename__in=wanted))
    entries = catalog.history_of("MITx+14.100x", kind="catalog_course")[:50]
    told = [entry.what for entry in permissions.known_entries(user, entries, {})]
    assert ("listed" in told) is sees_listings
    assert "created" in told
