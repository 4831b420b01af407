"""What learners read of courses and runs: what may be stored, how it is cleaned, what it falls back to, and what is told."""

from __future__ import annotations

import pytest
from django.utils import timezone
from organizations.models import Organization

from openedx_catalog import api as catalog
from openedx_catalog.contrib.listings import api
from openedx_catalog.contrib.listings.models_api import CourseListing, CourseRunListing
from openedx_catalog.exceptions import DuplicateValue, HasDependents, InvalidLanguage, InvalidValue, OrganizationNotFound
from openedx_catalog.models_api import CatalogCourse

from .conftest import picture

KEY = "course-v1:MITx+14.100x+2T2027"


def test_a_listing_is_not_live_unless_somebody_says_so(course):
    listing = api.set_course_listing(course(), short_description="Supply and demand.")
    assert (listing.live, listing.visibility, listing.is_public) == (False, "public", False)


def test_a_blank_title_is_that_of_the_catalog(course):
    row = course(title="Microeconomics")
    assert api.set_course_listing(row).title == "Microeconomics"
    assert api.set_course_listing(row, title_override=" Micro for all ").title == "Micro for all"
    assert api.set_course_listing(row, title_override="").title == "Microeconomics"


def test_a_listing_needs_no_run_and_no_dates(course):
    listing = api.set_course_listing(course("NEW"), live=False)
    assert api.find_course_listing("MITx+NEW") == listing
    assert api.best_run("MITx+NEW") is None


def test_everything_is_stored_as_it_was_given(course, db):
    api.create_subject(name="Economics")
    api.create_subject(name="Data", translations={"es": "Datos"})
    api.create_level(name="Introductory")
    catalog.create_catalog_course(org_code="TUMx", course_code="X", title="X")
    course()
    values = {
        "subjects": ["economics", "data"], "level": "introductory", "min_effort": 4, "max_effort": 6, "weeks": 12,
        "languages": ["en", "es-419"], "owners": ["tumx", Organization.objects.get(short_name="MITx")], "video_url": "https://video.example/1",
        "readable_id": "MITx-14.100x", "visibility": "unlisted", "invitation_only": True,
    }  # fmt: skip
    api.set_course_listing("MITx+14.100x", **values)
    listing = api.find_course_listing("MITx+14.100x")
    assert [each.slug for each in listing.subjects] == ["economics", "data"]
    assert [each.short_name for each in listing.owners] == ["TUMx", "MITx"]
    assert (listing.level.slug, listing.languages, listing.weeks) == ("introductory", ["en", "es-419"], 12)
    assert listing.subjects[1].name_in("es-mx") == "Datos"
    api.set_course_listing("MITx+14.100x", subjects=["data", "economics"])
    assert [each.slug for each in api.find_course_listing("MITx+14.100x").subjects] == ["data", "economics"]


def test_where_nobody_has_said_who_owns_a_course_that_of_its_key_does(listed):
    assert [each.short_name for each in listed().owners] == ["MITx"]


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"visibility": "secret"}, InvalidValue),
        ({"live": "yes"}, InvalidValue),
        ({"min_effort": 10, "max_effort": 2}, InvalidValue),
        ({"min_effort": 169}, InvalidValue),
        ({"weeks": -1}, InvalidValue),
        ({"video_url": "javascript:alert(1)"}, InvalidValue),
        ({"languages": "en"}, InvalidValue),
        ({"languages": ["klingon at home"]}, InvalidLanguage),
        ({"languages": ["en"] * 51}, InvalidValue),
        ({"readable_id": "a b"}, InvalidValue),
        ({"readable_id": "3f2504e0-4f89-11d3-9a0c-0305e82c3301"}, InvalidValue),
        ({"slug": "a b"}, InvalidValue),
        ({"slug": "a/b"}, InvalidValue),
        ({"slug": "../admin"}, InvalidValue),
        ({"owners": ["Nobody"]}, OrganizationNotFound),
        ({"image": picture()}, InvalidValue),
        ({"title_override": "x" * 256}, InvalidValue),
        ({"short_description": "x" * 2001}, InvalidValue),
        ({"full_description": "nul \x00"}, InvalidValue),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_cannot_be_stored_is_refused_and_nothing_is_written(course, values, error):
    row = course()
    with pytest.raises(error):
        api.set_course_listing(row, **values)
    assert not CourseListing.objects.exists()


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("<p onclick='x()'>Hi</p>", "<p>Hi</p>"),
        ("<script>alert(1)</script>Hi", "Hi"),
        ("<a href='javascript:alert(1)'>x</a>", '<a rel="noopener noreferrer nofollow">x</a>'),
        ("<img src=x onerror=alert(1)>", ""),
        ("<svg><script>1</script></svg><b>x</b>", "<b>x</b>"),
        ("<style>*{display:none}</style><p style='x'>y</p>", "<p>y</p>"),
        ("<iframe src='//evil.example'></iframe>", ""),
        ("<ul><li>One</li></ul>", "<ul><li>One</li></ul>"),
    ],
)
def test_of_html_only_what_describes_is_kept(course, given, stored):
    assert api.set_course_listing(course(), full_description=given).full_description == stored


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("<p>Supply &amp; demand</p>\n<p>for all</p>", "Supply & demand for all"),
        ("if a < b, then", "if a < b, then"),
        ("<script>x</script>plain", "plain"),
    ],
)
def test_a_short_description_is_plain_text(course, given, stored):
    assert api.set_course_listing(course(), short_description=given).short_description == stored


