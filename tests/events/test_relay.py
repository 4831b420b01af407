"""Events reach the event bus, a real Redis: at least once, in order for each subject, and never before the commit."""

from __future__ import annotations

import json
import logging
import random
import signal
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import redis
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone
from openedx_events.event_bus import get_producer

from openedx_catalog import api, messages, signals
from openedx_catalog.models_api import OutboxMessage
from tests.conftest import RUN_KEY

pytestmark = pytest.mark.django_db(transaction=True)

SEED = 20270131
STREAM = "test-catalog"


@pytest.fixture(autouse=True)
def quiet(caplog):
    """What is refused in these tests is logged with its traceback."""
    caplog.set_level("CRITICAL", "openedx_catalog.messages.outbox")


def short(event_type: str) -> str:
    return event_type.removeprefix("org.openedx.catalog.").removesuffix(".v1")


def stream(broker) -> list[str]:
    """The event ids on the bus, in order."""
    with redis.Redis.from_url(broker.url) as client:
        return [fields[b"id"].decode() for _id, fields in client.xrange(STREAM)]


def written() -> list[str]:
    return [str(pk) for pk in OutboxMessage.objects.order_by("pk").values_list("event_id", flat=True)]


def states() -> list[str]:
    return list(OutboxMessage.objects.order_by("pk").values_list("state", flat=True))


def make_due() -> None:
    """What waits for its next try is due now."""
    OutboxMessage.objects.filter(state="pending").update(due_at=timezone.now())


def create_move_and_merge() -> None:
    api.associate_course_run(RUN_KEY, title="Microeconomics", schedule={"start": datetime(2027, 1, 31, tzinfo=UTC)})
    other = api.create_catalog_course(org_code="MITxT", course_code="14.100x", title="Microeconomics")
    api.move_course_run(RUN_KEY, other, reason="theirs")
    api.merge_catalog_courses("MITx+14.100x", into=other, reason="the same")


CREATED_MOVED_AND_MERGED = [
    "catalog_course.created", "course_run.created", "catalog_course.created", "course_run.moved", "catalog_course.merged",
]  # fmt: skip


def test_create_move_and_merge_arrive_once_each_and_in_order(broker, consume, relays):
    """Writer, relay and consumer are three processes."""
    create_move_and_merge()
    assert stream(broker) == []
    relay = relays()
    assert relay.wait() == 0, relay.communicate()
    received = consume().hear(5)
    assert [short(event["event"]) for event in received] == CREATED_MOVED_AND_MERGED
    assert [event["id"] for event in received] == written() == stream(broker)
    assert states() == ["done"] * 5
    assert received[1]["start"] == "2027-01-31 00:00:00+00:00"
    assert (received[3]["previous_catalog_course_key"], received[3]["catalog_course_key"], received[3]["reason"]) == (
        "catalog-course:MITx:14.100x", "catalog-course:MITxT:14.100x", "theirs",
    )  # fmt: skip
    assert (received[4]["key"], received[4]["merged_into"]) == ("catalog-course:MITx:14.100x", "catalog-course:MITxT:14.100x")
    assert {event["source"] for event in received} == {"openedx/catalog/web"}


def test_e10_with_the_broker_stopped_writes_succeed_and_everything_arrives_after_its_return(broker, consume, relays):
    broker.stop()
    create_move_and_merge()
    with pytest.raises(SystemExit) as ended:
        call_command("relay_catalog_events", verbosity=0, stdout=StringIO(), stderr=(reported := StringIO()))
    assert ended.value.code == 1
    assert "refused" in reported.getvalue().lower()
    # The bus is at fault, not the events: none of them comes nearer to being parked, however often it is tried.
    for _try in range(12):
        make_due()
        assert messages.relay().done == 0
    assert states() == ["pending"] * 5
    assert set(OutboxMessage.objects.values_list("attempts", flat=True)) == {0}
    broker.start()
    make_due()
    assert relays().wait() == 0
    assert [event["id"] for event in consume().hear(5)] == written()
    assert states() == ["done"] * 5


