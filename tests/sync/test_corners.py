"""What an attacker found: broken answers, broken rows, orders of events."""

import gzip
import tracemalloc
import unicodedata
from datetime import UTC, datetime, timedelta
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.sync import api
from openedx_catalog.contrib.sync.client import Client
from openedx_catalog.contrib.sync.data import SourceRow
from openedx_catalog.contrib.sync.exceptions import AddressRefused, InvalidSource
from openedx_catalog.contrib.sync.models_api import RunSource, Source, SyncLease, SyncOutcome
from openedx_catalog.exceptions import DuplicateValue
from openedx_catalog.models_api import CatalogCourse, CourseRun

from .conftest import by_outcome, counts, last_job, missing, row, rows, run
from .remote import COURSES, RUNS, answer, status, text
from .test_jobs import load

pytestmark = [pytest.mark.django_db, pytest.mark.newest, pytest.mark.two_databases]

A1 = "course-v1:MITx+A+1"


@pytest.fixture
def stocked(sync, lms, remote):
    remote.rows = rows(10)
    sync("lms")
    return remote


def listed(*found, **more):
    return answer({"results": list(found), "pagination": {"next": None, "count": len(found), "num_pages": 1, **more}})


def well_ended(report):
    """The job came to an end, its lease is free, and every record has one outcome."""
    job = last_job()
    assert (job.status, job.ended_at is not None) == (report.status, True)
    assert not SyncLease.objects.filter(until__gt=timezone.now()).exists()
    assert sum(report.counts.values()) == report.records
    return report


# Answers


def test_the_body_of_a_redirect_is_not_read(sync, stocked):
    packed = gzip.compress(b" " * 1_000_000, 9) * 100
    stocked.faults[1] = lambda handler: handler.send_bytes(packed, 302, Location="/x", Content_Encoding="gzip")
    tracemalloc.start()
    try:
        assert sync("lms").status == "aborted"
        assert tracemalloc.get_traced_memory()[1] < 50 * 2**20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("to", ["http://[bad", "//[", "http://evil/\\x00"])
def test_a_redirect_to_no_address(sync, stocked, to):
    stocked.faults[1] = lambda handler: handler.send_bytes(b"", 302, Location=to)
    assert well_ended(sync("lms")).status == "aborted"


@pytest.mark.parametrize("following", [5, True, {"a": 1}, "http://[bad", "http://evil/\x00", "http://evil/\ud800"])
def test_a_next_page_that_is_none(sync, stocked, following):
    stocked.faults[1] = listed(*stocked.rows, next=following)
    report = well_ended(sync("lms"))
    assert (report.status in ("partial", "aborted"), missing()) == (True, [])


@pytest.mark.parametrize(
    "given",
    [
        {"id": 5}, {"id": None, "course_id": []}, {"id": "a\x00b"}, {"id": "\ud800"}, {"id": "x" * 300}, {"id": "a\nb"},
        {"id": ""},
    ],
)  # fmt: skip
def test_a_broken_row_is_invalid_and_the_others_are_taken(sync, lms, remote, given):
    remote.rows = [*rows(120), row("Odd") | given]
    report = well_ended(sync("lms"))
    assert (counts(report), report.status) == ({"created": 120, "invalid": 1}, "partial")
    assert counts(well_ended(sync("lms"))) == {"unchanged": 120, "invalid": 1}


