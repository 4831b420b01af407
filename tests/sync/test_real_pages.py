"""Real pages of an LMS, of discovery and of MITx Online load with every row accounted for; a second sync writes nothing."""

import json

import pytest

from openedx_catalog.contrib.sync import api
from openedx_catalog.contrib.sync.models_api import SyncJob
from openedx_catalog.models_api import CourseRun

from .conftest import counts, last_job
from .remote import COURSES, RUNS, answer
from .test_behaviours import footprint

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def stored(real_data):
    return lambda name: json.loads((real_data / "api" / name).read_text(encoding="utf-8"))


def again(sync, name):
    """A second sync, which must find nothing to do."""
    before = footprint()
    report = sync(name)
    assert footprint() == before
    return report


def accounted_for(report):
    job = SyncJob.objects.get(pk=report.job)
    assert sum(page.records for page in job.pages.all()) == report.records == job.total
    return report


def test_the_lms(sync, lms, remote, stored):
    first, second = (stored(f"lms_courses_v1_derived_from_real_rows/page_00{number}.json") for number in (1, 2))
    # The pages name the host that they were read from.
    first["pagination"]["next"] = f"{remote.url}{COURSES}?page=2"
    remote.faults = {1: lambda handler: handler.send_json(first), 2: lambda handler: handler.send_json(second)}
    report = accounted_for(sync("lms"))
    assert (report.records, report.status) == (200, "ok")
    assert counts(report) == {"created": 200}
    run = CourseRun.objects.get(course_key=first["results"][5]["id"])
    assert run.title == first["results"][5]["name"]
    assert counts(again(sync, "lms")) == {"unchanged": 200}


def test_discovery(sync, db, remote, stored):
    api.create_source(name="discovery", kind="discovery", base_url=remote.url, create_missing=True, per_minute=6000)
    remote.pages[RUNS] = stored("discovery_v1_real/course_runs_extracted.json")
    assert counts(accounted_for(sync("discovery"))) == {"created": 22}
    assert counts(again(sync, "discovery")) == {"unchanged": 22}
    # What it lists by course has the runs inside; other runs, so nothing else may vanish.
    listed = [stored(f"discovery_v1_real/catalog_courses_{name}_course.json") for name in ("mitx", "non_mitx")]
    del remote.pages[RUNS]
    remote.faults[1] = answer({"next": "", "results": [course for each in listed for course in each["results"]]})
    report = accounted_for(sync("discovery", allow_mass_missing=True))
    # One of them stands on both pages.
    keys = {run["key"] for each in listed for course in each["results"] for run in course["course_runs"]}
    assert report.records - report.counts["missing"] == len(keys) == 2


@pytest.mark.parametrize(
    "name",
    [
        "mitxonline_courses_2022-08-31",
        "mitxonline_courses_2024-05-14",
        "mitxonline_courses_2024-07-29",
        "mitxonline_courses_HEAD",
    ],
)
def test_mitx_online(sync, db, remote, stored, name):
    api.create_source(name="mitxonline", kind="mitxonline", base_url=remote.url, create_missing=True, per_minute=6000)
    answer = remote.pages["/api/v2/courses/"] = stored(f"mitxonline_real/{name}.json")
    courses = answer["results"] if isinstance(answer, dict) else answer
    keys = [run["courseware_id"] for course in courses for run in course["courseruns"]]
    report = accounted_for(sync("mitxonline"))
    assert report.records == len(set(keys))
    assert counts(report) == {"created": len(set(keys))}, report.outcomes
    assert last_job().status == "ok"
    assert counts(again(sync, "mitxonline")) == {"unchanged": len(set(keys))}
