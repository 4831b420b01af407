"""Writers that relay, and a relay that kills itself, at one of its statements or just before or after the bus gets an event."""

from __future__ import annotations

from multiprocessing.sharedctypes import Synchronized
from typing import Any

from django.conf import settings
from django.db import connection
from openedx_events.event_bus import get_producer

from openedx_catalog import messages
from tests.processes import following
from tests.processes.killed import Executioner


def write(url: str, seed: str, count: int) -> None:
    """What `following.write` does, and the relays among it send to this bus."""
    settings.EVENT_BUS_REDIS_CONNECTION_URL = url
    following.write(seed, count)


def work(url: str, moment: str, count: Synchronized[int]) -> None:
    settings.EVENT_BUS_REDIS_CONNECTION_URL = url
    executioner, bus = Executioner(moment), get_producer()
    send = bus.send

    def watched(**event: Any) -> None:
        # Counted as if it were a statement.
        executioner(lambda *_args: send(**event), "INSERT", None, False, {})

    bus.send = watched
    with connection.execute_wrapper(executioner):
        messages.relay()
    connection.close()
    count.value = executioner.count
