"""Curricula are built in a real browser: with the mouse, with the keyboard, without a script, and on a narrow screen."""

import re

import pytest
from playwright.sync_api import expect

from openedx_catalog import api
from openedx_catalog.contrib.programs import api as programs
from tests.browser.test_walk import click_through

# What a person does by hand, counted on every page that is opened; what a script presses is not.
COUNT_CLICKS = """
    if (window === window.top) {
        sessionStorage.loads = Number(sessionStorage.loads || 0) + 1;
        document.addEventListener("click", (event) => {
            if (event.isTrusted && event.detail > 0) {
                sessionStorage.clicks = Number(sessionStorage.clicks || 0) + 1;
            }
        }, true);
    }
"""


def courses_of(program):
    return [course.course_code for course in programs.program_courses(program)]


def press(page, button):
    """Press a button, and wait for the page that follows."""
    with page.expect_navigation():
        button.click()


def choose_courses(page, *options):
    """Pick from the box as a person does: type, and choose."""
    section = page.get_by_role("region", name="Add courses")
    for term, option in options:
        section.get_by_role("searchbox", name="Catalog courses").fill(term)
        page.locator(".select2-results__option", has_text=option).first.click()
    return section


def add_courses(page, *options):
    section = choose_courses(page, *options)
    press(page, section.get_by_role("button", name="Add courses"))


def leave(page, link, reason):
    """Retire or remove: follow the link, give the reason, read what is lost, confirm."""
    press(page, link)
    page.get_by_label("Reason").fill(reason)
    press(page, page.get_by_role("button", name="Preview", exact=True))
    expect(page.get_by_role("region", name="What will change")).to_contain_text("Learners who start")
    press(page, page.get_by_role("button", name="Confirm"))


def runs_of(*codes, title="Building"):
    for code in codes:
        api.associate_course_run(f"course-v1:MITx+{code}+2027", title=f"{title} {code}")


@pytest.fixture
def built(site):
    """``built("A", "B")``: a program with these courses of MITx; its curriculum, and the address of its builder."""

    def build(*codes, title):
        runs_of(*codes, title=title)
        curriculum = programs.create_curriculum(programs.create_program(title=title, type="masters"), name="Core")
        programs.add_courses(curriculum, [f"MITx+{code}" for code in codes])
        return curriculum, f"{site}/admin/openedx_catalog_programs/curriculum/{curriculum.pk}/build/"

    return build


def test_a_program_of_six_courses_takes_at_most_eight_clicks(operator):
    codes = [f"SIX{number}" for number in range(6)]
    runs_of(*codes)
    click_through(operator, "Programs")
    operator.add_init_script(COUNT_CLICKS)
    operator.reload()
    press(operator, operator.get_by_role("link", name="Add Program", exact=True).first)
    # Django has put the title in focus; subtitle and type follow.
    operator.keyboard.type("Six courses")
    for _step in range(2):
        operator.keyboard.press("Tab")
    operator.keyboard.type("MicroM")
    press(operator, operator.get_by_role("button", name="Save and continue editing"))
    press(operator, operator.get_by_role("link", name="Add a curriculum"))
    operator.get_by_label("Name:").click()
    operator.keyboard.type("Core")
    press(operator, operator.get_by_role("button", name="Save and build"))
    operator.get_by_label("Or their keys").click()
    operator.keyboard.insert_text("\n".join(f"course-v1:MITx+{code}+2027" for code in reversed(codes)))
    press(operator, operator.get_by_role("button", name="Add courses"))
    expect(operator.get_by_text("6 were added.")).to_be_visible()
    program = programs.get_programs().get(title="Six courses")
    assert (program.type.slug, courses_of(program)) == ("micromasters", list(reversed(codes)))
    counted = operator.evaluate("[Number(sessionStorage.clicks), Number(sessionStorage.loads)]")
    assert counted == [7, 6], "clicks, and pages"


def test_build_a_curriculum_with_the_mouse(operator, site, look):
    runs_of("BUILD1", "BUILD2", "BUILD3")
    click_through(operator, "Programs")
    press(operator, operator.get_by_role("link", name="Add Program", exact=True).first)
    operator.get_by_label("Title:", exact=True).fill("Building by mouse")
    operator.get_by_label("Type:").select_option("MicroMasters")
    operator.get_by_label("Authoring organizations").fill("MITx")
    look(operator, "program_add")
    press(operator, operator.get_by_role("button", name="Save and continue editing"))
    press(operator, operator.get_by_role("link", name="Add a curriculum"))
    operator.get_by_label("Name:").fill("Core")
    press(operator, operator.get_by_role("button", name="Save and build"))
    choose_courses(operator, *((code, f"Building {code}") for code in ("BUILD1", "BUILD2", "BUILD3")))
    look(operator, "builder_choosing")
    press(operator, operator.get_by_role("button", name="Add courses"))
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
    expect(rows.nth(1)).to_contain_text("0 of 1 run counts")
    assert "course-v1:MITx+BUILD1+2027" not in [str(run.course_key) for run in programs.program_runs(program)]
    leave(operator, operator.get_by_role("link", name="Retire Building BUILD2"), "Over")
    expect(operator.get_by_role("region", name="Timeline")).to_be_visible()
    look(operator, "builder")
    press(operator, operator.get_by_role("button", name="Offer Building BUILD2"))
    assert len(courses_of(program)) == 3
    # A partner's key that two runs would have is reported on the field.
    runs_of("BUILD4")
    for code in ("BUILD3", "BUILD4"):
        programs.set_external_course_key(f"course-v1:MITx+{code}+2027", "SAME")
    add_courses(operator, ("BUILD4", "Building BUILD4"))
    expect(operator.get_by_role("region", name="Add courses")).to_contain_text("would name several runs")
    look(operator, "builder_conflict")


