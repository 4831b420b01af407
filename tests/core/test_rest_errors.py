"""What REST refuses: by name, with a code, and never with a fault of ours."""

import json

import pytest
from django.contrib.auth import get_user_model
from django.db import OperationalError
from rest_framework.test import APIClient

from openedx_catalog import api
from openedx_catalog.models_api import CatalogCourse, CourseRun
from tests.conftest import RUN_KEY, granted

from .test_rest import url

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

RUNS, COURSES, ORGANIZATIONS = url("course-runs"), url("catalog-courses"), url("organizations")
RUN, COURSE, ORG = url("course-runs", RUN_KEY), url("catalog-courses", "MITx+14.100x"), url("organizations", "MITx")


@pytest.fixture
def client():
    api.associate_course_run(RUN_KEY, title="Microeconomics")
    client = APIClient(raise_request_exception=True)
    user = get_user_model().objects.create_user("writer")
    client.force_authenticate(granted(user, "openedx_catalog", "organizations"))
    return client


@pytest.mark.parametrize(
    ("path", "field"),
    [
        (f"{RUNS}?orgg=MITx", "orgg"),
        (f"{RUNS}?course_keys=junk", "course_keys"),
        (f"{RUNS}?course_keys=100%25(x)s", "course_keys"),
        (f"{RUNS}?key=%00", "key"),
        (f"{RUNS}?org=%00", "org"),
        (f"{RUNS}?modified_since=2027-01-01", "modified_since"),
        (f"{RUNS}?modified_since=2027-02-30T00:00:00Z", "modified_since"),
        (f"{RUNS}?at=yesterday", "at"),
        (f"{RUNS}?status=open", "status"),
        (f"{RUNS}?enrollable=maybe", "enrollable"),
        (f"{RUNS}?association=2", "association"),
        (f"{RUNS}?uuids=1,2", "uuids"),
        (f"{RUNS}?ordering=password", "ordering"),
        (f"{RUNS}?language=Spanish%20", "language"),
        (f"{RUNS}?page=0", "page"),
        (f"{RUNS}?page_size=-1", "page_size"),
        (f"{RUNS}?page_size={'9' * 5000}", "page_size"),
        (f"{RUNS}?fields=secret", "fields"),
        (f"{RUNS}?view=full", "view"),
        (f"{RUN}?q=x", "q"),
        (f"{COURSES}?key=MITx", "key"),
        (f"{ORGANIZATIONS}?active=perhaps", "active"),
        (f"{RUNS}?course_keys={','.join(['a/b/c'] * 101)}", "course_keys"),
    ],
)
def test_a_parameter_that_makes_no_sense_is_named(client, path, field):
    response = client.get(path)
    assert response.status_code == 400, response.data
    assert list(response.data["errors"]) == [field]
    assert response.data["code"] == "invalid_request"


