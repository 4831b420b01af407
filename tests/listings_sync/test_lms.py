"""What the LMS's list of courses says to learners of runs; and two sources that say different things."""

import pytest

from openedx_catalog.contrib.listings import api as listings
from openedx_catalog.contrib.listings.models_api import CourseListing, CourseRunListing
from openedx_catalog.contrib.sync import api
from openedx_catalog.contrib.sync.loaders.describing import effort_of
from tests.sync.conftest import counts, row

from .conftest import stored

pytestmark = pytest.mark.django_db

A1 = "course-v1:MITx+A+1"


@pytest.fixture
def describing(lms, remote):
    """An LMS with the run A, that is asked for what learners read."""
    remote.rows = [row("A", hidden=True, invitation_only=True, short_description="Circuits", effort="3-5 hours per week")]
    return api.update_source("lms", also=["listings"])


def listing(key=A1):
    return listings.find_course_run_listing(key)


def test_runs_are_described_and_a_second_sync_writes_nothing(sync, describing, remote):
    assert counts(sync("lms", dry_run=True)) == {"created": 1}
    assert CourseRunListing.objects.count() == 0
    report = sync("lms")
    assert (counts(report), report.status) == ({"created": 1}, "ok")
    found = listing()
    assert (found.short_description, found.min_effort, found.max_effort) == ("Circuits", 3, 5)
    assert (found.visibility, found.invitation_only, found.live) == ("hidden", True, True)
    # What learners read of courses an LMS does not know.
    assert CourseListing.objects.count() == 0
    before = stored()
    assert (counts(sync("lms")), stored()) == ({"unchanged": 1}, before)
    remote.rows[0] |= {"hidden": False, "invitation_only": False, "effort": None}
    assert counts(sync("lms")) == {"updated": 1}
    assert (listing().visibility, listing().invitation_only, listing().min_effort, listing().max_effort) == (
        "public", False, None, None,
    )  # fmt: skip


def test_a_run_of_which_nothing_is_said_gets_no_listing(sync, describing, remote):
    remote.rows = [row("A", hidden=False, invitation_only=False, short_description="", effort=None), row("B")]
    assert counts(sync("lms")) == {"created": 2}
    assert CourseRunListing.objects.count() == 0


def test_an_lms_that_is_not_asked_for_it_says_nothing(sync, lms, remote):
    remote.rows = [row("A", hidden=True)]
    sync("lms")
    assert CourseRunListing.objects.count() == 0


def test_a_run_that_somebody_shows_or_hides_stays_so(sync, describing, remote):
    sync("lms")
    listings.set_course_run_listing(A1, visibility="public")
    assert counts(sync("lms")) == {"pinned": 1}
    assert listing().visibility == "public"


@pytest.mark.parametrize("value", [["x"], {"a": 1}, 7, "nonsense"], ids=repr)
@pytest.mark.any_database
def test_a_value_that_cannot_be_read_costs_no_other(sync, describing, remote, value):
    remote.rows[0] |= {"hidden": value, "short_description": value if value != "nonsense" else None}
    report = sync("lms")
    assert (counts(report), report.outcomes[0].code) == ({"created": 1}, "partly_taken")
    assert (listing().invitation_only, listing().min_effort, listing().visibility) == (True, 3, "public")
    assert counts(sync("lms")) == {"invalid": 1}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3-5 hours per week", (3, 5)),
        ("12–14 hours per week", (12, 14)),
        ("8 to 10 hrs/week", (8, 10)),
        ("10 hours/week\n", (10, 10)),
        ("4 Hours / Week", (4, 4)),
        ("7 hrs/wk", (7, 7)),
        ("7 hours", None),
        ("5-6 per week", None),
        ("04:00", None),
        ("3", None),
        ("10 hours per week for 4 weeks", None),
        ("", None),
    ],
)
@pytest.mark.any_database
def test_effort_is_only_read_where_it_can_mean_one_thing(text, expected):
    assert effort_of(text) == expected


@pytest.fixture
def other(describing, remote):
    """A second LMS on the same address, with what the first one has."""
    return api.create_source(name="other", kind="lms", base_url=remote.url, also=["listings"], per_minute=6000, rank=200)


def test_of_two_sources_the_one_that_counts_more_says_it(sync, other, remote):
    remote.rows[0] |= {"short_description": "Of the other"}
    sync("other")
    assert listing() is None
    api.update_source("other", create_missing=True)
    sync("other")
    assert listing().short_description == "Of the other"
    remote.rows[0] |= {"short_description": "Of the LMS"}
    assert counts(sync("lms")) == {"updated": 1}
    assert listing().short_description == "Of the LMS"
    remote.rows[0] |= {"short_description": "Of the other"}
    report = sync("other")
    assert (counts(report), report.outcomes[0].code) == ({"outranked": 1}, "set_by_another_source")
    assert listing().short_description == "Of the LMS"
    # As soon as that is not asked for it any more, the other one may.
    api.update_source("lms", also=[])
    assert counts(sync("other")) == {"updated": 1}
    assert listing().short_description == "Of the other"
