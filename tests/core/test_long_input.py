"""Whatever is too long: refused before anything costly is done with it, and forgotten afterwards, through every door."""

import gc
import inspect
import io
import json
import sys
from types import SimpleNamespace
from unicodedata import combining, is_normalized, normalize
from urllib.parse import quote

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ObjectDoesNotExist, RequestDataTooBig
from django.urls import reverse
from rest_framework.serializers import CharField, ListField
from rest_framework.test import APIClient

from openedx_catalog import api, keys
from openedx_catalog.abstract_models import find_organization, normalize_language
from openedx_catalog.exceptions import CatalogError, InvalidCatalogKey, InvalidCourseKey, OrganizationNotFound
from openedx_catalog.lib import strict_json, texts
from openedx_catalog.lib.rest import base
from openedx_catalog.rest_api.v1 import serializers
from openedx_catalog.rest_api.v1.filters import CourseRunFilter
from openedx_catalog.transfer import UnreadableFile, open_catalog_file
from tests.conftest import RUN_KEY

from .test_rest import url

pytestmark = [pytest.mark.django_db, pytest.mark.newest]

# Composing sorts marks, which takes a time that grows with the square of a row of them.
MARKS = "e" + "\u0315\u0300\u0327" * 4000
LONG = "x" * 100_000
RUNS = url("course-runs")


@pytest.fixture
def composed(monkeypatch):
    """The texts that were composed; one that is longer than a key can ever be, or has a long row of marks, fails the test."""
    given = []

    def watched(form, text):
        row = longest = 0
        for character in text:
            row = row + 1 if combining(character) else 0
            longest = max(longest, row)
        given.append(text)
        assert len(text) <= texts.MAX_GIVEN, f"{len(text)} characters were composed"
        assert longest <= texts.MAX_MARKS, f"{longest} marks in a row were composed"
        return normalize(form, text)

    watching = SimpleNamespace(normalize=watched, combining=combining, is_normalized=is_normalized)
    monkeypatch.setattr(texts, "unicodedata", watching)
    return given


@pytest.fixture
def client():
    api.associate_course_run(RUN_KEY, title="Microeconomics")
    client = APIClient()
    client.force_authenticate(get_user_model().objects.create_superuser("writer"))
    return client


def kept():
    """Every text that a cache of ours holds."""
    given = []
    ours = [module for name, module in list(sys.modules.items()) if name.startswith("openedx_catalog")]
    for module in ours:
        for _name, found in inspect.getmembers(module, lambda found: hasattr(found, "cache_info")):
            waiting, seen = gc.get_referents(found), set()
            while waiting:
                thing = waiting.pop()
                if isinstance(thing, str):
                    given.append(thing)
                elif isinstance(thing, dict | tuple | list) and id(thing) not in seen:
                    seen.add(id(thing))
                    waiting += gc.get_referents(thing)
    return given


# The one function per bound


@pytest.mark.parametrize("text", [MARKS, f"course-v1:{MARKS}+B+C", "e" + "\u0301" * 31, "é" * 5000], ids=len)
def test_what_is_too_much_is_refused_before_it_is_composed(composed, text):
    for read in (keys.parse_course_key, keys.normalize_course_key):
        with pytest.raises(InvalidCourseKey) as caught:
            read(text)
        assert len(str(caught.value)) < 500
    for code in (text, f"{text}+x", f"x+{text}"):
        with pytest.raises(InvalidCatalogKey):
            keys.parse_catalog_key(code)
    with pytest.raises(InvalidCatalogKey):
        keys.check_code(text)
    assert len(keys.fold(text)) >= len(text)
    assert composed == []


def test_the_reason_is_named():
    with pytest.raises(InvalidCourseKey, match="longer than 255 characters"):
        keys.parse_course_key("é" * 5000)
    with pytest.raises(InvalidCourseKey, match="more than 30 combining marks in a row"):
        keys.parse_course_key("e" + "\u0301" * 31)


