"""`api.associate_course_runs`: many rows, one outcome each, whatever they hold."""

import random

import attrs
import pytest
from django.db import connection
from organizations.models import Organization

from openedx_catalog import api
from openedx_catalog.api import AssociationRecord
from openedx_catalog.data import OUTCOMES
from openedx_catalog.exceptions import InvalidRequest
from openedx_catalog.models_api import CatalogCourse, CatalogCourseCode, CourseRun, CourseSchedule

pytestmark = pytest.mark.django_db

START = "2027-01-31T10:00:00+02:00"


def records(*rows):
    return [
        AssociationRecord(**({"course_key": row} if isinstance(row, str) else row), line=n) for n, row in enumerate(rows, 2)
    ]


def associate(*rows, **kwargs):
    return api.associate_course_runs(records(*rows), source="backfill:test", **kwargs)


def outcomes(report):
    return {name: count for name, count in report.outcomes.items() if count}


def everything():
    """What is stored, without ids, uuids and times."""
    return {
        "courses": sorted(CatalogCourse.objects.values_list("org__short_name", "course_code", "title", "language")),
        "codes": sorted(CatalogCourseCode.objects.values_list("org__short_name", "code", "code_ci", "catalog_course__title")),
        "runs": sorted(
            CourseRun.objects.values_list(
                "course_key__text", "key_ci", "title", "association", "run_code", "catalog_course__course_code"
            )
        ),
        "schedules": sorted(map(str, CourseSchedule.objects.values_list("run__key_ci", "start", "end", "pacing"))),
        "history": sorted(CourseRun.history.values_list("title", "history_type", "history_change_reason")),
        "course_history": sorted(CatalogCourse.history.values_list("title", "history_type", "history_change_reason")),
    }


def test_every_row_gets_one_outcome_and_bad_ones_a_line_code_and_reason():
    report = associate(
        "course-v1:A+B+1",
        "course-v1:A+B+1",
        "course-v1:a+B+1",
        "NEEDID",
        {"course_key": "course-v1:A+B+2", "language": "Spanish", "start": "soon", "title": "x" * 300, "pacing": "fast"},
        {"course_key": "course-v1:A+B+3", "catalog_course": "evil"},
        {"course_key": "course-v1:Ä+B+3"},
        {"course_key": "course-v1:A+B+1", "catalog_course": "X+Y"},
    )
    assert outcomes(report) == {"created": 2, "unchanged": 1, "conflict": 2, "invalid": 3}
    assert report.rows == 8
    assert [(p.line, p.outcome, p.code) for p in report.problems] == [
        (4, "conflict", "other_spelling"),
        (5, "invalid", "invalid_course_key"),
        (6, "created", "invalid_title"),
        (6, "created", "invalid_language"),
        (6, "created", "invalid_date"),
        (6, "created", "invalid_pacing"),
        (7, "invalid", "invalid_catalog_key"),
        (8, "invalid", "organization_not_found"),
        (9, "conflict", "other_catalog_course"),
    ]
    assert all(problem.reason and problem.course_key for problem in report.problems)
    assert (report.catalog_courses_created, report.organizations_created) == (1, 1)
    assert tuple(report.outcomes) == OUTCOMES


def test_title_and_language_reach_the_course_only_from_the_row_that_creates_it():
    associate(
        {"course_key": "course-v1:A+B+1", "title": "First", "language": "es"}, {"course_key": "course-v1:A+B+2", "title": "2"}
    )
    associate({"course_key": "course-v1:A+B+3", "title": "Third", "language": "fr"}, "course-v1:A+B+4")
    assert CatalogCourse.objects.values_list("title", "language").get() == ("First", "es")
    assert dict(CourseRun.objects.values_list("run_code", "title")) == {"1": "First", "2": "2", "3": "Third", "4": "First"}


def test_given_values_that_differ_are_written_and_blank_ones_are_left():
    row = {"course_key": "course-v1:A+B+1", "title": "One", "start": START, "pacing": "self"}
    associate(row, "course-v1:A+B+2")
    assert outcomes(associate("course-v1:A+B+1")) == {"unchanged": 1}
    report = associate({**row, "title": "Two", "end": START}, {"course_key": "course-v1:A+B+2", "pacing": "instructor"})
    assert outcomes(report) == {"updated": 2}
    run = api.get_course_run("course-v1:A+B+1")
    assert (run.title, run.schedule.pacing, run.schedule.end.isoformat()) == ("Two", "self", "2027-01-31T08:00:00+00:00")
    assert run.history.count() == 2
    assert run.schedule.history.count() == 2
    assert CourseSchedule.objects.count() == 2
    assert run.history.first().history_change_reason == "backfill:test"


