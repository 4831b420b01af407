"""What a database refuses is told apart by its codes, and named in words: on each database, in whosever transaction."""

from __future__ import annotations

import time
from contextlib import contextmanager, nullcontext
from urllib.parse import quote

import pytest
from django.db import connection, transaction
from organizations.models import Organization

from openedx_catalog import api
from openedx_catalog.exceptions import ConstraintViolated, HasDependents
from openedx_catalog.models_api import CatalogCourse, CatalogCourseCode, CourseRun, OutboxMessage

V1 = "/api/catalog/v1"
RUN_KEY = "course-v1:MITx+14.100x+3T2017"

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def left_behind(parent, pk):
    """A table of an app that is not installed any more, with a row that points at one of ours."""
    # What the migrations of edx-organizations have made of its id, whatever DEFAULT_AUTO_FIELD says.
    type_of_id = "integer" if parent is Organization else "bigint"
    later = "" if connection.vendor == "mysql" else " DEFERRABLE INITIALLY DEFERRED"
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE left_behind_seat (id integer PRIMARY KEY, ours_id {type_of_id} NOT NULL,"
            f" CONSTRAINT left_behind_key FOREIGN KEY (ours_id) REFERENCES {parent._meta.db_table} (id){later})"
        )
        try:
            cursor.execute("INSERT INTO left_behind_seat (id, ours_id) VALUES (1, %s)", [pk])
            yield
        finally:
            cursor.execute("DROP TABLE left_behind_seat")


@pytest.fixture
def run():
    return api.associate_course_run(RUN_KEY, title="Micro", schedule={"start": "2027-01-01T00:00:00Z"}).run


def the_run(run):
    return CourseRun, run.pk, lambda: api.delete_course_run(RUN_KEY)


def the_course(run):
    CourseRun.objects.all().delete()
    return CatalogCourse, run.catalog_course_id, lambda: api.delete_catalog_course(run.catalog_course_id)


def a_code_of_the_course(run):
    _model, _pk, delete = the_course(run)
    return CatalogCourseCode, CatalogCourseCode.objects.get().pk, delete


def the_organization(run):
    organization = api.create_organization(short_name="Empty")
    return Organization, organization.pk, lambda: api.delete_organization(organization)


@pytest.fixture(params=[the_run, the_course, a_code_of_the_course, the_organization], ids=lambda make: make.__name__)
def deletion(request, run):
    return request.param(run)


def counts():
    return [model.objects.count() for model in (CourseRun, CatalogCourse, CatalogCourseCode, Organization, OutboxMessage)]


def test_a_delete_that_a_left_behind_table_stops_ends_at_once_and_names_the_table(deletion):
    model, pk, delete = deletion
    before = counts()
    with left_behind(model, pk):
        begun = time.monotonic()
        with pytest.raises(HasDependents, match="left_behind_seat"):
            delete()
        assert time.monotonic() - begun < 1
    assert counts() == before
    delete()


def test_so_it_does_in_a_transaction_of_the_caller_which_goes_on(deletion):
    """Not at the caller's commit, where nobody could report any more what was deleted."""
    model, pk, delete = deletion
    with left_behind(model, pk):
        with transaction.atomic():
            with pytest.raises(HasDependents, match="left_behind_seat"):
                delete()
            api.create_organization(short_name="Later")
        assert Organization.objects.filter(short_name="Later").exists()
    delete()


def test_what_a_caller_has_deferred_is_the_callers_affair(run):
    """A row of somebody else's may wait for its parent until the commit."""
    if connection.vendor == "mysql":
        pytest.skip("InnoDB defers nothing")
    other = api.associate_course_run("course-v1:MITx+14.100x+Other").run
    with left_behind(Organization, Organization.objects.get().pk), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("UPDATE left_behind_seat SET ours_id = 4711")
        api.delete_course_run(str(other.course_key))
        with connection.cursor() as cursor:
            cursor.execute("UPDATE left_behind_seat SET ours_id = %s", [Organization.objects.get().pk])
    assert CourseRun.objects.count() == 1


def test_over_rest_it_is_a_conflict_with_its_code(run, sign_in):
    with left_behind(CourseRun, run.pk):
        response = sign_in("superuser").delete(f"{V1}/course-runs/{quote(RUN_KEY)}/")
    assert (response.status_code, response.json()["code"]) == (409, "has_dependents")
    assert "left_behind_seat" in response.json()["detail"]


@pytest.mark.parametrize("nested", [False, True], ids=["alone", "in a transaction"])
@pytest.mark.parametrize(
    "violate",
    [
        pytest.param(lambda: CatalogCourse.objects.update(title=""), id="CHECK"),
        pytest.param(lambda: CatalogCourse.objects.update(title=None), id="NOT NULL"),
    ],
)
def test_what_no_other_writer_has_to_do_with_is_not_tried_again(run, violate, nested):
    tries = []

    def work():
        tries.append(1)
        violate()

    with transaction.atomic() if nested else nullcontext(), pytest.raises(ConstraintViolated, match="NOT NULL or CHECK"):
        api.run_atomically(work)
    assert len(tries) == 1