@pytest.mark.parametrize(
    "given",
    [
        {"name": {"deep": [[[]]]}}, {"name": "a\x00"}, {"name": "\ud800"}, {"name": 10**400}, {"name": "x" * 375},
        {"start": []}, {"pacing": {}}, {"end": 1e400},
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_stored_is_left_out_and_the_rest_is_taken(sync, lms, remote, given):
    remote.rows = [row("A"), row("Odd") | given]
    report = well_ended(sync("lms"))
    (partly,) = [outcome for outcome in report.outcomes if outcome.code == "partly_taken"]
    assert (counts(report), report.status, partly.outcome) == ({"created": 2}, "partial", "created")
    report = well_ended(sync("lms"))
    assert (counts(report), report.status) == ({"unchanged": 1, "invalid": 1}, "partial")


def test_values_nested_without_end(sync, lms, remote):
    text = '{"results": [{"id": "course-v1:MITx+A+1", "name": ' + "[" * 600 + "]" * 600 + '}], "pagination": {"next": null}}'
    remote.faults[1] = lambda handler: handler.send_bytes(text.encode())
    assert [outcome.code for outcome in well_ended(sync("lms")).outcomes] == ["partly_taken"]


@pytest.mark.parametrize("count", [[], {}, "5", True, None, 10**30])
def test_a_total_that_is_none(sync, db, remote, count):
    api.create_source(name="discovery", kind="discovery", base_url=remote.url, create_missing=True, per_minute=6000)
    remote.pages[RUNS] = {"count": count, "next": None, "results": [{"key": A1, "title": "A"}]}
    assert counts(well_ended(sync("discovery"))) == {"created": 1}


@pytest.mark.parametrize("wait", ["9" * 5000, "Fri, 31 Dec 99999 23:59:59 GMT", "-5", "1e9"])
def test_a_retry_after_that_is_none(sync, stocked, wait):
    stocked.faults[1] = [status(429, Retry_After=wait)]
    assert counts(sync("lms")) == {"unchanged": 10}


@pytest.mark.parametrize(
    "token", [{"expires_in": 10**400}, {"access_token": "€"}, {"access_token": "a\nb"}, {"expires_in": None}]
)
def test_a_token_that_is_none(sync, lms, remote, settings, token):
    settings.OPENEDX_CATALOG_SYNC_CREDENTIALS = {"lms": {"client_id": "id", "client_secret": "secret", "base_url": remote.url}}
    remote.pages["/oauth2/access_token"] = {"access_token": "abc", "expires_in": 3600, **token}
    report = well_ended(sync("lms"))
    assert (report.status, "no access token" in report.message) == ("aborted", True)
    settings.OPENEDX_CATALOG_SYNC_CREDENTIALS = {"lms": {"client_id": "id", "base_url": remote.url}}
    with pytest.raises(InvalidSource, match="client_secret"):
        sync("lms")


def test_a_service_under_a_path(remote):
    with Client("https://example.org/lms") as client:
        assert client.own_url("/api/x") == "https://example.org/lms/api/x"
        assert client.own_url("http://example.org/lms/api/x?page=2") == "https://example.org/lms/api/x?page=2"
        for elsewhere in ("//evil.org/x", "http://evil.org/lms/", "http://example.org:99999/"):
            with pytest.raises(AddressRefused):
                client.own_url(elsewhere)


def test_what_is_no_key_leads_nowhere(sync, lms, remote):
    api.update_source("lms", field_map={"title": "name", "end": "certificate_available_date"})
    remote.rows = [row("A") | {"id": "../../../../admin/x"}]
    assert counts(sync("lms")) == {"invalid": 1}
    assert {path for _method, path, _query, _body in remote.asked} == {COURSES}


# Only some


def test_only_finds_runs_in_whatever_letters(sync, stocked):
    key = stocked.rows[0]["id"]
    for asked in (key.lower(), f"{key}\n", f" {key} "):
        assert counts(sync("lms", only=[asked])) == {"unchanged": 1}
    assert missing() == []


def test_only_takes_nothing_that_was_not_asked_for(sync, stocked):
    for each in stocked.rows:
        each["name"] = "New"
    stocked.faults["keys"] = listed(*stocked.rows)
    report = sync("lms", only=[stocked.rows[0]["id"]])
    assert (counts(report), missing()) == ({"failed": 1}, [])


def test_only_with_keys_that_were_never_there(sync, stocked):
    report = sync("lms", only=[f"course-v1:No+{n}+1" for n in range(8)])
    assert (counts(report), report.status) == ({"missing": 8}, "partial")


@pytest.mark.parametrize("given", ["x" * 300, "a\x00b", "\ud800", "", "a\nb"])
def test_only_with_what_is_no_key(sync, stocked, given):
    assert counts(well_ended(sync("lms", only=[given]))) == {"invalid": 1}


def test_only_of_a_file(db):
    api.create_source(name="legacy", kind="file", create_missing=True)
    text = f"external_id,course_key,title\n18,{A1},T\n19,course-v1:MITx+B+1,T\n"
    load(text)
    assert counts(load(text.replace("T\n", "New\n"), only=[A1.upper().replace("COURSE-V1", "course-v1")])) == {"updated": 1}


# Resuming


def test_what_is_resumed_is_what_was_asked_for(sync, stocked):
    stocked.rows += rows(30)[10:]
    stocked.faults["keys"] = [status(500)] * 4
    key = stocked.rows[0]["id"]
    assert counts(sync("lms", only=[key, "nonsense"])) == {"failed": 1, "invalid": 1}
    for _again in range(2):
        resumed = sync("lms", resume=True)
        assert counts(resumed) == {"unchanged": 1, "invalid": 1}
    assert CourseRun.objects.count() == 10


def test_what_is_allowed_when_a_job_is_resumed_is_recorded_and_missing_keys_are_listed_once(sync, stocked):
    gone = stocked.rows.pop()["id"]
    stocked.faults["keys"] = [status(500)] * 4
    assert counts(sync("lms", only=[gone])) == {"failed": 1}
    for _again in range(2):
        assert counts(sync("lms", resume=True, allow_mass_missing=True)) == {"missing": 1}
    assert (missing(), last_job().allow_mass_missing) == ([gone], True)


def test_resuming_doubles_nothing(sync, lms, remote):
    remote.rows = [*rows(5), {"name": "no key"}, row("Odd") | {"id": "x" * 300}]
    first = sync("lms")
    assert (counts(first), api.summarize(last_job()).done) == ({"created": 5, "invalid": 2}, 7)
    again = sync("lms", resume=True)
    assert (counts(again), SyncOutcome.objects.count(), again.job) == (counts(first), 7, first.job)


def test_what_is_listed_again_when_a_job_is_resumed_is_not_missing(sync, stocked):
    gone = stocked.rows.pop()
    assert counts(sync("lms")) == {"unchanged": 9, "missing": 1}
    stocked.rows.append(gone)
    assert counts(sync("lms", resume=True)) == {"unchanged": 10}
    assert missing() == []


# Files


@pytest.fixture
def legacy(db):
    return api.create_source(name="legacy", kind="file", create_missing=True)


def test_a_legacy_row_that_gets_its_key_in_the_file(legacy):
    load("external_id,course_key,title\n17,,Old\n")
    load(f"external_id,course_key,title\n17,{A1},Old\n")
    kept = RunSource.objects.get(external_id="17")
    assert (kept.run, kept.row) == (run("A"), None)
    job = load(f"external_id,course_key,title\n17,{A1},New\n").job
    assert api.revert_sync(job).restored == [(A1, "title")]
    load("external_id,course_key,title\n17,course-v1:MITx+B+1,New\n")
    kept.refresh_from_db()
    assert kept.run == run("B")


def test_two_records_that_are_one_run_are_a_conflict(legacy):
    report = load(f"external_id,course_key,title\n1,{A1},One\n2,{A1},Two\n3,course-v1:MITx+B+1,B\n")
    assert counts(report) == {"created": 1, "conflict": 2}


def test_a_source_that_may_not_create_creates_nothing_by_another_id(legacy):
    load("external_id,course_key,title\n1,course-v1:MITx+A+1,A\n")
    api.update_source("legacy", create_missing=False)
    assert counts(load("external_id,course_key,title\n1,course-v1:MITx+B+1,B\n")) == {"skipped": 1}
    assert CourseRun.objects.count() == 1


@pytest.mark.parametrize("given", ["NaN", "1e999", '"\\u0000"', '"\\ud800"', "[1]", "1.5"])
def test_a_legacy_row_that_no_database_keeps_is_invalid(legacy, given):
    text = (
        f'{{"external_id": "9", "title": {given}}}\n{{"external_id": "{"x" * 300}"}}\n{{"external_id": "10", "title": "Ten"}}\n'
    )
    report = well_ended(load(text, "runs.jsonl"))
    assert counts(report) == {"created": 1, "invalid": 2}
    assert counts(load(text, "runs.jsonl")) == {"unchanged": 1, "invalid": 2}


# Sources


def test_a_row_without_a_name_may_be_any_run_where_nobody_can_be_asked(sync, db, remote):
    api.create_source(name="mitxonline", kind="mitxonline", base_url=remote.url, create_missing=True, per_minute=6000)
    course = {"readable_id": "course-v1:MITx+A", "courseruns": [{"courseware_id": A1, "title": "A"}]}
    remote.pages["/api/v2/courses/"] = [course]
    sync("mitxonline")
    remote.pages["/api/v2/courses/"] = [{**course, "courseruns": [{"courseware_id": A1}, None]}, {"courseruns": []}]
    assert counts(sync("mitxonline")) == {"invalid": 1}
    assert missing() == []


def test_a_course_of_another_organization_is_not_created(sync, db, remote):
    catalog.create_organization(short_name="MITx", name="MIT")
    api.create_source(
        name="discovery", kind="discovery", base_url=remote.url, create_missing=True, per_minute=6000, organizations=["MITx"]
    )
    remote.rows = [{"key": A1, "title": "A", "course": "EvilX+C"}]
    assert counts(sync("discovery")) == {"created": 1}
    assert [course.key_str for course in CatalogCourse.objects.with_org()] == ["catalog-course:MITx:A"]


def test_a_dry_run_knows_the_courses_that_programs_will_find(sync, db, remote):
    api.create_source(
        name="discovery", kind="discovery", base_url=remote.url, create_missing=True, per_minute=6000, also=["programs"]
    )
    remote.rows = [{"key": A1, "title": "A"}]
    uuid = "927093e3-46ba-4f44-a861-0f8c7aec4f74"
    program = {"uuid": uuid, "title": "P", "type": "XSeries", "status": "active", "courses": [{"key": "MITx+A"}]}
    remote.pages["/api/v1/programs/"] = {
        "next": None,
        "results": [
            program,
            {**program, "uuid": f"{uuid[:-1]}5", "type": None},
            {**program, "uuid": f"{uuid[:-1]}6", "status": {}},
        ],
    }
    dry = sync("discovery", dry_run=True)
    assert not CourseRun.objects.exists()
    assert counts(dry) == counts(sync("discovery")) == {"created": 2, "invalid": 1, "conflict": 1}
    assert len(programs.get_program(uuid).courses) == 1


def test_one_source_does_not_hinder_the_others(lms, remote):
    api.create_source(name="a", kind="lms", base_url="https://lms.example.org", every_minutes=5)
    Source.objects.filter(name="a").update(base_url="http://host:99999")
    api.update_source("lms", every_minutes=5)
    remote.rows = [row("A")]
    out, err = StringIO(), StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("sync_catalog", "--due", stdout=out, stderr=err)
    assert (ended.value.code, "lms: ok" in out.getvalue(), "a: " in err.getvalue()) == (2, True, True)
    for wrong in ({"base_url": "http://host:99999"}, {"field_map": {"title": "a\x00"}}, {"field_map": {"title": "\ud800"}}):
        with pytest.raises(InvalidSource):
            api.update_source("lms", **wrong)
    assert api.update_source("lms", field_map=None, also=None).field_map == {}
    with pytest.raises(CommandError):
        call_command("sync_catalog", "a", stdout=out)


def test_a_job_that_fails_before_it_asks_ends_and_gives_its_lease_back(sync, lms, remote, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("no memory")

    monkeypatch.setattr("openedx_catalog.contrib.sync.api._planning.dates_of", broken)
    remote.rows = rows(1)
    assert sync("lms").status == "ok"
    with pytest.raises(RuntimeError):
        sync("lms")
    assert (last_job().status, last_job().message) == ("aborted", "RuntimeError: no memory")
    assert SyncLease.objects.get().until is None


def test_a_name_is_that_of_one_source(lms):
    with pytest.raises(DuplicateValue, match="'lms' is already used by Source lms") as refused:
        api.create_source(name="lms", kind="file")
    assert refused.value.field == "name"


def test_a_source_whose_job_is_running_is_not_deleted(lms):
    lease = SyncLease.objects.create(source=lms, until=timezone.now() + timedelta(minutes=1))
    with pytest.raises(InvalidSource, match="running"):
        api.delete_source("lms")
    lease.delete()
    api.delete_source("lms")


def test_revert_leaves_what_has_no_former_value(sync, lms, remote):
    remote.rows = [row("A")]
    sync("lms")
    remote.rows[0]["name"] = "New"
    job = sync("lms").job
    run("A").history.order_by("history_id").first().delete()
    with pytest.raises(Exception, match="no history"):
        api.revert_sync(job)
    assert run("A").title == "New"


def test_more_may_vanish_than_a_statement_takes_values(sync, stocked, lms):
    run = CourseRun.objects.first()
    gone = (RunSource(source=lms, external_id=f"course-v1:Gone+{n}+1", run=run) for n in range(40_000))
    RunSource.objects.bulk_create(gone, batch_size=3000)
    stocked.rows = []
    assert sync("lms").status == "aborted"
    stocked.rows = rows(10)
    report = sync("lms")
    assert (report.status, "40000 of 40010" in report.message) == ("aborted", True)


def test_a_reason_that_cannot_be_stored_is_spelled_out(sync, stocked):
    def given(handler):
        handler.wfile.write(b"HTTP/1.1 400 a\x00b\r\nContent-Length: 0\r\n\r\n")
        handler.close_connection = True

    stocked.faults[1] = given
    assert well_ended(sync("lms")).status == "aborted"
    assert by_outcome(sync("lms", only=["course-v1:No+No+1"]))["missing"]


def test_a_loader_that_is_wrong_about_the_year_freezes_no_run(sync, stocked, monkeypatch):
    from openedx_catalog.contrib.sync.loaders import LmsLoader

    read = LmsLoader.rows_of
    ahead = datetime(2099, 1, 1, tzinfo=UTC)
    monkeypatch.setattr(LmsLoader, "rows_of", lambda self, item, observed_at: read(self, item, ahead))
    stocked.rows = [row("A", name="Ahead")]
    sync("lms", allow_mass_missing=True)
    assert CourseRun.objects.get(title="Ahead").source_time <= timezone.now()
    monkeypatch.setattr(LmsLoader, "rows_of", read)
    stocked.rows = [row("A", name="After")]
    assert counts(sync("lms")) == {"updated": 1}


# What is too long, or named twice


def test_a_page_that_names_something_twice_is_not_read(sync, lms, remote):
    remote.faults[1] = text('{"results": [{"id": "a", "name": "x", "id": "b"}], "pagination": {"next": null}}')
    assert "'id' stands twice" in well_ended(sync("lms")).message
    assert not CourseRun.objects.exists()


@pytest.mark.parametrize("long", ["e" + "\u0315\u0300\u0327" * 3000, "&amp;" * 5000], ids=["marks", "escaped"])
@pytest.mark.parametrize("field", ["id", "name"])
def test_what_is_too_long_is_refused_before_anything_is_done_with_it(sync, lms, remote, monkeypatch, field, long):
    """Nothing composes it, and nothing takes its escapes apart."""
    composing = SimpleNamespace(normalize=lambda form, given: _short(given), combining=unicodedata.combining)
    monkeypatch.setattr("openedx_catalog.lib.texts.unicodedata", composing)
    monkeypatch.setattr("html.unescape", _short)
    remote.faults[1] = listed(row(**{field: long}))
    report = well_ended(sync("lms"))
    assert [outcome.code for outcome in report.outcomes] == ["invalid_row" if field == "id" else "partly_taken"]
    assert len(report.outcomes[0].reason) < 500


def _short(given):
    assert len(given) <= 10_000, f"{len(given)} characters were worked through"
    return given


def test_the_run_that_a_row_of_a_file_names_is_not_kept_when_it_is_too_long(db, tmp_path, sync):
    from openedx_catalog.contrib.sync.api._listing import Listing

    listing = Listing.__new__(Listing)
    listing._named, listing.contradicting = {}, set()
    listing._note_key("x", SourceRow("x", "k" * 30_000, {}))
    assert listing._named == {}


@pytest.mark.parametrize("date", ["0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00"])
def test_a_date_outside_of_the_calendar_is_reported_as_such(sync, lms, remote, date):
    remote.rows = [row(start=date)]
    assert "1000 to 9999" in well_ended(sync("lms")).outcomes[0].reason
