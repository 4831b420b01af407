"""
What a list may not ask of a database that holds a million runs, whatever it is narrowed by.

Measured by ``benchmarks/million.py``; here the forms of statement are pinned that took minutes there.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import product
from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.urls import reverse

from benchmarks.questions import TOGETHER, VALUES
from openedx_catalog import api as catalog
from openedx_catalog import identity
from openedx_catalog.contrib.programs import api
from openedx_catalog.contrib.programs.models_api import Curriculum
from openedx_catalog.contrib.programs.rest_api.v1.urls import router as of_programs
from openedx_catalog.contrib.search import api as search
from openedx_catalog.models_api import CatalogCourse, CatalogCourseCode, CourseRun
from openedx_catalog.rest_api.v1.urls import router as of_core

pytestmark = [pytest.mark.django_db, pytest.mark.newest]

# "NOT (id IN (SELECT …))" and "NOT IN (SELECT …)": PostgreSQL compares row by row where the rows do not fit into its work_mem.
NOT_IN = re.compile(r"NOT\s*\(?[^()]*\bIN\s*\(\s*SELECT", re.IGNORECASE)
VIEWS = {basename: (prefix, view) for prefix, view, basename in (*of_core.registry, *of_programs.registry)}
NOW = datetime(2027, 1, 31, tzinfo=UTC)


def questions():
    for basename, (_prefix, view) in VIEWS.items():
        for name, found in view.filterset_class.base_filters.items():
            if name == "ordering":
                values = tuple(value for value, _label in found.extra["choices"])
            else:
                values = VALUES[basename].get(name) or VALUES[""][name]
            yield from ((basename, {name: value}) for value in values)
        yield from ((basename, question) for question in TOGETHER.get(basename, ()))


@pytest.fixture
def names():
    """What stands for the names in the values of the benchmark."""
    run = catalog.create_course_run("course-v1:Org1+C1x+R1", title="T")
    program = api.create_program(title="P", type="masters", status="active")
    curriculum = api.create_curriculum(program, name="C", courses=["Org1+C1x"])
    return {
        "run": str(run.course_key), "course": run.catalog_course.key_str, "uuid": str(run.uuid), "program": str(program.uuid),
        "curriculum": str(curriculum.uuid),
        "type": "masters", "recent": "2027-01-31T00:00:00Z",
        "catalog": str(search.create_course_catalog(name="Some", query="org:Org1 OR number:C7*").uuid),
    }  # fmt: skip


def test_no_list_of_rest_excludes_by_a_subquery_whatever_it_is_narrowed_by(names, admin_client, data_statements):
    for basename, question in questions():
        prefix, _view = VIEWS[basename]
        asked = urlencode({name: value.format(**names) for name, value in question.items()})
        with data_statements() as log:
            assert admin_client.get(f"/api/catalog/v1/{prefix}/?{asked}").status_code == 200, (prefix, asked)
        assert not [sql for sql in log if NOT_IN.search(sql)], (prefix, asked)


def test_no_page_of_the_admin_excludes_by_a_subquery_or_sorts_out_what_joins_have_doubled(
    names, admin_client, admin_user, rf, data_statements
):
    for model in (CatalogCourse, CourseRun):
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        request = rf.get(url)
        request.user = admin_user
        changes = admin.site._registry[model].get_changelist_instance(request)
        filters = [choice["query_string"] for spec in changes.filter_specs for choice in spec.choices(changes)]
        for query in [*filters, "?q=introduction", "?q=org1+c1x", "?q=%C3%A4rz", '?q="a b"', *(f"?o={n}" for n in range(6))]:
            with data_statements() as log:
                assert admin_client.get(url + query).status_code == 200
            assert not [sql for sql in log if NOT_IN.search(sql) or ("DISTINCT" in sql and "JOIN" in sql)], query


def test_enrollable_and_not_are_opposites_whatever_the_dates(admin_client):
    days = (None, -1, 0, 1)
    for number, dates in enumerate(product(days, repeat=3)):
        run = catalog.create_course_run(f"course-v1:A+B+{number}")
        schedule = dict(zip(("end", "enrollment_start", "enrollment_end"), dates, strict=True))
        catalog.update_course_run(
            run.course_key,
            schedule={name: None if day is None else NOW + timedelta(days=day) for name, day in schedule.items()},
        )
    catalog.create_course_run("course-v1:A+B+unscheduled")
    is_open = set(CourseRun.objects.enrollable(NOW).values_list("pk", flat=True))
    is_closed = set(CourseRun.objects.not_enrollable(NOW).values_list("pk", flat=True))
    assert is_open & is_closed == set()
    assert is_open | is_closed == set(CourseRun.objects.values_list("pk", flat=True))
    for run in CourseRun.objects.select_related("schedule"):
        assert run.is_enrollable_at(NOW) is (run.pk in is_open)
    asked = {"enrollable": "false", "at": NOW.isoformat(), "page_size": 100}
    answer = admin_client.get("/api/catalog/v1/course-runs/", asked).json()
    assert answer["count"] == len(is_closed) > 0


def test_current_and_not_are_opposites_for_curricula(admin_client):
    program = api.create_program(title="P", type="masters", status="active")
    dates = [
        (begins, ends)
        for begins, ends in product((None, -2, 0, 1), (None, -1, 0, 2))
        if None in (begins, ends) or begins <= ends
    ]
    for number, (begins, ends) in enumerate(dates):
        Curriculum.objects.bulk_create([
            Curriculum(
                program=program, name=f"C{number}", version="1",
                effective_at=None if begins is None else NOW + timedelta(days=begins),
                retired_at=None if ends is None else NOW + timedelta(days=ends),
            )
        ])  # fmt: skip
    now = set(Curriculum.objects.current(NOW).values_list("pk", flat=True))
    other = set(Curriculum.objects.not_current(NOW).values_list("pk", flat=True))
    assert now & other == set()
    assert now | other == set(Curriculum.objects.values_list("pk", flat=True))
    counts = [admin_client.get("/api/catalog/v1/curricula/", {"current": value}).json()["count"] for value in ("true", "false")]
    assert sum(counts) == len(dates) > 12


def test_identities_are_looked_for_without_excluding_by_a_subquery(data_statements):
    catalog.create_course_run("course-v1:A+B+1")
    CatalogCourseCode.objects.all().delete()
    with data_statements() as log:
        assert identity.complete_catalog_courses(CatalogCourse, CatalogCourseCode, "default") == 1
    assert not [sql for sql in log if NOT_IN.search(sql)]
    assert CatalogCourseCode.objects.count() == 1


@pytest.mark.parametrize(("term", "found"), [
    ("intro", True), ("14.100X", True), ("old-code", True), ("mitx", True), ("3t2017", True), ("MITx intro", True),
    ('"to eco"', True), ("intro nothing", False), ("économie", False), ("zzz", False),
])  # fmt: skip
def test_courses_are_found_by_title_code_former_code_organization_and_run(term, found, admin_client):
    course = catalog.create_catalog_course(org_code="MITx", course_code="old-code", title="Introduction to Economics")
    catalog.rename_catalog_course(course, course_code="14.100x", reason="r")
    catalog.create_course_run("course-v1:MITx+14.100x+3T2017")
    page = admin_client.get(reverse("admin:openedx_catalog_catalogcourse_changelist"), {"q": term})
    assert [row.pk for row in page.context["cl"].result_list] == ([course.pk] if found else [])


@pytest.mark.parametrize("max_ids", [0, 1000])
def test_a_word_that_matches_many_rows_elsewhere_is_found_as_well(max_ids, admin_client, monkeypatch):
    """By ids where they are few, and by looking from the list's side where they are not."""
    monkeypatch.setattr("openedx_catalog.lib.searching.MAX_IDS", max_ids)
    for key in ("course-v1:MITx+1.00x+A", "course-v1:MITx+2.00x+B", "course-v1:HarvardX+3+A"):
        catalog.create_course_run(key, title="T")
    catalog.move_course_run("course-v1:HarvardX+3+A", "MITx+2.00x", reason="r")
    for model, term, expected in (
        ("catalogcourse", "mitx", 2), ("catalogcourse", "harvardx", 2), ("catalogcourse", "+a", 2),
        ("courserun", "mitx", 3), ("courserun", "harvardx", 1), ("courserun", "2.00", 2),
    ):  # fmt: skip
        page = admin_client.get(reverse(f"admin:openedx_catalog_{model}_changelist"), {"q": term})
        assert page.context["cl"].result_count == expected, (model, term)


