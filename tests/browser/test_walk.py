"""An operator's day, in a real browser: log in, search, move, merge, rename, import, read the overview."""

import pytest
from playwright.sync_api import expect

from openedx_catalog import api
from tests.browser.conftest import NAME, PASSWORD
from tests.conftest import RUN_KEY


def click_through(page, *names):
    for name in names:
        page.get_by_role("link", name=name, exact=True).first.click()


def search(page, text):
    page.locator("#searchbar").fill(text)
    page.keyboard.press("Enter")


def choose(page, term, option):
    """Pick from an autocomplete as a person does: open it, type, choose."""
    page.locator(".select2-selection").click()
    page.locator(".select2-search__field").fill(term)
    page.locator(".select2-results__option", has_text=option).first.click()


def test_log_in_and_search_a_course(visitor, look):
    operator = visitor
    operator.get_by_label("Username").fill(NAME)
    operator.get_by_label("Password").fill(PASSWORD)
    operator.get_by_role("button", name="Log in").click()
    click_through(operator, "Course Runs")
    search(operator, "14.100x")
    expect(operator.get_by_role("cell", name=RUN_KEY)).to_be_visible()
    look(operator, "runs")
    click_through(operator, "Catalog Courses")
    search(operator, RUN_KEY)
    operator.get_by_role("link", name="Microeconomics").first.click()
    expect(operator.get_by_role("link", name=RUN_KEY)).to_be_visible()
    look(operator, "course")


def test_move_a_run(operator, look):
    api.create_catalog_course(org_code="MITx", course_code="14.MOVED", title="Microeconomics, the residency")
    key = "course-v1:MITx+14.100x+1T2018"
    click_through(operator, "Course Runs")
    search(operator, key)
    operator.get_by_role("link", name="Microeconomics").first.click()
    click_through(operator, "Move")
    choose(operator, "14.moved", "the residency")
    operator.get_by_label("Reason").fill("Taught on campus")
    operator.get_by_role("button", name="Preview", exact=True).click()
    preview = operator.get_by_role("region", name="What will change")
    expect(preview).to_contain_text("catalog-course:MITx:14.MOVED")
    look(operator, "move")
    assert api.get_catalog_course_for_run(key).course_code == "14.100x"
    operator.get_by_role("button", name="Confirm").click()
    expect(operator.get_by_text(f"Done: Move {key}.")).to_be_visible()
    assert api.get_catalog_course_for_run(key).course_code == "14.MOVED"
    click_through(operator, "Course Runs")
    search(operator, key)
    expect(operator.get_by_text("⚠ Explicit: the key names MITx 14.100x")).to_be_visible()
    operator.get_by_role("link", name="Microeconomics").first.click()
    click_through(operator, "History")
    expect(operator.get_by_text("admin: Taught on campus")).to_be_visible()
    look(operator, "history")


@pytest.mark.newest
def test_merge_and_rename_courses(operator, look):
    api.associate_course_run("course-v1:MITx+MERGED+1T2018", title="A twin")
    api.create_catalog_course(org_code="MITx", course_code="KEPT", title="The one that stays")
    click_through(operator, "Catalog Courses")
    search(operator, "MERGED")
    click_through(operator, "A twin", "Merge")
    choose(operator, "KEPT", "stays")
    operator.get_by_label("Reason").fill("One course under two codes")
    operator.get_by_role("button", name="Preview", exact=True).click()
    expect(operator.get_by_role("region", name="What will change")).to_contain_text("course-v1:MITx+MERGED+1T2018")
    look(operator, "merge")
    operator.get_by_role("button", name="Confirm").click()
    assert api.get_catalog_course(key_str="MITx+MERGED").course_code == "KEPT"
    click_through(operator, "Rename")
    operator.get_by_label("New course code").fill("RENAMED")
    operator.get_by_label("Reason").fill("The catalog of 2027")
    operator.get_by_role("button", name="Preview", exact=True).click()
    expect(operator.get_by_role("region", name="What will change")).to_contain_text("catalog-course:MITx:RENAMED")
    look(operator, "rename")
    operator.get_by_role("button", name="Confirm").click()
    assert api.get_catalog_course(key_str="MITx+KEPT").course_code == "RENAMED"


