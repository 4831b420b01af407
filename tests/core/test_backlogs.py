"""However many events or messages wait, a batch looks at its own: what lies behind is not looked at again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from openedx_catalog import messages
from openedx_catalog.messages import outbox
from openedx_catalog.models_api import InboxMessage, OutboxMessage

pytestmark = [pytest.mark.django_db, pytest.mark.newest]

LATER = timedelta(hours=1)


def write(count, subject="run-{}", due=timedelta(0), **values):
    """Events that receivers have got, and that no bus wants: delivered as soon as a relay takes them."""
    now = timezone.now()
    return OutboxMessage.objects.bulk_create(
        OutboxMessage(
            event_type="org.openedx.catalog.course_run.updated.v1", subject=subject.format(number), payload="{}",
            dispatched_at=now, due_at=now + due, **values,
        )
        for number in range(count)
    )  # fmt: skip


@pytest.fixture
def scanned(monkeypatch):
    """How many waiting events the relay has read from the table, page by page."""
    pages = []
    read = outbox._Pass._read

    def counted(way, now):
        before = len(way.page)
        found = read(way, now)
        pages.append(len(way.page) - before)
        return found

    monkeypatch.setattr(outbox._Pass, "_read", counted)
    return pages


@pytest.mark.parametrize("waiting", [0, 3000, 6000])
def test_what_waits_is_looked_at_once_in_a_pass_and_not_by_each_batch(waiting, data_statements):
    write(waiting, "later-{}", LATER)
    write(1000)
    with data_statements() as log:
        assert messages.relay().done == 1000
    scans = [sql for sql in log if "LIMIT 1000" in sql]
    # One pass with all, one that finds nothing more; each ends with a page that is empty or short.
    assert len(scans) <= 2 * (waiting // 1000 + 2)
    assert len(log) - len(scans) <= 10 * 4


def test_what_was_sent_and_waits_for_its_receivers_is_looked_at_once(data_statements):
    write(3000, "sent-{}", LATER, sent_at=timezone.now())
    write(300)
    with data_statements() as log:
        assert messages.relay().done == 300
    assert len([sql for sql in log if "LIMIT 1000" in sql]) <= 4


def test_a_pass_reads_each_event_once(scanned):
    write(2000, "later-{}", LATER)
    write(500)
    assert messages.relay().done == 500
    assert sum(scanned) == 2500 + 2000


def test_an_event_that_appears_behind_the_relay_goes_before_the_next_of_its_subject(monkeypatch):
    """Ids are in the order of commits within a subject only: a low one may be committed late."""
    (late,) = write(1, "slow")
    write(150)
    (after,) = write(1, "slow")
    OutboxMessage.objects.filter(pk=late.pk).update(state=OutboxMessage.State.DONE)
    order, deliver = [], outbox._Delivery._deliver

    def noted(delivery, message):
        if not order:
            # As if its transaction was committed only now, with the relay's first batch under way.
            OutboxMessage.objects.filter(pk=late.pk).update(state=OutboxMessage.State.PENDING)
        order.append(message.pk)
        return deliver(delivery, message)

    monkeypatch.setattr(outbox._Delivery, "_deliver", noted)
    assert messages.relay().done == 152
    assert order.index(late.pk) < order.index(after.pk)


def test_what_has_become_due_meanwhile_is_sent_by_the_same_relay(monkeypatch):
    (waiting,) = write(1, "waits", LATER)
    write(150)
    deliver = outbox._Delivery._deliver

    def noted(delivery, message):
        OutboxMessage.objects.filter(pk=waiting.pk).update(due_at=timezone.now())
        return deliver(delivery, message)

    monkeypatch.setattr(outbox._Delivery, "_deliver", noted)
    assert messages.relay().done == 151


def test_events_of_a_subject_stay_in_order_when_the_first_fails(monkeypatch):
    """Also those that the page read before had in it."""
    write(1, "stuck")
    write(150)
    write(2, "stuck")
    deliver = outbox._Delivery._deliver

    def failing(delivery, message):
        if message.subject == "stuck":
            delivery.failed.append((message, "no"))
            return False
        delivery.bus_took = True
        return deliver(delivery, message)

    monkeypatch.setattr(outbox._Delivery, "_deliver", failing)
    relayed = messages.relay()
    assert (relayed.done, relayed.failed) == (150, 1)
    assert list(OutboxMessage.objects.filter(subject="stuck").order_by("pk").values_list("attempts", flat=True)) == [1, 0, 0]


def test_a_batch_that_fails_is_noted_by_one_statement(monkeypatch, data_statements):
    write(100)

    def failing(delivery, message):
        delivery.failed.append((message, "The broker is down."))
        return False

    monkeypatch.setattr(outbox._Delivery, "_deliver", failing)
    with data_statements() as log:
        assert messages.relay().failed == 100
    assert len(log) <= 7


@pytest.mark.skipif(connection.vendor == "mysql", reason="its planner goes by samples of the pages of the moment")
def test_whether_a_subject_waits_for_an_earlier_event_is_found_by_its_index():
    write(3000, "later-{}", LATER)
    mine = {row.pk: row for row in write(20, "mine-{}")}
    asked = []

    def note(execute, sql, params, many, context):
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        assert outbox._preceded(mine) == set()
    ((sql, params),) = asked
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE openedx_catalog_outboxmessage")
        cursor.execute(f"EXPLAIN {'QUERY PLAN' if connection.vendor == 'sqlite' else ''} {sql}", params)
        assert "oex_catalog_outbox_subject" in str(cursor.fetchall())


def test_purging_goes_on_after_what_it_has_deleted(data_statements):
    write(2500, state=OutboxMessage.State.DONE, occurred_at=timezone.now() - timedelta(days=99))
    with data_statements() as log:
        assert messages.purge_events(30) == 2500
    selects = [sql for sql in log if sql.startswith("SELECT") and "occurred_at" in sql]
    assert len(selects) == 3
    assert all(">" in sql for sql in selects)


# ANALYZE commits on MariaDB.
@pytest.mark.django_db(transaction=True)
def test_a_batch_of_the_inbox_is_found_by_its_index_without_sorting_all_that_is_due(monkeypatch):
    """Also where all of it was made due at one time, by a replay."""
    now = timezone.now()
    InboxMessage.objects.bulk_create(
        InboxMessage(
            event_id=f"e{number}", source="s", kind="exists", course_key=f"course-v1:A+B+{number}", source_time=now, due_at=now
        )
        for number in range(3000)
    )
    asked = []

    def note(execute, sql, params, many, context):
        asked.append((sql, params))
        return execute(sql, params, many, context)

    monkeypatch.setattr("openedx_catalog.messages.inbox.process", lambda _event_id: "done")
    with connection.execute_wrapper(note):
        assert messages.process_due(100)["done"] == 100
    ((sql, params),) = asked
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {'TABLE ' if connection.vendor == 'mysql' else ''}openedx_catalog_inboxmessage")
        cursor.execute(f"EXPLAIN {'QUERY PLAN' if connection.vendor == 'sqlite' else ''} {sql}", params)
        plan = str(cursor.fetchall())
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan
    assert "filesort" not in plan