def test_a_readable_id_is_unique_in_any_case(listed):
    listed("A", readable_id="Micro-1")
    with pytest.raises(DuplicateValue, match="readable_id"):
        listed("B", readable_id="MICRO-1")


def test_the_same_again_writes_nothing(listed, django_assert_num_queries, heard):
    listed(short_description="Supply.", weeks=3)
    happened, count = heard(), CourseListing.history.count()
    api.set_course_listing("MITx+14.100x", short_description="Supply.", weeks=3, live=True)
    assert heard() == happened
    assert CourseListing.history.count() == count


@pytest.fixture
def heard():
    """What the change feed says so far."""
    return lambda: [(row.kind, row.what, row.audience) for row in catalog.iter_changes()]


def test_the_feed_tells_of_hidden_listings_only_those_who_may_view_them(course, heard):
    row = course()
    before = len(heard())
    api.set_course_listing(row, short_description="x")
    api.set_course_listing(row, live=True)
    api.set_course_listing(row, visibility="hidden")
    api.set_course_listing(row, short_description="y")
    api.delete_course_listing(row)
    told = [(what, audience) for kind, what, audience in heard()[before:] if kind == "course_listing"]
    assert told == [
        ("created", "viewers"), ("updated", "everybody"), ("updated", "gone"), ("updated", "viewers"), ("deleted", "viewers"),
    ]  # fmt: skip


def test_the_listings_of_runs_come_and_go_with_that_of_their_course(listed, run, heard):
    listed()
    run(KEY)
    api.set_course_run_listing(KEY, weeks=3)
    before = len(heard())
    api.set_course_listing("MITx+14.100x", live=False)
    api.set_course_listing("MITx+14.100x", live=True)
    told = [(what, audience) for kind, what, audience in heard()[before:] if kind == "course_run_listing"]
    assert told == [("updated", "gone"), ("updated", "everybody")]


def test_a_run_without_a_listing_is_shown_as_its_course_is(listed, run):
    pk = listed().catalog_course_id
    run(KEY)
    assert [str(each.course_key) for each in api.get_shown_runs([pk])[pk]] == [KEY]


@pytest.mark.parametrize("values", [{"live": False}, {"visibility": "hidden"}, {"visibility": "unlisted"}])
def test_a_run_that_is_kept_back_is_not_shown(listed, run, values):
    pk = listed().catalog_course_id
    run(KEY)
    api.set_course_run_listing(KEY, **values)
    assert api.get_shown_runs([pk]) == {}
    assert not CourseRunListing.objects.public().exists()


def test_a_withdrawn_run_is_not_shown(listed, run):
    pk = listed().catalog_course_id
    run(KEY)
    api.set_course_run_listing(KEY, weeks=3)
    catalog.withdraw_course_run(KEY, at=timezone.now())
    assert api.get_shown_runs([pk]) == {}
    assert not CourseRunListing.objects.public().exists()


def test_courseware_is_where_the_listing_says_or_the_setting(run, settings):
    row = run(KEY)
    assert api.courseware_url(row) == ""
    settings.OPENEDX_CATALOG_COURSEWARE_URL = "https://lms.example/courses/{course_key}/course/"
    assert api.courseware_url(row) == "https://lms.example/courses/course-v1%3AMITx%2B14.100x%2B2T2027/course/"
    api.set_course_run_listing(KEY, courseware_url="https://elsewhere.example/micro")
    row.refresh_from_db()
    assert api.courseware_url(row) == "https://elsewhere.example/micro"


def test_a_deleted_listing_leaves_course_and_run(listed, run):
    listed()
    run(KEY)
    api.set_course_run_listing(KEY, weeks=3)
    assert api.delete_course_listing("MITx+14.100x") is True
    assert api.delete_course_listing("MITx+14.100x") is False
    assert api.delete_course_run_listing(KEY) is True
    assert CatalogCourse.objects.exists()


def test_a_subject_of_a_course_cannot_be_deleted(listed):
    api.create_subject(name="Economics")
    listed(subjects=["economics"])
    with pytest.raises(HasDependents, match="Economics"):
        api.delete_subject("economics")


def test_owners_beside_that_of_the_key_are_told_to_other_apps(listed):
    catalog.create_catalog_course(org_code="TUMx", course_code="X", title="X")
    pk = listed(owners=["TUMx", "MITx"]).catalog_course_id
    assert api.owners_of_courses([pk]) == {pk: ["TUMx"]}
    assert api.courses_of_owner("TUMx") == [pk]
    assert api.courses_of_owner(Organization.objects.get(short_name="MITx")) == []


def test_the_feed_tells_of_subjects_and_levels(db, heard):
    api.create_subject(name="Economics")
    api.update_subject("economics", translations={"es": "Economía"})
    api.delete_subject("economics")
    api.create_level(name="Advanced")
    told = [(kind, what) for kind, what, _audience in heard()]
    assert told == [("subject", "created"), ("subject", "updated"), ("subject", "deleted"), ("level", "created")]