def test_a_key_that_is_short_once_composed_is_taken():
    """Four characters at most become one: what a Mac calls é is two."""
    decomposed = normalize("NFD", "course-v1:A+" + "é" * 200 + "+C")
    assert len(decomposed) > keys.MAX_LENGTH
    assert keys.parse_course_key(decomposed).course == "é" * 200
    assert max(len(normalize("NFD", chr(code))) for code in range(0x110000)) == texts.MAX_GIVEN / keys.MAX_LENGTH


def test_thirty_marks_are_what_unicode_calls_safe():
    assert keys.fold("E" + "\u0301" * 30) == "é" + "\u0301" * 29


# Doors


@pytest.mark.parametrize("text", [MARKS, LONG, " " * 100_000 + "é" * 2000], ids=["marks", "letters", "blanks"])
def test_no_function_composes_it(composed, text):
    api.associate_course_run(RUN_KEY)
    calls = [
        lambda: api.get_course_run(text),
        lambda: api.get_course_runs([text, RUN_KEY]),
        lambda: api.resolve_course_runs([text, RUN_KEY]),
        lambda: api.get_catalog_course(key_str=text),
        lambda: api.get_catalog_course(org_code=text, course_code="x"),
        lambda: api.find_catalog_course(org_code="MITx", course_code=text),
        lambda: api.find_organization_by_code(text),
        lambda: list(api.iter_associations(org_code=text)),
        lambda: api.create_organization(short_name=text),
        lambda: api.create_organization(short_name="A", name=text),
        lambda: api.create_catalog_course(org_code=text, course_code="x"),
        lambda: api.create_catalog_course(org_code="MITx", course_code=text),
        lambda: api.associate_course_run(text),
        lambda: api.associate_course_run(RUN_KEY, title=text),
        lambda: api.associate_course_run(RUN_KEY, catalog_course=text),
        lambda: api.rename_catalog_course(api.get_catalog_course(key_str="MITx+14.100x"), course_code=text, reason="r"),
        lambda: normalize_language(text),
    ]
    reported = [""]
    for call in calls:
        try:
            call()
        except (CatalogError, ObjectDoesNotExist) as error:
            reported.append(str(error))
    assert max(map(len, reported)) < 1500


def test_rows_of_a_file_are_invalid_and_say_why(composed):
    records = [api.AssociationRecord(MARKS), api.AssociationRecord(RUN_KEY, catalog_course=MARKS, line=2)]
    records.append(api.AssociationRecord("course-v1:A+B+C", title=MARKS, language=MARKS, pacing=MARKS, start=MARKS, line=3))
    report = api.associate_course_runs(records, source="test")
    assert (report.outcomes["invalid"], report.outcomes["created"]) == (2, 1)
    codes = [problem.code for problem in report.problems]
    assert codes == ["invalid_course_key", "invalid_catalog_key", "invalid_title", "invalid_language", "invalid_date",
                     "invalid_pacing"]  # fmt: skip
    assert max(len(problem.course_key) + len(problem.reason) for problem in report.problems) < 1500


def test_an_organization_of_such_a_name_is_not_asked_for(django_assert_num_queries):
    from organizations.models import Organization

    with django_assert_num_queries(0), pytest.raises(OrganizationNotFound, match="longer than 255"):
        find_organization(Organization, LONG)


@pytest.mark.parametrize("text", [MARKS[:3000], LONG], ids=["marks", "letters"])
@pytest.mark.parametrize("name", [*CourseRunFilter.base_filters, "fields", "view"])
def test_a_parameter_of_a_list(client, composed, name, text):
    response = client.get(RUNS, QUERY_STRING=f"{name}={quote(text)}")
    assert response.status_code == 400
    assert list(response.data["errors"]) == [name]
    assert len(response.content) < 20_000