def test_a_key_may_come_twice_with_other_values():
    report = associate(
        {"course_key": "course-v1:A+B+1", "title": "One"},
        {"course_key": "course-v1:A+B+1", "title": "Two"},
        {"course_key": "course-v1:A+B+1", "title": "Two"},
    )
    assert outcomes(report) == {"created": 1, "updated": 1, "unchanged": 1}
    assert api.get_course_run("course-v1:A+B+1").title == "Two"


def test_an_explicit_row_creates_its_course_and_the_next_one_uses_it():
    report = associate(
        {"course_key": "course-v1:P+C+1", "catalog_course": "Q+C", "title": "Joint"},
        {"course_key": "course-v1:P+C+2", "catalog_course": "catalog-course:q:c"},
        "course-v1:P+C+3",
    )
    assert outcomes(report) == {"created": 3}
    assert report.catalog_courses_created == 2
    found = api.resolve_course_runs(["course-v1:P+C+1", "course-v1:P+C+2", "course-v1:P+C+3"])
    assert [(r.key_str, r.association) for r in found.values()] == [
        ("catalog-course:Q:C", "explicit"),
        ("catalog-course:Q:C", "explicit"),
        ("catalog-course:P:C", "implicit"),
    ]


def test_organizations_and_courses_keep_the_spelling_of_their_first_row():
    associate("course-v1:mitX+bio+1", "course-v1:MITx+Bio+2", "course-v1:MITX+BIO+3")
    assert Organization.objects.get().short_name == "mitX"
    assert CatalogCourse.objects.get().course_code == "bio"


def messy_rows(seed):
    rng = random.Random(seed)
    rows = []
    for _ in range(400):
        org, code, run = rng.choice("AaBbC"), f"{rng.choice('xXyZ')}{rng.randrange(12)}", str(rng.randrange(30))
        key = rng.choice([f"course-v1:{org}+{code}+{run}", f"{org}/{code}/{run}", f"junk {run}", f"library-v1:{org}+{code}"])
        row = {"course_key": key}
        if rng.random() < 0.3:
            row["title"] = rng.choice(["T", "Ü", "", "z" * 256])
        if rng.random() < 0.3:
            row |= {"start": rng.choice([START, "mon", ""]), "language": rng.choice(["en", "Spanish", ""])}
        if rng.random() < 0.2:
            row["catalog_course"] = rng.choice(["D+d", "catalog-course:a:x1", "?"])
        rows.append(row)
    return rows


@pytest.mark.parametrize("batch_size", [1, 7, 50, 1000])
def test_a_dry_run_reports_exactly_what_the_real_run_does_and_writes_nothing(batch_size):
    associate(*messy_rows(1)[:60])
    before = everything()
    rows = messy_rows(2)
    dry = associate(*rows, dry_run=True, batch_size=batch_size)
    assert everything() == before
    assert dry == associate(*rows, batch_size=batch_size)


@pytest.mark.newest
def test_the_batch_size_changes_nothing_that_is_stored():
    rows = messy_rows(3)
    stored = []
    for batch_size in (1, 13, 1000):
        associate(*rows, batch_size=batch_size)
        stored.append(everything())
        for model in (CourseSchedule, CourseRun, CatalogCourse, Organization):
            model.objects.all().delete()
            model.history.all().delete()
    assert stored[0] == stored[1] == stored[2]


def test_again_writes_nothing(data_statements):
    rows = [
        {"course_key": f"course-v1:A+B{n}+1", "title": f"T{n}", "start": START, "catalog_course": f"A+C{n}" if n % 3 else ""}
        for n in range(50)
    ]
    associate(*rows)
    with data_statements() as log:
        assert outcomes(associate(*rows)) == {"unchanged": 50}
    assert [sql.split()[0] for sql in log] == ["SELECT"]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="Python keeps the texts of statements on SQLite only")
