"""``make demo``: it keeps its database, refuses before it writes, and what it serves works."""

from __future__ import annotations

import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from time import monotonic

import attrs
import pytest
import requests

from tests.conftest import ROOT

pytestmark = [pytest.mark.once, pytest.mark.slow]

FILE = "course_key,title,start\n" + "".join(
    f"course-v1:NovaX+BIO10{number}+1T2027,Biology {number},2027-02-01T00:00:00Z\n" for number in range(4)
)
# What the demo makes, and nothing of it twice.
TABLES = (
    "organizations_organization", "openedx_catalog_catalogcourse", "openedx_catalog_courserun", "auth_user",
    "openedx_catalog_programs_program", "openedx_catalog_programs_curriculum",
    "openedx_catalog_programs_curriculumcoursemembership", "openedx_catalog_sync_source",
    "openedx_catalog_listings_courselisting", "openedx_catalog_publishing_courseworkingcopy",
    "openedx_catalog_publishing_courseeditor", "openedx_catalog_publishing_organizationgroup",
    "openedx_catalog_publishing_review", "openedx_catalog_publishing_coursecomment",
)  # fmt: skip


@attrs.frozen
class Demo:
    """The demo of one database, started as ``make demo`` starts it."""

    database: os.PathLike

    def start(self, *arguments, **streams):
        command = [sys.executable, "-m", "test_project.demo", f"--database={self.database}", *map(str, arguments)]
        return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **streams)

    def run(self, *arguments):
        """Its exit code, and what it printed to whom."""
        process = self.start(*arguments)
        output, errors = process.communicate()
        return process.returncode, output, errors

    def rows(self):
        with closing(sqlite3.connect(self.database)) as connection:
            return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in TABLES}

    def execute(self, statement):
        with closing(sqlite3.connect(self.database)) as connection, connection:
            return connection.execute(statement).fetchall()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """With a catalog file."""
    made = tmp_path_factory.mktemp("demo")
    (made / "runs.csv").write_text(FILE, encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def sample(folder):
    """The demo as it comes, not served."""
    demo = Demo(folder / "sample.sqlite3")
    return demo, demo.run("--serve=0")


@attrs.frozen
class Served:
    """A demo that is served, and somebody who is signed in to it."""

    demo: Demo
    url: str
    session: requests.Session

    @property
    def port(self):
        return int(self.url.rpartition(":")[2])

    def page(self, path="/"):
        answer = self.session.get(f"{self.url}{path}")
        assert answer.status_code == 200, path
        return answer.text

    def post(self, path, **values):
        self.page(path)
        data = {"csrfmiddlewaretoken": self.session.cookies["csrftoken"], **values}
        answer = self.session.post(f"{self.url}{path}", data=data)
        assert answer.status_code == 200, path
        return answer


@pytest.fixture(scope="module")
def served(folder):
    demo = Demo(folder / "served.sqlite3")
    with (folder / "console").open("w", encoding="utf-8") as console:
        process = demo.start("--port=0", folder / "runs.csv")
        lines = iter(process.stdout.readline, "")
        said = next((found for line in lines if (found := re.match(r"(http\S+)/   user: (\S+)   password: (\S+)", line))), None)
        assert said, process.communicate()
        url, user, password = said.groups()
        with requests.Session() as session:
            session.trust_env = False
            found = Served(demo, url, session)
            found.post("/admin/login/", username=user, password=password, next="/admin/")
            yield found
        process.terminate()
        console.write(process.communicate()[1])
    # Each request has a line, and nothing else is said.
    complaints = [line for line in (folder / "console").read_text().splitlines() if not line.startswith("[")]
    assert complaints == []


def test_it_loads_everything_and_syncs_once(sample):
    demo, (code, output, errors) = sample
    assert code == 0, errors
    assert "demo-lms: ok" in output
    assert "1 created, 2 updated" in output
    assert "0 errors" in output
    assert all(demo.rows().values())


def test_a_second_run_keeps_what_is_there_and_loads_nothing_twice(sample):
    demo, _first = sample
    demo.execute("UPDATE openedx_catalog_catalogcourse SET title = 'Mine' WHERE course_code = 'DS316'")
    before = demo.rows()

    code, output, _errors = demo.run("--serve=0")

    assert (code, demo.rows()) == (0, before)
    assert demo.execute("SELECT title FROM openedx_catalog_catalogcourse WHERE course_code = 'DS316'") == [("Mine",)]
    assert f"Going on with what is in {demo.database}" in output
    assert "backfill_catalog" not in output


@pytest.mark.parametrize("name", ["nowhere.csv", ".", "empty.csv"])
def test_a_file_that_cannot_be_used_costs_nothing(sample, folder, name):
    demo, _first = sample
    (folder / "empty.csv").touch()
    before = demo.database.read_bytes()

    code, _output, errors = demo.run("--serve=0", "--reset=1", folder / name)

    assert (code, demo.database.read_bytes() == before) == (2, True)
    assert re.fullmatch(rf"{re.escape(str(folder / name))} cannot be read: .+ Nothing was changed\.\n", errors)


def test_reset_empties_it(sample, folder):
    demo = Demo(folder / "reset.sqlite3")
    shutil.copyfile(sample[0].database, demo.database)
    (folder / "other.csv").write_text("course_key\ncourse-v1:NovaX+ART200+2027\n", encoding="utf-8")

    code, output, _errors = demo.run("--serve=0", "--reset=1", folder / "other.csv")

    assert (code, f"RESET=1: {demo.database} is emptied." in output) == (0, True)
    assert demo.execute("SELECT DISTINCT course_code FROM openedx_catalog_catalogcourse") == [("ART200",)]


def test_every_link_of_the_start_page_answers(served):
    links = set(re.findall(r'href="(/[^"]*)"', served.page()))
    assert {"/admin/", "/api/catalog/v1/", "/api/docs/"} < links
    for word in ("overview/", "/build/", "_sync/source/", "/import/", "courseworkingcopy/", "/catalog/edit/"):
        assert any(word in link for link in links), word
    for link in sorted(links):
        served.page(link)


def test_whoever_is_not_signed_in_sees_the_start_page_and_reads_rest(served):
    for path in ("/", "/api/catalog/v1/", "/api/docs/", "/api/schema/"):
        assert requests.get(f"{served.url}{path}", timeout=60).status_code == 200, path


def test_sync_now_ends_well_and_changes_something(served):
    assert "there is none yet" in served.page()
    served.post(re.search(r'href="([^"]*/sync/)"', served.page())[1])

    # The job is a thread of the demo's.
    give_up = monotonic() + 60
    while not (ended := re.search(r"The last job</a>, .*: OK \((.*)\)", served.page())):
        assert monotonic() < give_up, served.page()

    assert ended[1] == "1 created, 2 updated, 2 unchanged"
    listed = served.session.get(f"{served.url}/api/catalog/v1/course-runs/").json()["results"]
    assert "Biology 0, Second Edition" in {run["title"] for run in listed}
    assert len(listed) == 5


def test_a_demo_that_runs_is_left_alone(served, folder):
    before = served.demo.rows()

    code, _output, errors = served.demo.run(f"--port={served.port}", "--reset=1")
    assert (code, errors.startswith(f"Port {served.port} is taken: a demo is running")) == (2, True)
    code, _output, errors = served.demo.run("--port=0", "--reset=1")
    assert (code, errors.startswith("A demo is running")) == (2, True)

    assert served.demo.rows() == before
    served.page()


def test_a_port_that_another_program_has_is_refused_before_anything_is_made(folder):
    demo = Demo(folder / "refused.sqlite3")
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        code, _output, errors = demo.run(f"--port={port}")
    assert (code, demo.database.exists()) == (2, False)
    assert f"Port {port} is taken by another program" in errors
    assert f"make demo PORT={port + 1}" in errors