@pytest.mark.parametrize("query", [f"{LONG}=1", f"{quote(MARKS[:3000])}=1", "&".join(f"{'n' * 500}{n}=1" for n in range(900))])
def test_parameters_that_are_not_known_are_named_in_short(client, query):
    response = client.get(RUNS, QUERY_STRING=query)
    assert response.status_code == 400
    assert len(response.data["errors"]) <= 20
    assert len(response.content) < 6000


@pytest.mark.parametrize("path", ["course-runs", "catalog-courses", "organizations"])
def test_a_key_in_a_path(client, composed, path):
    for text in (MARKS[:3000], "A+" + MARKS[:3000], LONG):
        response = client.get(f"{url(path)}{quote(text, safe='+')}/")
        assert response.status_code == 404
        assert len(response.data["detail"]) < 1500


def test_a_column_that_is_ordered_by_often_is_ordered_by_once(client):
    often = ",".join(["title", "-title", "created"] * 1000)
    assert client.get(RUNS, {"ordering": often}).status_code == 200


def test_keys_to_resolve(client, composed):
    wanted = [MARKS[:2000], "e" + "\u0301" * 500, " " * 5000 + RUN_KEY, "x" * 5000, RUN_KEY]
    body = client.post(f"{RUNS}resolve/", {"course_keys": wanted}, format="json").data
    assert set(body["runs"]) == {RUN_KEY, " " * 5000 + RUN_KEY}
    assert body["invalid"] == [MARKS[:2000], "e" + "\u0301" * 500, "x" * 5000]


def test_the_length_of_a_list_is_looked_at_before_what_is_in_it(client, monkeypatch):
    monkeypatch.setattr(serializers.Text, "run_validation", lambda *args: pytest.fail("a child was looked at"))
    response = client.post(f"{RUNS}resolve/", {"course_keys": [""] * 200_000}, format="json")
    assert response.status_code == 400
    assert list(response.data["errors"]) == ["course_keys"]


def test_every_list_of_a_body_has_two_limits():
    fields = [
        field
        for writer in vars(serializers).values()
        if isinstance(writer, type) and issubclass(writer, serializers.Writer)
        for field in writer().fields.values()
        if isinstance(field, ListField)
    ]
    assert fields
    for field in fields:
        assert field.max_length
        # Of an item that has fields, each of these.
        parts = getattr(field.child, "fields", {"": field.child}).values()
        assert all(part.max_length for part in parts if isinstance(part, CharField))


def test_a_body_that_is_too_large_is_not_read(client, monkeypatch):
    monkeypatch.setattr(strict_json, "loads", lambda *args, **kwargs: pytest.fail("it was parsed"))
    for path in (RUNS, f"{RUNS}resolve/"):
        response = client.post(path, b" " * (base.MAX_BODY + 1), content_type="application/json")
        assert (response.status_code, response.data["code"]) == (400, "body_too_large")


def test_names_that_cannot_be_written_are_named_in_short(client):
    for name in ("n", "n" * 500):
        response = client.post(RUNS, {f"{number}{name}": 1 for number in range(1000)}, format="json")
        assert response.status_code == 400
        assert len(response.data["errors"]) == 20
        assert len(response.content) < 6000


@pytest.mark.parametrize("model", ["courserun", "catalogcourse", "inboxmessage", "outboxmessage"])
def test_the_search_of_the_admin(admin_client, composed, model):
    page = reverse(f"admin:openedx_catalog_{model}_changelist")
    for text in (MARKS, LONG, "a " * 10_000, "é" * 3000):
        assert admin_client.get(page, {"q": text}).status_code in (200, 302)


# What is kept


