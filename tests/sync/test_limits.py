"""What one answer of another service may cost: rows written, questions asked, and objects made are bounded."""

import json
import tracemalloc
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from openedx_catalog.contrib.sync import api
from openedx_catalog.contrib.sync.models_api import SyncOutcome, SyncPage
from openedx_catalog.models_api import CatalogCourse, CourseRun

from .conftest import by_outcome, counts, last_job, missing, row, rows
from .remote import COURSES, RUNS, answer, status

pytestmark = [pytest.mark.django_db, pytest.mark.newest, pytest.mark.any_database]


@pytest.fixture
def small(settings):
    """Limits that a test reaches."""
    settings.OPENEDX_CATALOG_SYNC_MAX_ROWS = 50
    settings.OPENEDX_CATALOG_SYNC_MAX_PROBLEMS = 10


@pytest.fixture
def discovery(db, remote):
    values = {"base_url": remote.url, "create_missing": True, "per_minute": 6000}
    return api.create_source(name="discovery", kind="discovery", **values)


def listed(results, **more):
    return answer({"results": results, "pagination": {"next": None, "count": 0, "num_pages": 1}, **more})


# Bytes


@pytest.fixture
def asked(discovery, remote, settings):
    """Sixty runs of a kilobyte, of a source that lists as many as it is asked for: the limits and offsets that it was asked."""
    settings.OPENEDX_CATALOG_SYNC_MAX_BYTES = 30_000
    runs = [{"key": f"course-v1:MITx+A+{number}", "title": "A", "outline": "x" * 1000} for number in range(60)]
    found = []

    def as_asked(handler):
        query = parse_qs(urlsplit(handler.path).query)
        limit, offset = int(query["limit"][0]), int(query["offset"][0])
        found.append((limit, offset))
        following = f"{remote.url}{RUNS}?limit={limit}&offset={offset + limit}" if offset + limit < len(runs) else None
        handler.send_json({"count": len(runs), "next": following, "results": runs[offset : offset + limit]})

    remote.faults[RUNS] = as_asked
    return found


def test_of_a_page_that_is_too_large_a_smaller_one_is_asked_for(sync, asked):
    report = sync("discovery")
    assert (counts(report), report.status) == ({"created": 60}, "ok")
    assert asked == [(100, 0), (50, 0), (25, 0), (25, 25), (25, 50)]


def test_a_row_that_is_too_large_alone_is_told(sync, asked, settings):
    settings.OPENEDX_CATALOG_SYNC_MAX_BYTES = 900
    report = sync("discovery")
    assert (report.status, "its answer is larger than 900 bytes" in report.message) == ("aborted", True), report.message
    assert asked == [(100, 0), (50, 0), (25, 0), (12, 0), (6, 0), (3, 0), (1, 0)]


# Rows


def test_an_answer_of_noughts_costs_no_more_than_its_limit(sync, lms, remote):
    """781 kB: 390,000 rows that are none."""
    noughts = json.dumps({"results": [0] * 260_000, "pagination": {"next": None}}).encode()
    remote.faults[1] = lambda handler: handler.send_bytes(noughts)
    tracemalloc.start()
    try:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            report = sync("lms")
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert counts(report) == {"invalid": 5000, "failed": 1}
    assert (SyncOutcome.objects.count(), len(report.outcomes)) == (1000, 1000)
    assert (peak < 40 * 2**20, len(queries) < 500) == (True, True), (peak, len(queries))


def test_an_answer_with_too_many_rows_is_cut_and_it_is_reported(sync, lms, remote, small):
    remote.faults[1] = listed(rows(60))
    for report in (sync("lms", dry_run=True), sync("lms")):
        assert (counts(report), report.status) == ({"created": 50, "failed": 1}, "partial")
        (cut,) = by_outcome(report)["failed"]
        assert (cut.code, "more than 50 records" in cut.reason, cut.reason in report.message) == (
            "too_many_records",
            True,
            True,
        )
    assert CourseRun.objects.count() == 50
    # What it lacks by this is not missing.
    remote.faults[1] = listed(list(reversed(rows(60))))
    assert (counts(sync("lms")), missing()) == ({"created": 10, "unchanged": 40, "failed": 1}, [])


def test_a_row_with_too_many_runs_inside_is_cut(sync, discovery, remote, small):
    runs = [{"key": f"course-v1:MITx+A+{number}", "title": "A"} for number in range(1000)]
    remote.pages[RUNS] = {"next": None, "results": [{"key": "MITx+A", "course_runs": runs}]}
    report = sync("discovery")
    assert (counts(report), by_outcome(report)["failed"][0].code) == ({"created": 50, "failed": 1}, "too_many_records")


def test_other_records_are_cut_alike(sync, discovery, remote, small):
    api.update_source("discovery", also=["courses"])
    remote.pages["/api/v1/courses/"] = {
        "next": None, "results": [{"key": f"MITx+C{number}", "title": "C"} for number in range(200)],
    }  # fmt: skip
    report = sync("discovery")
    assert (counts(report), CatalogCourse.objects.count()) == ({"created": 50, "failed": 1}, 50)


def test_a_listing_has_an_end_too(sync, lms, remote, settings):
    settings.OPENEDX_CATALOG_SYNC_MAX_RECORDS = 20
    remote.rows, remote.size = rows(100), 10
    report = sync("lms")
    assert (counts(report), report.status) == ({"created": 20, "failed": 1}, "partial")
    assert (by_outcome(report)["failed"][0].code, "more than 20 records" in report.message) == ("too_many_records", True)
    # The third page only says that there is more.
    assert len(remote.asked) == 3


