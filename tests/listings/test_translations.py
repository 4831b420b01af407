"""The pages of listings in Spanish, those of the admin and the public ones; see tests/core/test_translations.py."""

import re

import pytest
from django.urls import reverse

from openedx_catalog.contrib.listings import api
from openedx_catalog.contrib.listings.models_api import Level, Subject
from openedx_catalog.contrib.programs import api as programs
from tests import spanish

from .conftest import picture

pytestmark = [pytest.mark.django_db, pytest.mark.newest, pytest.mark.any_database]
APP = "openedx_catalog_listings"
KEY = "course-v1:MITx+14.100x+2T2027"


@pytest.fixture(autouse=True)
def languages():
    with spanish.by_the_reader():
        yield


@pytest.fixture
def everything(listed, course, run, monkeypatch):
    """A course and a run with all that a listing can say, a program of them, and a course without a listing."""
    api.create_subject(name="Economics", translations={"es": "Economía"})
    api.create_level(name="Introductory", translations={"es": "Introductorio"})
    listing = listed(
        title_override="Microeconomics", short_description="Prices", full_description="<p>Markets</p>", weeks=12, min_effort=4,
        max_effort=6, languages=["en"], subjects=["economics"], level="introductory", owners=["MITx"], image=picture(),
        image_alt="Market", video_url="https://video.example/1", slug="micro",
    )  # fmt: skip
    run(KEY, start="2031-03-01T15:30:00Z", end="2031-06-01T00:00:00Z", enrollment_end="2031-03-01T00:00:00Z", pacing="self")
    run("course-v1:MITx+14.100x+1T2019", start="2019-03-01T00:00:00Z", end="2019-06-01T00:00:00Z", pacing="instructor")
    api.set_course_run_listing(KEY, courseware_url="https://lms.example/1")
    api.add_course_redirect("MITx+14.100x", "formerly")
    course("14.200x", title="Macroeconomics")
    programs.create_program_type(name="Track", slug="track")
    program = programs.create_program(title="DEDP", type="track", status="active", marketing_slug="dedp")
    programs.create_curriculum(program, name="Core", courses=["MITx+14.100x"])
    names = spanish.words_of(Subject, Level)
    # Titles, texts and addresses of the rows, and the values of columns of a file; "slug" and "no" are Spanish, too.
    own = (
        "Microeconomics Macroeconomics Prices Markets Market DEDP Track Core micro dedp formerly Slug slug No no "
        "p es https listings Economía Introductorio yes public unlisted hidden"
    )
    monkeypatch.setattr(spanish, "SAME", spanish.SAME | names | set(own.split()))
    return listing


def test_every_admin_page_is_translated(admin_client, everything):
    course = everything.catalog_course
    addresses = spanish.pages_of(APP) | {
        "import": reverse(f"admin:{APP}_courselisting_import"),
        "import of runs": reverse(f"admin:{APP}_courserunlisting_import"),
        "course": reverse("admin:openedx_catalog_catalogcourse_change", args=[course.pk]),
        "run": reverse("admin:openedx_catalog_courserun_change", args=[course.runs.first().pk]),
    }
    assert len(addresses) > 15
    assert spanish.left_in_english(admin_client, addresses) == {}


def test_every_public_page_is_translated(client, everything, settings, monkeypatch):
    settings.OPENEDX_CATALOG_ANONYMOUS_READ = True
    settings.OPENEDX_CATALOG_SITE_NAME = "MITx"
    # Of Django's pages only the content is looked at; of these everything.
    monkeypatch.setattr(spanish, "texts", lambda page: set(spanish.Texts(page).found))
    pages = ("courses/", "courses/?q=nothing", "courses/micro/", "programs/", "programs/dedp/")
    assert spanish.left_in_english(client, {page: f"/catalog/{page}" for page in pages}) == {}


def test_the_subject_of_a_course_is_not_called_that_of_an_event(admin_client, everything):
    api.create_subject(name="Data")
    page = admin_client.get(reverse(f"admin:{APP}_courselisting_changelist"), headers=spanish.SPANISH).content.decode()
    assert set(re.findall(r"materia|asunto", page)) == {"materia"}
