"""Which courses a course catalog has, and what it says of keys."""

from datetime import UTC, datetime

import pytest
from django.test.utils import override_settings
from organizations.models import Organization

from openedx_catalog import api as catalog
from openedx_catalog.contrib.search import api
from openedx_catalog.contrib.search.exceptions import InvalidQuery, UnreadableKeys
from openedx_catalog.exceptions import InvalidRequest
from openedx_catalog.models_api import CatalogCourse, CourseRun
from openedx_catalog.policies import DateWindow

from .catalogs import codes, course, courses, stored  # noqa: F401

pytestmark = pytest.mark.django_db
OPEN = {"MITx+A", "MITx+B", "MITx+Bare", "HarvardX+A"}


@pytest.mark.parametrize(
    ("query", "include_archived", "found"),
    [
        ("*", True, {*OPEN, "MITx+Old"}),
        ("*", False, OPEN),
        ("org:HarvardX", True, {"HarvardX+A"}),
        ("number:Old", False, set()),
        ("number:Old", True, {"MITx+Old"}),
        ("key:(MITx+A OR HarvardX+A)", False, {"MITx+A", "HarvardX+A"}),
        ("NOT org:MITx", False, {"HarvardX+A"}),
    ],
)
def test_a_course_catalog_has_what_its_query_finds(courses, query, include_archived, found):  # noqa: F811
    row = stored(query, include_archived=include_archived)
    assert codes(api.courses_in(row)) == found
    assert api.count_courses(row) == len(found)
    assert codes(api.courses_for(query, include_archived=include_archived)) == found


def test_a_course_is_archived_when_the_last_of_its_runs_has_ended(course):  # noqa: F811
    course("MITx", "A", ends="2030-01-01T00:00:00Z")
    catalog.create_course_run("course-v1:MITx+A+R2", schedule={"end": "2031-01-01T00:00:00Z"})
    row = stored()
    at = {year: codes(api.courses_in(row, now=datetime(year, 1, 1, tzinfo=UTC))) for year in (2029, 2030, 2031)}
    assert at == {2029: {"MITx+A"}, 2030: {"MITx+A"}, 2031: set()}


class NothingIsOver(DateWindow):
    """By which no run is ever archived."""

    def statuses(self):
        found = super().statuses()
        return {name: found[name] for name in found if name != "archived"}


@pytest.mark.any_database
def test_what_is_archived_the_policy_of_the_site_says(courses):  # noqa: F811
    with override_settings(OPENEDX_CATALOG_DATE_WINDOW=f"{__name__}.NothingIsOver"):
        assert codes(api.courses_in(stored())) == {*OPEN, "MITx+Old"}


def test_keys_are_answered_as_they_were_given(courses):  # noqa: F811
    row = stored("org:MITx")
    given = ["MITx+A", "mitx+a", "catalog-course:MITx:B", "HarvardX+A", "MITx+Nothing", "Nobody+A", "MITx+Old"]
    runs = ["course-v1:MITx+A+R1", "course-v1:mitx+a+r1", "MITx/B/R1", "course-v1:HarvardX+A+R1", "course-v1:MITx+Old+R1"]
    found = api.contains(row, catalog_keys=given, run_keys=runs)
    assert [key for key, inside in found.items() if inside] == [*given[:3], *runs[:2]]
    assert list(found) == [*given, *runs]
    assert api.contains(row) == {}


def test_a_run_is_in_it_whose_course_is_whatever_its_key_says(courses):  # noqa: F811
    row, (kept, moved) = stored("key:(HarvardX+A)"), ("course-v1:HarvardX+A+R1", "course-v1:MITx+A+R1")
    assert api.contains(row, run_keys=[kept, moved]) == {kept: True, moved: False}
    catalog.move_course_run(moved, catalog.get_catalog_course(key_str="HarvardX+A"), reason="a test")
    assert api.contains(row, run_keys=[kept, moved]) == {kept: True, moved: True}


def test_former_codes_and_names_of_organizations_lead_to_the_course(courses):  # noqa: F811
    catalog.rename_catalog_course(catalog.get_catalog_course(key_str="MITx+A"), course_code="A2", reason="a test")
    catalog.update_organization("HarvardX", short_name="HarvX", reason="a test")
    given = ["MITx+A", "MITx+A2", "HarvardX+A", "harvardx+a", "HarvX+A"]
    assert api.contains(stored(), catalog_keys=given) == dict.fromkeys(given, True)


