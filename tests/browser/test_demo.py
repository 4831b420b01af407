"""The start page of ``make demo``: axe finds nothing, and it fits a telephone, by day and by night."""

import pytest
from django.contrib.auth import get_user_model

from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.publishing import api as course_publishing
from openedx_catalog.contrib.publishing.models_api import OrganizationGroup
from openedx_catalog.contrib.sync import api as sync
from test_project.demo import content, publishing
from test_project.settings import demo

pytestmark = pytest.mark.newest


@pytest.fixture
def start_page(site, visitor, settings, tmp_path):
    """It, of a catalog with the program, the source and the user of the demo."""
    settings.ROOT_URLCONF, settings.TEMPLATES = demo.ROOT_URLCONF, demo.TEMPLATES
    settings.DEMO_LMS_FILE = tmp_path / "demo.lms.json"
    content.create_user()
    content.create_program()
    course = content.courses_of_program()[0]
    publishing.create_review(course)
    content.create_source(site)
    content.prepare_lms(site)
    visitor.goto(site)
    yield visitor
    course_publishing.perform(course, "discard")
    OrganizationGroup.objects.get(organization=course.org).group.delete()
    get_user_model().objects.get(username=publishing.EDITOR).delete()
    programs.delete_program(content.program())
    sync.delete_source(content.SOURCE)
    get_user_model().objects.get(username=content.NAME).delete()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_start_page_is_readable(start_page, look, width, scheme):
    start_page.emulate_media(color_scheme=scheme)
    start_page.set_viewport_size({"width": width, "height": 900})
    assert start_page.get_by_role("link", name="Sync now").is_visible()
    assert start_page.get_by_role("link", name="The public catalog").get_attribute("href") == "/catalog/courses/"
    assert start_page.get_by_text(content.PASSWORD, exact=True).count() == 2
    assert start_page.evaluate("document.documentElement.scrollWidth") <= width
    look(start_page, f"demo_{width}_{scheme}")
