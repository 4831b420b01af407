"""What a discovery service says to learners of its courses and runs."""

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from openedx_catalog import api as catalog
from openedx_catalog.contrib.listings import api as listings
from openedx_catalog.contrib.listings.models_api import CourseListing, CourseRunListing, Subject
from openedx_catalog.contrib.sync import api
from openedx_catalog.contrib.sync.models_api import SyncJob
from tests.sync.conftest import by_outcome, counts, last_job

from .conftest import stored

pytestmark = pytest.mark.django_db

A1, A2 = "course-v1:MITx+A+R1", "course-v1:MITx+A+R2"
SAID = {
    "short_description": "<p>Forces &amp; fields.</p>", "full_description": "<p>All of it.</p><script>alert(1)</script>",
    "level_type": "Introductory", "subjects": [{"name": "Physics", "slug": "physics"}], "url_slug": "forces-and-fields",
    "video": {"src": "https://www.youtube.com/watch?v=1BMSOBCe07k"}, "owners": [{"key": "MITx"}],
    "image": {"src": "https://example.org/a.jpg"},
}  # fmt: skip


@pytest.fixture
def one(service, physics):
    """A course with a run, published."""
    service.course("MITx+A", R1={"min_effort": 3, "max_effort": 5, "weeks_to_complete": 12})
    service.said["MITx+A"] = dict(SAID)
    service.serve()
    return service


@pytest.fixture
def editor(db):
    return get_user_model().objects.create_user("editor")


def listing(key="MITx+A"):
    return listings.find_course_listing(key)


def again(service, **values):
    service.said["MITx+A"] |= values
    service.serve()


def test_a_course_and_its_runs_are_described_and_a_second_sync_writes_nothing(sync, one):
    before = stored()
    assert counts(sync("discovery", dry_run=True)) == {"created": 3}
    assert stored() == before
    report = sync("discovery")
    assert (counts(report), report.status) == ({"created": 3}, "ok")
    row = listing()
    assert (row.short_description, row.full_description) == ("Forces & fields.", "<p>All of it.</p>")
    assert (row.live, row.visibility, row.slug, row.level.slug) == (True, "public", "forces-and-fields", "introductory")
    assert (row.video_url, row.image_url) == (SAID["video"]["src"], "")
    assert ([each.slug for each in row.subjects], [each.short_name for each in row.owners]) == (["physics"], ["MITx"])
    run = listings.find_course_run_listing(A1)
    assert (run.min_effort, run.max_effort, run.weeks, run.languages) == (3, 5, 12, ["en-us"])
    assert (run.live, run.visibility, run.short_description) == (True, "public", "")
    assert CourseListing.history.latest("history_id").history_change_reason.startswith(last_job().provenance)
    before = stored()
    report = sync("discovery")
    assert (counts(report), report.status, stored()) == ({"unchanged": 3}, "ok", before)


def test_nothing_of_it_is_read_unless_the_source_says_so(sync, one, remote):
    api.update_source("discovery", also=["courses"])
    sync("discovery")
    assert (CourseListing.objects.count(), CourseRunListing.objects.count()) == (0, 0)


def test_courses_are_listed_once_and_need_not_be_taken_themselves(sync, one, remote):
    sync("discovery")
    assert [path for _method, path, *_ in remote.asked].count("/api/v1/courses/") == 1
    api.update_source("discovery", also=["listings"])
    again(one, title="Not taken", short_description="Taken")
    sync("discovery")
    assert (listing().short_description, catalog.get_catalog_course(key_str="MITx+A").title) == ("Taken", "Course MITx+A")


def test_what_is_not_said_stays_and_what_is_said_to_be_empty_goes(sync, one):
    sync("discovery")
    before = stored()
    one.said["MITx+A"] = {}
    one.serve()
    assert (counts(sync("discovery")), stored()) == ({"unchanged": 3}, before)
    again(one, short_description=None, full_description="", subjects=[], level_type=None, video=None)
    assert counts(sync("discovery")) == {"updated": 1, "unchanged": 2}
    row = listing()
    assert (row.short_description, row.full_description, row.subjects, row.level, row.video_url) == ("", "", [], None, "")
    assert row.slug == "forces-and-fields"