def test_the_overview_checks_what_indexes_answer_and_leaves_the_rest_to_a_job(admin_client):
    for number in range(3):
        catalog.create_course_run(f"course-v1:A+B{number}+{number}")
    CourseRun.objects.filter(run_code="2").update(key_ci=None, uuid=None)
    CourseRun.objects.filter(run_code="1").update(catalog_course=CatalogCourse.objects.get(course_code="B0"))
    url = reverse("admin:openedx_catalog_catalogcourse_overview")
    found = admin_client.get(url, {"doctor": 1}).context["findings"]
    assert [finding.code for finding, _url in found] == ["course_run_identity_missing"]
    assert catalog.run_doctor().counts == {"course_run_identity_missing": 1, "implicit_mismatch": 1}
    assert "implicit_mismatch" in admin_client.get(url).content.decode()


def test_the_overview_reads_no_row_for_each_course(admin_client, data_statements):
    for number in range(30):
        catalog.create_course_run(f"course-v1:A+B{number % 10}+{number}")
    with data_statements() as log:
        assert catalog.get_catalog_overview().courses_by_size[3] == ("3–5", 10)
    assert len(log) == 6


def test_the_languages_to_choose_from_are_those_of_the_courses_and_are_not_read_from_every_one(admin_client, data_statements):
    for number, language in enumerate(("fr", "en", "", "fr", "pt-br", "en")):
        catalog.create_catalog_course(org_code="A", course_code=f"C{number}", language=language)
    with data_statements() as log:
        page = admin_client.get(reverse("admin:openedx_catalog_catalogcourse_changelist"))
    (languages,) = [spec for spec in page.context["cl"].filter_specs if spec.title == "language"]
    shown = [choice["display"] for choice in languages.choices(page.context["cl"])]
    assert shown == ["All", "not set", "en", "fr", "pt-br"]
    assert not [sql for sql in log if "DISTINCT" in sql]


