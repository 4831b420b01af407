"""``check_catalog_queries``: which catalogs of discovery are understood here, from a file, standard input, or over HTTP."""

import io
import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import CommandError

from openedx_catalog.contrib.search import api
from openedx_catalog.contrib.search.models_api import CourseCatalog

from .catalogs import course, courses, stored  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
PAGE = {
    "count": 4,
    "next": None,
    "previous": None,
    "results": [
        {"id": 1, "name": "All", "query": "*", "include_archived": True, "courses_count": 9, "viewers": []},
        {"id": 2, "name": "MITx", "query": "org:MITx", "courses_count": 9, "viewers": ["ann"]},
        {"id": 3, "name": "Broken", "query": "org:(", "courses_count": 0, "viewers": []},
        {"id": 4, "name": "x" * 256, "query": "org:HarvardX", "courses_count": 0, "viewers": []},
    ],
}


@pytest.fixture
def file(tmp_path):
    """``file(page)``: the name of a file with it."""

    def write(content):
        path = tmp_path / "catalogs"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return str(path)

    return write


def run(*args, **options):
    """``(exit code, what it printed)``"""
    out = io.StringIO()
    try:
        call_command("check_catalog_queries", *args, stdout=out, verbosity=0, **options)
    except SystemExit as end:
        return end.code, out.getvalue()
    except CommandError as error:
        return error.returncode, str(error)
    return 0, out.getvalue()


def as_json(*args, **options):
    """Exit code, and ``{name: (outcome, count)}``"""
    code, text = run(*args, json=True, **options)
    rows = [json.loads(line) for line in text.splitlines()]
    return code, {row["name"]: (row["outcome"], row["courses"]) for row in rows}


def test_each_is_said_to_be_understood_or_where_and_why_not(courses, file):  # noqa: F811
    code, text = run(file(PAGE))
    lines = text.splitlines()
    assert code == 1
    assert lines[0].split() == ["1", "understood", "5", "All", "*"]
    assert lines[1].split() == ["2", "understood", "3", "MITx", "org:MITx"]
    assert lines[2].split() == ["3", "not", "understood", "–", "Broken", "org:("]
    assert lines[3].strip().startswith("character ")
    assert lines[-1] == "understood: 3, not understood: 1"
    assert not CourseCatalog.objects.exists()
    code, text = run(file(PAGE["results"]), json=True)
    broken = json.loads(text.splitlines()[2])
    assert (code, broken["line"], broken["position"] > 0, bool(broken["reason"])) == (1, 3, True, True)


def test_those_that_are_understood_are_stored_and_one_that_is_refused_keeps_no_other_out(courses, file):  # noqa: F811
    get_user_model().objects.create_user("ann")
    expected = {"All": ("created", 5), "MITx": ("created", 3), "Broken": ("not understood", None), "x" * 256: ("refused", 1)}
    assert as_json(file(PAGE), create=True, reason="moving") == (1, expected)
    rows = {row.name: row for row in api.get_course_catalogs()}
    assert {name: (row.query, row.include_archived) for name, row in rows.items()} == {
        "All": ("*", True),
        "MITx": ("org:MITx", False),
    }
    assert api.viewers_of([rows["MITx"].pk])[rows["MITx"].pk] == (["ann"], [])
    assert rows["All"].history.get().history_change_reason == "check_catalog_queries: moving"
    # Again: nothing new, and nothing wrong with those that are here.
    code, again = as_json(file({"results": PAGE["results"][:2]}), create=True)
    assert (code, again) == (0, {"All": ("unchanged", 5), "MITx": ("unchanged", 3)})
    other = {"name": "mitx", "query": "*"}
    code, text = run(file([other]), create=True)
    assert (code, "already used" in text) == (1, True)


def test_a_viewer_who_has_no_account_gets_none(courses, file):  # noqa: F811
    assert as_json(file(PAGE["results"][1:2]), create=True) == (1, {"MITx": ("refused", 3)})
    assert not get_user_model().objects.exists()


@pytest.mark.parametrize(
    "text",
    [
        "MITx,org:MITx\nAll,*\n",
        "query,include_archived,name\norg:MITx,no,MITx\n*,,All\n",
        '\ufeff"MITx","org:MITx"\r\n\r\nAll,*',
    ],
    ids=["bare", "named", "of a spreadsheet"],
)
def test_a_plain_file_has_a_name_and_a_query_in_each_row(courses, file, text):  # noqa: F811
    assert as_json(file(text)) == (0, {"MITx": ("understood", 3), "All": ("understood", 4)})


def test_a_name_in_a_plain_file_may_begin_with_a_bracket(courses, file):  # noqa: F811
    assert as_json(file("[Old] MITx,org:MITx\n")) == (0, {"[Old] MITx": ("understood", 3)})


def test_a_name_that_no_database_stores_is_refused_and_the_others_go_on(courses, file):  # noqa: F811
    names = ("First", "\ud800", "\x00", "Last")
    rows = [{"name": name, "query": "org:MITx"} for name in names]
    outcomes = ("created", "refused", "refused", "created")
    assert as_json(file(rows), create=True) == (1, {name: (said, 3) for name, said in zip(names, outcomes, strict=True)})
    run(file(rows), create=True)[1].encode()
    run(file(rows), json=True)[1].encode()


