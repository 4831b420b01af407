"""A write that other writers overtake is tried again, and ends typed when it cannot succeed."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, OperationalError, ProgrammingError, transaction
from organizations.models import Organization

from openedx_catalog import api
from openedx_catalog.exceptions import ConstraintViolated, InvalidCourseKey, RetryableConflict
from openedx_catalog.lib.database_errors import in_words, is_retryable
from openedx_catalog.lib.transactions import rolled_back
from openedx_catalog.models_api import CatalogChange, CourseRun, OutboxMessage

pytestmark = pytest.mark.django_db


def outrun(times: int):
    """Work that another writer was faster with, so many times."""
    tries = iter(range(times))

    def work() -> str:
        Organization.objects.create(short_name="Once", name="Once")
        if next(tries, None) is not None:
            Organization.objects.create(short_name="Once", name="Once")
        return "done"

    return work


def test_a_writer_that_loses_to_each_batch_of_another_one_gets_its_turn():
    assert api.run_atomically(outrun(60)) == "done"
    assert Organization.objects.count() == 1


def test_what_cannot_succeed_ends_with_the_reason_and_leaves_nothing():
    with pytest.raises(RetryableConflict, match="already exists"):
        api.run_atomically(outrun(100_000))
    assert not Organization.objects.exists()


def test_a_unique_value_of_somebody_elses_table_is_refused_at_once():
    """Of a receiver that stores the same row each time, say: no other writer of the catalog will ever have been faster."""
    tries = []

    def work() -> None:
        tries.append(1)
        Group.objects.bulk_create([Group(name="Editors"), Group(name="Editors")])

    with pytest.raises(ConstraintViolated, match="already exists"):
        api.run_atomically(work)
    assert len(tries) == 1


@pytest.mark.parametrize(
    ("error", "typed"), [(IntegrityError, ConstraintViolated), (OperationalError, RetryableConflict)], ids=["other", "locked"]
)
def test_a_conflict_is_reported_in_words_and_never_in_those_of_the_database(error, typed, monkeypatch):
    """Its own text names tables, constraints, tuple ids and other people's values; it stays the cause, for the log."""
    text = 'relation "openedx_catalog_courserun" tuple (7,3) Key (key_ci)=(secret); database is locked'
    monkeypatch.setattr("time.sleep", lambda seconds: None)

    def work() -> None:
        raise error(text)

    with pytest.raises(typed) as caught:
        api.run_atomically(work)
    for word in ("relation", "tuple", "secret", "openedx_catalog"):
        assert word not in str(caught.value)
    assert str(caught.value.__cause__) == text


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (SimpleNamespace(sqlstate="40P01"), "waited for each other"),
        (SimpleNamespace(sqlstate="40001"), "changed what this one read"),
        (SimpleNamespace(sqlstate="55P03"), "held a lock for too long"),
        (Exception(1213, "Deadlock found when trying to get lock"), "waited for each other"),
        (Exception(1205, "Lock wait timeout exceeded"), "held a lock for too long"),
        (Exception(1020, "Record has changed since last read in table 'x'"), "changed what this one read"),
    ],
    ids=str,
)
def test_each_database_is_understood(cause, words):
    error = OperationalError("Process 5 waits for ShareLock on transaction 7")
    error.__cause__ = cause if isinstance(cause, BaseException) else _with_state(cause.sqlstate)
    assert is_retryable(error)
    assert words in in_words(error)


def _with_state(state):
    error = Exception("terminating connection")
    error.sqlstate = state
    return error


def test_what_is_no_conflict_is_reported_by_its_kind_alone():
    assert in_words(ProgrammingError('relation "secret" does not exist')) == "the database reported ProgrammingError"
    assert in_words(RetryableConflict(reason="r")) == "A concurrent transaction interfered: r. Roll back and retry."
    assert in_words(ValueError("as it is")) == "as it is"


# Previews


def test_what_is_rolled_back_returns_its_result_and_leaves_nothing(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as waiting:
        run = rolled_back("default", lambda: api.create_course_run("course-v1:MITx+14.100x+3T2017"))
    assert str(run.course_key) == "course-v1:MITx+14.100x+3T2017"
    assert waiting == []
    for model in (CourseRun, CourseRun.history, OutboxMessage, CatalogChange, Organization):
        assert not getattr(model, "objects", model).exists(), model


def test_what_is_rolled_back_leaves_the_transaction_around_it_alone():
    with transaction.atomic():
        api.create_course_run("course-v1:MITx+14.100x+1T2017")
        rolled_back("default", lambda: api.create_course_run("course-v1:MITx+14.100x+2T2017"))
        api.create_course_run("course-v1:MITx+14.100x+3T2017")
    assert sorted(run.run_code for run in CourseRun.objects.all()) == ["1T2017", "3T2017"]


def test_what_is_rolled_back_is_tried_again_and_refused_as_it_would_be():
    assert rolled_back("default", outrun(3)) == "done"
    with pytest.raises(InvalidCourseKey):
        rolled_back("default", lambda: api.create_course_run("nonsense"))
    assert not Organization.objects.exists()
