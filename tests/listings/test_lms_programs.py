"""What the LMS's programs data shows of public listings; of the others nothing ever."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from openedx_catalog import api as catalog
from openedx_catalog.contrib.listings import api
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.programs import lms, lms_answers

from .conftest import picture

pytestmark = pytest.mark.django_db

KEY, SECOND = "course-v1:MITx+14.100x+2T2027", "course-v1:MITx+14.100x+3T2027"
ADDED = {"short_description", "marketing_url", "image"}
ADDED_OF_RUNS = {"short_description", "marketing_url", "min_effort", "max_effort", "weeks_to_complete"}


@pytest.fixture(autouse=True)
def forgotten():
    lms_answers.forget()
    yield
    lms_answers.forget()


@pytest.fixture
def program(course, run):
    """A program of MITx 14.100x, which has two runs and no listing yet."""
    course()
    run(KEY)
    run(SECOND)
    program = programs.create_program(title="Economics", type="micromasters", status="active")
    programs.create_curriculum(program, name="Core", courses=["MITx+14.100x"])
    return program


def described(**values):
    given = {"live": True, "short_description": "Supply & demand", "min_effort": 3, "max_effort": 5, "weeks": 12, **values}
    return api.set_course_listing("MITx+14.100x", **given)


def shown(program):
    """The dicts of the course and of its runs."""
    [course] = lms.get_programs(uuid=program.uuid)["courses"]
    return course, course["course_runs"]


def test_a_public_listing_is_shown_with_its_runs(program):
    catalog.create_organization(short_name="DEDP", name="Data, Economics and Development")
    described(title_override="Economics for all", owners=["DEDP", "MITx"], image=picture(), image_alt="A market")
    api.set_course_run_listing(KEY, title_override="In Spanish", short_description="Oferta y demanda", weeks=6)
    course, (first, second) = shown(program)
    assert (course["title"], course["short_description"]) == ("Economics for all", "Supply & demand")
    assert [owner["key"] for owner in course["owners"]] == ["DEDP", "MITx"]
    assert course["image"]["src"].endswith(".png")
    assert {**course["image"], "src": ""} == {"src": "", "description": "A market", "height": None, "width": None}
    assert (first["title"], first["short_description"], first["weeks_to_complete"]) == ("In Spanish", "Oferta y demanda", 6)
    # What a run has not said is that of its course.
    assert (first["min_effort"], second["max_effort"], second["weeks_to_complete"]) == (3, 5, 12)
    assert (second["short_description"], second["title"]) == ("Supply & demand", catalog.get_course_run(SECOND).title)
    assert lms.get_course_data("MITx+14.100x")["short_description"] == "Supply & demand"
    assert [owner["key"] for owner in lms.get_owners_for_course(course["uuid"])] == ["DEDP", "MITx"]
    assert lms.get_course_run_data(KEY, ["weeks_to_complete"]) == {"weeks_to_complete": 6}
    assert {run["title"] for run in lms.get_course_runs()} >= {"In Spanish"}


@pytest.mark.parametrize("hidden", [{"live": False}, {"visibility": "hidden"}, {"visibility": "unlisted"}], ids=str)
def test_a_course_that_is_not_public_is_shown_as_without_a_listing(program, hidden):
    plain = shown(program)
    described(title_override="Not yet", owners=[], **hidden)
    api.set_course_run_listing(KEY, title_override="Not yet", weeks=6)
    assert shown(program) == plain
    assert not ADDED & set(plain[0])
    assert not ADDED_OF_RUNS & set(plain[1][0])


@pytest.mark.parametrize("hidden", [{"live": False}, {"visibility": "hidden"}, {"visibility": "unlisted"}, {}], ids=str)
def test_a_run_that_is_not_public_or_withdrawn_is_shown_as_without_a_listing(program, hidden):
    plain = shown(program)[1][0]
    described()
    api.set_course_run_listing(KEY, title_override="Not yet", weeks=6, **hidden)
    if not hidden:
        catalog.withdraw_course_run(KEY, at=timezone.now())
        plain |= {"status": "unpublished"}
    course, (first, second) = shown(program)
    assert first == plain
    assert second["weeks_to_complete"] == 12
    assert course["short_description"] == "Supply & demand"


def test_the_address_of_the_page_is_given_where_a_setting_says_the_site(program, settings):
    described()
    assert (shown(program)[0]["marketing_url"], shown(program)[1][0]["marketing_url"]) == (None, None)
    settings.OPENEDX_CATALOG_PAGES_ROOT = "https://courses.example.org"
    try:
        page = reverse("openedx_catalog:listings:course-page", kwargs={"slug": "microeconomics"})
    except NoReverseMatch:
        pytest.skip("there are no pages")
    course, runs = shown(program)
    assert course["marketing_url"] == f"https://courses.example.org{page}"
    assert {run["marketing_url"] for run in runs} == {course["marketing_url"]}


def test_what_is_kept_of_all_programs_follows_every_change(program):
    def kept():
        [found] = lms.get_programs(site=object())
        return found["courses"][0]

    assert "short_description" not in kept()
    described()
    assert kept()["short_description"] == "Supply & demand"
    api.set_course_run_listing(KEY, weeks=6)
    assert kept()["course_runs"][0]["weeks_to_complete"] == 6
    # Nobody else gets to see what one caller has made of it.
    kept()["course_runs"][0]["weeks_to_complete"] = 99
    assert kept()["course_runs"][0]["weeks_to_complete"] == 6
    api.set_course_listing("MITx+14.100x", visibility="hidden")
    assert "short_description" not in kept()


def test_four_statements_more_however_many_courses_there_are(program, listed, run):
    def asked():
        with CaptureQueriesContext(connection) as log:
            lms.get_programs(uuid=program.uuid)
        return len(log)

    described(owners=["MITx"])
    before = asked()
    for number in range(5):
        listed(f"A{number}", owners=["MITx"])
        run(f"course-v1:MITx+A{number}+1")
        programs.add_course(program.curricula.get(), f"MITx+A{number}")
    assert asked() == before
