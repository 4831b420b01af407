"""The course modes that an LMS has, asked for run by run: only where a source says so, and of no more runs than needed."""

from urllib.parse import quote

import pytest

from openedx_catalog import api as catalog
from openedx_catalog.contrib.course_types.models_api import CourseRunProducts
from openedx_catalog.contrib.sync import api
from openedx_catalog.contrib.sync.models_api import SyncJob
from tests.sync.conftest import by_outcome, counts, last_job, row, rows
from tests.sync.remote import COURSES, answer, status, text

pytestmark = pytest.mark.django_db

MODES = "/api/course_modes/v1/courses/"


def path_of(code):
    return f"{MODES}{quote(f'course-v1:MITx+{code}+1', safe='')}/"


def mode(slug, price=0, **values):
    """A mode as ``CourseModeSerializer`` of the platform writes it."""
    return {
        "course_id": "course-v1:MITx+A+1", "mode_slug": slug, "mode_display_name": slug.title(), "min_price": price,
        "currency": "usd", "expiration_datetime": None, "expiration_datetime_is_explicit": False, "description": None,
        "sku": None, "bulk_sku": None, **values,
    }  # fmt: skip


@pytest.fixture
def with_modes(lms, remote):
    """An LMS with the runs A, B and C, whose modes are audit; it is asked for those of new and changed runs."""
    remote.rows = [row(code) for code in "ABC"]
    remote.pages = {path_of(code): [mode("audit")] for code in "ABC"}
    return api.update_source("lms", also=["modes"])


def stored():
    rows = CourseRunProducts.objects.order_by("run__key_ci").values_list(
        "run__run_code", "run__catalog_course__course_code", "modes"
    )
    return {code: [each["slug"] for each in modes] for _run, code, modes in rows}


def asked(remote):
    """Of which runs it was asked, since the last time."""
    found = [path.split("%2B")[1] for _method, path, *_ in remote.asked if path.startswith(MODES)]
    remote.asked.clear()
    return "".join(found)


def test_an_lms_is_not_asked_unless_the_source_says_so(sync, lms, remote):
    remote.rows = rows(3)
    assert counts(sync("lms")) == {"created": 3}
    assert (asked(remote), CourseRunProducts.objects.count()) == ("", 0)


def test_modes_of_new_and_changed_runs_are_asked_for_once(sync, with_modes, remote):
    deadline = {"expiration_datetime": "2027-03-01T00:00:00Z", "sku": "E110665"}
    remote.pages[path_of("A")] = [mode("verified", 49, **deadline), mode("audit")]
    assert counts(sync("lms", dry_run=True)) == {"created": 3}
    assert CourseRunProducts.objects.count() == 0
    asked(remote)
    report = sync("lms")
    assert (counts(report), report.status, asked(remote)) == ({"created": 3}, "ok", "ABC")
    assert stored() == {"A": ["audit", "verified"], "B": ["audit"], "C": ["audit"]}
    verified = CourseRunProducts.objects.get(run__key_ci="course-v1:mitx+a+1").modes[1]
    assert verified == {
        "slug": "verified", "price": "49.00", "currency": "USD", "upgrade_deadline": "2027-03-01T00:00:00Z",
        "sku": "E110665", "bulk_sku": None,
    }  # fmt: skip
    assert (counts(sync("lms")), asked(remote)) == ({"unchanged": 3}, "")
    # The modes of B change with its name, those of C alone.
    remote.rows[1]["name"] = "Biology"
    remote.pages |= {path_of("B"): [mode("honor")], path_of("C"): []}
    assert (counts(sync("lms")), asked(remote)) == ({"updated": 1, "unchanged": 2}, "B")
    # Whoever is named is asked for, and with "all_modes" everybody is.
    assert (counts(sync("lms", only=["course-v1:MITx+A+1"])), asked(remote)) == ({"unchanged": 1}, "A")
    api.update_source("lms", also=["all_modes"])
    assert (counts(sync("lms")), asked(remote)) == ({"updated": 1, "unchanged": 2}, "ABC")
    assert stored() == {"A": ["audit", "verified"], "B": ["honor"], "C": []}


def test_runs_that_the_source_may_not_create_are_not_asked_for(sync, with_modes, remote):
    api.update_source("lms", create_missing=False)
    catalog.associate_course_run("course-v1:MITx+A+1")
    sync("lms")
    assert (asked(remote), stored()) == ("A", {"A": ["audit"]})


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (status(404), "remote_not_found"),
        (status(403), "access_refused"),
        (status(500), "remote_unavailable"),
        (answer({"results": []}), "unexpected_answer"),
        (answer([{"mode_slug": 7}]), "unexpected_answer"),
        (answer([mode("verified", "-5")]), "unexpected_answer"),
        (text("<html>Sign in"), "not_json"),
    ],
    ids=["404", "403", "500", "object", "number", "price", "page"],
)
@pytest.mark.any_database
def test_one_run_whose_modes_cannot_be_read_is_an_outcome_and_costs_no_other(sync, with_modes, remote, fault, code):
    remote.faults[path_of("B")] = fault
    report = sync("lms")
    assert (counts(report), report.status) == ({"created": 3}, "partial")
    [outcome] = [row for row in report.outcomes if row.code]
    assert (outcome.external_id, outcome.code) == ("course-v1:MITx+B+1", "partly_taken")
    assert outcome.reason.startswith("modes: ")
    assert stored() == {"A": ["audit"], "C": ["audit"]}
    # It is asked for again, and then all is well.
    api.update_source("lms", also=["all_modes"])
    [outcome] = by_outcome(sync("lms"))["failed"]
    assert (outcome.external_id, outcome.code) == ("course-v1:MITx+B+1", code)
    api.update_source("lms", also=["modes"])
    remote.faults.clear()
    asked(remote)
    assert (counts(sync("lms", resume=True)), asked(remote)) == ({"unchanged": 2, "updated": 1}, "B")


def test_that_nobody_may_read_modes_is_said_once_and_runs_are_taken_all_the_same(sync, with_modes, remote):
    remote.faults |= {path_of(code): status(403) for code in "ABC"}
    report = sync("lms")
    assert (counts(report), report.status, asked(remote)) == ({"created": 3, "failed": 1}, "partial", "A")
    [outcome] = by_outcome(report)["failed"]
    assert (outcome.external_id, outcome.code) == ("modes", "access_refused")
    assert "course_modes:read" in outcome.reason
    assert outcome.reason in report.message
    assert last_job().total == 4


def test_a_service_that_is_down_is_not_asked_for_thousands_of_runs(sync, with_modes, remote):
    remote.rows = [row(code) for code in "ABCDEFGH"]
    remote.faults |= {path_of(code): status(503) for code in "ABCDEFGH"}
    report = sync("lms")
    assert counts(report) == {"created": 8, "failed": 1}
    assert set(asked(remote)) == set("ABC")
    assert SyncJob.objects.count() == 1


def test_a_mode_that_is_unknown_here_is_stored_and_reported(sync, with_modes, remote):
    remote.pages[path_of("A")] = [mode("executive"), mode("no-id-professional")]
    report = sync("lms")
    assert [(row.external_id, row.code) for row in by_outcome(report)["skipped"]] == [("mode:executive", "mode_unknown")]
    assert stored()["A"] == ["executive", "no-id-professional"]
    assert COURSES in {path for _method, path, *_ in remote.asked}
