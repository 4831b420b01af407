"""Which courses a query names: each construct by what it finds among twelve courses."""

from datetime import UTC, datetime

import pytest

from openedx_catalog import api as catalog
from openedx_catalog.models_api import CatalogCourse

from .courses import course, everything, make_courses, make_extras, named

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def courses(module_db):
    make_courses()
    make_extras()


@pytest.fixture(autouse=True)
def _database(db):
    pass


MIT = ["14.100x", "14.73x", "6.00x", "6.002x", "6_00x"]
HARVARD = ["CS50", "CS50B", "PH525"]
WITH_RUNS = [each for each in everything() if each not in ("6_00x", "Éco-1", "AND")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("*", everything()),
        ("*:*", everything()),
        ("NOT *", []),
        ("NOT *:*", []),
        ("content_type:course", everything()),
        # Operators and parentheses.
        ("org:MITx", MIT),
        ("org:mitX", MIT),
        ("org:MITx OR org:HarvardX", MIT + HARVARD),
        ("org:(MITx OR HarvardX)", MIT + HARVARD),
        ("org:(MITx OR HarvardX) AND NOT number:(14.100x OR CS50)", [*MIT[1:], *HARVARD[1:]]),
        ("(org:MITx AND number:6*) OR number:PH525", ["6.00x", "6.002x", "6_00x", "PH525"]),
        ("NOT (NOT (NOT org:MITx))", [*HARVARD, "DS100", "BerkeleyX+14.100x", "Éco-1", "AND"]),
        ("org:(MITx AND NOT MITx)", []),
        ("number:\"AND\"", ["AND"]),
        ("number:A\\ND", ["AND"]),
        # Wildcards, and what they are otherwise.
        ("number:14.*", ["14.100x", "14.73x", "BerkeleyX+14.100x"]),
        ("number:6?00X", ["6.00x", "6_00x"]),
        ("number:6_00x", ["6_00x"]),
        ("number:6.*2?", ["6.002x"]),
        ("number:*50*", ["CS50", "CS50B"]),
        ("number:\"CS*\"", []),
        ("number:*", everything()),
        ("number:éco*", ["Éco-1"]),
        ("org:?ITx", MIT),
        ("title:100%", ["6_00x"]),
        ("title:*\\**", ["6_00x"]),
        ("title:_", ["6_00x"]),
        ("title:\"(\\\"THE\\\" course)\"", ["DS100"]),
        ("title:Data*Science*", ["PH525", "DS100"]),
        ("title:École*", ["Éco-1"]),
        # Words without a field.
        ("microeconomics", ["14.100x", "BerkeleyX+14.100x"]),
        ("\"computer science\"", ["6.00x", "CS50", "CS50B"]),
        ("berkeley", ["DS100", "BerkeleyX+14.100x"]),
        ("computer AND business", ["CS50B"]),
        ("cs50 OR poverty", ["14.73x", "CS50", "CS50B"]),
        ("NOT introduction AND harvardx", ["CS50B", "PH525"]),
        # Keys.
        ("key:MITx+14.100x", ["14.100x"]),
        ("key:(mitx+14.100X OR HarvardX+CS50 OR MITx+CS50)", ["14.100x", "CS50"]),
        ("key:\"catalog-course:MITx:6.00x\"", ["6.00x"]),
        ("key:course-v1\\:MITx+14.100x+1T2027", ["14.100x"]),
        ("key:(\"course-v1:MITx+14.100x+1T2027\" OR BerkeleyX+DS100)", ["14.100x", "DS100"]),
        ("NOT key:(MITx+14.100x OR MITx+14.73x)", everything()[2:]),
        ("key:MITx+6*", ["6.00x", "6.002x", "6_00x"]),
        ("key:MITx+*", MIT),
        ("key:*+14.100x", ["14.100x", "BerkeleyX+14.100x"]),
        ("key:H*x+CS50?", ["CS50B"]),
        ("key:course-v1\\:*2T2027", ["6.002x"]),
        ("key:*1T2026", ["14.100x"]),
        ("key:*2t2027 OR key:MITx+6_*", ["6.002x", "6_00x"]),
        ("key:course-v1*", WITH_RUNS),
        ("key:Course-v1\\:HarvardX+CS50+2016", ["CS50"]),
        ("aggregation_key:Course\\:MITx+14.73x", ["14.73x"]),
        ("aggregation_key:Course\\:MITx+14.73*", ["14.73x"]),
        ("aggregation_key:\"course:MITx+14.73x\"", ["14.73x"]),
        ("aggregation_key:(course\\:MITx+14.73x OR courserun\\:course-v1\\:HarvardX+CS50+2016)", ["14.73x", "CS50"]),
        ("aggregation_key:course\\:harvardx+*", HARVARD),
        ("course_runs.key:*+1T202?", ["14.100x", "14.73x", "6.00x"]),
        # Organizations, languages.
        ("organizations:*MIT*", MIT),
        ("organizations:\"Harvard University\"", ["14.73x", *HARVARD]),
        ("organizations:*institute*", MIT),
        ("language:en", ["14.100x", "14.73x", "CS50", "PH525", "DS100", "BerkeleyX+14.100x"]),
        ("language:English", ["14.100x", "14.73x", "6.00x", "CS50", "PH525", "DS100", "BerkeleyX+14.100x"]),
        ("language:(pt_BR OR \"French - Canada\")", ["CS50B", "Éco-1"]),
        ("NOT language:*", ["6_00x"]),
        ("language:e*", ["14.100x", "14.73x", "6.00x", "6.002x", "CS50", "PH525", "DS100", "BerkeleyX+14.100x"]),
        # Dates: any run, whole days in UTC.
        ("start:2027-06-15", ["14.73x"]),
        ("start:2016-12-31", ["CS50"]),
        ("start:2027", ["14.100x", "14.73x", "6.002x", "CS50B", "BerkeleyX+14.100x"]),
        ("start:2027-06", ["14.73x", "CS50B"]),
        ("start:[2027-06-15 TO 2027-07-01]", ["14.73x", "6.002x"]),
        ("start:{2027-06-15 TO 2027-07-01]", ["6.002x"]),
        ("start:[2027-06-15 TO 2027-07-01}", ["14.73x"]),
        ("start:{2027-06-15 TO 2027-07-01}", []),
        ("start:[2026-12-31 TO 2027-01-01]", ["BerkeleyX+14.100x"]),
        ("start:[* TO 2020-01-01]", ["CS50", "DS100"]),
        ("start:>2027-07-01", ["6.00x"]),
        ("start:>=2027-07-01", ["6.00x", "6.002x"]),
        ("start:<2017-01-01", ["CS50"]),
        ("start:<=\"2016-12-31T23:59:59+00:00\"", ["CS50"]),
        ("start:<2016-12-31T23:59:59Z", []),
        ("start:2016-12-31T23:59:59Z", ["CS50"]),
        ("start:[now-1d TO now]", ["14.73x", "CS50B"]),
        ("start:{now-1d TO now]", ["14.73x"]),
        ("start:[now TO now+1y]", ["6.00x", "6.002x"]),
        ("start:[now-1d-12h TO now-24H]", ["CS50B"]),
        ("start:(2027-06-15 OR 2027-07-01)", ["14.73x", "6.002x"]),
        ("start:*", ["14.100x", "14.73x", "6.00x", "6.002x", "CS50", "CS50B", "DS100", "BerkeleyX+14.100x"]),
        ("start:[* TO *]", ["14.100x", "14.73x", "6.00x", "6.002x", "CS50", "CS50B", "DS100", "BerkeleyX+14.100x"]),
        ("NOT start:*", ["6_00x", "PH525", "Éco-1", "AND"]),
        ("subjects:[* TO *]", ["14.100x", "14.73x"]),
        # Each clause may be true of another run.
        ("start:2026 AND end:2027", ["14.100x"]),
        ("enrollment_start:[2027-06-01 TO now] AND enrollment_end:[now TO 9999-12-31]", ["6.00x"]),
        ("availability:Current", ["14.100x", "14.73x", "CS50B"]),
        ("availability:*", WITH_RUNS),
        ("availability:\"Starting Soon\"", ["6.002x"]),
        ("availability:(upcoming OR ARCHIVED)", ["14.100x", "6.00x", "CS50", "PH525", "DS100", "BerkeleyX+14.100x"]),
        # Of the other apps.
        ("subjects:law", ["14.100x"]),
        ("subjects:\"economics-finance\" AND NOT subjects:Law", ["14.73x"]),
        ("subjects:econ*", ["14.100x", "14.73x"]),
        ("level_type:Introductory", ["14.100x"]),
        ("NOT level:*", everything()[2:]),
        ("short_description:prices", ["14.100x"]),
        ("short_description:fifty%", ["14.73x"]),
        ("title:prices", ["14.100x"]),
        ("program_types:tiny-master", ["14.100x", "14.73x"]),
        ("programs:large", ["14.100x", "14.73x"]),
        ("programs.uuid:11111111-2222-4333-8444-555555555555", ["14.100x", "14.73x"]),
        ("type:\"certified course\"", ["14.100x"]),
        ("seat_types:certified-seat", ["14.100x"]),
        ("mode:mast*", ["14.100x"]),
        ("skill_names:\"price theory\"", ["14.100x"]),
        ("skill_names:*", ["14.100x", "14.73x"]),
    ],
)  # fmt: skip
def test_a_query_names_these_courses_and_its_opposite_all_others(text, found):
    assert named(text) == found
    assert named(f"NOT ({text})") == [each for each in everything() if each not in found]


