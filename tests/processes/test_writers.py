"""A writer that is killed leaves every change whole, its history and its event with it, or has not made it."""

from __future__ import annotations

import os
import signal
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from openedx_events.tooling import OpenEdxPublicSignal

from openedx_catalog import messages
from openedx_catalog.models_api import OutboxMessage
from tests.thorough import sample

from . import killed_writer
from .conftest import Nursery
from .killed import moments
from .state import catalog_state, events

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SEED = 20270131
POINTS = int(os.environ.get("CATALOG_KILLS", sample(10, 60)))
LAST = len(killed_writer.STEPS)


def state() -> dict[str, Any]:
    return {**catalog_state(), "in order": events()}


def report_the_rest() -> set[str]:
    """A relay, a minute after the writer died, reports what that has not reported; the ids of what it reported."""
    received = set()

    def hear(metadata: Any, **_data: Any) -> None:
        received.add(str(metadata.id))

    ours = [s for s in OpenEdxPublicSignal.all_events() if s.event_type.startswith("org.openedx.catalog.")]
    for event in ours:
        event.connect(hear)
    late = timezone.now() - timedelta(minutes=2)
    OutboxMessage.objects.filter(state="pending").update(occurred_at=late, due_at=late)
    messages.relay()
    for event in ours:
        event.disconnect(hear)
    return received


def test_whatever_the_moment_a_change_is_there_with_its_event_or_not_at_all(nursery: Nursery, tmp_path: Path):
    count, nothing = nursery.context.Value("i", 0), str(tmp_path / "undisturbed")
    killed_writer.prepare()
    after_each = [state()]
    for step in range(LAST):
        assert nursery.run(killed_writer.work, step, step + 1, "never", nothing, count) == 0
        after_each.append(state())
    assert len(Counter(str(found) for found in after_each)) == LAST + 1

    killed_writer.prepare()
    assert nursery.run(killed_writer.work, 0, LAST, "never", nothing, count) == 0
    assert state() == after_each[LAST]
    for number, moment in enumerate(moments(count.value, POINTS, SEED)):
        path = tmp_path / str(number)
        killed_writer.prepare()
        assert nursery.run(killed_writer.work, 0, LAST, moment, str(path), count) == -signal.SIGKILL, moment
        left = state()
        assert left in after_each, (moment, SEED)
        reported_later = report_the_rest()
        received = set(path.read_text(encoding="utf-8").split())
        written = {str(event) for event in OutboxMessage.objects.values_list("event_id", flat=True)}
        assert received | reported_later == written, (moment, SEED)
        assert set(OutboxMessage.objects.values_list("state", flat=True)) <= {"done"}
        assert nursery.run(killed_writer.work, after_each.index(left), LAST, "never", str(path), count) == 0
        assert state() == after_each[LAST], (moment, SEED)
