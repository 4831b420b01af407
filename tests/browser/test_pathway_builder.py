"""Learner pathways are built in a real browser: with the mouse, with the keyboard, without a script, on a narrow screen."""

import re

import pytest
from playwright.sync_api import expect

from openedx_catalog import api as catalog
from openedx_catalog.contrib.pathways import api
from openedx_catalog.contrib.pathways.api import NodeRecord
from openedx_catalog.contrib.programs import api as programs
from tests.browser.test_builder import press, runs_of
from tests.browser.test_walk import click_through

pytestmark = pytest.mark.newest


def titles(pathway):
    return [step.title for step in pathway.steps.order_by("position")]


def offered(step):
    nodes = step.nodes.select_related("catalog_course", "program").order_by("position")
    return [node.usage_key or (node.program or node.catalog_course).title for node in nodes]


@pytest.fixture
def built(site):
    """``built("A", "B", title="Steps")``: a pathway with two steps that offer these courses; and the address of its builder."""

    def build(*codes, title):
        runs_of(*codes, title=title)
        records = [NodeRecord(catalog_course=f"MITx+{code}", hours=number + 1) for number, code in enumerate(codes)]
        pathway = api.create_learner_pathway(title=title, status="active")
        for name in ("First", "Second"):
            api.add_step(pathway, records, title=name)
        return pathway, f"{site}/admin/openedx_catalog_pathways/learnerpathway/{pathway.pk}/build/"

    return build


def test_a_pathway_is_built_with_the_mouse(operator, look):
    runs_of("PATH1", "PATH2", "PATH3", title="Walking")
    programs.create_program(title="A program of walks", type="masters", status="active")
    click_through(operator, "Learner Pathways")
    press(operator, operator.get_by_role("link", name="Add Learner Pathway", exact=True).first)
    operator.get_by_label("Title:", exact=True).fill("Become a walker")
    look(operator, "pathway_add")
    press(operator, operator.get_by_role("button", name="Save and build"))
    expect(operator.get_by_text("No steps yet.")).to_be_visible()
    look(operator, "pathway_builder_empty")
    section = operator.get_by_role("region", name="Add a step")
    section.get_by_label("Title:").fill("Basics")
    for code in ("PATH2", "PATH1"):
        section.get_by_role("searchbox", name="Catalog courses").fill(code)
        operator.locator(".select2-results__option", has_text=f"Walking {code}").first.click()
    press(operator, section.get_by_role("button", name="Add step"))
    pathway = api.get_learner_pathways().get(title="Become a walker")
    section.get_by_label("Title:").fill("More")
    section.get_by_role("combobox", name="Program").click()
    operator.locator(".select2-search__field").last.fill("walks")
    operator.locator(".select2-results__option", has_text="A program of walks").first.click()
    press(operator, section.get_by_role("button", name="Add step"))
    assert titles(pathway) == ["Basics", "More"]

    press(operator, operator.get_by_role("link", name="Add to Basics"))
    section = operator.get_by_role("region", name="Add to a step")
    section.get_by_label("Block:").fill("what")
    press(operator, section.get_by_role("button", name="Add to step"))
    expect(section).to_contain_text("expected the usage key")
    look(operator, "pathway_builder_refused")
    section.get_by_label("Block:").fill("block-v1:MITx+PATH3+2027+type@video+block@intro")
    press(operator, section.get_by_role("button", name="Add to step"))
    basics = pathway.steps.get(title="Basics")
    assert offered(basics) == ["Walking PATH2", "Walking PATH1", "block-v1:MITx+PATH3+2027+type@video+block@intro"]

    rows = operator.locator(f"#nodes-{basics.pk} tr")
    with operator.expect_response(re.compile("/build/")):
        rows.nth(1).locator("td").first.drag_to(rows.nth(0).locator("td").first, target_position={"x": 5, "y": 2})
    expect(operator.get_by_role("status")).to_contain_text("Walking PATH1 (catalog-course:MITx:PATH1): now number 1.")
    assert offered(basics)[:2] == ["Walking PATH1", "Walking PATH2"]
    steps = operator.locator(".builder-step")
    with operator.expect_response(re.compile("/build/")):
        steps.nth(1).locator("h3").drag_to(steps.nth(0).locator("h3"), target_position={"x": 5, "y": 2})
    expect(operator.get_by_role("status")).to_have_text("More: now number 1.")
    assert titles(pathway) == ["More", "Basics"]
    expect(steps.nth(0).locator("h3")).to_have_text("1. More")
    expect(steps.nth(1).locator("h3")).to_have_text("2. Basics")

    for number, name in enumerate(("Walking PATH1", "Walking PATH2", "Walking PATH3")):
        row = operator.get_by_role("row", name=re.compile(name))
        row.locator("summary").click()
        row.get_by_label("Hours:").fill(str(number + 2))
        press(operator, row.get_by_role("button", name=re.compile(f"Save {name}")))
    operator.locator(f"#save-step-{basics.pk}").click()
    steps.nth(1).get_by_label("Minimum to complete:").fill("2")
    press(operator, operator.get_by_role("button", name="Save Basics"))
    expect(steps.nth(1)).to_contain_text("Complete 2 of 3. Duration: 5 to 7 hours")
    look(operator, "pathway_builder")

    press(operator, operator.get_by_role("link", name="Remove More"))
    operator.get_by_label("Reason").fill("Too long")
    press(operator, operator.get_by_role("button", name="Preview", exact=True))
    expect(operator.get_by_role("region", name="What will change")).to_contain_text("5 to 7 hours")
    look(operator, "pathway_remove")
    press(operator, operator.get_by_role("button", name="Confirm"))
    expect(operator.locator("#times")).to_have_text("Duration of the whole pathway: 5 to 7 hours")
    assert titles(pathway) == ["Basics"]


