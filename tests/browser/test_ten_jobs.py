"""The ten jobs of ``docs/references/jobs.rst``, done in a real browser: as many clicks, and pages, as stand there."""

import csv
import io
import re
import threading
from pathlib import Path

import pytest
from playwright.sync_api import expect

from openedx_catalog import api
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.sync import api as sync
from tests.browser.test_walk import choose
from tests.sync.conftest import FakeClock, row
from tests.sync.remote import Remote

pytestmark = pytest.mark.newest

PAGE = Path(__file__).parents[2] / "docs" / "references" / "jobs.rst"
# What a person does by hand, on every page that is opened: presses of the mouse, and of Enter, which sends a form.
COUNT = """
    if (window === window.top && location.protocol.startsWith("http")) {
        const add = (name) => sessionStorage.setItem(name, Number(sessionStorage.getItem(name) || 0) + 1);
        add("pages");
        document.addEventListener("mousedown", (event) => event.isTrusted && add("clicks"), true);
        document.addEventListener("keydown", (event) => event.key === "Enter" && add("clicks"), true);
    }
"""


def promised(job):
    """Clicks and pages of a job, here and elsewhere, as the docs have them."""
    lines = [line.strip() for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith('   "')]
    table = {cells[0]: cells for cells in csv.reader(lines, skipinitialspace=True)}
    _job, clicks, pages, _way, their_clicks, their_pages = table[job]
    return (int(clicks), int(pages)), (int(their_clicks), int(their_pages))


@pytest.fixture
def begin(operator, site):
    """Open the overview, and count from there; ``begin(job)`` gives what ends the job: it compares."""
    operator.goto(f"{site}/admin/openedx_catalog/catalogcourse/overview/")

    def begun(job):
        operator.add_init_script(COUNT)
        operator.reload()

        def end():
            clicks, pages = operator.evaluate("[sessionStorage.clicks || 0, sessionStorage.pages]")
            # The one that was open does not count.
            here, elsewhere = promised(job)
            assert (int(clicks), int(pages) - 1) == here
            assert here[0] <= elsewhere[0]

        return end

    return begun


@pytest.fixture
def runs(site):
    """``runs("CODE", 5)``: a course with so many runs."""

    def make(code, count=1, title=""):
        for number in range(count):
            api.associate_course_run(f"course-v1:JobsX+{code}+{number}", title=title or f"About {code}", source="test")
        return api.get_catalog_course(key_str=f"JobsX+{code}")

    return make


def find(page, text):
    """Type into the search of the overview, where the first button finds runs."""
    page.locator("#find").fill(text)
    page.locator("#find").press("Enter")


def find_course(page, text):
    page.locator("#find").fill(text)
    page.get_by_role("button", name="Find catalog courses").click()


def confirm(page, reason):
    """The field for the reason comes next."""
    page.keyboard.press("Tab")
    page.keyboard.type(reason)
    page.get_by_role("button", name="Preview", exact=True).click()
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("Done:")).to_be_visible()


def test_find_a_run(operator, begin, runs):
    runs("FIND")
    end = begin("Find a run")
    find(operator, "course-v1:JobsX+FIND+0")
    operator.get_by_role("link", name="About FIND").click()
    expect(operator.locator("#id_title")).to_have_value("About FIND")
    end()


def test_all_runs_of_a_course(operator, begin, runs):
    runs("SEVEN", 7)
    end = begin("All runs of a course")
    find_course(operator, "JobsX+SEVEN")
    operator.get_by_role("link", name="About SEVEN").click()
    for number in range(7):
        expect(operator.get_by_role("link", name=f"course-v1:JobsX+SEVEN+{number}", exact=True)).to_be_visible()
    end()