def test_a_consumer_that_was_down_receives_what_it_has_missed(broker, consume):
    consumer = consume()
    api.associate_course_run(RUN_KEY)
    messages.relay()
    assert len(consumer.hear(2)) == 2
    consumer.stop()
    for title in ("One", "Two", "Three"):
        api.update_course_run(RUN_KEY, title=title)
    messages.relay()
    consumer, received = consume(), []
    while received[-1:] != ["Three"]:
        received += [event["title"] for event in consumer.hear(1)]
    # What it had not yet acknowledged when it was killed comes again.
    assert received[-3:] == ["One", "Two", "Three"]


def test_e11_nothing_is_sent_that_is_rolled_back(broker):
    with transaction.atomic():
        api.associate_course_run(RUN_KEY)
        transaction.set_rollback(True)
    assert messages.relay().done == 0
    assert (stream(broker), written()) == ([], [])


def test_several_relays_send_everything_once_and_in_order(broker, relays):
    chance = random.Random(SEED)
    keys = [f"course-v1:A+B+{n}" for n in range(40)]
    api.associate_course_runs((api.AssociationRecord(key) for key in keys), source="test")
    for n in range(260):
        api.update_course_run(chance.choice(keys), title=f"Title {n}")
    processes = [relays() for _ in range(3)]
    assert [process.wait() for process in processes] == [0, 0, 0]
    sent = stream(broker)
    assert sorted(sent) == sorted(written())
    assert_in_order(sent)
    assert set(states()) == {"done"}


def assert_in_order(sent: list[str]) -> None:
    subjects = {
        str(event): (subject, pk) for event, subject, pk in OutboxMessage.objects.values_list("event_id", "subject", "pk")
    }
    by_subject = defaultdict(list)
    for event in sent:
        subject, pk = subjects[event]
        by_subject[subject].append(pk)
    assert {subject: pks for subject, pks in by_subject.items() if pks != sorted(pks)} == {}


def test_what_another_relay_holds_is_neither_sent_nor_outrun(broker):
    api.associate_course_run(RUN_KEY, title="One")
    api.associate_course_run("course-v1:Other+B+1", title="One")
    api.update_course_run(RUN_KEY, title="Two")
    created = OutboxMessage.objects.get(subject=RUN_KEY, event_type__contains="created")
    # Claimed half a second ago by a relay that is still at it.
    OutboxMessage.objects.filter(pk=created.pk).update(due_at=timezone.now() + timedelta(seconds=59), claimed_by="other")
    assert messages.relay().done == 3
    own = OutboxMessage.objects.filter(subject=RUN_KEY).values_list("event_id", flat=True)
    assert len(own) == 2
    assert not {str(pk) for pk in own} & set(stream(broker))
    # That relay has died: its lease runs out.
    make_due()
    assert messages.relay().done == 2
    assert_in_order(stream(broker))


def test_e12_an_event_that_cannot_be_serialized_is_parked_and_stops_nobody(broker):
    api.associate_course_run(RUN_KEY)
    api.update_course_run(RUN_KEY, title="Two")
    poison = OutboxMessage.objects.get(subject=RUN_KEY, event_type__contains="created")
    payload = poison.payload
    OutboxMessage.objects.filter(pk=poison.pk).update(payload='{"course_key": "junk"}')
    api.associate_course_run("course-v1:Other+B+1")
    with pytest.raises(SystemExit) as ended:
        call_command("relay_catalog_events", verbosity=0, stdout=StringIO(), stderr=StringIO())
    assert ended.value.code == 1
    poison.refresh_from_db()
    assert (poison.state, poison.payload, poison.attempts) == ("parked", '{"course_key": "junk"}', 1)
    assert "InvalidKeyError" in poison.error
    assert sorted(states()) == ["done"] * 4 + ["parked"]
    # Mended, and tried again.
    OutboxMessage.objects.filter(pk=poison.pk).update(payload=payload)
    assert messages.replay_events([poison.pk]) == 1
    assert messages.relay().done == 1
    assert set(states()) == {"done"}
    assert len(stream(broker)) == 5


