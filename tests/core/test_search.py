"""What somebody types, and what is found by it: in Python, through REST, in the admin's lists and its autocompletes."""

import pytest
from django.urls import reverse

from openedx_catalog import api
from openedx_catalog.exceptions import InvalidRequest
from openedx_catalog.models_api import CatalogCourse, CourseRun
from tests.conftest import RUN_KEY

pytestmark = pytest.mark.django_db

SLASH, CCX, OTHER = "MITx/14.73x/2013_Spring", "ccx-v1:MITx+14.100x+3T2017+ccx@7", "course-v1:HarvardX+CS50+2027"
COURSES = {"14.100x": "E", "14.73x": "P", "Shared": "S", "14.100xr": "R"}
RUNS = {RUN_KEY: "e", SLASH: "p", CCX: "c", OTHER: "h"}


@pytest.fixture(autouse=True)
def catalog(db):
    """Made so that whatever is exact has the highest id, and comes last where nothing puts it first."""
    api.create_organization(short_name="MITx", name="Massachusetts Institute")
    api.create_catalog_course(org_code="MITx", course_code="14.100xr", title="Revision of 14.100x")
    api.associate_course_run(CCX)
    api.associate_course_run(SLASH, title="Poverty")
    api.associate_course_run(OTHER, catalog_course="MITx+Shared", title="Computer Science")
    course = api.create_catalog_course(org_code="MITx", course_code="econ1", title="Micro and 14.73x")
    api.merge_catalog_courses(api.get_catalog_course(key_str="MITx+14.100x"), into=course, reason="one course")
    api.associate_course_run(RUN_KEY, title="Microeconomics")
    COURSES["econ1"] = "E"


def courses(found):
    return "".join(COURSES[course.course_code] for course in found)


def runs(found):
    return "".join(RUNS[str(run.course_key)] for run in found)


TERMS = [
    # Of organizations
    ("", "RPSE", "cphe"),
    ("MITx", "RPSE", "cphe"),
    ("mitX", "RPSE", "cphe"),
    ("massachusetts", "RPSE", "cphe"),
    # A former code, exactly; part of a code and of a title.
    ("14.100x", "ER", "ce"),
    ("14.100X", "ER", "ce"),
    ("14.73x", "PE", "p"),
    ("14", "RPE", "cpe"),
    # Keys: with the prefix, without it, and with a plus that nobody encoded.
    ("catalog-course:MITx:14.100x", "E", "ce"),
    ("catalog-course:mitx:ECON1", "E", "ce"),
    ("MITx+14.100x", "E", "ce"),
    ("MITx 14.100x", "ER", "ce"),
    ("MITx+Shared", "S", "h"),
    # Keys of runs: that run first, then what is made of it.
    (RUN_KEY, "E", "e"),
    (RUN_KEY.replace("+", " "), "E", "e"),
    (SLASH.lower(), "P", "p"),
    ("3t2017", "E", "ce"),
    ("HarvardX", "S", "h"),
    # Words, and a text in quotes.
    ("micro mitx", "E", "e"),
    ('"Computer Science"', "S", "h"),
    ('"science computer"', "", ""),
    ("science computer", "S", "h"),
    ("micro nothing", "", ""),
    ("zzz", "", ""),
    ("%", "", ""),
    ("\x00", "", ""),
    ("\ud800", "", ""),
]


@pytest.mark.parametrize(("term", "of_courses", "of_runs"), TERMS, ids=lambda value: ascii(value))
def test_what_is_found_and_in_which_order(term, of_courses, of_runs):
    assert courses(api.search_catalog_courses(term)) == of_courses
    assert runs(api.search_course_runs(term)) == of_runs


@pytest.mark.parametrize(("term", "of_courses", "of_runs"), TERMS[:-2], ids=lambda value: ascii(value))
def test_every_door_finds_the_same(admin_client, term, of_courses, of_runs):
    if term:
        for resource, name, known, expected in (
            ("catalog-courses", "course_code", COURSES, of_courses),
            ("course-runs", "course_key", RUNS, of_runs),
        ):
            answer = admin_client.get(f"/api/catalog/v1/{resource}/", {"q": term}).json()
            assert "".join(known[row[name]] for row in answer["results"]) == expected
    for model, show, expected in ((CatalogCourse, courses, of_courses), (CourseRun, runs, of_runs)):
        page = admin_client.get(reverse(f"admin:openedx_catalog_{model._meta.model_name}_changelist"), {"q": term})
        assert sorted(show(page.context["cl"].result_list)) == sorted(expected)


