"""What is done once after a commit, however many calls have made the transaction."""

from __future__ import annotations

import pytest
from django.db import transaction

from openedx_catalog import api, signals
from openedx_catalog.lib import dispatch
from openedx_catalog.lib.committed import once_committed
from openedx_catalog.models_api import OutboxMessage

pytestmark = pytest.mark.django_db(transaction=True)

done: list[tuple[str, ...]] = []


@pytest.fixture(autouse=True)
def _nothing_done():
    done.clear()


def work(items, *, using):
    assert using == "default"
    done.append(tuple(items))


def other(items, *, using):
    done.append(("other", *items))


def give(*items):
    once_committed(work, items, using="default")


def test_one_call_for_all_that_a_transaction_has_given_in_order():
    with transaction.atomic():
        give("a", "b")
        give("c")
        once_committed(other, ["d"], using="default")
        assert done == []
    assert done == [("a", "b", "c"), ("other", "d")]


def test_at_once_where_there_is_no_transaction():
    give("a")
    give("b")
    assert done == [("a",), ("b",)]


@pytest.mark.parametrize("lost", [0, 1, 2])
def test_what_is_rolled_back_is_left_out_wherever_it_stood(lost):
    with transaction.atomic():
        for number in range(3):
            try:
                with transaction.atomic():
                    give(number)
                    if number == lost:
                        raise LookupError
            except LookupError:
                pass
    assert done == [tuple({0, 1, 2} - {lost})]


def test_a_transaction_that_is_rolled_back_leaves_nothing_for_the_next_one():
    with transaction.atomic():
        give("lost")
        transaction.set_rollback(True)
    with transaction.atomic():
        give("kept")
    assert done == [("kept",)]


def test_work_that_gives_more_has_it_done_too():
    def again(items, *, using):
        done.append(tuple(items))
        if items == ["a"]:
            once_committed(again, ["b"], using=using)

    with transaction.atomic():
        once_committed(again, ["a"], using="default")
    assert done == [("a",), ("b",)]


def test_a_work_that_fails_stops_no_other(caplog):
    def failing(items, *, using):
        raise LookupError("It was.")

    with transaction.atomic():
        once_committed(failing, ["a"], using="default")
        give("b")
    assert done == [("b",)]
    assert "It was." in caplog.text


@pytest.fixture
def put_off():
    """A receiver that puts its work off; the sets of titles that the work got."""
    got: list[set[str]] = []

    def collect(titles):
        got.append(titles)

    def hear(course_run, **_event):
        dispatch.coalesce(collect, [course_run.title])

    signals.COURSE_RUN_CREATED.connect(hear)
    yield got
    signals.COURSE_RUN_CREATED.disconnect(hear)


def records(*numbers):
    return [api.AssociationRecord(f"course-v1:A+B{number}+1", title=f"T{number % 7}") for number in numbers]


@pytest.mark.parametrize("size", [1, 400, 1200])
def test_events_are_reported_with_two_statements_for_each_500(size, put_off, data_statements):
    """Whether one call has made them or one for each run."""
    with data_statements() as log:
        api.associate_course_runs(records(*range(size)), source="test", batch_size=3000)
    reported = [sql for sql in log if "dispatched_at" in sql and not sql.startswith("INSERT")]
    assert len(reported) == 2 * -(-size // 500)


def test_runs_created_one_by_one_in_a_transaction_are_reported_together(put_off, data_statements):
    with data_statements() as log, transaction.atomic():
        for record in records(*range(30)):
            api.associate_course_run(record.course_key, title=record.title)
    assert len([sql for sql in log if "dispatched_at" in sql and not sql.startswith("INSERT")]) == 2
    assert put_off == [{f"T{number}" for number in range(7)}]


def test_what_receivers_put_off_is_done_once_for_all_pages_of_a_commit(put_off):
    api.associate_course_runs(records(*range(1200)), source="test", batch_size=3000)
    assert put_off == [{f"T{number}" for number in range(7)}]


def test_it_is_noted_as_received_after_what_was_put_off_and_reported_again_where_the_process_died(put_off, monkeypatch):
    def dies(telling):
        raise SystemExit

    monkeypatch.setattr(dispatch._Batch, "run_deferred", dies)
    with pytest.raises(SystemExit):
        api.associate_course_runs(records(1), source="test")
    (event,) = OutboxMessage.objects.filter(dispatched_at=None)
    monkeypatch.undo()
    dispatch.dispatch([event.pk], using="default")
    assert put_off == [{"T1"}]
    assert not OutboxMessage.objects.filter(dispatched_at=None).exists()


def test_work_that_fails_is_logged_and_comes_again_with_the_next_page(monkeypatch, caplog):
    tries = []

    def collect(items):
        tries.append(items)
        raise LookupError("The cache is away.")

    def hear(course_run, **_event):
        dispatch.coalesce(collect, ["always"])

    signals.COURSE_RUN_CREATED.connect(hear)
    try:
        # Dispatched after the commit of the caller, not within the bulk call, at whose end it would be done once.
        with transaction.atomic():
            api.associate_course_runs(records(*range(600)), source="test", batch_size=3000)
    finally:
        signals.COURSE_RUN_CREATED.disconnect(hear)
    assert tries == [{"always"}] * 2
    assert "The cache is away." in caplog.text
    assert not OutboxMessage.objects.filter(dispatched_at=None).exists()


def test_what_receivers_put_off_in_a_bulk_call_is_done_once_for_all_its_batches(put_off):
    api.associate_course_runs(records(*range(7)), source="test", batch_size=2)
    assert put_off == [{f"T{number}" for number in range(7)}]


def test_what_receivers_put_off_in_a_job_is_done_once_at_its_end(put_off):
    """Of all its transactions; a job within a job is a part of it."""
    with dispatch.coalescing():
        for number in range(3):
            with dispatch.coalescing():
                api.associate_course_runs(records(number), source="test")
        assert put_off == []
        assert not OutboxMessage.objects.filter(dispatched_at=None).exists()
    assert put_off == [{"T0", "T1", "T2"}]
    api.associate_course_runs(records(4), source="test")
    assert put_off == [{"T0", "T1", "T2"}, {"T4"}]


def test_it_is_done_for_a_job_that_fails_too(put_off):
    def job():
        with dispatch.coalescing():
            api.associate_course_runs(records(1), source="test")
            raise LookupError

    with pytest.raises(LookupError):
        job()
    assert put_off == [{"T1"}]


def test_work_that_is_put_off_by_several_is_done_after_all_of_them():
    done = []

    def both(items):
        done.append(items)

    def first(items):
        dispatch.coalesce(both, items)

    def second(items):
        dispatch.coalesce(both, items)

    with dispatch.coalescing():
        dispatch.coalesce(first, ["a"])
        dispatch.coalesce(second, ["b"])
    assert done == [{"a", "b"}]
