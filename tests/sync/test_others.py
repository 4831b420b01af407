"""What a discovery service has beside runs: organizations, courses and programs, where a source takes them over."""

import json

import pytest

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.sync import api
from openedx_catalog.contrib.sync.exceptions import InvalidSource
from openedx_catalog.models_api import CourseRun

from .conftest import by_outcome, counts, last_job, row
from .remote import COURSES, RUNS, status
from .test_behaviours import footprint

pytestmark = pytest.mark.django_db

COURSE = "5cf35a4d-3a4f-4c1b-8a8c-c8a9d8a9a001"
UUID = "927093e3-46ba-4f44-a861-0f8c7aec4f74"


@pytest.fixture
def discovery(db, remote):
    def listed(*rows):
        return {"count": len(rows), "next": None, "results": list(rows)}

    remote.rows = [{"key": "course-v1:MITx+A+1", "title": "Run", "modified": "2026-01-01T00:00:00Z"}]
    remote.pages = {
        "/api/v1/organizations/": listed({"key": "MITx", "name": "MIT"}, {"key": "GTx", "name": None}),
        "/api/v1/courses/": listed(
            {"key": "MITx+A", "title": "Algebra", "uuid": COURSE}, {"key": "GTx+B", "title": "Biology"}
        ),
        "/api/v1/programs/": listed({
            "uuid": UUID, "title": "Both", "subtitle": "Two courses", "type": "XSeries", "status": "active", "hidden": False,
            "marketing_slug": "both", "authoring_organizations": [{"key": "MITx"}],
            "courses": [{"key": "GTx+B"}, {"key": "MITx+A"}],
        }),
    }  # fmt: skip
    also = ["organizations", "courses", "programs"]
    values = {"base_url": remote.url, "create_missing": True, "per_minute": 6000, "also": also}
    return api.create_source(name="discovery", kind="discovery", **values)


def test_all_of_them_are_taken_over_once_and_a_dry_run_says_so(sync, discovery, remote):
    before = footprint()
    dry = sync("discovery", dry_run=True)
    assert footprint() == before
    assert programs.find_program(uuid=UUID) is None
    report = sync("discovery")
    assert counts(report) == counts(dry) == {"created": 6}
    assert (report.status, last_job().total) == ("ok", 6)
    assert sorted(map(str, report.outcomes)) == sorted(map(str, dry.outcomes))
    assert [catalog.find_organization_by_code(code).name for code in ("MITx", "GTx")] == ["MIT", "GTx"]
    course = catalog.get_catalog_course(key_str="MITx+A")
    assert (course.title, str(course.uuid)) == ("Algebra", COURSE)
    program = programs.get_program(UUID)
    assert (program.title, program.type.slug, program.status, program.marketing_slug) == ("Both", "xseries", "active", "both")
    assert [course.course_code for course in program.courses] == ["B", "A"]
    before, modified = footprint(), program.modified
    assert counts(sync("discovery")) == {"unchanged": 6}
    assert (footprint(), programs.get_program(UUID).modified) == (before, modified)


def test_programs_are_asked_for_a_few_at_once_since_each_lists_every_run_of_its_courses(sync, discovery, remote):
    sync("discovery")
    sizes = {path.split("/")[-2]: query["limit"] for _method, path, query, _body in remote.asked}
    assert sizes == {"course_runs": ["100"], "organizations": ["100"], "courses": ["100"], "programs": ["20"]}


def test_what_changes_there_changes_here_and_names_that_somebody_gave_stay(sync, discovery, remote):
    sync("discovery")
    remote.pages["/api/v1/organizations/"]["results"] = [
        {"key": "MITx", "name": "Other"},
        {"key": "GTx", "name": "Georgia Tech"},
    ]
    remote.pages["/api/v1/courses/"]["results"][0]["title"] = "Algebra, revised"
    remote.pages["/api/v1/programs/"]["results"][0] |= {"title": "All", "status": "retired", "courses": [{"key": "GTx+B"}]}
    assert counts(sync("discovery")) == {"updated": 3, "unchanged": 3}
    assert [catalog.find_organization_by_code(code).name for code in ("MITx", "GTx")] == ["MIT", "Georgia Tech"]
    program = programs.get_program(UUID)
    assert (program.title, program.status) == ("All", "retired")
    assert [course.course_code for course in program.courses] == ["B"]


