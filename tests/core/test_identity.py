"""Identities are completed beside writers: what somebody else has filled, and reported, since a row was read stays as it is."""

import uuid
from contextlib import contextmanager

import pytest
from django.db import connection
from organizations.models import Organization

from openedx_catalog import api
from openedx_catalog.models_api import CatalogCourse, CatalogCourseCode, CourseRun, OutboxMessage
from tests.conftest import RUN_KEY

pytestmark = pytest.mark.django_db

GIVEN = uuid.UUID(int=7)


@pytest.fixture
def run(db):
    """A run and a course as another program writes them."""
    run = api.associate_course_run(RUN_KEY).run
    CourseRun.objects.update(key_ci=None, uuid=None)
    CatalogCourse.objects.update(course_code_ci=None, uuid=None)
    CatalogCourseCode.objects.all().delete()
    return run


@contextmanager
def another_writer(model, work):
    """Let `work` happen after rows of `model` were read, and before the first of them is written."""
    table = connection.ops.quote_name(model._meta.db_table)
    waiting = [work]

    def watch(execute, sql, params, many, context):
        if waiting and sql.startswith(f"UPDATE {table}"):
            waiting.pop()()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield
    assert not waiting


@pytest.mark.parametrize("model", [CourseRun, CatalogCourse])
def test_a_uuid_that_was_given_meanwhile_stays(run, model):
    with another_writer(model, lambda: model.objects.update(uuid=GIVEN)):
        api.complete_identities()
    assert model.objects.get().uuid == GIVEN
    assert list(api.diagnose()) == []


@pytest.mark.parametrize("model", [CourseRun, CatalogCourse])
def test_what_nobody_has_filled_meanwhile_is_filled(run, model):
    name = "key_ci" if model is CourseRun else "course_code_ci"
    value = RUN_KEY.casefold() if model is CourseRun else "14.100x"
    with another_writer(model, lambda: model.objects.update(**{name: value})):
        api.complete_identities()
    assert model.objects.get().uuid is not None
    assert list(api.diagnose()) == []


def test_the_writer_who_was_faster_may_be_the_api(run):
    """It reports the uuid that it gave, and that one is there for good."""
    with another_writer(CourseRun, lambda: api.update_course_run(RUN_KEY, title="Another")):
        api.complete_identities()
    reported = OutboxMessage.objects.get(event_type__endswith="course_run.updated.v1")
    assert str(CourseRun.objects.get().uuid) in reported.payload


def test_a_run_is_found_while_somebody_fills_its_identity(run):
    """Between the look by folded key and the look for rows that have none."""
    table, seen = connection.ops.quote_name(CourseRun._meta.db_table), []

    def watch(execute, sql, params, many, context):
        seen.append(sql)
        if len(seen) == 2:
            CourseRun.objects.update(key_ci=RUN_KEY.casefold(), uuid=GIVEN)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        assert api.get_course_run(RUN_KEY).uuid == GIVEN
    assert all(table in sql for sql in seen)


def test_a_twin_that_got_its_uuid_meanwhile_keeps_it(run):
    course = CatalogCourse.objects.get()
    api.complete_identities()
    twin = CatalogCourse.objects.create(org=course.org, course_code="twin")
    CatalogCourse.objects.filter(pk=twin.pk).update(course_code="14.100X", course_code_ci=None, uuid=None)
    with another_writer(CatalogCourse, lambda: CatalogCourse.objects.filter(pk=twin.pk).update(uuid=GIVEN)):
        api.complete_identities()
    assert CatalogCourse.objects.get(pk=twin.pk).uuid == GIVEN


def test_a_course_that_has_another_code_by_now_gets_no_slot_of_its_former_one(run):
    other = {"course_code": "other", "course_code_ci": "other"}
    with another_writer(CatalogCourse, lambda: CatalogCourse.objects.update(**other)):
        api.complete_identities()
    assert not CatalogCourseCode.objects.filter(code_ci="14.100x").exists()
    api.complete_identities()
    assert CatalogCourse.objects.get().course_code_ci == CatalogCourseCode.objects.get().code_ci == "other"


def test_a_course_that_is_gone_by_now_gets_no_slot(run):
    org = Organization.objects.create(name="Gone", short_name="Gone")
    gone = CatalogCourse.objects.create(org=org, course_code="Gone", title="Gone")
    CatalogCourse.objects.filter(pk=gone.pk).update(course_code_ci=None, uuid=None)
    with another_writer(CatalogCourse, lambda: CatalogCourse.objects.filter(pk=gone.pk).delete()):
        api.complete_identities()
    assert set(CatalogCourseCode.objects.values_list("code", flat=True)) == {"14.100x"}


def test_an_organization_that_is_deleted_while_it_is_looked_for_is_not_there(db):
    """It is found by another case of its name, and gone when it is read: the name is free."""
    Organization.objects.create(name="MITx", short_name="MITx")
    waiting = [1]

    def watch(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if waiting and "ORDER BY" in sql and "organizations_organization" in sql:
            waiting.pop()
            Organization.objects.all().delete()
        return result

    with connection.execute_wrapper(watch):
        assert api.create_organization(short_name="mitx").short_name == "mitx"
    assert Organization.objects.get().short_name == "mitx"
