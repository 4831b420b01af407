"""Course teams and reviewers at work in a real browser: from a new course to its page, by the keyboard, on a telephone."""

import re

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import Group, Permission, User
from django.db import connections
from django.test import override_settings
from playwright.sync_api import expect

from openedx_catalog import api as catalog
from openedx_catalog.contrib.listings import api as listings
from openedx_catalog.contrib.publishing import api
from openedx_catalog.testing.contracts.browser import sign_in
from tests.listings.conftest import picture

pytestmark = pytest.mark.newest

KEY = "course-v1:PubX+P1+1T2031"


@pytest.fixture(scope="module")
def media(tmp_path_factory):
    return str(tmp_path_factory.mktemp("media"))


@pytest.fixture(scope="module")
def people(site, media):
    """A course team of PubX, a legal reviewer, and staff; one course that learners see, with changes that wait."""
    catalog.create_organization(short_name="PubX", name="Institute of Publishing")
    for name in ("Publishing", "Printing"):
        listings.create_subject(name=name)
    users = {name: User.objects.create_user(f"pub-{name}") for name in ("ann", "ben", "lee", "sam")}
    for name in ("ann", "ben"):
        api.add_member("PubX", users[name])
    users["lee"].groups.add(Group.objects.get_or_create(name="Legal")[0])
    users["sam"].user_permissions.add(Permission.objects.get(codename="change_courseworkingcopy"))
    with override_settings(
        MEDIA_ROOT=media, OPENEDX_CATALOG_COMMENTS="openedx_catalog.contrib.publishing.comments.DatabaseComments"
    ):
        course = catalog.create_catalog_course(org_code="PubX", course_code="P1", title="The Art of Printing")
        said = {"short_description": "From lead to light.", "subjects": ["printing"], "weeks": 6, "languages": ["en"]}
        listings.set_course_listing(course, live=True, **said, full_description="<p>Lead <strong>type</strong>.</p>")
        catalog.create_course_run(KEY, schedule={"start": "2031-03-01T09:00:00Z", "pacing": "self"})
        api.add_editor(course, users["ann"])
        api.set_working_copy(
            course, title_override="Printing, from Lead to Light", subjects=["publishing", "printing"], weeks=8,
            short_description="How books were made, and are.", full_description="<p>Lead type, and <em>light</em>.</p>",
            image=picture("JPEG", (1600, 900)), image_alt="A printing press", user=users["ann"],
        )  # fmt: skip
        listings.set_course_listing(course, short_description="From lead to light, in six weeks.")
        api.set_run_working_copy(KEY, start="2031-04-01T09:00:00Z", user=users["ann"])
        api.perform(course, "submit", user=users["ann"])
        api.perform(course, "reject", reason="Please say what is needed to begin.", user=users["lee"])
        api.add_comment(course, "Is there a picture of the press?", user=users["sam"])
    yield users
    connections.close_all()


@pytest.fixture
def at(site, media, people, visitor, settings):
    """``at("ann", "")``: the visitor, signed in as one of them, on a page for editors."""
    settings.MEDIA_ROOT, settings.OPENEDX_CATALOG_LEGAL_GROUP = media, "Legal"
    settings.OPENEDX_CATALOG_COMMENTS = "openedx_catalog.contrib.publishing.comments.DatabaseComments"
    settings.OPENEDX_CATALOG_SITE_NAME, settings.OPENEDX_CATALOG_ANONYMOUS_READ = "Open Learning", True

    def go(who, path=""):
        sign_in(visitor, site, people[who])
        visitor.goto(f"{site}/catalog/edit/{path}")
        return visitor

    return go


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()


# Each of them with each of the others, as few as that takes.
LOOKS = [(1280, "light", "en"), (1280, "dark", "es"), (360, "light", "es"), (360, "dark", "en")]


