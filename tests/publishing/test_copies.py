"""Working copies: what is changed in them, what follows, and what publishing makes of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from openedx_catalog import api as catalog
from openedx_catalog.contrib.listings import api as listings
from openedx_catalog.contrib.listings.models_api import CourseListing, CourseRunListing, Subject
from openedx_catalog.contrib.publishing import api, fields
from openedx_catalog.contrib.publishing.exceptions import ActionNotAllowed, ReviewRequired
from openedx_catalog.contrib.publishing.models_api import CourseRunWorkingCopy, CourseWorkingCopy
from openedx_catalog.exceptions import (
    DuplicateValue,
    InvalidRequest,
    InvalidTitle,
    InvalidValue,
    OrganizationNotFound,
    ReasonRequired,
)
from openedx_catalog.models_api import CatalogChange, CatalogCourse, CourseRun

from .conftest import picture

KEY = "course-v1:MITx+14.100x+2T2027"
MAY, JUNE = datetime(2027, 5, 1, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=UTC)


@pytest.fixture
def reviewed():
    """``reviewed(course)``: its copy has passed both reviews."""

    def pass_(course):
        state = api.perform(course, "submit")
        while state != "reviewed":
            state = api.perform(course, "approve")
        return course

    return pass_


@pytest.fixture
def kinds(db):
    """Two subjects and a level."""
    for name in ("Economics", "Physics"):
        listings.create_subject(name=name)
    listings.create_level(name="Introductory")


EVERYTHING = {
    "title": "Microeconomics for everybody",
    "title_override": "Micro",
    "short_description": "What prices tell.",
    "full_description": "<p>What <em>prices</em> tell.</p>",
    "image_alt": "A market",
    "video_url": "https://example.org/micro",
    "subjects": ["physics", "economics"],
    "level": "introductory",
    "min_effort": 3,
    "max_effort": 5,
    "weeks": 7,
    "languages": ["es", "en"],
    "owners": ["HarvardX", "MITx"],
    "readable_id": "MITx-micro",
    "slug": "micro",
    "visibility": "unlisted",
    "invitation_only": True,
}
OF_RUN = {
    "title": "The second term",
    "title_override": "Second term",
    "short_description": "In spring.",
    "full_description": "<p>In spring.</p>",
    "video_url": "https://example.org/spring",
    "min_effort": 1,
    "max_effort": 2,
    "weeks": 3,
    "languages": ["fr"],
    "courseware_url": "https://example.org/learn",
    "slug": "spring-mitx-14-100x-2t2027",
    "live": False,
    "visibility": "hidden",
    "invitation_only": True,
    "unscheduled": True,
    "start": MAY,
    "end": JUNE,
    "enrollment_start": MAY,
    "enrollment_end": JUNE,
    "pacing": "self",
}


@pytest.mark.parametrize(("model", "kinds_"), [(CourseWorkingCopy, fields.COURSE), (CourseRunWorkingCopy, fields.RUN)])
def test_every_column_of_a_copy_is_said_to_be_published_or_not(model, kinds_):
    columns = {field.name for field in model._meta.concrete_fields}
    parts = {"subjects", "owners"} & kinds_.keys()
    assert kinds_.keys() == columns | parts


@pytest.mark.parametrize(("given", "kinds_"), [(EVERYTHING, fields.COURSE), (OF_RUN, fields.RUN)])
def test_every_value_that_is_published_is_tried_below(given, kinds_):
    assert {*given, "image"} >= set(fields.editable(kinds_))


@pytest.fixture
def published_as_copied(listed, run, kinds, reviewed):
    """A course and a run with everything set in their copies, published."""
    catalog.create_organization(short_name="HarvardX")
    listed()
    run(KEY, start=JUNE)
    api.set_working_copy("MITx+14.100x", **EVERYTHING, image=picture())
    api.set_run_working_copy(KEY, **OF_RUN)
    api.set_legal_fields("MITx+14.100x", restricted_countries=["ir", "CU"], legal_note="By law.")
    reviewed("MITx+14.100x")
    assert api.perform("MITx+14.100x", "publish") == "published"


def test_what_is_published_is_the_copy_field_by_field(published_as_copied):
    row = CourseListing.objects.get()
    seen = {name: getattr(row, name) for name in EVERYTHING if name not in ("title", "subjects", "level", "owners")}
    seen["title"] = row.catalog_course.title
    seen["subjects"] = [each.slug for each in row.subjects]
    seen["owners"] = [each.short_name for each in row.owners]
    seen["level"] = row.level.slug
    assert seen == EVERYTHING
    assert row.live
    assert row.image.storage.exists(row.image.name)
    assert row.catalog_course.restriction.restricted_countries == ["CU", "IR"]
    listing, found = CourseRunListing.objects.get(), CourseRun.objects.get()
    dates = {name: getattr(found.schedule, name) for name in fields.SCHEDULE}
    others = {name: getattr(listing, name) for name in OF_RUN if name not in ("title", *fields.SCHEDULE)}
    assert {**dates, **others, "title": found.title} == OF_RUN


def test_what_is_published_is_no_copy_any_more(published_as_copied):
    assert not CourseWorkingCopy.objects.exists()
    assert not CourseRunWorkingCopy.objects.exists()
    assert api.compare("MITx+14.100x") == []


def test_publishing_twice_changes_nothing(published_as_copied):
    before = CourseListing.history.count(), CourseRun.history.count(), api.get_reviews("MITx+14.100x").count()
    assert api.perform("MITx+14.100x", "publish") == "published"
    assert before == (CourseListing.history.count(), CourseRun.history.count(), api.get_reviews("MITx+14.100x").count())


def test_learners_see_nothing_of_a_copy(listed):
    listed()
    api.set_working_copy("MITx+14.100x", title="Another title", short_description="Another text")
    assert CatalogCourse.objects.get().title == "Microeconomics"
    assert CourseListing.objects.get().short_description == ""
    assert not CourseWorkingCopy.objects.public().exists()


def test_what_the_copy_took_away_is_gone_once_it_is_published(listed, kinds, reviewed):
    listed(subjects=["economics", "physics"], owners=["MITx"], level="introductory")
    api.set_working_copy("MITx+14.100x", subjects=["physics"], owners=[], level=None)
    api.perform(reviewed("MITx+14.100x"), "publish")
    row = CourseListing.objects.get()
    assert ([each.slug for each in row.subjects], row.owner_rows.count(), row.level) == (["physics"], 0, None)


def test_an_image_is_taken_away(listed, reviewed):
    listed(image=picture(), image_alt="A market")
    api.set_working_copy("MITx+14.100x", image=None)
    api.perform(reviewed("MITx+14.100x"), "publish")
    assert not CourseListing.objects.get().image


def test_the_order_of_subjects_is_a_change(listed, kinds):
    listed(subjects=["economics", "physics"])
    api.set_working_copy("MITx+14.100x", subjects=["physics", "economics"])
    [difference] = api.compare("MITx+14.100x")
    assert (difference.field, difference.official, difference.copy) == (
        "subjects",
        ["economics", "physics"],
        ["physics", "economics"],
    )


def test_a_copy_follows_what_nobody_has_changed_in_it(listed, reviewed, kinds):
    listed(short_description="Old", weeks=3, subjects=["economics"])
    api.set_working_copy("MITx+14.100x", weeks=5)
    listings.set_course_listing("MITx+14.100x", short_description="By a sync", subjects=["physics"])
    assert [each.field for each in api.compare("MITx+14.100x")] == ["weeks"]
    api.perform(reviewed("MITx+14.100x"), "publish")
    row = CourseListing.objects.get()
    assert (row.short_description, row.weeks, [each.slug for each in row.subjects]) == ("By a sync", 5, ["physics"])


def test_what_both_have_changed_is_said_and_the_copy_wins(listed, reviewed):
    listed(short_description="Old")
    api.set_working_copy("MITx+14.100x", short_description="By an editor")
    listings.set_course_listing("MITx+14.100x", short_description="By a sync")
    [difference] = api.compare("MITx+14.100x")
    assert (difference.official, difference.copy, difference.is_overwriting) == ("By a sync", "By an editor", True)
    api.perform(reviewed("MITx+14.100x"), "publish")
    assert CourseListing.objects.get().short_description == "By an editor"


def test_what_publishing_changes_costs_no_query_for_each_run(listed, run, django_assert_num_queries):
    course = listed().catalog_course
    for term in range(4):
        run(f"course-v1:MITx+14.100x+{term}T2027")
        listings.set_course_run_listing(f"course-v1:MITx+14.100x+{term}T2027", weeks=term + 1)
        api.set_run_working_copy(f"course-v1:MITx+14.100x+{term}T2027", weeks=9)
    with django_assert_num_queries(9):
        found = api.compare(course)
    assert [(each.field, each.official, each.copy) for each in found] == [("weeks", term + 1, 9) for term in range(4)]


def test_values_that_change_nothing_write_nothing(listed):
    listed(weeks=3)
    api.set_working_copy("MITx+14.100x", weeks=4)
    before = CourseWorkingCopy.history.count()
    api.set_working_copy("MITx+14.100x", weeks=4)
    assert CourseWorkingCopy.history.count() == before


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"title": " "}, InvalidTitle),
        ({"visibility": "secret"}, InvalidValue),
        ({"min_effort": 9, "max_effort": 2}, InvalidValue),
        ({"subjects": ["nothing"]}, Subject.DoesNotExist),
        ({"owners": ["nobody"]}, OrganizationNotFound),
    ],
)
def test_bad_values_are_refused_and_no_copy_is_left_behind(listed, values, error):
    listed()
    with pytest.raises(error):
        api.set_working_copy("MITx+14.100x", **values)
    assert not CourseWorkingCopy.objects.exists()


def test_an_unknown_name_is_a_mistake_of_the_caller(listed):
    listed()
    with pytest.raises(TypeError, match="live"):
        api.set_working_copy("MITx+14.100x", live=True)


@pytest.mark.parametrize("code", ["Cuba", "C", "", "C1", None])
def test_a_country_has_a_code_of_two_letters(listed, code):
    listed()
    with pytest.raises(InvalidValue):
        api.set_legal_fields("MITx+14.100x", restricted_countries=[code])


def test_a_readable_id_that_another_course_has_is_refused(listed):
    listed("14.100x", readable_id="micro")
    listed("8.01x", title="Mechanics")
    with pytest.raises(DuplicateValue):
        api.set_working_copy("MITx+8.01x", readable_id="MICRO")


def test_a_readable_id_that_another_course_is_to_get_keeps_nobody_from_changes(listed):
    listed("14.100x")
    listed("8.01x", title="Mechanics")
    api.set_working_copy("MITx+14.100x", readable_id="micro")
    listings.set_course_listing("MITx+8.01x", readable_id="Micro")
    api.set_working_copy("MITx+8.01x", weeks=4)
    assert api.perform("MITx+8.01x", "publish") == "published"


def test_which_courses_have_changes_that_wait_is_one_query(listed):
    for code in ("1x", "2x", "3x"):
        listed(code, title=code)
        api.set_working_copy(f"MITx+{code}", weeks=4)
    with CaptureQueriesContext(connection) as queries:
        assert CatalogCourse.objects.exclude(working_copy=None).count() == 3
    assert len(queries) == 1


# Review


def test_a_review_has_two_steps_unless_a_policy_says_otherwise(listed):
    listed()
    api.set_working_copy("MITx+14.100x", title="Another")
    states = [api.perform("MITx+14.100x", action) for action in ("submit", "approve", "approve", "publish")]
    assert states == ["legal_review", "internal_review", "reviewed", "published"]
    steps = [(step.action, step.from_state, step.to_state) for step in api.get_reviews("MITx+14.100x")]
    assert steps == [
        ("edit", "published", "unpublished"),
        ("submit", "unpublished", "legal_review"),
        ("approve", "legal_review", "internal_review"),
        ("approve", "internal_review", "reviewed"),
        ("publish", "reviewed", "published"),
    ]


def test_nobody_edits_during_a_review(listed):
    listed()
    api.set_working_copy("MITx+14.100x", title="Another")
    api.perform("MITx+14.100x", "submit")
    with pytest.raises(ActionNotAllowed) as caught:
        api.set_working_copy("MITx+14.100x", title="A third one")
    assert 'In legal review"' in str(caught.value)


def test_what_nobody_has_reviewed_is_not_published(listed):
    listed()
    api.set_working_copy("MITx+14.100x", title="Another", weeks=4)
    with pytest.raises(ReviewRequired, match="title in the catalog"):
        api.perform("MITx+14.100x", "publish")
    assert CatalogCourse.objects.get().title == "Microeconomics"


def test_exempt_values_of_a_course_that_learners_see_are_published_at_once(listed, run):
    listed()
    run(KEY, start=MAY)
    api.set_working_copy("MITx+14.100x", weeks=4)
    api.set_run_working_copy(KEY, start=JUNE)
    assert api.perform("MITx+14.100x", "publish") == "published"
    assert (CourseListing.objects.get().weeks, CourseRun.objects.get().schedule.start) == (4, JUNE)


def test_of_a_course_that_learners_do_not_see_all_is_reviewed(course):
    course()
    api.set_working_copy("MITx+14.100x", weeks=4)
    with pytest.raises(ReviewRequired):
        api.perform("MITx+14.100x", "publish")


@pytest.mark.parametrize(
    ("values", "state"),
    [({"weeks": 9}, "reviewed"), ({"title": "Another"}, "reviewed"), ({"short_description": "New"}, "unpublished")],
)
def test_what_was_reviewed_is_reviewed_again_only_where_a_value_really_changes(listed, reviewed, values, state):
    listed(weeks=3)
    api.set_working_copy("MITx+14.100x", title="Another")
    reviewed("MITx+14.100x")
    api.set_working_copy("MITx+14.100x", **values)
    assert api.state_of("MITx+14.100x") == state


def test_the_order_of_what_was_reviewed_counts(listed, reviewed, kinds):
    listed(subjects=["economics", "physics"])
    api.set_working_copy("MITx+14.100x", title="Another")
    reviewed("MITx+14.100x")
    api.set_working_copy("MITx+14.100x", subjects=["economics", "physics"])
    assert api.state_of("MITx+14.100x") == "reviewed"
    api.set_working_copy("MITx+14.100x", subjects=["physics", "economics"])
    assert api.state_of("MITx+14.100x") == "unpublished"


def test_a_rejection_needs_a_reason_and_leads_back(listed):
    listed()
    api.set_working_copy("MITx+14.100x", title="Another")
    api.perform("MITx+14.100x", "submit")
    with pytest.raises(ReasonRequired):
        api.perform("MITx+14.100x", "reject")
    assert api.perform("MITx+14.100x", "reject", reason="Names a brand.") == "unpublished"
    assert api.get_reviews("MITx+14.100x").last().reason == "Names a brand."


def test_a_site_without_review_publishes_at_once(course, settings):
    settings.OPENEDX_CATALOG_REVIEW = "openedx_catalog.contrib.publishing.policies.NoReview"
    course()
    api.set_working_copy("MITx+14.100x", title="Another")
    assert api.perform("MITx+14.100x", "publish") == "published"
    assert CourseListing.objects.get().title == "Another"


def test_unpublishing_takes_the_page_from_learners_and_leaves_changes_that_wait(listed):
    listed()
    api.set_working_copy("MITx+14.100x", title="Another")
    api.perform("MITx+14.100x", "submit")
    assert api.perform("MITx+14.100x", "unpublish") == "legal_review"
    assert not CourseListing.objects.public().exists()
    assert CourseWorkingCopy.objects.get().title == "Another"


def test_what_was_unpublished_is_submitted_as_it_is(listed):
    listed(live=False)
    assert api.state_of("MITx+14.100x") == "unpublished"
    assert api.perform("MITx+14.100x", "submit") == "legal_review"


def test_discarding_leaves_what_learners_see(listed, run):
    listed()
    run(KEY)
    api.set_run_working_copy(KEY, title="Another")
    assert api.perform("MITx+14.100x", "discard") == "published"
    assert not CourseRunWorkingCopy.objects.exists()
    assert CourseRun.objects.get().title != "Another"


@pytest.mark.parametrize("action", ["approve", "reject", "withdraw"])
def test_without_a_review_there_is_none_to_end(listed, action):
    listed()
    with pytest.raises(ActionNotAllowed):
        api.perform("MITx+14.100x", action, reason="No.")


@pytest.mark.parametrize("action", ["edit", "approve ", "PUBLISH", "", None, 3])
def test_an_action_is_one_of_the_steps(listed, action):
    listed()
    with pytest.raises(InvalidValue):
        api.perform("MITx+14.100x", action)


def test_only_scheduling_takes_an_instant(listed):
    listed()
    for values in ({"action": "publish", "go_live_at": MAY}, {"action": "schedule"}):
        with pytest.raises(InvalidRequest):
            api.perform("MITx+14.100x", **values)


@pytest.mark.parametrize("visibility", ["public", "hidden"])
def test_the_feed_tells_everybody_of_public_pages_alone(listed, visibility):
    listed(weeks=3, visibility=visibility)
    api.set_working_copy("MITx+14.100x", weeks=4)
    api.perform("MITx+14.100x", "publish")
    api.perform("MITx+14.100x", "unpublish")
    rows = CatalogChange.objects.filter(what__in=["published", "unpublished"]).order_by("pk")
    told = {"public": ["everybody", "gone"], "hidden": ["viewers", "viewers"]}
    assert list(rows.values_list("audience", flat=True)) == told[visibility]


# Going live by itself


def test_what_is_due_is_published_once_it_is_reviewed(listed, reviewed):
    for code in ("1x", "2x", "3x"):
        listed(code, title=code)
        api.set_working_copy(f"MITx+{code}", title=f"New {code}")
    reviewed("MITx+1x")
    reviewed("MITx+2x")
    for code, moment in (("1x", "2099-01-01T00:00:00Z"), ("2x", "2099-06-01T00:00:00Z"), ("3x", "2099-01-01T00:00:00Z")):
        api.perform(f"MITx+{code}", "schedule", go_live_at=moment)
    assert api.publish_due_listings() == ([], {})
    report = api.publish_due_listings("2099-02-01T00:00:00Z")
    assert report == (["catalog-course:MITx:1x"], {})
    assert {row.title for row in CatalogCourse.objects.all()} == {"New 1x", "2x", "3x"}
    assert api.publish_due_listings("2099-02-01T00:00:00Z") == ([], {})


def test_one_that_cannot_be_published_holds_up_no_other(listed, reviewed):
    for code in ("1x", "2x"):
        listed(code, title=code)
        api.set_working_copy(f"MITx+{code}", readable_id=f"own-{code}")
        reviewed(f"MITx+{code}")
        api.perform(f"MITx+{code}", "schedule", go_live_at="2099-01-01T00:00:00Z")
    listed("3x", title="3x", readable_id="OWN-1X")
    report = api.publish_due_listings("2099-01-01T00:00:00Z")
    assert report.published == ["catalog-course:MITx:2x"]
    assert list(report.failed) == ["catalog-course:MITx:1x"]
    assert "own-1x" in report.failed["catalog-course:MITx:1x"]
    assert api.state_of("MITx+1x") == "reviewed"


def test_what_was_to_go_live_before_it_was_reviewed_does_so_then(listed):
    listed()
    api.set_working_copy("MITx+14.100x", title="Another")
    api.perform("MITx+14.100x", "schedule", go_live_at="2020-01-01T00:00:00Z")
    states = [api.perform("MITx+14.100x", action) for action in ("submit", "approve", "approve")]
    assert states[-1] == "published"


# Runs and courses that move


def test_a_run_that_moves_takes_its_copy_along(listed, run):
    listed()
    other = listed("8.01x", title="Mechanics").catalog_course
    run(KEY)
    api.set_run_working_copy(KEY, title="Another")
    catalog.move_course_run(KEY, to=other, reason="It belongs there.")
    assert [each.title for each in api.get_run_working_copies(other)] == ["Another"]
    assert api.find_working_copy(other) is not None


def test_a_merge_keeps_the_copy_of_the_course_that_stays(listed):
    one, two = listed().catalog_course, listed("8.01x", title="Mechanics").catalog_course
    api.set_working_copy(one, title="Of the first")
    api.set_working_copy(two, title="Of the second")
    api.set_legal_fields(one, restricted_countries=["CU"])
    catalog.merge_catalog_courses(one, into=two, reason="They are one.")
    assert api.find_working_copy(two).title == "Of the second"
    assert CourseWorkingCopy.objects.count() == 1


def test_a_merge_gives_a_course_without_a_copy_that_of_the_other(listed):
    one, two = listed().catalog_course, listed("8.01x", title="Mechanics").catalog_course
    api.set_working_copy(one, title="Of the first")
    catalog.merge_catalog_courses(one, into=two, reason="They are one.")
    assert api.find_working_copy(two).title == "Of the first"
    assert api.get_reviews(two).count() == 1