@pytest.mark.newest
def test_import_a_file_with_bad_rows(operator, look):
    lines = ["course_key,title,start", "course-v1:MITx+IMPORTED+1,Imported,2027-02-01T00:00:00Z", "TBD,Who knows,"]
    lines += ["course-v1:MITx+IMPORTED+2,<b>Second</b>,soon"]
    click_through(operator, "Course Runs", "Import")
    file = {"name": "spring.csv", "mimeType": "text/csv", "buffer": "\n".join(lines).encode()}
    operator.get_by_label("Catalog file").set_input_files(file)
    operator.get_by_label("Name").fill("spring")
    look(operator, "import_form")
    operator.get_by_role("button", name="Check").click()
    problems = operator.get_by_role("region", name="Problems")
    expect(problems).to_contain_text("TBD")
    expect(problems).to_contain_text("soon")
    look(operator, "import")
    assert api.find_course_run("course-v1:MITx+IMPORTED+1") is None
    operator.get_by_role("button", name="Import").click()
    expect(operator.get_by_text("2 of 3 rows imported.")).to_be_visible()
    assert api.get_course_run("course-v1:MITx+IMPORTED+2").title == "<b>Second</b>"
    look(operator, "imported")


@pytest.mark.newest
def test_read_the_overview(operator, look):
    click_through(operator, "Catalog Courses", "Overview")
    overview = api.get_catalog_overview()
    expect(operator.get_by_role("region", name="In numbers")).to_contain_text(str(overview.course_runs))
    by_year = operator.get_by_role("region", name="Course runs by year of start")
    by_year.get_by_text("As a table").click()
    year, count = next((year, count) for year, count in overview.runs_by_year if year)
    expect(by_year.get_by_role("row", name=f"{year} {count}")).to_be_visible()
    look(operator, "overview")
    operator.get_by_role("link", name="Check organizations").focus()
    operator.keyboard.press("Enter")
    expect(operator.get_by_role("region", name="Doctor")).not_to_contain_text("Check organizations")
    look(operator, "doctor")


@pytest.mark.newest
def test_read_what_the_doctor_found_and_say_that_a_suggestion_is_wrong(operator, look):
    for code in ("LOOK-1x", "LOOK.1x"):
        api.create_catalog_course(org_code="MITx", course_code=code, title="Look alike")
    api.run_doctor()
    click_through(operator, "Catalog Courses", "Overview", "What the doctor found")
    look(operator, "doctor_findings")
    click_through(operator, "Catalog Courses", "Overview", "What may be there twice")
    row = operator.get_by_role("row", name="LOOK-1x")
    look(operator, "suggestions")
    row.get_by_role("link", name="Merge…").click()
    expect(operator.locator("#id_reason")).to_have_value("Courses whose codes look alike")
    look(operator, "suggested_merge")
    operator.go_back()
    row.get_by_label("Reason").fill("two courses")
    row.get_by_role("button", name="These are different").click()
    expect(operator.get_by_text("It will not be suggested again.")).to_be_visible()
    expect(operator.get_by_role("row", name="LOOK-1x")).to_have_count(0)


@pytest.mark.newest
def test_the_overview_needs_no_javascript(operator, site, browser):
    context = browser.new_context(java_script_enabled=False, storage_state=operator.context.storage_state())
    page = context.new_page()
    page.goto(f"{site}/admin/openedx_catalog/catalogcourse/overview/")
    by_size = page.get_by_role("region", name="Catalog courses by number of runs")
    by_size.get_by_text("As a table").click()
    expect(by_size.get_by_role("row").nth(1)).to_be_visible()
    assert max(bar.bounding_box()["width"] for bar in page.locator("svg rect").all()) > 300
    context.close()