@pytest.mark.newest
def test_build_a_curriculum_with_the_keyboard(operator, built):
    runs_of("KEYS3", title="Typing")
    curriculum, page = built("KEYS1", "KEYS2", title="Typing")
    operator.goto(page)
    operator.get_by_role("searchbox", name="Catalog courses").focus()
    operator.keyboard.type("KEYS3")
    expect(operator.locator(".select2-results__option--highlighted", has_text="Typing KEYS3")).to_be_visible()
    operator.keyboard.press("Enter")
    for _step in range(20):
        if operator.evaluate("document.activeElement.value") == "add_course":
            break
        operator.keyboard.press("Tab")
    operator.keyboard.press("Enter")
    expect(operator.locator("#members tbody tr")).to_have_count(3)
    assert courses_of(curriculum.program) == ["KEYS1", "KEYS2", "KEYS3"]


@pytest.mark.newest
def test_a_row_that_is_moved_keeps_the_focus_the_place_and_what_was_typed(operator, built):
    codes = [f"MOVE{number:02}" for number in range(12)]
    curriculum, page = built(*codes, title="Moving")
    programs.add_program(curriculum, programs.create_program(title="First", type="masters"))
    programs.add_program(curriculum, programs.create_program(title="Second", type="masters"))
    operator.goto(page)
    operator.get_by_label("Or their keys").fill("MITx+LATER")
    up = operator.get_by_role("button", name="Move Moving MOVE11 (catalog-course:MITx:MOVE11) up")
    up.focus()
    before = operator.evaluate("scrollY")
    for _time in range(3):
        operator.keyboard.press("Enter")
    expect(operator.get_by_role("status")).to_have_text("Moving MOVE11 (catalog-course:MITx:MOVE11): now number 9.")
    expect(up).to_be_focused()
    assert operator.evaluate("scrollY") == before > 0
    expect(operator.get_by_label("Or their keys")).to_have_value("MITx+LATER")
    assert courses_of(curriculum.program) == [*codes[:8], "MOVE11", *codes[8:11]]
    down = operator.get_by_role("button", name="Move First down")
    down.focus()
    operator.keyboard.press("Enter")
    expect(operator.get_by_role("status")).to_have_text("First: now number 2.")
    expect(down).to_be_focused()


@pytest.mark.newest
def test_without_a_script_the_page_comes_back_at_the_row_with_its_button_in_focus(operator, browser, built):
    codes = [f"PLAIN{number:02}" for number in range(12)]
    curriculum, address = built(*codes, title="Plain")
    context = browser.new_context(java_script_enabled=False, storage_state=operator.context.storage_state())
    page = context.new_page()
    page.goto(address)
    up = page.get_by_role("button", name=re.compile(r"Move Plain PLAIN11 .* up"))
    for _time in range(2):
        up.focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(up).to_be_focused()
        expect(up).to_be_in_viewport()
    assert courses_of(curriculum.program) == [*codes[:9], "PLAIN11", *codes[9:11]]
    context.close()


@pytest.mark.newest
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_builder_fits_a_narrow_screen(operator, built, look, scheme):
    curriculum, page = built(
        f"NARROW-{scheme}-of-a-course-with-a-long-code", title=f"A course whose title is long, in {scheme}"
    )
    programs.add_program(curriculum, programs.create_program(title="Inner", type="masters"))
    operator.emulate_media(color_scheme=scheme)
    operator.set_viewport_size({"width": 400, "height": 800})
    operator.goto(page)
    for summary in operator.locator("#content-main summary").all():
        summary.click()
    choose_courses(operator, ("14.100x", "14.100x"))
    look(operator, f"builder_narrow_{scheme}")
    assert operator.evaluate("document.documentElement.scrollWidth") == 400
    # Nor does anything scroll within itself.
    assert operator.evaluate(
        "[...document.querySelectorAll('.catalog-scroll')].every((box) => box.scrollWidth <= box.clientWidth)"
    )