def test_what_a_person_has_edited_stays_and_the_rest_is_taken(sync, one, editor):
    sync("discovery")
    listings.set_course_listing("MITx+A", short_description="Better", user=editor)
    listings.set_course_run_listing(A1, weeks=6, user=editor)
    again(one, short_description="Other", full_description="<p>New.</p>")
    one.course("MITx+A", R1={"min_effort": 3, "max_effort": 5, "weeks_to_complete": 14})
    one.serve()
    report = sync("discovery")
    assert {(row.external_id, row.outcome, row.code) for row in report.outcomes} == {
        ("listing:MITx+A", "updated", "kept_as_edited"), (A1, "pinned", "kept_as_edited"),
    }  # fmt: skip
    assert (listing().short_description, listing().full_description) == ("Better", "<p>New.</p>")
    assert listings.find_course_run_listing(A1).weeks == 6
    # Nor is it emptied, nor set where the person has gone back to what the source had said.
    again(one, short_description=None)
    sync("discovery")
    assert listing().short_description == "Better"
    listings.set_course_listing("MITx+A", full_description="<p>Mine.</p>", user=editor)
    listings.set_course_listing("MITx+A", full_description="<p>New.</p>", user=editor)
    again(one, full_description="<p>Newest.</p>")
    sync("discovery")
    assert listing().full_description == "<p>New.</p>"


def test_what_somebody_has_described_before_is_only_filled_up(sync, one):
    catalog.associate_course_run(A1)
    listings.set_course_listing("MITx+A", short_description="Mine")
    report = sync("discovery")
    [outcome] = [row for row in report.outcomes if row.external_id == "listing:MITx+A"]
    assert (outcome.outcome, outcome.code) == ("updated", "kept_as_edited")
    assert "short_description" in outcome.reason
    assert "live" in outcome.reason
    row = listing()
    assert (row.short_description, row.full_description, row.live) == ("Mine", "<p>All of it.</p>", False)


def test_a_course_is_shown_as_long_as_only_sources_have_said_so(sync, one, editor):
    sync("discovery")
    one.course("MITx+A", R1={"status": "unpublished"})
    one.serve()
    sync("discovery")
    assert (listing().live, listings.find_course_run_listing(A1).live) == (False, False)
    one.course("MITx+A", R1={"status": "published", "hidden": True})
    one.serve()
    sync("discovery")
    assert (listing().live, listings.find_course_run_listing(A1).visibility) == (True, "hidden")
    listings.set_course_listing("MITx+A", live=False, user=editor)
    assert counts(sync("discovery"))["pinned"] == 1
    assert listing().live is False


def test_a_run_has_texts_of_its_own_where_they_differ_from_those_of_its_course(sync, one):
    same = {"short_description": SAID["short_description"], "video": SAID["video"]}
    one.course("MITx+A", R1=same, R2={**same, "short_description": "In Spanish"})
    one.serve()
    sync("discovery")
    assert (listings.find_course_run_listing(A1).short_description, listings.find_course_run_listing(A1).video_url) == ("", "")
    assert listings.find_course_run_listing(A2).short_description == "In Spanish"
    # Of some runs alone nobody knows what their courses say.
    one.course("MITx+A", R1=same, R2={**same, "short_description": "In French", "weeks_to_complete": 3})
    one.serve()
    sync("discovery", only=[A2])
    found = listings.find_course_run_listing(A2)
    assert (found.short_description, found.weeks) == ("In Spanish", 3)


def test_subjects_and_levels_that_are_not_here_are_reported_once_and_never_invented(sync, one):
    for code in "BC":
        one.course(f"MITx+{code}", R1={})
        one.said[f"MITx+{code}"] = {"subjects": [{"name": "Alchemy"}, {"name": "Physics"}], "level_type": "Arcane"}
    one.serve()
    report = sync("discovery")
    assert (report.status, last_job().total) == ("ok", 11)
    assert {(row.external_id, row.code) for row in by_outcome(report)["skipped"]} == {
        ("subject:Alchemy", "subject_unknown"), ("level:Arcane", "level_unknown"),
    }  # fmt: skip
    assert "2 records have it, e.g. listing:MITx+B" in by_outcome(report)["skipped"][0].reason
    assert ([each.slug for each in listing("MITx+B").subjects], listing("MITx+B").level) == (["physics"], None)
    assert Subject.objects.count() == 2
    listings.create_subject(name="Alchemy")
    sync("discovery")
    assert [each.slug for each in listing("MITx+B").subjects] == ["alchemy", "physics"]


