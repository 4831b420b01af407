"""A relay, or a consumer that fills our inbox, is killed at any moment: nothing is lost, and nothing comes out of order."""

from __future__ import annotations

import os
import signal
from datetime import UTC, datetime, timedelta

import pytest
import redis
from django.utils import timezone
from opaque_keys.edx.keys import CourseKey
from openedx_events.content_authoring.data import CourseCatalogData, CourseScheduleData
from openedx_events.content_authoring.signals import COURSE_CATALOG_INFO_CHANGED
from openedx_events.event_bus import get_producer

from openedx_catalog import api, messages
from openedx_catalog.models_api import CourseRun, InboxMessage, OutboxMessage
from tests.processes.conftest import Nursery
from tests.processes.killed import moments
from tests.processes.state import empty_catalog
from tests.thorough import sample

from . import killed_consumer, killed_relay
from .test_relay import STREAM, assert_in_order, make_due, stream, written

pytestmark = [pytest.mark.slow, pytest.mark.newest, pytest.mark.django_db(transaction=True)]

SEED = 20270131
POINTS = int(os.environ.get("CATALOG_KILLS", sample(6, 30)))
START = datetime(2027, 1, 31, tzinfo=UTC)


def happen(broker) -> None:
    """Thirty events of six runs, and an empty bus."""
    with redis.Redis.from_url(broker.url) as client:
        client.delete(STREAM)
    empty_catalog()
    for version in range(5):
        for n in range(6):
            api.associate_course_run(f"course-v1:A+B+{n}", title=f"Title {version}")


def test_a_relay_that_is_killed_loses_nothing_and_keeps_the_order(broker, nursery: Nursery, monkeypatch):
    monkeypatch.setattr("openedx_catalog.messages.outbox.BATCH", 8)
    count = nursery.context.Value("i", 0)
    happen(broker)
    assert nursery.run(killed_relay.work, broker.url, "never", count) == 0
    assert stream(broker) == written()
    twice = 0
    for moment in moments(count.value, POINTS, SEED):
        happen(broker)
        assert nursery.run(killed_relay.work, broker.url, moment, count) == -signal.SIGKILL, moment
        # The lease of the relay that died has run out.
        make_due()
        messages.relay()
        sent = stream(broker)
        assert set(sent) == set(written()), (moment, SEED)
        assert_in_order(list(dict.fromkeys(sent)))
        assert set(OutboxMessage.objects.values_list("state", flat=True)) == {"done"}, (moment, SEED)
        # At least once: no more of them come again than were in the batch at hand.
        assert len(sent) - len(set(sent)) <= 100
        twice += len(sent) > len(set(sent))
    assert twice


def announce(title: str, days: int) -> None:
    """Tell the bus of a run, as a platform does that knows nothing of us."""
    schedule = CourseScheduleData(start=START, pacing="self")
    info = CourseCatalogData(course_key=CourseKey.from_string("course-v1:A+B+1"), name=title, schedule_data=schedule)
    time = START + timedelta(days=days)
    get_producer().send(
        signal=COURSE_CATALOG_INFO_CHANGED, topic="courses", event_key_field="catalog_info.course_key",
        event_data={"catalog_info": info}, event_metadata=COURSE_CATALOG_INFO_CHANGED.generate_signal_metadata(time=time),
    )  # fmt: skip


def titles() -> list[str]:
    return list(CourseRun.history.order_by("history_id").values_list("title", flat=True))


def test_e9_what_was_announced_while_our_consumer_was_down_is_taken_over(broker, consume):
    for days, title in enumerate(("One", "Two", "Three")):
        announce(title, days)
    assert [event["name"] for event in consume("courses").hear(3)] == ["One", "Two", "Three"]
    assert titles() == ["One", "Two", "Three"]


def test_e8_a_consumer_that_is_killed_in_our_receiver_takes_everything_over_in_the_end(broker, nursery: Nursery):
    """At the statements of the receiver, and of what it sets off."""
    announce("One", 1)
    count = nursery.context.Value("i", 0)

    def consume_anew(moment: str) -> int:
        """A consumer that knows of nothing yet, in a service that has received nothing yet."""
        empty_catalog()
        InboxMessage.objects.all().delete()
        with redis.Redis.from_url(broker.url) as client:
            client.xgroup_destroy("test-courses", "test")
        return nursery.run(killed_consumer.work, broker.url, moment, count)

    assert consume_anew("never") == 0
    assert titles() == ["One"]
    for moment in moments(count.value, POINTS, SEED):
        assert consume_anew(moment) == -signal.SIGKILL, moment
        # The bus delivers again what was not acknowledged.
        assert nursery.run(killed_consumer.work, broker.url, "never", count) == 0
        InboxMessage.objects.filter(state="pending").update(due_at=timezone.now())
        messages.process_due()
        assert titles() == ["One"], (moment, SEED)
        assert list(InboxMessage.objects.values_list("state", flat=True)) == ["done"], (moment, SEED)