def test_bad_ones_are_reported_and_do_not_stop_the_others(sync, discovery, remote):
    remote.pages["/api/v1/organizations/"]["results"] = [{"key": "a b"}, {"name": "no key"}, {"key": "MITx"}]
    remote.pages["/api/v1/courses/"]["results"] = [{"key": "nonsense"}, {"key": "MITx+A", "title": "Algebra"}]
    remote.pages["/api/v1/programs/"]["results"] += [
        {"uuid": "no uuid", "title": "T", "type": "XSeries", "status": "active"},
        {"uuid": f"{UUID[:-1]}5", "title": "T", "type": "XSeries", "status": "flying"},
        {"uuid": f"{UUID[:-1]}6", "title": "T", "type": "XSeries", "status": "active",
         "courses": [{"key": "No+Course"}], "authoring_organizations": [{"key": "Nobody"}]},
    ]  # fmt: skip
    report = sync("discovery")
    assert report.status == "partial"
    assert sum(report.counts.values()) == report.records == last_job().total
    by_name = {outcome.external_id: outcome.outcome for outcome in report.outcomes}
    assert by_name["program:no uuid"] == by_name["course:nonsense"] == "invalid"
    assert by_name[f"program:{UUID[:-1]}6"] == "conflict"
    assert CourseRun.objects.count() == 1


def test_a_service_that_refuses_one_of_them_is_read_for_the_others(sync, discovery, remote):
    remote.faults["/api/v1/organizations/"] = status(403)
    report = sync("discovery")
    assert (report.status, by_outcome(report)["failed"][0].code) == ("partial", "access_refused")
    assert report.counts["created"] == 4
    assert catalog.find_organization_by_code("MITx").name == "MITx"


def test_a_source_takes_over_only_what_it_may(sync, discovery, remote):
    api.update_source("discovery", create_missing=False)
    assert counts(sync("discovery")) == {"skipped": 6}
    catalog.create_organization(short_name="GTx", name="GT")
    api.update_source("discovery", create_missing=True, organizations=["GTx"])
    assert counts(sync("discovery")) == {"created": 1, "skipped": 4, "unchanged": 1}
    with pytest.raises(InvalidSource, match="runs only"):
        api.create_source(name="rows", kind="file", also=["programs"])
    with pytest.raises(InvalidSource, match="expected one of listings"):
        api.create_source(name="online", kind="mitxonline", base_url=remote.url, also=["programs"])
    with pytest.raises(InvalidSource, match="expected one of modes, all_modes"):
        api.create_source(name="lms", kind="lms", base_url=remote.url, also=["programs"])


def test_the_real_programs(sync, discovery, remote, real_data):
    real = json.loads((real_data / "api/discovery_v1_real/programs_mitx.json").read_text(encoding="utf-8"))
    remote.pages["/api/v1/programs/"] = {"count": len(real), "next": None, "results": real}
    remote.pages["/api/v1/courses/"] = {"next": None, "results": [course for program in real for course in program["courses"]]}
    remote.pages[RUNS] = json.loads(
        (real_data / "api/discovery_v1_real/course_runs_extracted.json").read_text(encoding="utf-8")
    )
    report = sync("discovery")
    assert {outcome.outcome for outcome in report.outcomes} == {"created"}, report.outcomes
    for program in real:
        keys = [f"{course.org_code}+{course.course_code}" for course in programs.get_program(program["uuid"]).courses]
        assert keys == [course["key"] for course in program["courses"]]
    assert set(counts(sync("discovery"))) == {"unchanged"}


def test_modes_of_an_lms_have_no_place_without_course_types_and_are_not_asked_for(sync, lms, remote):
    api.update_source("lms", also=["modes"])
    remote.rows = [row()]
    report = sync("lms")
    assert (counts(report), report.status) == ({"created": 1}, "partial")
    assert "No installed app stores modes." in report.message
    assert {path for _method, path, *_ in remote.asked} == {COURSES}