def test_an_event_that_the_bus_refuses_holds_up_its_subject_and_is_parked_in_the_end(broker, settings):
    """Moves go to a topic of their own, whose name is no stream in this broker."""
    settings.OPENEDX_CATALOG_OUTBOX_ATTEMPTS = 3
    topics = {"moves": {"event_key_field": "course_run.course_key", "enabled": True}}
    moved_type = "org.openedx.catalog.course_run.moved.v1"
    settings.EVENT_BUS_PRODUCER_CONFIG = {**settings.EVENT_BUS_PRODUCER_CONFIG, moved_type: topics}
    with redis.Redis.from_url(broker.url) as client:
        client.set("test-moves", "no stream")
    other = api.create_catalog_course(org_code="MITxT", course_code="14.100x")
    api.associate_course_run(RUN_KEY)
    messages.relay()
    api.move_course_run(RUN_KEY, other, reason="theirs")
    api.update_course_run(RUN_KEY, title="Two")
    moved, updated = OutboxMessage.objects.filter(state="pending").order_by("pk")
    for attempt in range(1, 4):
        api.associate_course_run(f"course-v1:Others+B+{attempt}")
        relayed = messages.relay()
        moved.refresh_from_db()
        updated.refresh_from_db()
        expected = ("parked", "done") if attempt == 3 else ("pending", "pending")
        assert (moved.attempts, moved.state, updated.state) == (attempt, *expected)
        assert relayed.failed == 1
        assert moved.due_at > timezone.now()
        make_due()
    assert OutboxMessage.objects.exclude(state="done").count() == 1


def test_a_relay_that_hung_past_its_lease_takes_nothing_away_from_the_next_one(broker, monkeypatch):
    """While its first event hangs in the bus, another relay claims the rest; then it wakes up and gives back what it held."""
    for n in range(4):
        api.associate_course_run(f"course-v1:A+B{n}+1")
    relay, send, other, taken = "openedx_catalog.messages.outbox", messages.outbox.bus.send, messages.outbox._Pass(), []

    def hang(*arguments):
        make_due()
        _token, batch = other.claim(100)
        taken.extend(message.pk for message in batch)
        monkeypatch.setattr("openedx_catalog.messages.box.LEASE", timedelta(0))
        monkeypatch.setattr(f"{relay}._Pass.claim", lambda _pass, _count: ("", []))
        send(*arguments)

    monkeypatch.setattr(f"{relay}.bus.send", hang)
    assert messages.relay().done == 1
    held = OutboxMessage.objects.filter(pk__in=taken, state="pending")
    assert len(held) == 7
    assert all(message.due_at > timezone.now() and message.claimed_by for message in held)
    # Nor does somebody who presses the button in the admin.
    assert messages.replay_events(taken) == 0


def test_a_relay_may_be_stopped_between_two_batches(broker):
    api.associate_course_runs((api.AssociationRecord(f"course-v1:A+B+{n}") for n in range(250)), source="test")
    asked = iter([False, True])
    assert messages.relay(stop=lambda: next(asked)).done == 100
    assert messages.relay().done == 151


def test_what_a_process_that_died_has_not_reported_is_reported_also_while_the_bus_is_down(broker):
    received = []

    def hear(course_run, **_event):
        received.append(course_run.title)

    api.associate_course_run(RUN_KEY, title="One")
    late = timezone.now() - timedelta(minutes=2)
    OutboxMessage.objects.update(dispatched_at=None, occurred_at=late)
    broker.stop()
    signals.COURSE_RUN_CREATED.connect(hear)
    try:
        assert messages.relay().failed == 2
        make_due()
        messages.relay()
    finally:
        signals.COURSE_RUN_CREATED.disconnect(hear)
    assert received == ["One"]
    assert states() == ["pending"] * 2


