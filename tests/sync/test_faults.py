"""What another service may answer, over real HTTP, by number (Y1 to Y11)."""

import gzip
import json
import tracemalloc
import zlib
from email.utils import format_datetime

import pytest
from django.utils import timezone

from openedx_catalog.contrib.sync import api
from openedx_catalog.contrib.sync.client import Client
from openedx_catalog.contrib.sync.exceptions import InvalidSource
from openedx_catalog.contrib.sync.models_api import RunSource
from openedx_catalog.models_api import CourseRun

from . import remote as faults
from .conftest import by_outcome, counts, last_job, missing, row, rows
from .remote import COURSES, answer, packed, redirect, status, text

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def stocked(sync, lms, remote):
    """Ten runs, stored and listed."""
    remote.rows = rows(10)
    sync("lms")
    return remote


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (status(404), "remote_not_found"),
        (status(401), "access_refused"),
        (status(403), "access_refused"),
        (status(400), "request_refused"),
        (status(500), "remote_unavailable"),
        (status(429), "rate_limited"),
        (faults.reset, "remote_unreachable"),
        (faults.truncated, "remote_unreachable"),
        (text("<html>Sign in, please</html>"), "not_json"),
        (answer({"detail": "no results"}), "unexpected_answer"),
        (answer({"results": {"a": 1}, "pagination": {"next": None}}), "unexpected_answer"),
        (answer(["a list"]), "unexpected_answer"),
        (answer(None), "unexpected_answer"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_y04_y08_13_each_fault_has_its_own_name_and_is_never_an_empty_success(sync, stocked, fault, code):
    stocked.faults[1] = fault
    report = sync("lms")
    assert (report.status, counts(report), missing()) == ("aborted", {}, [])
    assert CourseRun.objects.count() == 10
    assert report.message.startswith(stocked.url)
    rehearsed = sync("lms", dry_run=True)
    assert (rehearsed.status, rehearsed.message) == ("aborted", report.message)
    # On a later page the rest is taken, and nothing is missing.
    stocked.size, stocked.faults = 5, {2: fault}
    later = sync("lms")
    if code == "remote_not_found":
        # A listing may end so: its number of pages is an estimate.
        assert (later.status, counts(later), missing()) == ("ok", {"unchanged": 5}, [])
    else:
        assert (later.status, counts(later), missing()) == ("partial", {"unchanged": 5, "failed": 5}, [])
        assert by_outcome(later)["failed"][0].code == code


def test_y08_a_login_page_is_quoted(sync, stocked):
    stocked.faults[1] = text("<html>\n<title>Sign in</title>" + "x" * 5000)
    message = sync("lms").message
    assert "text/html" in message
    assert "<html> <title>Sign in</title>" in message
    assert len(message) < 400


def test_y03_what_may_pass_is_tried_again(sync, stocked, clock):
    stocked.faults[1] = [status(503), faults.reset, faults.truncated]
    assert counts(sync("lms")) == {"unchanged": 10}
    assert len(clock.slept) >= 3


@pytest.mark.parametrize("wanted", ["5", "date", "1000000000", "soon"])
def test_y03_12_retry_after_is_heeded_and_capped(sync, stocked, clock, wanted):
    moment = format_datetime(timezone.now() + timezone.timedelta(seconds=20), usegmt=True) if wanted == "date" else wanted
    stocked.faults[1] = [status(429, Retry_After=moment)]
    before = len(clock.slept)
    report = sync("lms")
    waited = max(clock.slept[before:])
    assert counts(report) == {"unchanged": 10}
    low, high = {"5": (5, 6), "date": (15, 21), "1000000000": (60, 60), "soon": (0, 3)}[wanted]
    assert low <= waited <= high


def test_12_a_source_that_only_ever_says_later_ends_within_the_time_of_a_call(sync, stocked, clock, settings):
    settings.OPENEDX_CATALOG_SYNC_TIMEOUT = 90
    stocked.faults[1] = status(429, Retry_After="60")
    before = sum(clock.slept)
    assert sync("lms").status == "aborted"
    assert sum(clock.slept) - before < 90


def test_12_no_more_requests_a_minute_than_the_source_allows(sync, stocked, clock):
    api.update_source("lms", per_minute=6)
    stocked.size = 2
    sync("lms")
    # Four gaps of ten seconds, less what the requests themselves took.
    assert sum(clock.slept) > 35


@pytest.mark.parametrize("fault", [faults.drip, faults.drip_headers], ids=["body", "headers"])
def test_y05_an_answer_that_drips_is_cut_when_its_time_is_over(lms, remote, settings, fault):
    settings.OPENEDX_CATALOG_SYNC_TIMEOUT = 0.4
    remote.faults[1] = fault
    report = api.sync_source("lms")
    assert report.status == "aborted"
    assert "did not" in report.message


def test_y06_a_bomb_is_not_unpacked(sync, stocked):
    stocked.faults[1] = faults.bomb
    tracemalloc.start()
    try:
        report = sync("lms")
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert report.status == "aborted"
    assert "larger than" in report.message
    assert peak < 100 * 2**20


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "zstd"])
def test_y06_what_may_be_a_larger_bomb_is_not_read(sync, stocked, encoding):
    stocked.faults[1] = packed(gzip.compress(gzip.compress(b"{}")), encoding)
    report = sync("lms")
    assert report.status == "aborted"
    assert f"packed as {encoding}, expected gzip, deflate" in report.message


