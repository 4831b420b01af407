"""The public pages in a real browser: axe finds nothing, they fit a telephone, and the keyboard is enough."""

import re

import pytest
from django.conf import settings as django_settings
from django.db import connections
from django.test import override_settings

from openedx_catalog import api as catalog
from openedx_catalog.contrib.listings import api
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.search import api as search
from tests.listings.conftest import picture

pytestmark = pytest.mark.newest

TEXT = """<p>How do people decide what to buy, and firms what to make?</p><h2>What you will learn</h2>
<ul><li>Supply, demand and what moves them</li><li>Markets that work, and markets that do not</li></ul>
<table><tr><th scope="col">Week</th><th scope="col">Subject</th></tr><tr><td>1</td><td>Demand</td></tr></table>
<p>Read <a href="https://example.org/book">the book</a>.</p>"""


@pytest.fixture(scope="module")
def media(tmp_path_factory):
    return str(tmp_path_factory.mktemp("media"))


@pytest.fixture(scope="module")
def public(site, media):
    """Courses with all that a page may show, and with nothing; a program of two of them."""
    api.create_subject(name="Economics", translations={"es": "Economía"})
    api.create_subject(name="Data & Statistics")
    api.create_level(name="Introductory", translations={"es": "Inicial"})
    catalog.create_organization(short_name="PagesX", name="Institute of Public Pages")
    titles = {
        "14.100x": "Microeconomics for All", "P1": "Introducción a la programación", "P2": "Statistics – from the beginning",
        "P3": "مقدمة في التاريخ", "P4": "A very long title of a course about nearly everything to know of bridges",
    }  # fmt: skip
    for code, title in titles.items():
        language = {"P1": "es", "P3": "ar"}.get(code, "en")
        course = catalog.create_catalog_course(org_code="PagesX", course_code=code, title=title, language=language)
        said = {"subjects": ["economics"], "level": "introductory"} if code != "P4" else {}
        api.set_course_listing(course, live=True, short_description="Who buys what, and why?", **said)
    said = {
        "full_description": TEXT,
        "image": picture(),
        "image_alt": "A market hall",
        "subjects": ["economics", "data-statistics"],
    }
    said |= {
        "languages": ["en", "es-419"],
        "min_effort": 4,
        "max_effort": 6,
        "weeks": 12,
        "video_url": "https://video.example/1",
    }
    with override_settings(MEDIA_ROOT=media):
        api.set_course_listing("PagesX+14.100x", **said)
    for run, start, enrollment in (("3T2031", "2031-09-01", "2020-01-01"), ("1T2032", "2032-03-01T15:30", "2032-01-01")):
        schedule = {"start": f"{start}Z" if "T" in start else f"{start}T00:00:00Z", "pacing": "self"}
        schedule |= {"enrollment_start": f"{enrollment}T00:00:00Z", "end": "2033-01-01T00:00:00Z"}
        catalog.create_course_run(f"course-v1:PagesX+14.100x+{run}", schedule=schedule)
        api.set_course_run_listing(f"course-v1:PagesX+14.100x+{run}", courseware_url=f"https://lms.example/{run}")
    made = programs.create_program(
        title="Economics and Data", subtitle="Decide with numbers", type="micromasters", status="active",
        description="Three courses.\n\nOne exam.", authoring_organizations=["PagesX"], marketing_slug="economics-and-data",
    )  # fmt: skip
    programs.create_curriculum(made, name="Core", courses=["PagesX+14.100x", "PagesX+P2"])
    search.rebuild_index(any_change=True)
    yield
    connections.close_all()


@pytest.fixture
def page_of(site, media, public, visitor, settings):
    """``page_of("courses/")``: the visitor on a public page."""
    settings.MEDIA_ROOT, settings.OPENEDX_CATALOG_ANONYMOUS_READ = media, True
    settings.OPENEDX_CATALOG_SITE_NAME = "Open Learning"

    def go(path):
        visitor.goto(f"{site}/catalog/{path}")
        return visitor

    return go


PAGES = {
    "list": "courses/",
    "found": "courses/?q=statistics&subject=economics",
    "none": "courses/?q=nothing-is-called-so",
    "course": "courses/microeconomics-for-all/",
    "bare_course": "courses/introducción-a-la-programación/",
    "programs": "programs/",
    "program": "programs/economics-and-data/",
    "search": "search/?q=economics",
    "nothing_found": "search/?q=nothing-is-called-so",
}


# Each of them with each of the others, as few as that takes.
LOOKS = [(1280, "light", "en"), (1280, "dark", "es"), (360, "light", "es"), (360, "dark", "en")]


@pytest.mark.parametrize(("width", "scheme", "language"), LOOKS)
@pytest.mark.parametrize("name", PAGES)
def test_public_pages_are_readable(page_of, visitor, site, look, name, width, scheme, language):
    visitor.context.add_cookies([{"name": django_settings.LANGUAGE_COOKIE_NAME, "value": language, "url": site}])
    visitor.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    visitor.set_viewport_size({"width": width, "height": 900})
    page = page_of(PAGES[name])
    assert page.evaluate("document.documentElement.lang") == language
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("h1").count() == 1
    look(page, f"public_{name}_{width}_{scheme}_{language}")


def test_the_list_is_narrowed_by_the_keyboard_alone(page_of):
    page = page_of("courses/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "catalog-skip"
    for _press in range(20):
        if page.evaluate("document.activeElement.name") == "q":
            break
        page.keyboard.press("Tab")
    page.keyboard.type("statistics")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("q=statistics"))
    assert page.get_by_role("status").inner_text() == "1 course"
    page.get_by_role("link", name="Statistics – from the beginning").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/catalog/courses/statistics-from-the-beginning/"))


def test_who_skips_to_the_content_is_there(page_of):
    page = page_of("courses/microeconomics-for-all/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "All courses"