def test_a_course_is_named_by_its_uuid():
    uuid = course("MITx", "6.00x").uuid
    assert named(f"uuid:{uuid}") == ["6.00x"]
    assert named(f"uuid:({uuid} OR {course('UniX', 'AND').uuid.hex})") == ["6.00x", "AND"]


def test_a_renamed_course_is_named_by_its_former_key():
    catalog.rename_catalog_course(course("MITx", "6.00x"), course_code="6.0001", reason="as the test asks")
    assert named("key:MITx+6.00x") == named("key:MITx+6.0001") == named("key:MITx+6.00?") == ["6.0001"]


def test_a_row_without_identity_is_what_is_not_named():
    """As another program writes it, until it is filled."""
    CatalogCourse.objects.filter(course_code="CS50B").update(course_code_ci=None, uuid=None)
    for text in ("number:CS50", "number:CS*", "number:*S50*", "number:*", f"uuid:{course('MITx', '6.00x').uuid}", "uuid:*"):
        assert "CS50B" not in named(text)
        assert sorted(named(text) + named(f"NOT {text}")) == sorted(everything())


def test_three_months_after_the_31st_is_the_last_day_of_a_shorter_month():
    assert named("start:[now+3M TO now+3M+1d]", now=datetime(2027, 3, 31, 1, tzinfo=UTC)) == ["6.002x"]
