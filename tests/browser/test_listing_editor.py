"""An editor gives a course a page in a real browser: with an image, by the keyboard where that is enough."""

import pytest
from django.test import override_settings
from playwright.sync_api import expect

from openedx_catalog import api as catalog
from openedx_catalog.contrib.listings import api
from tests.listings.conftest import picture

pytestmark = pytest.mark.newest

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
def course(site, tmp_path):
    """A course without a page."""
    with override_settings(MEDIA_ROOT=str(tmp_path), OPENEDX_CATALOG_ANONYMOUS_READ=True):
        row = catalog.create_catalog_course(org_code="EditX", course_code="E1", title="Editing")
        yield row
        api.delete_course_listing(row)
        catalog.delete_catalog_course(row)


def upload(page, name, content):
    kind = f"image/{name.rpartition('.')[2]}"
    page.get_by_label("Image:", exact=True).set_input_files({"name": name, "mimeType": kind, "buffer": content})


def test_a_course_gets_a_page_with_an_image(course, operator, site, look):
    operator.goto(f"{site}/admin/openedx_catalog_listings/courselisting/add/?catalog_course={course.pk}")
    operator.get_by_label("Short description:").fill("How texts are made better.")
    upload(operator, "evil.svg", SVG)
    operator.get_by_label("Image description:").fill("A red pencil")
    operator.get_by_role("button", name="Save", exact=True).click()
    expect(operator.get_by_text("it is no PNG, JPEG, GIF or WebP image").first).to_be_visible()
    assert api.find_course_listing(course) is None
    look(operator, "listing_refused")

    image = picture("JPEG", (1600, 900))
    upload(operator, "pencil.jpg", image.read())
    # What a person does without a mouse: on to the box, press it, and send the form from a line of text.
    operator.get_by_label("Live", exact=True).focus()
    operator.keyboard.press("Space")
    operator.get_by_label("Image description:").press("Enter")
    operator.wait_for_load_state()
    listing = api.find_course_listing(course)
    assert (listing.live, listing.slug, listing.short_description) == (True, "editing", "How texts are made better.")

    operator.goto(f"{site}/admin/openedx_catalog_listings/courselisting/{listing.pk}/change/")
    look(operator, "listing_with_image")
    operator.goto(f"{site}{operator.get_by_role('link', name='View page').get_attribute('href')}")
    expect(operator.get_by_role("heading", name="Editing", level=1)).to_be_visible()
    expect(operator.get_by_alt_text("A red pencil")).to_have_js_property("naturalWidth", 1600)
    look(operator, "listing_page")