def test_no_cache_keeps_what_was_only_given(client):
    blanks = " " * 50_000
    for text in (blanks + RUN_KEY, RUN_KEY + blanks, LONG, MARKS, "course-v1:A+B+" + "C" * 5000):
        for read in (api.get_course_run, api.get_course_runs, keys.normalize_course_key, keys.parse_catalog_key):
            try:
                read([text] if read is api.get_course_runs else text)
            except CatalogError:
                continue
    client.post(f"{RUNS}resolve/", {"course_keys": [" " * 5000 + RUN_KEY]}, format="json")
    cached = kept()
    assert RUN_KEY in cached
    # Every text that was given is longer; statements that are kept are not.
    assert max(map(len, cached)) < 5000


# Files


def read(content, format):

    with open_catalog_file("-", format=format, stdin=io.BytesIO(content)) as file:
        return list(file.records())


@pytest.mark.parametrize(
    ("content", "format", "reason"),
    [
        (b"course_key\n" + b"x" * 4_000_001, "csv", "line 2 is longer than 4,000,000 bytes"),
        (b'{"course_key": "' + b"x" * 4_000_000 + b'"}', "jsonl", "line 1 is longer than 4,000,000 bytes"),
        (b"course_key," + b",".join(b"c%d" % n for n in range(1000)) + b"\n" + b"x" + b"," * 1000, "csv", "1,000 columns"),
        (b"".join(b'{"course_key": "x", "c%d": 1}\n' % n for n in range(1001)), "jsonl", "1,000 columns"),
        (b"course_key," + b"c" * 300 + b"\na,b\n", "csv", "a column whose name has 300 characters"),
    ],
)
def test_a_file_that_would_fill_the_memory(content, format, reason):
    with pytest.raises(UnreadableFile, match=reason):
        read(content, format)


@pytest.mark.parametrize("name", ["title", "course_key", "é"])
def test_a_line_that_names_something_twice(name):
    line = json.dumps({"course_key": RUN_KEY})[:-1] + f', "{name}": "a", "{name}": "b"}}\n'
    with pytest.raises(UnreadableFile, match=f"line 2 .*'{name}' stands twice"):
        read(b'{"course_key": "course-v1:A+B+C"}\n' + line.encode(), "jsonl")


def test_a_body_that_names_something_twice(client):
    for path, body, name in (
        (RUNS, '{"course_key": "a", "title": 1, "course_key": "b"}', "course_key"),
        (f"{RUNS}resolve/", '{"course_keys": [{"b": 1, "b": 1}]}', "b"),
    ):
        response = client.post(path, body, content_type="application/json")
        assert response.status_code == 400
        assert f"{name!r} stands twice" in response.data["detail"]


@pytest.mark.parametrize(
    "page", ["courserun_changelist", "catalogcourse_changelist", "inboxmessage_changelist", "courserun_export"]
)
@pytest.mark.parametrize("query", [f"q={LONG}", "&".join(f"association__exact={n}" for n in range(999)), f"p={',' * 60_000}"])
def test_a_list_whose_address_is_longer_than_a_server_lets_through(admin_client, page, query):
    """Every link of such a page would repeat the address."""
    path = reverse(f"admin:openedx_catalog_{page}")
    response = admin_client.get(path, QUERY_STRING=query)
    assert response.status_code == 302
    assert response["Location"] == path.replace("export/", "")


def test_more_runs_than_an_action_selects_are_not_moved_by_address(admin_client):
    path = reverse("admin:openedx_catalog_courserun_move_many")
    assert admin_client.get(path, {"ids": ",".join(["1"] * 201)}).status_code == 404


def test_a_body_that_django_refuses_first_gets_our_answer_too(sign_in, monkeypatch):
    """Newer releases of DRF let Django read the body, which has a limit of its own."""

    def refuse(*_args):
        raise RequestDataTooBig

    monkeypatch.setattr("django.http.HttpRequest.read", refuse)
    body = {"course_keys": ["course-v1:MITx+14.100x+3T2017"]}
    answer = sign_in("superuser").post("/api/catalog/v1/course-runs/resolve/", body, format="json")
    assert (answer.status_code, answer.data["code"]) == (400, "body_too_large")