def test_the_texts_of_statements_do_not_depend_on_the_number_of_rows(data_statements):
    texts = []
    for count in (3, 40):
        with data_statements() as log:
            associate(*[{"course_key": f"course-v1:N{count}+{n // 2}+{n}", "start": START} for n in range(count)])
        texts.append({sql for sql in log if len(sql) > 2000 or sql.startswith("INSERT")})
    assert len(texts[0]) >= 8
    assert texts[0] == texts[1]


def test_a_batch_takes_at_most_19_statements(data_statements):
    rows = [{"course_key": f"course-v1:O{n % 9}+B{n // 3}+{n}", "title": "T", "start": START} for n in range(300)]
    with data_statements() as log:
        associate(*rows)
    assert len(log) <= 19, "\n".join(sql[:120] for sql in log)


def test_the_same_without_returning(monkeypatch):
    """MySQL cannot return what it inserted; the ids are read back then."""
    monkeypatch.setattr(type(connection.features), "can_return_rows_from_bulk_insert", False)
    rows = messy_rows(4)
    assert associate(*rows).outcomes["created"] > 50
    assert not [finding for finding in api.diagnose() if finding.severity == "error"]


def test_progress_is_reported_after_each_batch():
    reported = []
    associate(*[f"course-v1:A+B+{n}" for n in range(5)], "junk", batch_size=4, on_progress=reported.append)
    assert reported == [4, 2]


def test_each_row_is_reported_with_its_outcome():
    rows = []
    associate("course-v1:A+B+1", "junk", "course-v1:A+B+1", "course-v1:a+b+1", batch_size=3, on_row=rows.append)
    assert rows == [
        (2, "course-v1:A+B+1", "created"),
        (3, "junk", "invalid"),
        (4, "course-v1:A+B+1", "unchanged"),
        (5, "course-v1:a+b+1", "conflict"),
    ]


@pytest.mark.parametrize("batch_size", [0, 3001])
def test_a_batch_that_no_statement_could_take_is_refused(batch_size):
    with pytest.raises(InvalidRequest, match=str(batch_size)):
        associate(batch_size=batch_size)


@pytest.mark.newest
def test_the_largest_batch_fits_into_the_statements_of_every_database():
    """New organizations, courses, runs and schedules in each row; and what is longest of what may be stored."""
    rows = [
        api.AssociationRecord(f"course-v1:Org{n}+Code{n}+{'r' * 120}", title="t" * 255, start="2027-01-31T10:00:00Z", line=n)
        for n in range(3000)
    ]
    report = api.associate_course_runs(rows, batch_size=3000, source="large")
    assert (report.outcomes["created"], report.catalog_courses_created, report.organizations_created) == (3000, 3000, 3000)
    later = [attrs.evolve(row, title="new", end="2027-02-28T10:00:00Z") for row in rows]
    assert api.associate_course_runs(later, batch_size=3000, source="large").outcomes["updated"] == 3000


def test_a_batch_is_whole_or_not_there(monkeypatch):
    """History fails after the rows were inserted: neither is stored, and the batches before are."""
    from openedx_catalog.api._store import runs

    write = runs.record_history

    def fail_in_second_batch(model, kind, change, **kwargs):
        if model is CourseRun and CourseRun.objects.count() > 2:
            raise RuntimeError("disk full")
        write(model, kind, change, **kwargs)

    monkeypatch.setattr(runs, "record_history", fail_in_second_batch)
    with pytest.raises(RuntimeError):
        associate(*[f"course-v1:A+B+{n}" for n in range(4)], batch_size=2)
    assert sorted(CourseRun.objects.values_list("run_code", flat=True)) == ["0", "1"]


def test_a_row_whose_identity_is_null_is_completed_not_twinned():
    associate("course-v1:A+B+1")
    CourseRun.objects.update(key_ci=None, uuid=None)
    CatalogCourse.objects.update(course_code_ci=None, uuid=None)
    CatalogCourseCode.objects.all().delete()
    assert outcomes(associate("course-v1:A+B+1", "course-v1:A+B+2")) == {"created": 1, "unchanged": 1}
    assert CatalogCourse.objects.get().course_code_ci == "b"
    assert sorted(CourseRun.objects.values_list("key_ci", flat=True)) == ["course-v1:a+b+1", "course-v1:a+b+2"]
    assert not CourseRun.objects.filter(uuid=None).exists()
    assert not list(api.diagnose())