def test_the_admin_shows_exact_matches_first_unless_another_order_is_asked_for(admin_client):
    url = reverse("admin:openedx_catalog_catalogcourse_changelist")
    assert courses(admin_client.get(url, {"q": "14.73x"}).context["cl"].result_list) == "PE"
    assert courses(admin_client.get(url, {"q": "14.73x", "o": "1"}).context["cl"].result_list) == "EP"


def test_what_is_completed_begins_with_the_exact_match(admin_client):
    asked = {"app_label": "openedx_catalog", "model_name": "courserun", "field_name": "catalog_course", "term": "14.73x"}
    answer = admin_client.get(reverse("admin:autocomplete"), asked).json()
    assert [row["text"] for row in answer["results"]] == ["Poverty (MITx 14.73x)", "Micro and 14.73x (MITx econ1)"]


def test_an_order_that_the_client_asks_for_wins(client, admin_client):
    for ordering, expected in (("title", "EP"), ("-title", "PE"), ("-created", "EP"), ("created", "PE")):
        answer = admin_client.get("/api/catalog/v1/catalog-courses/", {"q": "14.73x", "ordering": ordering}).json()
        assert "".join(COURSES[row["course_code"]] for row in answer["results"]) == expected


def test_a_uuid_names_its_row_and_the_runs_of_a_course():
    course, run = api.get_catalog_course(key_str="MITx+econ1"), api.get_course_run(RUN_KEY)
    assert courses(api.search_catalog_courses(str(course.uuid))) == "E"
    assert runs(api.search_course_runs(str(course.uuid))) == "ce"
    assert runs(api.search_course_runs(str(run.uuid).upper())) == "e"
    assert courses(api.search_catalog_courses(str(run.uuid))) == "E"
    assert not api.search_catalog_courses("00000000-0000-4000-8000-000000000000")


def test_organizations_by_short_name_and_name(admin_client):
    api.create_organization(short_name="AtMITx", name="At the other side")
    for term, expected in (("mitx", ["MITx", "AtMITx"]), ("institute", ["MITx"]), ("mit other", ["AtMITx"]), ("zzz", [])):
        assert [org.short_name for org in api.search_organizations(term)] == expected
        answer = admin_client.get("/api/catalog/v1/organizations/", {"q": term}).json()
        assert [row["short_name"] for row in answer["results"]] == expected


def test_only_the_rows_that_are_given_are_searched():
    implicit = CourseRun.objects.implicit()
    assert runs(api.search_course_runs("mitx", rows=implicit)) == "pe"
    assert runs(api.search_course_runs(OTHER, rows=implicit)) == ""
    assert courses(api.search_catalog_courses("MITx+Shared", rows=api.get_catalog_courses(org_code="HarvardX"))) == ""
    newest = CourseRun.objects.order_by("-pk")
    assert runs(api.search_course_runs("mitx", rows=newest)) == "ehpc"


@pytest.mark.parametrize("text", [None, 5, b"MITx", ["MITx"]], ids=repr)
def test_what_is_no_text_is_refused(text):
    for search in (api.search_catalog_courses, api.search_course_runs, api.search_organizations):
        with pytest.raises(InvalidRequest, match="Expected a text to search for, got"):
            search(text)


@pytest.mark.parametrize("text", ["x" * 5000, "word " * 400, "e" + "\u0301" * 400, '"', "'", '""'], ids=len)
def test_any_text_can_be_searched_for(text):
    for search in (api.search_catalog_courses, api.search_course_runs, api.search_organizations):
        list(search(text))


@pytest.mark.parametrize("rows", [10, 1000])
@pytest.mark.parametrize(
    ("search", "term", "most"),
    [
        (api.search_catalog_courses, "T7", 5),
        (api.search_catalog_courses, "O7+C7", 5),
        (api.search_catalog_courses, "course-v1:O7+C7+7", 5),
        (api.search_course_runs, "C7", 4),
        (api.search_course_runs, "course-v1:O7+C7+7", 3),
        (api.search_organizations, "O7", 1),
    ],
)
def test_a_word_costs_as_many_queries_whatever_the_size(data_statements, search, term, most, rows):
    records = [api.AssociationRecord(f"course-v1:O{n % 40}+C{n}+{n}", title=f"T{n}") for n in range(rows)]
    api.associate_course_runs(records, source="test")
    with data_statements() as log:
        assert list(search(term)[:10])
    assert len(log) <= most
    assert not [sql for sql in log if "DISTINCT" in sql]