@pytest.mark.parametrize(
    ("method", "path", "body", "field", "code"),
    [
        ("post", RUNS, {"course_key": "junk"}, "course_key", "invalid_course_key"),
        ("post", RUNS, {}, "course_key", "invalid_request"),
        ("post", RUNS, {"course_key": 7}, "course_key", "invalid_request"),
        ("post", RUNS, {"course_key": "course-v1:A+B+C", "title": "t" * 256}, "title", "invalid_title"),
        ("post", RUNS, {"course_key": "course-v1:A+B+C", "title": "\ud800"}, "title", "invalid_request"),
        ("post", RUNS, {"course_key": "course-v1:A+B+C", "catalog_course": "A"}, "catalog_course", "invalid_catalog_key"),
        ("post", RUNS, {"course_key": "course-v1:A+B+C", "language": "Spanish"}, "language", "invalid_language"),
        ("post", RUNS, {"course_key": "course-v1:А+B+C"}, "org_code", "organization_not_found"),
        ("patch", RUN, {"title": ""}, "title", "invalid_request"),
        ("patch", RUN, {"title": " "}, "title", "invalid_title"),
        ("patch", RUN, {"schedule": {"start": "2027-01-01T00:00:00"}}, "schedule.start", "invalid_date"),
        ("patch", RUN, {"schedule": {"end": "2027-02-30T00:00:00Z"}}, "schedule.end", "invalid_date"),
        ("patch", RUN, {"schedule": {"pacing": "fast"}}, "schedule.pacing", "invalid_pacing"),
        ("patch", RUN, {"schedule": {"begin": None}}, "schedule.begin", "invalid_request"),
        ("patch", RUN, {"uuid": "0" * 32}, "uuid", "invalid_request"),
        ("patch", RUN, {"association": "explicit"}, "association", "invalid_request"),
        ("patch", RUN, {"id": 1}, "id", "invalid_request"),
        ("patch", RUN, [], "non_field_errors", "invalid_request"),
        ("post", f"{RUN}move/", {"catalog_course": "MITx+No", "reason": "r"}, "catalog_course", "invalid_request"),
        ("post", f"{RUN}move/", {"catalog_course": "MITx+14.100x", "reason": " "}, "reason", "reason_required"),
        ("post", f"{RUN}move/", {"catalog_course": "MITx+14.100x", "reason": "\x00"}, "reason", "invalid_request"),
        ("post", f"{COURSE}merge/", {"into": "MITx", "reason": "r"}, "into", "invalid_catalog_key"),
        ("post", f"{COURSE}merge/", {"into": "MITx+14.100x", "reason": "r"}, "into", "invalid_request"),
        ("post", f"{COURSE}rename/", {"course_code": "a b", "reason": "r"}, "course_code", "invalid_catalog_key"),
        ("post", COURSES, {"org_code": "MITx", "course_code": "a b"}, "course_code", "invalid_catalog_key"),
        ("patch", COURSE, {"language": "Spanish"}, "language", "invalid_language"),
        ("patch", COURSE, {"course_code": "other"}, "course_code", "invalid_request"),
        ("post", ORGANIZATIONS, {"short_name": "a b"}, "short_name", "invalid_organization_code"),
        ("patch", ORG, {"name": " "}, "name", "invalid_title"),
        ("patch", ORG, {"active": "perhaps"}, "active", "invalid_request"),
    ],
)
def test_a_value_that_the_api_refuses_is_named_on_its_field(client, method, path, body, field, code):
    response = getattr(client, method)(path, json.dumps(body), content_type="application/json")
    assert response.status_code == 400, response.data
    assert (list(response.data["errors"]), response.data["code"]) == ([field], code)
    assert response.data["detail"]
    assert (CourseRun.objects.count(), CatalogCourse.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 50_000 + b"]" * 50_000,
        b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
        b'{"title": ' + b"9" * 5000 + b"}",
        b'{"title": NaN}',
        b'{"title": "\xff"}',
        b'{"title": "a", "title": 7}',
        b'{"title": "' + b"t" * 10_000_000 + b'"}',
        b'{"title": "\\ud800"}',
        b"",
        b"null",
        b"junk",
    ],
    ids=lambda body: repr(body[:20]),
)
def test_a_body_that_makes_no_sense(client, settings, body):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 20_000_000
    for method, path in (("patch", RUN), ("post", RUNS), ("post", f"{RUN}move/"), ("post", f"{RUNS}resolve/")):
        response = getattr(client, method)(path, body, content_type="application/json")
        assert response.status_code in (200, 400), response.content[:300]
        assert method == "patch" or response.status_code == 400
    assert api.get_course_run(RUN_KEY).title in ("Microeconomics", "a")


def test_an_error_is_an_envelope(client):
    body = client.get(url("course-runs", "course-v1:No+such+run")).json()
    assert set(body) == {"type", "title", "status", "detail", "instance", "code"}
    assert (body["status"], body["code"]) == (404, "not_found")
    assert body["instance"] == "/api/catalog/v1/course-runs/course-v1:No+such+run/"


def test_a_parameter_is_refused_where_something_is_created_too(client):
    response = client.post(f"{RUNS}?dry_run=1", {"course_key": "course-v1:A+B+C"}, format="json")
    assert (response.status_code, list(response.data["errors"])) == (400, ["dry_run"])


@pytest.mark.parametrize(("method", "status", "title"), [("put", 405, "Method Not Allowed"), ("post", 415, "Unsupported")])
def test_what_the_envelope_has_no_type_for_is_not_called_our_fault(client, method, status, title):
    response = getattr(client, method)(RUNS, b"<xml/>", content_type="application/xml")
    assert response.status_code == status
    assert response.data["type"] == "about:blank"
    assert title in response.data["title"]


def test_a_conflict_that_only_the_caller_can_repeat(client, monkeypatch):
    from openedx_catalog.exceptions import RetryableConflict

    def fail(*args, **kwargs):
        raise RetryableConflict(reason="deadlock")

    monkeypatch.setattr(api, "update_course_run", fail)
    response = client.patch(RUN, {"title": "x"}, format="json")
    assert (response.status_code, response.data["code"]) == (409, "retryable_conflict")


def test_html_stays_text(client):
    title = "<script>alert(1)</script>{x}"
    assert client.patch(RUN, {"title": title}, format="json").data["title"] == title
    response = client.get(RUN)
    assert response["Content-Type"] == "application/json"


@pytest.mark.parametrize("headers", [{}, {"If-Match": "*"}])
def test_a_lock_that_was_not_to_be_had_is_a_conflict(client, monkeypatch, headers):
    def locked(*args, **kwargs):
        raise OperationalError("database is locked")

    monkeypatch.setattr("django.db.models.Model.save", locked)
    response = client.patch(RUN, {"title": "Another"}, format="json", headers=headers)
    assert (response.status_code, response.data["code"]) == (409, "retryable_conflict")
