"""Runs of other platforms: listed by a source under ids that are no course keys, and given a catalog course."""

import pytest
from django.urls import reverse

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.sync import api
from openedx_catalog.contrib.sync.models_api import RunSource
from openedx_catalog.data import RunElsewhere
from openedx_catalog.exceptions import InvalidRequest
from openedx_catalog.extensions import runs_elsewhere
from openedx_catalog.models_api import CourseRun

from .conftest import by_outcome, counts, last_job

pytestmark = [pytest.mark.django_db, pytest.mark.newest, pytest.mark.any_database]
KEY = "course-v1:MITx+8.01x+1T2026"


def item(key, course="MITx+8.01x", **values):
    """A run as discovery lists it."""
    return {"key": key, "course": course, "title": f"Title of {key}", **values}


@pytest.fixture
def course(db):
    return catalog.create_catalog_course(org_code="MITx", course_code="8.01x", title="Mechanics")


@pytest.fixture
def discovery(course, remote):
    remote.rows = [item("course-v1:MITx+8.01x+1T2026"), item("canvas-8812"), item("canvas-9000", course="MITx+Nothing")]
    return api.create_source(name="discovery", kind="discovery", base_url=remote.url, create_missing=True, per_minute=6000)


@pytest.fixture
def elsewhere(sync, discovery):
    """The run that the source has under the course."""
    sync("discovery")
    return RunSource.objects.get(external_id="canvas-8812")


def test_they_are_kept_with_the_course_that_the_source_has_them_under(sync, discovery, course):
    assert counts(sync("discovery")) == {"created": 3}
    assert [row.external_id for row in api.get_external_runs()] == ["canvas-8812", "canvas-9000"]
    assert [row.external_id for row in api.get_external_runs(catalog_course=course)] == ["canvas-8812"]
    assert (counts(sync("discovery")), CourseRun.objects.count()) == ({"unchanged": 3}, 1)


@pytest.mark.parametrize("key", ["course-v1:MITx+8.01x", "course-v1:MITx+8 01x+1", "MITx/8.01x", "MITx/8.01x/1 T"])
def test_what_only_looks_like_a_course_key_is_an_error(sync, discovery, remote, key):
    remote.rows = [item(key)]
    assert by_outcome(sync("discovery"))["invalid"][0].code == "invalid_course_key"


def test_one_that_is_not_listed_any_more_is_missing_and_not_shown(sync, elsewhere, course, remote):
    assert runs_elsewhere([course.pk]) == {course.pk: [RunElsewhere("discovery", "canvas-8812", "Title of canvas-8812")]}
    remote.rows = [*remote.rows[:1], *remote.rows[2:], *(item(f"canvas-{number}") for number in range(20))]
    assert counts(sync("discovery"))["missing"] == 1
    assert "canvas-8812" not in {run.external_id for run in runs_elsewhere([course.pk])[course.pk]}


def test_what_a_person_says_of_its_course_stays(sync, elsewhere, course):
    other = catalog.create_catalog_course(org_code="MITx", course_code="8.02x")
    before = catalog.get_latest_change()
    api.link_external_run(elsewhere, other, reason="electricity")
    assert [change.key for change in catalog.iter_changes(after=before)] == [course.key_str, other.key_str]
    assert counts(sync("discovery")) == {"unchanged": 3}
    elsewhere.refresh_from_db()
    assert (elsewhere.catalog_course, elsewhere.history.latest().history_change_reason) == (other, "api: electricity")
    api.link_external_run(elsewhere, None)
    assert runs_elsewhere([course.pk, other.pk]) == {}


def test_a_course_run_of_this_platform_is_moved_instead(sync, elsewhere, course):
    ours = RunSource.objects.get(external_id="course-v1:MITx+8.01x+1T2026")
    with pytest.raises(InvalidRequest, match="move the run"):
        api.link_external_run(ours, course)


