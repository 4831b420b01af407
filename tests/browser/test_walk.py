"""An operator's day, in a real browser: log in, search, move, merge, rename, import, read the overview."""

import pytest
from playwright.sync_api import expect

from openedx_catalog import api
from openedx_catalog.contrib.programs import api as programs
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
    operator.get_by_role("button", name="Preview").click()
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
    operator.get_by_role("button", name="Preview").click()
    expect(operator.get_by_role("region", name="What will change")).to_contain_text("course-v1:MITx+MERGED+1T2018")
    look(operator, "merge")
    operator.get_by_role("button", name="Confirm").click()
    assert api.get_catalog_course(key_str="MITx+MERGED").course_code == "KEPT"
    click_through(operator, "Rename")
    operator.get_by_label("New course code").fill("RENAMED")
    operator.get_by_label("Reason").fill("The catalog of 2027")
    operator.get_by_role("button", name="Preview").click()
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


def courses_of(program):
    return [course.course_code for course in programs.program_courses(program)]


def press(page, button):
    """Press a button, and wait for the page that follows."""
    with page.expect_navigation():
        button.click()


def add_course(page, term, option):
    section = page.get_by_role("region", name="Add a course")
    section.locator(".select2-selection").click()
    page.locator(".select2-search__field").fill(term)
    page.locator(".select2-results__option", has_text=option).first.click()
    press(page, section.get_by_role("button", name="Add course"))


def test_build_a_curriculum_with_the_mouse(operator, site, look):
    for code in ("BUILD1", "BUILD2", "BUILD3"):
        api.associate_course_run(f"course-v1:MITx+{code}+2027", title=f"Building {code}")
    click_through(operator, "Programs")
    press(operator, operator.get_by_role("link", name="Add Program", exact=True).first)
    operator.get_by_label("Title:", exact=True).fill("Building by mouse")
    operator.get_by_label("Type:").select_option("MicroMasters")
    operator.get_by_label("Authoring organizations").fill("MITx")
    look(operator, "program_add")
    press(operator, operator.get_by_role("button", name="Save and continue editing"))
    press(operator, operator.get_by_role("link", name="Add a curriculum"))
    operator.get_by_label("Name:").fill("Core")
    press(operator, operator.get_by_role("button", name="Save and continue editing"))
    press(operator, operator.get_by_role("link", name="Build: 0 courses, 0 programs"))
    for code in ("BUILD1", "BUILD2", "BUILD3"):
        add_course(operator, code, f"Building {code}")
    program = programs.get_programs().get(title="Building by mouse")
    assert courses_of(program) == ["BUILD1", "BUILD2", "BUILD3"]
    rows = operator.locator("#members tbody tr")
    rows.nth(2).locator("td").first.drag_to(rows.nth(0).locator("td").first, target_position={"x": 5, "y": 2})
    press(operator, operator.get_by_role("button", name="Save order"))
    expect(rows.nth(0)).to_contain_text("BUILD3")
    assert courses_of(program) == ["BUILD3", "BUILD1", "BUILD2"]
    rows.nth(1).locator("summary").first.click()
    operator.get_by_label("course-v1:MITx+BUILD1+2027").check()
    press(operator, operator.get_by_role("button", name="Save the runs of Building BUILD1"))
    expect(rows.nth(1)).to_contain_text("1 left out")
    assert "course-v1:MITx+BUILD1+2027" not in [str(run.course_key) for run in programs.program_runs(program)]
    press(operator, operator.get_by_role("button", name="Retire Building BUILD2"))
    expect(operator.get_by_role("region", name="Timeline")).to_be_visible()
    look(operator, "builder")
    press(operator, operator.get_by_role("button", name="Offer Building BUILD2"))
    assert len(courses_of(program)) == 3
    look(operator, "builder_again")
    # A partner's key that two runs would have is reported on the field.
    api.associate_course_run("course-v1:MITx+BUILD4+2027", title="Building BUILD4")
    for code in ("BUILD3", "BUILD4"):
        programs.set_external_course_key(f"course-v1:MITx+{code}+2027", "SAME")
    add_course(operator, "BUILD4", "Building BUILD4")
    expect(operator.get_by_role("region", name="Add a course")).to_contain_text("would name several runs")
    look(operator, "builder_conflict")


@pytest.mark.newest
def test_build_a_curriculum_with_the_keyboard(operator, site, look):
    for code in ("KEYS1", "KEYS2"):
        api.associate_course_run(f"course-v1:MITx+{code}+2027", title=f"Typing {code}")
    program = programs.create_program(title="Building by keyboard", type="masters")
    curriculum = programs.create_curriculum(program, name="Core", courses=["MITx+KEYS1"])
    operator.goto(f"{site}/admin/openedx_catalog_programs/curriculum/{curriculum.pk}/build/")
    box = operator.get_by_role("region", name="Add a course").locator(".select2-selection")
    box.focus()
    operator.keyboard.press("Enter")
    operator.keyboard.type("KEYS2")
    expect(operator.locator(".select2-results__option--highlighted", has_text="Typing KEYS2")).to_be_visible()
    operator.keyboard.press("Enter")
    for _ in range(20):
        if operator.evaluate("document.activeElement.value") == "add_course":
            break
        operator.keyboard.press("Tab")
    operator.keyboard.press("Enter")
    expect(operator.locator("#members tbody tr")).to_have_count(2)
    up = operator.get_by_role("button", name="Move Typing KEYS2 (catalog-course:MITx:KEYS2) up")
    up.focus()
    operator.keyboard.press("Enter")
    expect(operator.locator("#members tbody tr").nth(0)).to_contain_text("KEYS2")
    assert courses_of(program) == ["KEYS2", "KEYS1"]