# Problems


def test_problems_are_listed_up_to_a_limit_and_all_are_counted(sync, lms, remote, small):
    remote.rows, remote.size = [*rows(3), *(row(f"Bad {number}") for number in range(40))], 20
    dry = sync("lms", dry_run=True)
    report = sync("lms")
    for each in (dry, report):
        assert counts(each) == {"created": 3, "invalid": 40}
        assert (len(each.outcomes), each.unlisted) == (13, {"invalid": 30})
        assert "30 invalid" in each.message
        assert each.records == 43
    assert (SyncOutcome.objects.count(), last_job().counts["invalid"]) == (13, 40)
    assert api.summarize(last_job()).done == 43


def test_problems_that_were_not_listed_are_tried_again_and_counted_once(sync, lms, remote, small):
    # Each of them twice, and differently.
    remote.rows = [*rows(30), *(each | {"name": "Other"} for each in rows(30))]
    sync("lms")
    remote.rows = remote.rows[:-10]
    report = sync("lms", resume=True)
    assert (counts(report), report.unlisted) == ({"created": 10, "conflict": 20}, {"conflict": 10})
    assert SyncOutcome.objects.filter(outcome="conflict").count() == 10


def test_what_was_written_is_listed_record_by_record(sync, lms, remote, small):
    remote.rows, remote.size = rows(60), 30
    sync("lms")
    for each in remote.rows:
        each["name"] = "New"
    report = sync("lms")
    assert (counts(report), len(report.outcomes), report.unlisted) == ({"updated": 60}, 60, {})
    assert len(api.revert_sync(report.job).restored) == 60


def test_a_service_that_fails_at_every_key_is_listed_up_to_the_limit(sync, lms, remote, small):
    remote.faults["keys"] = status(403)
    report = sync("lms", only=[f"course-v1:MITx+C{number}+1" for number in range(40)])
    assert (counts(report), len(report.outcomes)) == ({"failed": 40}, 10)
    assert SyncPage.objects.get().unlisted == {"failed": 30}


def test_what_is_wrong_with_one_record_is_a_text_that_a_person_reads(sync, discovery, remote):
    api.update_source("discovery", also=["programs"])
    courses = [{"key": f"No+Course{number}"} for number in range(900)]
    program = {"uuid": "927093e3-46ba-4f44-a861-0f8c7aec4f74", "title": "P", "type": "XSeries", "status": "active"}
    remote.pages["/api/v1/programs/"] = {"next": None, "results": [{**program, "courses": courses}]}
    reason = by_outcome(sync("discovery"))["conflict"][0].reason
    assert (len(reason) <= 1000, reason.endswith("and 890 more")) == (True, True)
    remote.pages["/api/v1/programs/"]["results"][0]["courses"] = courses * 2
    (failed,) = by_outcome(sync("discovery"))["conflict"]
    assert (failed.external_id, "more than 1,000" in failed.reason) == (f"program:{program['uuid']}", True)


# Texts


@pytest.mark.parametrize("field", ["id", "name", "start", "pacing"])
def test_a_text_that_nothing_could_store_is_measured_before_it_is_read(sync, lms, remote, field, monkeypatch):
    """Folding 80,000 combining marks takes seconds."""
    from openedx_catalog.lib import texts

    folded = []
    monkeypatch.setattr(texts.unicodedata, "normalize", lambda form, text: folded.append(len(text)) or text)
    remote.rows = [row("A"), row("B") | {field: "e" + "\u0316\u0301" * 40_000}]
    report = sync("lms")
    assert counts(report) == ({"created": 1, "invalid": 1} if field == "id" else {"created": 2})
    assert max(folded, default=0) < 1000


def test_the_next_page_has_an_address_of_a_sane_length(sync, lms, remote):
    following = f"{remote.url}{COURSES}?page={'1' * 100_000}"
    remote.faults[1] = answer({"results": rows(3), "pagination": {"next": following}})
    report = sync("lms")
    assert (counts(report), len(report.message) < 1000) == ({"created": 3, "failed": 1}, True)


# Objects


@pytest.mark.parametrize("inside", ["[]", "{}", '{"a":0}', "0"])
def test_an_answer_is_counted_before_it_is_parsed(sync, lms, remote, inside):
    body = f'{{"results": [{",".join([inside] * 1_000_001)}], "pagination": {{"next": null}}}}'.encode()
    remote.faults[1] = lambda handler: handler.send_bytes(body)
    tracemalloc.start()
    try:
        report = sync("lms")
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (report.status, "more than 1,000,000 values" in report.message) == ("aborted", True)
    assert peak < 60 * 2**20, peak


# Questions


def test_keys_that_are_refused_one_by_one_are_not_asked_for_ever(sync, lms, remote):
    remote.faults["keys"] = status(400)
    report = sync("lms", only=[f"course-v1:MITx+C{number}+1" for number in range(400)])
    assert counts(report) == {"failed": 400}
    assert len(remote.asked) < 250


@pytest.mark.parametrize("fault", [status(403), listed([row("Another")])], ids=["refuses", "other runs"])
def test_a_service_that_does_not_answer_for_keys_is_left_alone(sync, lms, remote, settings, fault):
    settings.OPENEDX_CATALOG_SYNC_TIMEOUT = 1
    remote.faults["keys"] = fault
    report = sync("lms", only=[f"course-v1:MITx+C{number}+1" for number in range(800)])
    assert counts(report) == {"failed": 800}
    assert len(remote.asked) == 3