def test_the_bus_alone_is_no_receiver_and_costs_no_statement(broker, data_statements):
    api.associate_course_run("course-v1:MITx+14.100x+1")
    with data_statements() as log:
        api.associate_course_run(RUN_KEY)
    assert len(log) == 8
    assert OutboxMessage.objects.filter(dispatched_at=None).count() == 0


def test_follow_sends_what_comes_and_ends_when_told_to(broker, consume, relays):
    relay, consumer = relays("--follow"), consume()
    api.associate_course_run(RUN_KEY)
    assert len(consumer.hear(2)) == 2
    api.update_course_run(RUN_KEY, title="Two")
    assert [short(event["event"]) for event in consumer.hear(1)] == ["course_run.updated"]
    relay.send_signal(signal.SIGTERM)
    reported, errors = relay.communicate(timeout=60)
    assert (relay.returncode, errors) == (0, "")
    assert sum(int(line.split()[1]) for line in reported.splitlines()) == 3


def test_celery_beat_may_do_it_too(broker):
    from openedx_catalog import tasks

    api.associate_course_run(RUN_KEY)
    assert tasks.relay_events() == 2
    assert stream(broker) == written()


def test_without_a_producer_nothing_is_lost_and_the_exit_code_says_so(broker, settings):
    api.associate_course_run(RUN_KEY)
    settings.EVENT_BUS_PRODUCER = None
    get_producer.cache_clear()
    with (
        pytest.warns(UserWarning, match="EVENT_BUS_PRODUCER"),
        pytest.raises(CommandError, match="EVENT_BUS_PRODUCER") as ended,
    ):
        call_command("relay_catalog_events", verbosity=0, stdout=StringIO())
    assert ended.value.returncode == 2
    assert states() == ["pending", "pending"]
    settings.EVENT_BUS_PRODUCER = "edx_event_bus_redis.create_producer"
    get_producer.cache_clear()
    assert messages.relay().done == 2


def test_an_error_is_noticed_where_the_log_of_the_bus_is_switched_off(broker):
    """A host's logging may have disabled the logger that the producer reports to."""
    api.associate_course_run(RUN_KEY)
    logger = logging.getLogger("edx_event_bus_redis.internal.producer")
    broker.stop()
    logger.disabled = True
    try:
        assert messages.relay().failed == 2
        assert logger.disabled
        make_due()
        logging.disable(logging.CRITICAL)
        with pytest.raises(messages.BusUnusable, match="switched off"):
            messages.relay()
    finally:
        logging.disable(logging.NOTSET)
        logger.disabled = False
    assert states() == ["pending", "pending"]


def test_what_no_bus_wants_is_done_when_it_was_received(broker, settings):
    config = dict(settings.EVENT_BUS_PRODUCER_CONFIG)
    del config["org.openedx.catalog.catalog_course.created.v1"]
    settings.EVENT_BUS_PRODUCER_CONFIG = config
    api.associate_course_run(RUN_KEY)
    course, run = OutboxMessage.objects.order_by("pk")
    assert (course.state, run.state) == ("done", "pending")
    assert messages.relay().done == 1
    assert stream(broker) == [str(run.event_id)]


def test_statements_grow_with_batches_not_with_events(broker, data_statements):
    def relayed(count: int) -> int:
        api.associate_course_runs((api.AssociationRecord(f"course-v1:A+B+{count}x{n}") for n in range(count)), source="test")
        with data_statements() as log:
            assert messages.relay().done >= count
        return len(log)

    relayed(1)
    assert relayed(90) == relayed(60)
    # Five batches of a hundred, and the look that finds nothing more.
    assert relayed(500) <= 5 * 5 + 1


def test_payloads_are_what_a_person_can_read():
    api.associate_course_run(RUN_KEY, title="Économie")
    assert "Économie" in OutboxMessage.objects.get(subject=RUN_KEY).payload
    assert json.loads(OutboxMessage.objects.get(subject=RUN_KEY).payload)["title"] == "Économie"