def test_move_five_runs(operator, begin, runs):
    runs("FIVE", 5)
    target = api.create_catalog_course(org_code="JobsX", course_code="TARGET", title="Where they go")
    end = begin("Move five runs")
    find(operator, "JobsX+FIVE")
    # All of it loaded: without its script, the box of the head ticks no row.
    operator.wait_for_url("**/courserun/?q=*")
    operator.locator("#action-toggle").click()
    expect(operator.get_by_text("5 of 5 selected")).to_be_visible()
    operator.get_by_role("button", name="Move selected").click()
    choose(operator, "TARGET", "Where they go")
    operator.keyboard.press("Tab")
    operator.keyboard.type("taught together")
    operator.get_by_role("button", name="Confirm without a preview").click()
    expect(operator.get_by_text("Done:")).to_be_visible()
    assert target.runs.count() == 5
    end()


def test_merge_two_courses_and_undo_it(operator, begin, runs):
    runs("TWICE", 2), runs("ONCE", 1)
    end = begin("Merge two courses, and undo it")
    find_course(operator, "JobsX+TWICE")
    operator.get_by_role("link", name="About TWICE").click()
    operator.get_by_role("link", name="Merge", exact=True).click()
    choose(operator, "ONCE", "About ONCE")
    confirm(operator, "the same course")
    assert api.get_catalog_course(key_str="JobsX+TWICE").course_code == "ONCE"
    operator.get_by_role("link", name="Undo").click()
    operator.get_by_label("Reason").focus()
    operator.keyboard.type("not the same")
    operator.get_by_role("button", name="Preview", exact=True).click()
    operator.get_by_role("button", name="Confirm").click()
    expect(operator.get_by_text("Done:")).to_be_visible()
    assert api.get_catalog_course(key_str="JobsX+TWICE").runs.count() == 2
    end()


def test_fix_a_title(operator, begin, runs):
    runs("TITLE", title="Microeconimics")
    end = begin("Fix a title")
    find(operator, "JobsX+TITLE")
    operator.get_by_role("link", name="Microeconimics").first.click()
    operator.locator("#id_title").click()
    operator.locator("#id_title").fill("Microeconomics")
    operator.get_by_role("button", name="Save", exact=True).click()
    expect(operator.get_by_text("was changed successfully")).to_be_visible()
    assert api.get_course_run("course-v1:JobsX+TITLE+0").title == "Microeconomics"
    end()


def test_who_changed_it(operator, begin, runs):
    runs("WHO")
    api.update_course_run("course-v1:JobsX+WHO+0", title="Changed", source="sync:discovery")
    end = begin("Who changed it")
    find(operator, "JobsX+WHO")
    operator.get_by_role("link", name="Changed").first.click()
    operator.get_by_role("link", name="History").first.click()
    expect(operator.get_by_role("row", name="sync:discovery")).to_contain_text("Changed")
    end()


def uploaded(lines):
    return {"name": "runs.csv", "mimeType": "text/csv", "buffer": "\n".join(lines).encode()}


def choose_file(page, file):
    with page.expect_file_chooser() as chooser:
        page.get_by_label("Catalog file").click()
    chooser.value.set_files(file)


def test_import_two_hundred_rows_and_mend_ten(operator, begin):
    rows = [f"course-v1:JobsX+IMPORT+{number},Row {number},2027-02-01T00:00:00Z" for number in range(200)]
    bad = [line.replace("course-v1:", "") if not number % 20 else line for number, line in enumerate(rows)]
    end = begin("Import 200 rows, mend the 10 that are bad")
    operator.get_by_role("link", name="Course Runs", exact=True).first.click()
    operator.get_by_role("link", name="Import", exact=True).click()
    choose_file(operator, uploaded(["course_key,title,start", *bad]))
    operator.get_by_role("button", name="Check the file").click()
    expect(operator.get_by_role("region", name="Problems").get_by_role("row")).to_have_count(11)
    choose_file(operator, uploaded(["course_key,title,start", *rows]))
    operator.get_by_role("button", name="Check the file").click()
    operator.get_by_role("button", name="Import").click()
    expect(operator.get_by_text("200 of 200 rows imported.")).to_be_visible()
    end()