@pytest.mark.parametrize(("width", "scheme", "language"), LOOKS)
def test_pages_of_editors_are_readable(at, people, visitor, site, look, width, scheme, language):
    visitor.context.add_cookies([{"name": django_settings.LANGUAGE_COOKIE_NAME, "value": language, "url": site}])
    visitor.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    visitor.set_viewport_size({"width": width, "height": 900})
    course, run = catalog.get_catalog_course(key_str="PubX+P1"), catalog.get_course_run(KEY)
    at("ann")
    pages = {"list": "", "new": "new/", "course": f"{course.uuid}/", "values": f"{course.uuid}/values/"}
    pages |= {"run": f"{course.uuid}/runs/{run.uuid}/", "preview": f"{course.uuid}/preview/"}
    for name, path in pages.items():
        visitor.goto(f"{site}/catalog/edit/{path}")
        assert visitor.evaluate("document.documentElement.lang") == language
        assert visitor.evaluate("document.documentElement.scrollWidth") <= width, name
        assert visitor.locator("h1").count() == 1
        look(visitor, f"publishing_{name}_{width}_{scheme}_{language}")
    # With what was refused.
    visitor.goto(f"{site}/catalog/edit/{pages['values']}")
    visitor.locator("[name=slug]").fill("No Slug")
    visitor.locator("[name=weeks]").fill("2")
    visitor.locator("form button").last.click()
    expect(visitor.get_by_role("alert")).to_be_visible()
    assert visitor.evaluate("document.documentElement.scrollWidth") <= width
    look(visitor, f"publishing_refused_{width}_{scheme}_{language}")


def test_a_new_course_comes_to_its_page_by_three_hands(at, site, look):
    page = at("ann")
    page.get_by_role("link", name="New course").click()
    page.get_by_label("Course code").fill("P2")
    page.get_by_label("Title").fill("The Art of Reading")
    press(page, "Begin the course")
    expect(page.get_by_role("heading", name="The Art of Reading", level=1)).to_be_visible()
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_label("Short description").fill("Slowly.")
    page.get_by_label("Subjects 1").select_option(label="Publishing")
    image = {"name": "book.jpg", "mimeType": "image/jpeg", "buffer": picture("JPEG", (1600, 900)).read()}
    page.get_by_label("Image", exact=True).set_input_files(image)
    press(page, "Save")
    expect(page.get_by_role("alert")).to_contain_text("Image description")
    expect(page.get_by_label("Short description")).to_have_value("Slowly.")
    page.get_by_label("Image", exact=True).set_input_files(image)
    page.get_by_label("Image description").fill("An open book")
    press(page, "Save")
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    press(page, "Submit for review")
    path = page.url.removeprefix(f"{site}/catalog/edit/")

    page = at("lee", path)
    press(page, "Reject")
    expect(page.get_by_role("alert")).to_contain_text("Give a reason")
    look(page, "publishing_reject")
    page.get_by_label("Reason").first.fill("Say for whom it is.")
    press(page, "Reject")

    page = at("ann", path)
    expect(page.get_by_role("note")).to_contain_text("Say for whom it is.")
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_label("Short description").fill("Slowly. For everybody.")
    press(page, "Save")
    page.get_by_label("Goes live at").fill("2031-02-01T08:00")
    press(page, "Schedule")
    press(page, "Submit for review")
    for who in ("lee", "sam"):
        page = at(who, path)
        expect(page.get_by_text("Slowly. For everybody.")).to_be_visible()
        press(page, "Approve")
    look(page, "publishing_reviewed")
    expect(page.locator("[aria-current=step]")).to_contain_text("Reviewed")
    assert page.goto(f"{site}/catalog/courses/the-art-of-reading/").status == 404

    assert api.publish_due_listings("2031-02-01T08:00:00Z").published == ["catalog-course:PubX:P2"]
    page.context.clear_cookies()
    page.goto(f"{site}/catalog/courses/the-art-of-reading/")
    expect(page.get_by_role("heading", name="The Art of Reading", level=1)).to_be_visible()
    expect(page.get_by_alt_text("An open book")).to_have_js_property("naturalWidth", 1600)


def test_a_course_is_begun_and_submitted_by_the_keyboard_alone(at):
    page = at("ben")

    def on_to(name):
        for _press in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.textContent || document.activeElement.name").strip() == name:
                return
        pytest.fail(f"The keyboard does not come to {name}.")

    on_to("New course")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/new/$"))
    on_to("course_code")
    page.keyboard.type("P3")
    page.keyboard.press("Tab")
    page.keyboard.type("The Art of Binding")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/catalog/edit/[0-9a-f-]{36}/$"))
    on_to("Submit for review")
    page.keyboard.press("Enter")
    expect(page.locator("[aria-current=step]")).to_contain_text("In legal review")
    assert api.state_of("PubX+P3") == "legal_review"
