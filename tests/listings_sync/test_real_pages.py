"""Pages that real services have answered: everything is read, and a second sync writes nothing."""

import json

import pytest

from openedx_catalog.contrib.listings import api as listings
from openedx_catalog.contrib.listings.models_api import CourseListing, CourseRunListing
from openedx_catalog.contrib.sync import api
from tests.data import DATA
from tests.sync.conftest import by_outcome, counts
from tests.sync.remote import COURSES

from .conftest import stored

API = DATA / "api"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not API.exists(), reason="the real pages are not part of the project"),
]


def rows_of(path):
    found = json.loads((API / path).read_text())
    return found["results"] if isinstance(found, dict) else found


def taken_once(sync, name):
    """The report of a first sync; the second one has nothing to do."""
    report, before = sync(name), stored()
    again = sync(name)
    assert not {"created", "updated"} & set(counts(again))
    assert stored() == before
    return report


@pytest.fixture
def discovery(db, remote):
    """A service with the courses of a real catalog."""
    courses = [
        each
        for name in ("mitx_course", "non_mitx_course", "oll_courses")
        for each in rows_of(f"discovery_v1_real/catalog_courses_{name}.json")
    ]
    runs = {run["key"]: run for course in courses for run in course["course_runs"]}
    remote.rows = list(runs.values())
    remote.pages["/api/v1/courses/"] = {"count": len(courses), "next": None, "results": courses}
    also = {"also": ["listings", "courses"], "create_missing": True, "per_minute": 6000}
    return api.create_source(name="discovery", kind="discovery", base_url=remote.url, **also)


def test_courses_of_a_discovery_service(sync, discovery):
    listings.create_subject(name="Data Analysis & Statistics", slug="data-analysis-statistics")
    listings.create_level(name="Intermediate")
    report = taken_once(sync, "discovery")
    found = listings.find_course_listing("MITx+15.071x")
    assert (found.short_description, found.level.slug, found.live) == ("short_description", "intermediate", True)
    assert [each.slug for each in found.subjects] == ["data-analysis-statistics"]
    assert (found.video_url, [each.short_name for each in found.owners]) == (
        "http://www.youtube.com/watch?v=1BMSOBCe07k", ["MITx"],
    )  # fmt: skip
    run = listings.find_course_run_listing("course-v1:MITx+15.071x+1T2019")
    assert (run.min_effort, run.max_effort, run.weeks, run.languages) == (10, 15, 13, ["en-us"])
    # It is in other words than that of the course.
    assert (run.full_description, run.short_description) == ("<p>Full Description</p>", "")
    assert not [row.reason for row in by_outcome(report).get("invalid", ())]


def test_runs_of_a_discovery_service(sync, discovery, remote):
    remote.rows = rows_of("discovery_v1_real/course_runs_extracted.json")
    report = taken_once(sync, "discovery")
    assert report.counts["created"] >= len(remote.rows)
    assert listings.find_course_run_listing("course-v1:MITx+6.002.1x+2T2019").weeks == 5


def test_pages_of_an_lms(sync, lms, remote):
    remote.rows = rows_of("lms_courses_v1_derived_from_real_rows/page_001.json")
    api.update_source("lms", also=["listings"])
    report = taken_once(sync, "lms")
    effort = {row["id"]: row["effort"] for row in remote.rows}
    shown = {str(row.run.course_key): row for row in listings.get_course_run_listings()}
    assert {key for key, row in shown.items() if row.min_effort} == {
        key for key, text in effort.items() if text and "hours/week" in text and key in shown
    }
    assert {key for key, row in shown.items() if row.short_description} >= {"BerkeleyX/CS169.1x/2012_Fall"} & set(shown)
    assert (report.status, CourseListing.objects.count()) == ("ok", 0)


def test_a_page_of_the_documented_shape(sync, lms, remote):
    remote.pages[COURSES] = {
        "results": rows_of("lms_courses_v1_fixture/course_list_response.json"),
        "pagination": {"next": None},
    }
    api.update_source("lms", also=["listings"])
    taken_once(sync, "lms")
    # "7 hours" may be those of the whole course.
    assert CourseRunListing.objects.exclude(min_effort=None).count() == 0


@pytest.mark.parametrize("page", ["2022-08-31", "2024-05-14", "2024-07-29", "HEAD"])
def test_courses_of_mitx_online(sync, remote, page):
    rows = rows_of(f"mitxonline_real/mitxonline_courses_{page}.json")
    remote.pages["/api/v2/courses/"] = {"count": len(rows), "next": None, "results": rows}
    given = {"create_missing": True, "per_minute": 6000, "also": ["listings"]}
    api.create_source(name="mitxonline", kind="mitxonline", base_url=remote.url, **given)
    report = taken_once(sync, "mitxonline")
    assert not by_outcome(report).get("invalid")
    live = {row["readable_id"] for row in rows if (row.get("page") or {}).get("live") and row["courseruns"]}
    assert set(CourseListing.objects.filter(live=True).values_list("readable_id", flat=True)) == live
    assert all("do not publish" not in row.short_description for row in CourseListing.objects.public())
    addresses = {run["courseware_id"]: run["courseware_url"] or "" for row in rows for run in row["courseruns"]}
    shown = {str(row.run.course_key): row.courseware_url for row in listings.get_course_run_listings()}
    assert shown == {key: url for key, url in addresses.items() if key in shown}
    assert len([url for url in shown.values() if url]) == len([url for url in addresses.values() if url])


def test_what_a_page_of_mitx_online_says(sync, remote):
    [row] = [row for row in rows_of("mitxonline_real/mitxonline_courses_HEAD.json") if row["readable_id"].endswith("18.03.3x")]
    remote.pages["/api/v2/courses/"] = {"count": 1, "next": None, "results": [row]}
    given = {"create_missing": True, "per_minute": 6000, "also": ["listings"]}
    api.create_source(name="mitxonline", kind="mitxonline", base_url=remote.url, **given)
    listings.create_subject(name="Mathematics")
    sync("mitxonline")
    found = listings.find_course_listing("MITxT+18.03.3x")
    assert (found.min_effort, found.max_effort, found.weeks, found.live) == (5, 8, 11, True)
    assert found.short_description.startswith("Learn how to use algebra and MATLAB")
    assert (found.readable_id, [each.slug for each in found.subjects]) == ("course-v1:MITxT+18.03.3x", ["mathematics"])
    row["page"] = None
    sync("mitxonline")
    assert listings.find_course_listing("MITxT+18.03.3x").live is False
