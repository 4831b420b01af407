"""Inbox and outbox are one kind of box: whatever text comes from outside is stored, and stops nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from openedx_catalog import messages
from openedx_catalog.lib import events
from openedx_catalog.messages import bus
from openedx_catalog.models_api import InboxMessage, OutboxMessage

pytestmark = pytest.mark.django_db

# What drivers put into their errors, and databases or encodings refuse.
ODD = "half \ud800 a \x00 text " + "x" * 20_000
STORED = "half \\ud800 a \\x00 text xx"


@pytest.fixture
def refusing(monkeypatch, settings):
    """A bus that takes nothing but what is about "fine", and says so in such a text."""

    def send(_bus, message, _topics):
        if message.subject != "fine":
            raise (bus.Unsendable if message.subject == "poison" else bus.NotSent)(ODD)

    settings.OPENEDX_CATALOG_OUTBOX_ATTEMPTS = 2
    monkeypatch.setattr(events, "topics", lambda _kind: {"topic": "key"})
    monkeypatch.setattr(bus, "producer", lambda: None)
    monkeypatch.setattr(bus, "send", send)


def write(*subjects):
    OutboxMessage.objects.bulk_create(
        OutboxMessage(
            event_type="org.openedx.catalog.course_run.updated.v1", subject=subject, payload="{}", dispatched_at=timezone.now()
        )
        for subject in subjects
    )


def by_subject():
    return {message.subject: message for message in OutboxMessage.objects.order_by("pk")}


def test_what_a_producer_says_is_stored_whatever_it_says_and_nothing_behind_it_waits(refusing):
    write("stuck", "poison", "fine")
    for expected in ("pending", "parked"):
        OutboxMessage.objects.filter(state="pending").update(due_at=timezone.now())
        messages.relay()
        found = by_subject()
        assert [found[name].state for name in ("stuck", "poison", "fine")] == [expected, "parked", "done"]
        for name in ("stuck", "poison"):
            assert found[name].error.startswith(STORED)
            assert len(found[name].error) == messages.box.MAX_TEXT
        write("fine")


def test_what_an_inbox_message_says_is_stored_by_the_same_rule():
    for content in (ODD, ODD + "2"):
        event_id = messages.record_unknown(content, source="test", error=content, event_id="e\x00" + content[-1] * 300)
        message = InboxMessage.objects.get(event_id=event_id)
        assert message.payload == message.error
        assert message.error.startswith(STORED)
        assert len(event_id) == 255
    messages.record("observed", "course-v1:A+B+C", source="test", payload='{"title": "\ud800"}', event_id="half")
    message = InboxMessage.objects.get(event_id="unknown:half")
    assert (message.state, "unpaired surrogate" in message.error) == ("parked", True)


@pytest.mark.parametrize(
    ("model", "replay", "discard"),
    [
        (InboxMessage, messages.replay, messages.discard),
        (OutboxMessage, messages.replay_events, messages.discard_events),
    ],
)
def test_both_are_replayed_and_discarded_by_the_same_rules(model, replay, discard):
    values = {"source": "s", "kind": "exists", "source_time": timezone.now()} if model is InboxMessage else {"payload": "{}"}
    pks = {}
    for state in ("pending", "parked", "done"):
        event_id = {"event_id": state} if model is InboxMessage else {}
        later = timezone.now() + timedelta(hours=1)
        pks[state] = model.objects.create(state=state, attempts=5, due_at=later, **values, **event_id).pk
    assert replay(list(pks.values())) == 2
    assert {row.state: row.attempts for row in model.objects.all()} == {"pending": 0, "done": 5}
    model.objects.filter(pk=pks["parked"]).update(state="parked")
    assert discard(list(pks.values())) == 1
    assert set(model.objects.values_list("pk", flat=True)) == {pks["pending"], pks["done"]}