def test_blanks_around_a_query_make_no_other_one(courses, file):  # noqa: F811
    name = file([{"name": " MITx ", "query": "org:MITx "}])
    assert [list(as_json(name, create=True)[1].values()) for _time in range(2)] == [[("created", 3)], [("unchanged", 3)]]


def test_standard_input_is_read_where_no_file_is_named(courses, monkeypatch):  # noqa: F811
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"MITx,org:MITx\n")))
    assert as_json() == (0, {"MITx": ("understood", 3)})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"results": 7}', "Expected a list"),
        ("[1]", "Expected a list"),
        ('{"results": [', "not valid JSON"),
        ("just one column\n", "in row 1"),
        ('"open', "not valid CSV"),
    ],
)
def test_what_is_no_list_of_catalogs_is_said_to_be_none(db, file, content, said):
    code, text = run(file(content))
    assert (code, said in text) == (2, True)
    assert run("/nonexistent/file")[0] == 2


@pytest.mark.parametrize(
    "row",
    [{}, {"name": None, "query": None}, {"name": 7, "query": {}}, {"name": "x", "query": "\x00"}, {"name": "x", "query": " "}],
    ids=str,
)
def test_odd_rows_are_not_understood_and_break_nothing(db, file, row):
    code, found = as_json(file([{**row, "viewers": 7}]), create=True)
    assert (code, list(found.values())) == (1, [("not understood", None)])


# Over HTTP


@pytest.fixture
def discovery():
    """A server with two pages of catalogs; `asked` has the requests, `answers` what it does instead, by page."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args):
            """The tests' output is theirs."""

        def do_GET(self):
            page = parse_qs(urlsplit(self.path).query).get("page", ["1"])[0]
            server.asked.append((self.path, self.headers.get("Authorization")))
            rows = PAGE["results"][:1] if page == "1" else PAGE["results"][1:2]
            following = f"{server.url}?page=2" if page == "1" else None
            status, body = server.answers.get(page, (200, {"results": rows, "next": following}))
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.url = f"http://127.0.0.1:{server.server_address[1]}/api/v1/catalogs/"
    server.asked, server.answers = [], {}
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_all_pages_are_read_over_http(courses, discovery, monkeypatch):  # noqa: F811
    monkeypatch.setenv("CATALOG_QUERIES_AUTHORIZATION", "JWT secret")
    assert as_json(url=discovery.url) == (0, {"All": ("understood", 5), "MITx": ("understood", 3)})
    assert discovery.asked == [("/api/v1/catalogs/", "JWT secret"), ("/api/v1/catalogs/?page=2", "JWT secret")]


@pytest.mark.parametrize(
    ("page", "answer", "said"),
    [
        ("1", (401, {}), "it answers 401"),
        ("1", (302, {}), "it answers 302"),
        ("2", (500, {}), "it answers 500"),
        ("2", (200, {"results": None}), "Expected a list"),
        ("1", (200, {"results": [], "next": "http://127.0.0.2:9/"}), "is asked"),
        ("1", (200, {"results": [], "next": "http://[bad"}), "http://[bad cannot be read"),
    ],
)
def test_what_the_service_does_instead_is_said_and_nothing_is_stored(courses, discovery, page, answer, said):  # noqa: F811
    discovery.answers[page] = answer
    code, text = run(url=discovery.url, create=True)
    assert (code, said in text) == (2, True), text
    assert not CourseCatalog.objects.exists()


def test_no_service_is_no_traceback(db, discovery):
    url = discovery.url.replace(str(discovery.server_address[1]), "1")
    assert run(url=url)[0] == 2


def test_a_next_page_is_never_asked_in_clear_text(db, monkeypatch):
    asked, host = [], "discovery.example.org/api/v1/catalogs/"
    following = {f"https://{host}": f"http://{host}?page=2", f"https://{host}?page=2": f"http://{host.upper()}?page=3"}

    def get(url, **options):
        asked.append(url)
        body = json.dumps({"results": [], "next": following[url]})
        return SimpleNamespace(status_code=200, content=body.encode())

    monkeypatch.setattr("requests.get", get)
    code, text = run(url=f"https://{host}")
    assert (code, "only https://discovery.example.org is asked" in text, asked) == (2, True, list(following))


@pytest.mark.parametrize("url", ["http://[bad", "", "nonsense"])
def test_an_address_that_is_none_is_said_to_be(db, url):
    code, text = run(url=url)
    assert (code, f"{url} cannot be read" in text) == (2, True)


@pytest.mark.parametrize("given", ["JWT eyJ…", "JWT a\nX: b"])
def test_an_authorization_that_cannot_be_sent_is_said_to_be(db, discovery, monkeypatch, given):
    monkeypatch.setenv("CATALOG_QUERIES_AUTHORIZATION", given)
    code, text = run(url=discovery.url)
    assert (code, "CATALOG_QUERIES_AUTHORIZATION" in text, given in text, discovery.asked) == (2, True, False, [])


def test_a_file_and_an_address_are_not_read_both(db, discovery, file):
    code, text = run(file(PAGE), url=discovery.url)
    assert (code, "not both" in text, discovery.asked) == (2, True, [])