@pytest.mark.once
def test_of_organizations_that_differ_only_in_case_that_which_is_spelled_so_counts(course):  # noqa: F811
    """Not on MariaDB, where there are no two such organizations."""
    Organization.objects.create(short_name="MITx", name="MITx")
    Organization.objects.create(short_name="mitx", name="mitx")
    course("mitx", "A", run=False)
    # As the core finds them: of several in another case the oldest.
    given = {"mitx+A": True, "MITx+A": False, "MITX+A": False}
    assert {key: catalog.find_catalog_course(key_str=key) is not None for key in given} == given
    assert api.contains(stored(), catalog_keys=list(given)) == given


def test_five_hundred_keys_of_any_spelling_cost_one_query(course, django_assert_num_queries):  # noqa: F811
    for number in range(3):
        course("MITx", f"C{number}")
    row = stored("key:(MITx+C0 OR MITx+C1)")
    # All that a process reads once is known.
    api.contains(row, catalog_keys=["MITx+C0"])
    ways = ("MITx+C{}", "mitx+c{}", "catalog-course:MITX:C{}", "Nobody+C{}")
    given = [way.format(number) for number in range(75) for way in ways]
    runs = [way.format(number) for number in range(100) for way in ("course-v1:MITx+C{}+R1", "mitx/c{}/r1")]
    with django_assert_num_queries(1):
        found = api.contains(row, catalog_keys=given, run_keys=runs)
    assert len(found) == 500
    assert {key for key, inside in found.items() if inside} == {
        way.format(number) for number in (0, 1) for way in (*ways[:3], "course-v1:MITx+C{}+R1")
    }
    with django_assert_num_queries(0), pytest.raises(InvalidRequest, match="at most 500 keys together, got 501"):
        api.contains(row, catalog_keys=["MITx+C0"], run_keys=[f"course-v1:MITx+C{number}+R" for number in range(500)])
    with (
        override_settings(OPENEDX_CATALOG_MAX_CONTAINED_KEYS=1),
        pytest.raises(InvalidRequest, match="at most 1 keys together, got 2"),
    ):
        api.contains(row, catalog_keys=["MITx+C0", "MITx+C1"])


@pytest.mark.once
@pytest.mark.parametrize(
    ("given", "field", "named"),
    [
        ({"catalog_keys": ["MITx+A", "MITx", "course-v1:MITx+A+R1"]}, "catalog_keys", ["MITx", "course-v1:MITx+A+R1"]),
        ({"run_keys": ["MITx+A", 7, None]}, "run_keys", ["MITx+A", "7", "None"]),
        ({"catalog_keys": [["MITx+A"]]}, "catalog_keys", ["['MITx+A']"]),
    ],
)
def test_what_is_no_key_is_refused_by_name(db, given, field, named):
    with pytest.raises(UnreadableKeys) as refused:
        api.contains(stored(), **given)
    assert (refused.value.field, refused.value.facts["keys"]) == (field, named)
    assert all(name in str(refused.value) for name in named)


@pytest.mark.any_database
def test_only_what_the_caller_may_know_of_is_in_it(courses):  # noqa: F811
    row, seen = stored(), CatalogCourse.objects.exclude(course_code="A")
    assert codes(api.courses_in(row, courses=seen)) == {"MITx+B", "MITx+Bare"}
    assert api.count_courses(row, courses=seen) == 2
    given, runs = ["MITx+A", "MITx+B"], ["course-v1:MITx+A+R1", "course-v1:MITx+B+R1"]
    found = api.contains(row, catalog_keys=given, run_keys=runs, courses=seen)
    assert found == {given[0]: False, given[1]: True, runs[0]: False, runs[1]: True}
    assert not any(api.contains(row, run_keys=runs, runs=CourseRun.objects.none()).values())


@pytest.mark.any_database
def test_a_stored_query_that_is_no_longer_understood_is_said_to_be(courses):  # noqa: F811
    row = stored()
    type(row).objects.update(query="org:(")
    row.refresh_from_db()
    for ask in (api.courses_in, api.count_courses, lambda it: api.contains(it, catalog_keys=["MITx+A"])):
        with pytest.raises(InvalidQuery):
            ask(row)