@pytest.mark.parametrize(("encoding", "pack"), [("GZIP", gzip.compress), ("deflate", zlib.compress), ("identity", bytes)])
def test_an_answer_may_be_packed_as_was_asked_for(sync, stocked, encoding, pack):
    listing = {"results": rows(10), "pagination": {"next": None, "count": 10, "num_pages": 1}}
    stocked.faults[1] = packed(pack(json.dumps(listing).encode()), encoding)
    assert counts(sync("lms")) == {"unchanged": 10}


@pytest.mark.parametrize(
    "to",
    [
        "http://169.254.169.254/latest/",
        "file:///etc/passwd",
        "http://127.0.0.2/",
        "http://127.0.0.1:1/",
        "//example.org/x",
        "ftp://x/",
    ],
)
def test_y07_a_redirect_elsewhere_is_refused(sync, stocked, to):
    stocked.faults[1] = redirect(to)
    report = sync("lms")
    assert (report.status, counts(report)) == ("aborted", {})
    assert "only 127.0.0.1" in report.message or "expected an http" in report.message


def test_y07_a_redirect_within_the_host_is_followed_and_not_in_circles(sync, stocked):
    stocked.faults[1] = redirect("/elsewhere/")
    stocked.pages["/elsewhere/"] = stocked.listed(1)
    assert counts(sync("lms")) == {"unchanged": 10}
    stocked.faults["/elsewhere/"] = redirect("/elsewhere/")
    assert "circle" in sync("lms").message


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "0.0.0.0", "2130706433", "[::1]", "10.0.0.1", "169.254.169.254"],  # noqa: S104
)
def test_y07_private_addresses_are_refused_unless_a_setting_names_them(lms, remote, sync, settings, host):
    settings.OPENEDX_CATALOG_SYNC_ALLOWED_PRIVATE_HOSTS = ()
    port = remote.url.rpartition(":")[2]
    api.update_source("lms", base_url=f"http://{host}:{port}")
    report = sync("lms")
    assert (report.status, remote.asked) == ("aborted", [])
    assert "private" in report.message


def test_y09_19_pages_that_run_in_a_circle_end_the_listing_and_nothing_is_missing(sync, stocked):
    stocked.size = 5
    first = stocked.listed(1)
    stocked.faults[1] = answer({**first, "pagination": {"next": f"{stocked.url}{COURSES}?page_size=100"}})
    report = sync("lms")
    assert (report.status, counts(report), missing()) == ("partial", {"unchanged": 5, "failed": 1}, [])
    assert "lead back" in report.message


def test_19_a_listing_without_an_end_is_left_after_so_many_pages(sync, lms, remote, settings):
    settings.OPENEDX_CATALOG_SYNC_MAX_PAGES = 20
    endless = iter(range(10**9))

    def another(handler):
        number = next(endless)
        handler.send_json({
            "results": [row(f"E{number}")], "pagination": {"next": f"{remote.url}{COURSES}?page={number + 2}", "count": 10**9},
        })  # fmt: skip

    remote.faults = dict.fromkeys(range(1, 100), another)
    report = sync("lms")
    assert (report.status, counts(report)) == ("partial", {"created": 20, "failed": 1})
    assert "more than 20 pages" in report.message


