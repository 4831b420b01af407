"""A client secret belongs to a place: whoever edits a source's address sends it nowhere else."""

import logging

import pytest
from django.core import checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.urls import reverse

from openedx_catalog.contrib.sync import api, credentials
from openedx_catalog.contrib.sync.exceptions import CredentialsRefused, InvalidSource
from openedx_catalog.contrib.sync.models_api import Source, SyncOutcome

from .conftest import counts, last_job, rows
from .remote import Remote, redirect, text

pytestmark = [pytest.mark.django_db, pytest.mark.once]

TOKEN = "/oauth2/access_token"
CLIENT = {"client_id": "id", "client_secret": "s3cret"}


@pytest.fixture
def elsewhere():
    """Another service: whoever has edited the source listens there."""
    server = Remote()
    yield server
    server.close()


@pytest.fixture
def bound(lms, remote, settings):
    """``bound(…)``: the entry of the source; without arguments it is bound to where the source stands."""

    def entry(**values):
        settings.OPENEDX_CATALOG_SYNC_CREDENTIALS = {"lms": {**CLIENT, **(values or {"base_url": remote.url})}}
        remote.pages[TOKEN] = {"access_token": "abc", "expires_in": 3600}
        remote.rows = rows(2)

    entry()
    return entry


def of(**values):
    """What is sent to a source named "lms" at this address."""
    return credentials.credentials_of(Source(name="lms", kind="lms", **values))


def test_a_secret_goes_where_the_settings_say(sync, bound, remote):
    assert counts(sync("lms")) == {"created": 2}
    assert [path for _method, path, _query, body in remote.asked if "s3cret" in str(body)] == [TOKEN]


def test_a_source_that_was_moved_gets_no_secret_and_is_not_asked(sync, bound, remote, elsewhere):
    elsewhere.pages[TOKEN] = {"access_token": "abc", "expires_in": 3600}
    elsewhere.rows = rows(2)
    api.update_source("lms", base_url=elsewhere.url)
    for report in (sync("lms", dry_run=True), sync("lms")):
        assert (report.status, elsewhere.asked, remote.asked) == ("aborted", [], [])
        assert remote.url in report.message
        assert elsewhere.url in report.message
    assert (last_job().message, last_job().status, "s3cret" in report.message) == (report.message, "aborted", False)


@pytest.mark.parametrize(
    ("entry", "at", "is_sent"),
    [
        ({"base_url": "https://lms.example.org"}, "https://lms.example.org", True),
        ({"base_url": "https://lms.example.org"}, "https://LMS.example.org:443/lms", True),
        ({"hosts": ["lms.example.org"]}, "https://lms.example.org", True),
        ({"hosts": ["a.example.org", "lms.example.org:8443"]}, "https://lms.example.org:8443", True),
        ({"base_url": "https://lms.example.org"}, "http://lms.example.org", False),
        ({"base_url": "https://lms.example.org"}, "http://lms.example.org:443", False),
        ({"base_url": "https://lms.example.org"}, "https://lms.example.org:80", False),
        ({"base_url": "https://lms.example.org"}, "https://lms.example.org:8443", False),
        ({"base_url": "https://lms.example.org"}, "https://lms.example.org:0", False),
        ({"base_url": "https://lms.example.org"}, "https://lms.example.org.", False),
        ({"base_url": "https://lms.example.org"}, "https://lms%2eexample.org", False),
        ({"base_url": "https://lms.example.org"}, "https://[::ffff:1.2.3.4]", False),
        ({"base_url": "https://lms.example.org"}, "https://2130706433", False),
        ({"base_url": "https://lms.example.org"}, "https://lms.example.org.evil.org", False),
        ({"base_url": "https://lms.example.org"}, "https://evil.org\\@lms.example.org", False),
        ({"base_url": "https://lms.example.org"}, "https://lms.example.org@evil.org", False),
        ({"base_url": "https://lms.example.org"}, "https://ｌms.example.org", False),
        ({"hosts": ["lms.example.org"]}, "https://evil.org/lms.example.org", False),
        ({}, "https://lms.example.org", False),
        ({"base_url": "http://lms.example.org"}, "http://lms.example.org", False),
        ({"base_url": "https://lms.example.org", "token_url": "http://lms.example.org/t"}, "https://lms.example.org", False),
        ({"base_url": "lms.example.org"}, "https://lms.example.org", False),
        ({"hosts": "lms.example.org"}, "https://lms.example.org", False),
        ({"hosts": 5}, "https://lms.example.org", False),
        ({"base_url": "https://lms.example.org", "host": "x"}, "https://lms.example.org", False),
    ],
)
def test_a_place_is_scheme_host_and_port_and_has_to_be_https(settings, entry, at, is_sent):
    settings.OPENEDX_CATALOG_SYNC_CREDENTIALS = {"lms": {**CLIENT, **entry}}
    if is_sent:
        assert of(base_url=at).client_secret == "s3cret"
    else:
        with pytest.raises(CredentialsRefused):
            of(base_url=at)


def test_plain_http_is_for_a_private_host_that_two_settings_name(settings):
    settings.OPENEDX_CATALOG_SYNC_CREDENTIALS = {"lms": {**CLIENT, "base_url": "http://127.0.0.1:8000"}}
    assert of(base_url="http://127.0.0.1:8000").token_url == "http://127.0.0.1:8000"
    for at in ("http://127.0.0.1:8001", "https://127.0.0.1:8000", "http://localhost:8000"):
        with pytest.raises(CredentialsRefused):
            of(base_url=at)
    settings.OPENEDX_CATALOG_SYNC_ALLOWED_PRIVATE_HOSTS = ()
    with pytest.raises(CredentialsRefused, match="not https"):
        of(base_url="http://127.0.0.1:8000")