def test_what_is_moved_by_the_keyboard_keeps_the_focus_and_what_was_typed(operator, built):
    pathway, page = built("PKEY1", "PKEY2", "PKEY3", title="Typing a path")
    operator.goto(page)
    operator.get_by_role("searchbox", name="Catalog courses").focus()
    operator.keyboard.type("PKEY3")
    expect(operator.locator(".select2-results__option--highlighted", has_text="Typing a path PKEY3")).to_be_visible()
    operator.keyboard.press("Enter")
    for _step in range(20):
        if operator.evaluate("document.activeElement.value") == "add_step":
            break
        operator.keyboard.press("Tab")
    operator.keyboard.press("Enter")
    expect(operator.locator(".builder-step")).to_have_count(3)
    operator.get_by_role("region", name="Add a step").get_by_label("Title:").fill("Later")
    step = pathway.steps.first()
    up = operator.locator(f"#up-node-{step.nodes.last().pk}")
    up.focus()
    for _time in range(2):
        operator.keyboard.press("Enter")
    expect(operator.get_by_role("status")).to_contain_text("now number 1.")
    expect(up).to_be_focused()
    assert offered(step)[0] == "Typing a path PKEY3"
    down = operator.get_by_role("button", name="Move First down")
    down.focus()
    operator.keyboard.press("Enter")
    expect(operator.get_by_role("status")).to_have_text("First: now number 2.")
    expect(down).to_be_focused()
    assert titles(pathway)[:2] == ["Second", "First"]
    expect(operator.get_by_role("region", name="Add a step").get_by_label("Title:")).to_have_value("Later")


def test_without_a_script_the_page_comes_back_with_the_button_in_focus(operator, browser, built):
    pathway, address = built("PPLAIN1", "PPLAIN2", title="Plain path")
    context = browser.new_context(java_script_enabled=False, storage_state=operator.context.storage_state())
    page = context.new_page()
    page.goto(address)
    up = page.get_by_role("button", name="Move Second up")
    up.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(up).to_be_focused()
    expect(up).to_be_in_viewport()
    assert titles(pathway) == ["Second", "First"]
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_builder_fits_a_narrow_screen(operator, built, look, scheme):
    catalog.create_catalog_course(org_code="MITx", course_code=f"Long-{scheme}", title="Rindfleischetikettierung" * 4)
    pathway, page = built(f"NARROWP-{scheme}-of-a-course-with-a-long-code", title=f"A pathway with a long title, in {scheme}")
    api.add_step(pathway, [NodeRecord(catalog_course=f"MITx+Long-{scheme}")])
    operator.emulate_media(color_scheme=scheme)
    operator.set_viewport_size({"width": 400, "height": 800})
    operator.goto(page)
    for summary in operator.locator("#content-main summary").all():
        summary.click()
    look(operator, f"pathway_builder_narrow_{scheme}")
    assert operator.evaluate("document.documentElement.scrollWidth") == 400
    # Nor does anything scroll within itself.
    assert operator.evaluate(
        "[...document.querySelectorAll('.catalog-scroll')].every((box) => box.scrollWidth <= box.clientWidth)"
    )