def test_without_courses_there_is_no_language_to_choose(admin_client):
    changes = admin_client.get(reverse("admin:openedx_catalog_catalogcourse_changelist")).context["cl"]
    (languages,) = [spec for spec in changes.filter_specs if spec.title == "language"]
    assert [choice["display"] for choice in languages.choices(changes)] == ["All"]


def test_runs_are_counted_for_the_courses_of_the_page_alone_unless_they_are_ordered_by_it(admin_client, data_statements):
    for key in ("A+B+1", "A+B+2", "A+C+1", "A+D+1", "A+D+2", "A+D+3"):
        catalog.create_course_run(f"course-v1:{key}")
    catalog.create_catalog_course(org_code="A", course_code="none")
    url = reverse("admin:openedx_catalog_catalogcourse_changelist")

    def counts(query):
        with data_statements() as log:
            rows = admin_client.get(url + query).context["cl"].result_list
        pages = [sql for sql in log if "COUNT(" in sql and re.search("ORDER BY (?!NULL)", sql)]
        return [(row.course_code, row.runs_) for row in rows], pages

    assert counts("") == ([("none", 0), ("D", 3), ("C", 1), ("B", 2)], [])
    ordered, pages = counts("?o=-4")
    assert (ordered, len(pages)) == ([("D", 3), ("B", 2), ("C", 1), ("none", 0)], 1)


def test_a_search_joins_no_table_in_which_nothing_matched(data_statements):
    run = catalog.create_course_run("course-v1:MITx+14.100x+3T2017", title="Economics")
    with data_statements() as log:
        assert list(catalog.search_course_runs("econom")) == [run]
    assert not [sql for sql in log if "JOIN" in sql and "courserun" in sql.partition("FROM")[2].partition("JOIN")[0]]
    with data_statements() as log:
        assert list(catalog.search_course_runs("mitx")) == [run]
    assert [sql for sql in log if "JOIN" in sql]