def test_a_course_is_given_in_the_admin(elsewhere, admin_client):
    catalog.create_catalog_course(org_code="MITx", course_code="8.02x")
    page = reverse("admin:openedx_catalog_sync_runsource_course", args=[elsewhere.pk])
    assert 'value="catalog-course:MITx:8.01x"' in admin_client.get(page).content.decode()
    wrong = admin_client.post(page, {"catalog_course": "catalog-course:MITx:8.09x"}).content.decode()
    assert "errorlist" in wrong
    shown = admin_client.post(page, {"catalog_course": "MITx+8.02x"}, follow=True).content.decode()
    assert "The record is now a run of" in shown
    elsewhere.refresh_from_db()
    assert elsewhere.catalog_course.course_code == "8.02x"


def test_a_merge_gives_them_to_the_course_that_stays(elsewhere, course):
    other = catalog.create_catalog_course(org_code="MITx", course_code="8.02x")
    catalog.merge_catalog_courses(course, into=other, reason="the same")
    elsewhere.refresh_from_db()
    assert elsewhere.catalog_course == other
    assert "was merged into" in elsewhere.history.latest().history_change_reason
    assert [run.external_id for run in runs_elsewhere([other.pk])[other.pk]] == ["canvas-8812"]


def test_the_program_of_their_course_shows_them(elsewhere, course, admin_client):
    program = programs.create_program(title="Physics", type="masters", status="active")
    programs.create_curriculum(program, name="All", courses=[course])
    (shown,) = admin_client.get(f"/api/catalog/v1/programs/{program.uuid}/runs-elsewhere/").json()
    expected = ("discovery", "canvas-8812", "Title of canvas-8812", course.key_str)
    assert (shown["source"], shown["external_id"], shown["title"], shown["catalog_course"]["key"]) == expected
    page = admin_client.get(reverse("admin:openedx_catalog_programs_program_as_of", args=[program.pk])).content.decode()
    assert "Runs of its courses on other platforms" in page
    assert "Title of canvas-8812" in page


def test_two_spellings_of_an_id_are_one_record(sync, discovery, remote):
    remote.rows += [item("Canvas-8812", course="MITx+Nothing"), item("Canvas-9000", course="MITx+Nothing")]
    report = sync("discovery")
    assert (counts(report), sum(report.counts.values())) == ({"created": 1, "conflict": 2}, last_job().total)
    assert not api.get_external_runs().exists()


def test_one_becomes_a_run_with_all_that_its_source_says_of_it(sync, discovery, remote):
    remote.rows = [item("canvas-1", pacing_type="self_paced", content_language="en-us", start="2026-01-01T00:00:00Z")]
    sync("discovery")
    run = api.give_course_key(RunSource.objects.get(external_id="canvas-1"), "course-v1:MITx+8.01x+C1")
    assert (run.title, run.schedule.pacing, run.schedule.start.year) == ("Title of canvas-1", "self", 2026)
    assert counts(sync("discovery")) == {"unchanged": 1}


def test_a_run_that_the_source_lists_under_its_key_too_is_written_by_that_record(sync, discovery, elsewhere):
    api.give_course_key(elsewhere, KEY)
    sync("discovery")
    report = sync("discovery")
    assert counts(report) == {"unchanged": 2, "conflict": 1}
    (told,) = by_outcome(report)["conflict"]
    assert (told.external_id, told.code) == ("canvas-8812", "contradicting_copies")
    assert CourseRun.objects.get().title == f"Title of {KEY}"


def test_its_external_key_waits_until_it_is_a_run(sync, discovery, remote):
    remote.rows = [item("canvas-8812", external_key="Partner-1")]
    api.update_source("discovery", also=["programs"])
    remote.pages["/api/v1/programs/"] = {"count": 0, "next": None, "results": []}
    assert (sync("discovery").status, counts(sync("discovery"))) == ("ok", {"unchanged": 1, "skipped": 1})
    api.give_course_key(RunSource.objects.get(), KEY)
    sync("discovery")
    assert programs.get_external_course_keys([KEY]) == {KEY: "Partner-1"}
    assert set(counts(sync("discovery"))) == {"unchanged"}
