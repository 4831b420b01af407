"""Queries as real catalogs have them: one statement each, and an index where one can serve."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from organizations.models import Organization

from openedx_catalog.contrib.search.queries import condition
from openedx_catalog.models_api import CatalogCourse, CatalogCourseCode, CourseRun, CourseSchedule

from .courses import NOW, make_courses, make_extras

SHAPES = [
    "*",
    "org:MITx",
    "org:(MITx OR HarvardX OR BerkeleyX)",
    "org:MITx AND NOT number:6.*",
    "organizations:*MITx*",
    "organizations:(MITx OR HarvardX) AND level:Introductory",
    "organizations:(MITx OR HarvardX) AND NOT (level:Advanced OR subjects:Law)",
    "key:MITx+14.100x",
    "key:(MITx+14.100x OR HarvardX+CS50 OR BerkeleyX+DS100)",
    "key:MITx*",
    "key:(\"course-v1:MITx+14.100x+1T2027\" OR \"course-v1:HarvardX+CS50+2016\")",
    "aggregation_key:(course\\:MITx+14.100x OR course\\:HarvardX+CS50)",
    "course_runs.key:course-v1\\:MITx*",
    "number:(14.* OR CS50*) AND org:(MITx OR HarvardX)",
    "title:*computer*",
    "title:\"Data Science\" OR title:Statistics",
    "start:[2017-01-01 TO 2018-01-01]",
    "start:[now-1y TO now] AND end:[now TO *]",
    "start:>=2027-01-01 AND NOT end:<now",
    "enrollment_start:[* TO now] AND enrollment_end:[now TO *]",
    "availability:(Current OR \"Starting Soon\" OR Upcoming)",
    "availability:Current AND language:English",
    "language:(en OR es OR fr)",
    "subjects:(\"Computer Science\" OR Law) AND availability:Current",
    "level_type:Introductory AND NOT org:MITx",
    "program_types:(MicroMasters OR XSeries)",
    "programs.uuid:11111111-2222-4333-8444-555555555555",
    "seat_types:(verified OR professional) AND NOT type:audit",
    "skill_names:\"Python (Programming Language)\"",
    "((org:MITx AND start:[2027-01-01 TO *]) OR (org:HarvardX AND number:CS*)) AND NOT key:(MITx+6.00x OR HarvardX+CS50)",
    "uuid:(11111111-2222-4333-8444-555555555555 OR 21111111-2222-4333-8444-555555555555)",
    "computer AND science AND NOT introduction",
]  # fmt: skip


@pytest.fixture(scope="module")
def courses(module_db):
    make_courses()
    make_extras()


@pytest.mark.django_db
@pytest.mark.parametrize("text", SHAPES)
def test_a_real_query_is_one_statement(courses, text, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert CatalogCourse.objects.filter(condition(text, now=NOW)).count() < len(text) * 99


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    [
        f"key:(MITx+14.100x OR {' OR '.join(f'NoX+{number}' for number in range(5000))})",
        f"number:(CS50 OR {' OR '.join(f'N{number}' for number in range(5000))})",
        f"org:(UniX OR {' OR '.join(f'N{number}' for number in range(5000))})",
        f"NOT key:({' OR '.join(f'course-v1:NoX+{number}+R'.replace(':', chr(92) + ':') for number in range(3000))})",
    ],
    ids=["key", "number", "org", "not run keys"],
)
def test_a_list_of_thousands_is_one_condition(courses, text, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert list(CatalogCourse.objects.filter(condition(text, now=NOW)).values_list("pk"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    [
        " OR ".join(f"(number:{number}* AND org:a)" for number in range(100)),
        " AND ".join(f"NOT start:[now-{number}d TO now-{number + 1}d]" for number in range(200)),
        " OR ".join(f"subjects:s{number}*" for number in range(200)),
        " OR ".join(f"w{number}*" for number in range(200)),
        " OR ".join(f"organizations:o{number}*" for number in range(200)),
        "NOT (" * 25 + "org:a" + ")" * 25,
        "(" * 50 + "org:a" + ")" * 50,
    ],
    ids=["own", "and not", "or", "words", "organizations", "nots", "parentheses"],
)
def test_the_largest_query_is_answered(courses, text, django_assert_num_queries):
    with django_assert_num_queries(1):
        list(CatalogCourse.objects.filter(condition(text, now=NOW)).values_list("pk"))


INDEXED = [
    "org:Org7",
    "key:Org7+C7",
    "key:(Org7+C7 OR Org8+C8)",
    "key:Org7+C77*",
    "key:course-v1\\:Org7+C7+R",
    "course_runs.key:course-v1\\:Org7+C7+*",
    "number:C7",
    "number:(C7 OR C8)",
    "number:C77*",
    "number:C77* AND NOT org:Org8",
    "uuid:11111111-2222-4333-8444-555555555555",
    "start:2027-06-15",
    "start:[2027-06-15 TO 2027-06-16] AND org:Org7",
    "NOT NOT number:C7",
]  # fmt: skip


@pytest.fixture
def many():
    """So many that an index is worth its while."""
    Organization.objects.bulk_create(Organization(short_name=f"Org{n}", name=f"Org {n}") for n in range(100))
    orgs = list(Organization.objects.filter(name__startswith="Org ").order_by("pk"))
    made = CatalogCourse.objects.bulk_create(
        CatalogCourse(org=orgs[n % 100], course_code=f"C{n}", title=f"Course {n}") for n in range(5000)
    )
    if made[0].pk is None:
        made = list(CatalogCourse.objects.order_by("pk"))
    CatalogCourseCode.objects.bulk_create(
        CatalogCourseCode(org_id=course.org_id, code=course.course_code, catalog_course=course) for course in made
    )
    runs = [
        CourseRun(course_key=f"course-v1:Org{n % 100}+C{n}+R", catalog_course=course, run_code="R", title="R")
        for n, course in enumerate(made)
    ]
    CourseRun.objects.bulk_create(runs)
    CourseSchedule.objects.bulk_create(
        CourseSchedule(run=run, start=NOW + timedelta(days=n - 2500))
        for n, run in enumerate(CourseRun.objects.filter(schedule=None).order_by("pk"))
    )
    with connection.cursor() as cursor:
        for model in (Organization, CatalogCourse, CatalogCourseCode, CourseRun, CourseSchedule):
            cursor.execute(f"ANALYZE {model._meta.db_table}")


@pytest.mark.django_db
@pytest.mark.newest
@pytest.mark.skipif(connection.vendor != "postgresql", reason="only its plans say how many rows were read")
def test_what_an_index_can_serve_is_found_without_reading_a_large_table(many):
    assert rows_read("title:7") >= 5000
    assert {text: rows for text in INDEXED if (rows := rows_read(text)) > 500} == {}


def rows_read(text):
    """How many rows of our tables the database looks at."""
    courses = CatalogCourse.objects.order_by().filter(condition(text, now=NOW))
    (found,) = json.loads(courses.explain(format="json", analyze=True))
    return sum(map(_read, _nodes(found["Plan"])))


def _nodes(node):
    return [node, *(each for part in node.get("Plans", ()) for each in _nodes(part))]


def _read(node):
    if not node.get("Relation Name", "").startswith("openedx_catalog"):
        return 0
    removed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return (node["Actual Rows"] + removed) * node["Actual Loops"]