def test_a_slug_of_another_course_is_reported_and_the_rest_is_taken(sync, one):
    one.course("MITx+B", R1={})
    one.said["MITx+B"] = {**SAID, "short_description": "Of B"}
    one.serve()
    for expected in ({"created": 6}, {"unchanged": 5, "invalid": 1}):
        before = stored()
        report = sync("discovery")
        assert (counts(report), report.status) == (expected, "partial")
        [outcome] = [row for row in report.outcomes if row.external_id == "listing:MITx+B"]
        assert outcome.code in ("partly_taken", "duplicate_value")
        assert "forces-and-fields" in outcome.reason
        assert (listing("MITx+B").short_description, listing("MITx+B").slug) == ("Of B", "course-mitx-b")
    assert stored() == before


@pytest.mark.parametrize(
    "broken",
    [
        {"level_type": ["x"]},
        {"subjects": "Physics"},
        {"owners": [{"key": "NobodyX"}]},
        {"video": {"src": "javascript:alert(1)"}},
        {"video": 7},
        {"url_slug": "../admin"},
        {"full_description": {"html": "x"}},
        {"full_description": "x" * 60_000},
        {"short_description": "\x00"},
    ],
    ids=["level", "subjects", "owners", "script", "video", "slug", "object", "long", "nul"],
)
@pytest.mark.any_database
def test_one_value_that_cannot_be_taken_costs_no_other(sync, one, broken):
    again(one, outcome="x", **broken)
    report = sync("discovery")
    [outcome] = [row for row in report.outcomes if row.external_id == "listing:MITx+A"]
    expected = ("created", "") if "level_type" in broken else ("created", "partly_taken")
    assert (outcome.outcome, outcome.code) == expected, outcome.reason
    row = listing()
    assert row.live
    assert row.full_description == ("" if "full_description" in broken else "<p>All of it.</p>")


@pytest.mark.parametrize(
    "broken", [{"weeks_to_complete": "many"}, {"min_effort": 9, "max_effort": 2}, {"content_language": "??"}]
)
def test_one_value_of_a_run_that_cannot_be_taken_costs_no_other(sync, one, broken):
    one.course("MITx+A", R1={"hidden": True, **broken})
    one.serve()
    [outcome] = [row for row in sync("discovery").outcomes if row.external_id == A1]
    assert (outcome.outcome, outcome.code) == ("created", "partly_taken")
    run = listings.find_course_run_listing(A1)
    assert (run.visibility, run.weeks, run.min_effort, run.max_effort) == ("hidden", None, None, None)


def test_a_course_of_another_organization_and_one_that_is_not_here_are_left_alone(sync, one):
    one.course("HarvardX+B", R1={})
    one.serve()
    catalog.create_organization(short_name="HarvardX", name="Harvard")
    api.update_source("discovery", organizations=["HarvardX"], also=["listings"], create_missing=False)
    report = sync("discovery")
    found = {row.external_id: row.code for row in report.outcomes if row.external_id.startswith("listing:")}
    assert found == {"listing:MITx+A": "other_organization", "listing:HarvardX+B": "not_created"}
    assert CourseListing.objects.count() == 0


def test_a_preview_shows_each_value_and_taking_a_job_back_leaves_listings(sync, one):
    sync("discovery")
    again(one, short_description="Other")
    before = stored()
    preview = sync("discovery", dry_run=True, keep_report=True)
    [outcome] = preview.outcomes
    assert (outcome.external_id, outcome.outcome) == ("listing:MITx+A", "updated")
    assert stored() == before
    changes = api.get_record_changes(SyncJob.objects.select_related("source").get(pk=preview.job), ["listing:MITx+A"])
    assert changes["listing:mitx+a"].fields == {"short_description": ("Forces & fields.", "Other")}
    report = api.revert_sync(sync("discovery").job, reason="r")
    assert [record for record, _field, _why in report.left] == ["listing:MITx+A"]
    assert (report.restored, listing().short_description) == ([], "Other")


@pytest.mark.any_database
def test_statements_do_not_grow_with_what_is_unchanged(sync, service, physics):
    def statements(count):
        for number in range(count):
            service.course(f"MITx+C{number:03}", R1={"weeks_to_complete": 3, "hidden": True})
            service.said[f"MITx+C{number:03}"] = {**SAID, "url_slug": f"c-{number}"}
        service.serve()
        api.update_source("discovery", also=["courses", "listings"])
        sync("discovery")
        api.update_source("discovery", also=["listings"])
        with CaptureQueriesContext(connection) as queries:
            assert set(counts(sync("discovery"))) == {"unchanged"}
        return len(queries)

    assert statements(60) - statements(10) <= 0
