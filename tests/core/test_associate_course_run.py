"""`api.associate_course_run`: one run, one request, one outcome."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from organizations.models import Organization

from openedx_catalog import api
from openedx_catalog.exceptions import (
    DuplicateCourseRun,
    InvalidCatalogKey,
    InvalidCourseKey,
    InvalidDate,
    InvalidLanguage,
    InvalidPacing,
    InvalidRequest,
    InvalidTitle,
    OrganizationNotFound,
)
from openedx_catalog.models_api import CatalogCourse, CourseRun, CourseSchedule
from tests.conftest import RUN_KEY

pytestmark = pytest.mark.django_db

EARLY, LATE = datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 6, 1, tzinfo=UTC)


def test_a_new_run_brings_its_course_and_organization():
    result = api.associate_course_run(RUN_KEY, title="Microeconomics", language_short="pt_BR", schedule={"start": EARLY})
    assert result.outcome == "created"
    run = api.get_course_run(RUN_KEY)
    assert run == result.run
    assert (run.run_code, run.title, run.association) == ("3T2017", "Microeconomics", "implicit")
    assert (run.uuid, run.created, run.modified) == (result.run.uuid, result.run.created, result.run.modified)
    assert run.schedule.start == EARLY
    course = run.catalog_course
    assert (course.key_str, course.title, course.language) == ("catalog-course:MITx:14.100x", "Microeconomics", "pt-br")
    assert Organization.objects.get().active


def test_a_run_without_a_title_takes_its_courses_and_a_course_without_one_its_code():
    first = api.associate_course_run("course-v1:A+B+1").run
    assert (first.title, first.catalog_course.title) == ("B", "B")
    api.update_catalog_course(first.catalog_course, title="Biology")
    assert api.associate_course_run("course-v1:A+B+2").run.title == "Biology"
    assert api.associate_course_run("course-v1:A+B+2", title="Biology II").outcome == "updated"
    assert CatalogCourse.objects.get().title == "Biology"


def test_asking_again_changes_nothing():
    for expected in ("created", "unchanged"):
        assert api.associate_course_run(RUN_KEY, title="T", schedule={"start": EARLY}).outcome == expected
    assert CourseRun.history.count() == CourseSchedule.history.count() == CatalogCourse.history.count() == 1


def test_another_spelling_is_a_conflict_and_the_first_is_kept():
    api.associate_course_run(RUN_KEY)
    result = api.associate_course_run(RUN_KEY.replace("MITx", "mitX"), title="New")
    assert (result.outcome, str(result.run.course_key)) == ("conflict", RUN_KEY)
    assert result.run.title == "14.100x"


def test_new_runs_of_a_course_in_another_case_join_it():
    first = api.associate_course_run("course-v1:MITx+14.100x+1").run
    second = api.associate_course_run("course-v1:mitX+14.100X+2").run
    third = api.associate_course_run("MITX/14.100X/3").run
    assert first.catalog_course_id == second.catalog_course_id == third.catalog_course_id
    assert Organization.objects.count() == 1


def test_slash_and_course_v1_are_two_runs_of_one_course():
    one = api.associate_course_run("course-v1:A+B+C").run
    two = api.associate_course_run("A/B/C").run
    ccx = api.associate_course_run("ccx-v1:A+B+C+ccx@1").run
    assert len({one.pk, two.pk, ccx.pk}) == 3
    assert {one.catalog_course_id} == {two.catalog_course_id, ccx.catalog_course_id}


def test_an_explicit_course_is_created_if_absent_and_marks_the_run():
    result = api.associate_course_run("course-v1:UAI_MIT+UAI.0+C999", catalog_course="UAI_SOURCE+UAI.0", title="UAI")
    assert result.run.association == "explicit"
    assert result.run.catalog_course.key_str == "catalog-course:UAI_SOURCE:UAI.0"
    assert result.run.catalog_course.title == "UAI"
    assert not Organization.objects.filter(short_name="UAI_MIT").exists()


def test_an_existing_run_under_another_course_stays_where_it_is():
    api.associate_course_run(RUN_KEY)
    other = api.create_catalog_course(org_code="MITxT", course_code="14.100x")
    for asked in (other, other.key_str, "Nowhere+1"):
        result = api.associate_course_run(RUN_KEY, catalog_course=asked)
        assert (result.outcome, result.run.catalog_course.org_code) == ("conflict", "MITx")
    assert api.associate_course_run(RUN_KEY, catalog_course="mitx+14.100X").outcome == "unchanged"
    assert api.find_catalog_course(key_str="Nowhere+1") is None


def test_older_never_overwrites_newer():
    api.associate_course_run(RUN_KEY, title="June", observed_at=LATE)
    assert api.associate_course_run(RUN_KEY, title="January", observed_at=EARLY).outcome == "stale"
    assert api.associate_course_run(RUN_KEY, title="Undated").outcome == "stale"
    assert api.associate_course_run(RUN_KEY, title="June", observed_at=EARLY).outcome == "unchanged"
    assert api.get_course_run(RUN_KEY).title == "June"
    assert api.associate_course_run(RUN_KEY, title="July", observed_at=datetime(2025, 7, 1, tzinfo=UTC)).outcome == "updated"


def test_a_value_without_a_time_fills_what_no_source_has_set():
    api.associate_course_run(RUN_KEY, title="June", schedule={"start": EARLY}, observed_at=LATE)
    assert api.associate_course_run(RUN_KEY, schedule={"start": LATE, "end": LATE}).outcome == "updated"
    schedule = api.get_course_run(RUN_KEY).schedule
    assert (schedule.start, schedule.end) == (EARLY, LATE)


def test_an_inactive_organization_is_used_and_stays_inactive():
    Organization.objects.create(name="Old", short_name="OldX", active=False)
    api.associate_course_run("course-v1:oldx+A+1")
    assert list(Organization.objects.values_list("short_name", "active")) == [("OldX", False)]


def test_organizations_are_not_created_where_that_is_switched_off(settings):
    settings.ORGANIZATIONS_AUTOCREATE = False
    with pytest.raises(OrganizationNotFound, match="AUTOCREATE") as caught:
        api.associate_course_run(RUN_KEY)
    assert (caught.value.org_code, caught.value.code) == ("MITx", "organization_not_found")
    assert not CatalogCourse.objects.exists()


def test_only_names_that_edx_organizations_takes_are_created():
    with pytest.raises(OrganizationNotFound, match="letters"):
        api.associate_course_run("course-v1:МФТИ+A+1")
    Organization.objects.create(name="MIPT", short_name="МФТИ")
    assert api.associate_course_run("course-v1:мфти+A+1").run.catalog_course.org_code == "МФТИ"


@pytest.mark.parametrize(
    ("kwargs", "error"),
    [
        ({"course_key": "NEEDID"}, InvalidCourseKey),
        ({"title": "x" * 256}, InvalidTitle),
        ({"title": "a\x00b"}, InvalidTitle),
        ({"title": "\ud800"}, InvalidTitle),
        ({"title": 5}, InvalidTitle),
        ({"language_short": "Spanish"}, InvalidLanguage),
        ({"schedule": {"start": "2027-01-01"}}, InvalidDate),
        ({"schedule": {"start": "2027-01-01T00:00:00"}}, InvalidDate),
        ({"schedule": {"start": "mon"}}, InvalidDate),
        ({"schedule": {"end": "9999-12-31T23:59:00-12:00"}}, InvalidDate),
        ({"schedule": {"end": "0001-01-01T00:00:00Z"}}, InvalidDate),
        ({"schedule": {"end": datetime(2027, 1, 1)}}, InvalidDate),
        ({"schedule": {"pacing": "fast"}}, InvalidPacing),
        ({"schedule": {"strat": EARLY}}, InvalidRequest),
        ({"catalog_course": "evil"}, InvalidCatalogKey),
        ({"observed_at": "2027"}, InvalidDate),
    ],
)
def test_bad_input_is_refused_by_name_and_nothing_is_written(kwargs, error):
    with pytest.raises(error):
        api.associate_course_run(**{"course_key": RUN_KEY, **kwargs})
    assert not CourseRun.objects.exists()
    assert not Organization.objects.exists()


def test_create_course_run_refuses_one_that_exists():
    api.create_course_run(RUN_KEY, title="T")
    with pytest.raises(DuplicateCourseRun) as caught:
        api.create_course_run(RUN_KEY.lower(), title="U")
    assert caught.value.existing_key == RUN_KEY
    assert api.get_course_run(RUN_KEY).title == "T"


def test_history_says_source_reason_and_user(django_user_model):
    user = django_user_model.objects.create_user("operator")
    api.associate_course_run(RUN_KEY, schedule={"pacing": "self"}, source="event:17", reason="created", user=user)
    for history in (CourseRun.history, CatalogCourse.history, CourseSchedule.history, Organization.history):
        row = history.get()
        assert (row.history_type, row.history_change_reason, row.history_user) == ("+", "event:17: created", user)


def test_a_new_run_of_a_known_course_takes_eight_statements(data_statements):
    api.associate_course_run("course-v1:A+B+1", title="One")
    with data_statements() as log:
        api.associate_course_run("course-v1:A+B+2", title="T")
    assert len(log) <= 8, "\n".join(log)


def test_an_unchanged_run_takes_two_statements_and_none_of_them_writes(data_statements):
    api.associate_course_run(RUN_KEY, title="T")
    with data_statements() as log:
        api.associate_course_run(RUN_KEY, title="T")
    assert [sql.split()[0] for sql in log] == ["SELECT", "SELECT"]


@pytest.mark.parametrize("title", ["Title", "Another"], ids=["unchanged", "updated"])
def test_a_run_that_is_deleted_while_it_is_read_is_created_anew(title):
    """Whoever asks for a run gets one, whatever another writer does between the look and the answer."""
    api.associate_course_run(RUN_KEY, title="Title")
    table, waiting = connection.ops.quote_name(CourseRun._meta.db_table), [api.delete_course_run]

    def watch(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if waiting and sql.startswith("SELECT") and f"FROM {table}" in sql:
            waiting.pop()(RUN_KEY)
        return result

    with connection.execute_wrapper(watch):
        result = api.associate_course_run(RUN_KEY, title=title)
    assert (result.outcome, result.run.title) == ("created", title)
    assert CourseRun.objects.get().pk == result.run.pk