def test_19_next_on_another_host_is_not_asked(sync, stocked):
    stocked.size = 5
    stocked.faults[1] = answer({**stocked.listed(1), "pagination": {"next": "http://example.org/page2"}})
    report = sync("lms")
    assert (report.status, counts(report), missing()) == ("partial", {"unchanged": 5, "failed": 1}, [])
    assert by_outcome(report)["failed"][0].code == "address_refused"


def test_19_a_proxy_that_says_http_of_an_https_host_is_not_another_host(remote):
    with Client("https://lms.example.org") as client:
        assert client.own_url("http://lms.example.org/x?page=2") == "https://lms.example.org/x?page=2"


def test_y09_a_total_that_changes_while_it_is_read_proves_nothing(sync, db, remote):
    api.create_source(name="discovery", kind="discovery", base_url=remote.url, create_missing=True, per_minute=6000)
    remote.rows, remote.size = [{"key": f"course-v1:MITx+A+{number}", "title": "A"} for number in range(10)], 4
    sync("discovery")

    def shrink(handler):
        answered = remote.listed_runs(0, None)
        del remote.rows[0]
        handler.send_json(answered)

    remote.faults[1] = [shrink]
    report = sync("discovery")
    assert (report.status, missing()) == ("partial", [])
    assert "changed while" in report.message


def test_y02_an_empty_list_changes_nothing(sync, stocked):
    stocked.rows = []
    assert (sync("lms").status, missing()) == ("aborted", [])
    assert last_job().message.startswith("The source lists nothing")


def test_y11_one_bad_item_among_a_thousand(sync, lms, remote):
    remote.rows = rows(1000)
    remote.rows[500]["start"] = {"not": "a date"}
    report = sync("lms")
    assert (report.status, counts(report)) == ("partial", {"created": 1000})
    assert [outcome.external_id for outcome in report.outcomes if outcome.code] == [remote.rows[500]["id"]]


def test_tokens_come_from_the_source_and_are_kept(sync, lms, remote, settings):
    settings.OPENEDX_CATALOG_SYNC_CREDENTIALS = {"lms": {"client_id": "id", "client_secret": "secret", "base_url": remote.url}}
    remote.pages["/oauth2/access_token"] = {"access_token": "abc", "expires_in": 3600, "token_type": "JWT"}
    remote.rows, remote.size = rows(4), 2
    assert counts(sync("lms")) == {"created": 4}
    tokens = [body for _method, path, _query, body in remote.asked if path == "/oauth2/access_token"]
    assert len(tokens) == 1
    assert "client_secret=secret" in tokens[0]
    remote.faults["/oauth2/access_token"] = status(401)
    report = sync("lms")
    assert (report.status, "oauth2" in report.message) == ("aborted", True)
    assert "secret" not in report.message


def test_what_a_source_is_configured_with_is_checked(lms, remote):
    for wrong in (
        {"base_url": "file:///etc/passwd"}, {"base_url": "http://user:pw@host/"}, {"base_url": "http://x/?a=b"},
        {"base_url": "https://evil.org\\.lms.example.org"},
        {"base_url": ""}, {"field_map": {"title": 3}},
        {"base_url": None}, {"field_map": {"title": ""}}, {"field_map": {"nope": "x"}}, {"field_map": []},
        {"per_minute": 0}, {"per_minute": "many"}, {"max_missing_percent": 101}, {"retire_after": 0}, {"every_minutes": 0},
        {"enabled": "yes"},
        {"create_missing": None}, {"unheard_of": 1}, {"organizations": "MITx"},
    ):  # fmt: skip
        with pytest.raises(InvalidSource):
            api.update_source("lms", **wrong)
    for wrong in ("", "LMS", "a b", "x" * 65, None):
        with pytest.raises(InvalidSource):
            api.create_source(name=wrong, kind="lms", base_url="http://x")
    with pytest.raises(InvalidSource, match="kind"):
        api.create_source(name="x", kind="nope", base_url="http://x")
    with pytest.raises(api.get_source("lms").DoesNotExist):
        api.sync_source("nobody")
    api.update_source("lms", enabled=False)
    with pytest.raises(InvalidSource, match="not enabled"):
        api.sync_source("lms")
    api.delete_source("lms")
    assert not RunSource.objects.exists()