def test_tokens_come_from_where_the_settings_say_whatever_the_source_says(settings):
    entry = {**CLIENT, "base_url": "https://lms.example.org/lms", "token_url": "https://sso.example.org/oauth2"}
    settings.OPENEDX_CATALOG_SYNC_CREDENTIALS = {"lms": entry}
    assert of(base_url="https://lms.example.org/elsewhere").token_url == "https://sso.example.org/oauth2"
    del entry["token_url"]
    assert of(base_url="https://lms.example.org/elsewhere").token_url == "https://lms.example.org/lms"


def test_a_source_without_an_entry_is_asked_anonymously_and_a_file_has_none(settings):
    assert of(base_url="https://lms.example.org") is None
    settings.OPENEDX_CATALOG_SYNC_CREDENTIALS = {"lms": CLIENT}
    assert credentials.credentials_of(Source(name="lms", kind="file")) is None
    settings.OPENEDX_CATALOG_SYNC_CREDENTIALS = {"lms": {"base_url": "https://lms.example.org", "client_id": "id"}}
    with pytest.raises(InvalidSource, match="client_secret"):
        of(base_url="https://lms.example.org")


def test_a_name_that_is_given_to_another_source_inherits_no_secret(sync, bound, remote, elsewhere):
    api.delete_source("lms")
    api.create_source(name="lms", kind="discovery", base_url=elsewhere.url)
    assert (sync("lms").status, elsewhere.asked) == ("aborted", [])


# Redirects


@pytest.mark.parametrize("path", [TOKEN, "/api/courses/v1/courses/"])
def test_a_redirect_to_another_host_carries_nothing(sync, bound, remote, elsewhere, path):
    remote.faults[path] = redirect(f"{elsewhere.url}{path}")
    assert (sync("lms").status, elsewhere.asked) == ("aborted", [])


# Where it would stand in a message or a log


def raw(line):
    """A line of bytes, whatever it is."""

    def write(handler):
        handler.wfile.write(line)
        handler.close_connection = True

    return write


@pytest.mark.parametrize(
    ("answered", "why"),
    [
        (text("access_token=t0ken&token_type=jwt"), "is not JSON"),
        (text("client_secret=s3cret"), "is not JSON"),
        (raw(b"access_token=t0ken\r\n\r\n"), "there is no answer"),
        (raw(b"HTTP/1.1 403 client_secret=s3cret\r\nContent-Length: 0\r\n\r\n"), "it answers 403"),
    ],
    ids=["another form", "an echo", "no HTTP", "the status line"],
)
def test_no_secret_is_in_a_job_or_a_log(sync, bound, remote, caplog, answered, why):
    remote.faults[TOKEN] = answered
    with caplog.at_level(logging.DEBUG):
        report = sync("lms")
    assert (report.status, why in report.message) == ("aborted", True)
    texts = [report.message, caplog.text, *SyncOutcome.objects.values_list("reason", flat=True)]
    assert not any(secret in text for secret in ("s3cret", "t0ken") for text in texts)


def test_a_token_that_fits_into_no_header_is_in_no_message(sync, bound, remote, caplog):
    remote.pages[TOKEN] = {"access_token": "t0ken\n", "expires_in": 3600}
    report = sync("lms")
    assert (report.status, "t0ken" in report.message, "t0ken" in caplog.text) == ("aborted", False, False)
    assert "s3cret" not in repr(credentials.Credentials("id", "s3cret", "https://lms.example.org"))


# Where it is reported


def test_check_says_which_entries_are_bound_to_no_place(settings):
    settings.OPENEDX_CATALOG_SYNC_CREDENTIALS = {
        "a": {**CLIENT, "base_url": "https://a.example.org"}, "b": CLIENT, "c": {**CLIENT, "base_url": "http://c.example.org"},
        "d": "secret",
    }  # fmt: skip
    with pytest.raises(SystemCheckError) as refused:
        call_command("check")
    text = str(refused.value)
    assert [text.count(f"of '{name}'") for name in "abcd"] == [0, 1, 1, 1]
    assert ("openedx_catalog_sync.E001" in text, "s3cret" in text) == (True, False)


def test_check_says_which_sources_stand_elsewhere(bound, remote):
    assert _source_checks() == []
    Source.objects.update(base_url="https://evil.example.org")
    (found,) = _source_checks()
    assert (found.id, "evil.example.org" in found.msg, remote.url in found.msg) == ("openedx_catalog_sync.W001", True, True)


def _source_checks():
    found = checks.run_checks(tags=[checks.Tags.database], databases=["default"])
    return [check for check in found if check.id.startswith("openedx_catalog_sync")]


def test_the_page_of_a_source_says_so(admin_client, bound, remote):
    page = reverse("admin:openedx_catalog_sync_source_change", args=[api.get_source("lms").pk])
    assert "In OPENEDX_CATALOG_SYNC_CREDENTIALS" in admin_client.get(page).content.decode()
    Source.objects.update(base_url="https://evil.example.org")
    shown = admin_client.get(page).content.decode()
    assert f"they are for {remote.url}, and it is at https://evil.example.org" in shown
    assert "s3cret" not in shown