def test_export_edit_and_import_again(operator, begin, runs):
    openpyxl = pytest.importorskip("openpyxl")
    runs("SHEET", title="As it was")
    end = begin("Export, edit in LibreOffice, import again")
    operator.get_by_role("link", name="Course Runs", exact=True).first.click()
    with operator.expect_download() as download:
        operator.get_by_role("link", name="Export Excel").click()
    # What LibreOffice makes of such a file, tests/core/test_libreoffice.py tries.
    whole = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes())).active.iter_rows(values_only=True)
    header, edited = next(whole), next(cells for cells in whole if cells[0] == "course-v1:JobsX+SHEET+0")
    assert edited[header.index("title")] == "As it was"
    book = openpyxl.Workbook()
    for cells in (header, ["As it is now" if cell == "As it was" else cell for cell in edited]):
        book.active.append(list(cells))
    content = io.BytesIO()
    book.save(content)
    operator.get_by_role("link", name="Import", exact=True).click()
    choose_file(operator, {"name": "runs.xlsx", "mimeType": "application/octet-stream", "buffer": content.getvalue()})
    operator.get_by_role("button", name="Check the file").click()
    expect(operator.get_by_role("region", name="All rows")).to_contain_text("As it was → As it is now")
    operator.get_by_role("button", name="Import").click()
    expect(operator.get_by_text("1 of 1 rows imported.")).to_be_visible()
    end()


def test_a_program_of_six_courses(operator, begin, runs):
    codes = [f"SIXTH{number}" for number in range(6)]
    for code in codes:
        runs(code)
    end = begin("A program of six courses")
    with operator.expect_navigation():
        operator.get_by_role("row", name=re.compile(r"^Programs\b")).get_by_role("link", name=re.compile("^Add")).click()
    # Django has put the title in focus; subtitle and type follow.
    operator.keyboard.type("Of six courses")
    for _step in range(2):
        operator.keyboard.press("Tab")
    operator.keyboard.type("MicroM")
    operator.get_by_role("button", name="Save and continue editing").click()
    operator.get_by_role("link", name="Add a curriculum").click()
    operator.get_by_label("Name:").click()
    operator.keyboard.type("Core")
    operator.get_by_role("button", name="Save and build").click()
    operator.get_by_label("Or their keys").click()
    operator.keyboard.insert_text("\n".join(f"JobsX+{code}" for code in codes))
    operator.get_by_role("button", name="Add courses").click()
    expect(operator.get_by_text("6 were added.")).to_be_visible()
    program = programs.get_programs().get(title="Of six courses")
    assert [course.course_code for course in programs.program_courses(program)] == codes
    end()


@pytest.fixture
def source(site, monkeypatch):
    monkeypatch.setattr("openedx_catalog.contrib.sync.client.Clock", FakeClock)
    remote = Remote()
    remote.rows = [row("JOB", name="From the LMS")]
    yield sync.create_source(name="jobs-lms", kind="lms", base_url=remote.url, create_missing=True, per_minute=6000)
    remote.close()
    sync.delete_source("jobs-lms")


def test_start_a_sync_and_read_what_it_did(operator, begin, source):
    end = begin("Start a sync, and read what it did")
    operator.get_by_role("link", name="Sources", exact=True).click()
    operator.get_by_role("link", name="jobs-lms").click()
    operator.get_by_role("link", name="Sync now").click()
    operator.get_by_role("button", name="Sync now").click()
    expect(operator.get_by_text("has been started")).to_be_visible()
    for thread in threading.enumerate():
        if thread.name.startswith("sync "):
            thread.join()
    operator.locator("#content-main a", has_text=re.compile(r"\d")).first.click()
    expect(operator.get_by_role("row", name="course-v1:MITx+JOB+1").first).to_contain_text("created")
    end()
