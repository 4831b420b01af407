"""The parts of `messages` that run with our settings: ``python -m benchmarks.messages_worker PART COUNT``."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from typing import Any

import django

from .messages import PUBLISHES, at, empty_database, free_port, measured

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from opaque_keys.edx.keys import CourseKey  # noqa: E402

from openedx_catalog import api, handlers, messages  # noqa: E402
from openedx_catalog.lib import events  # noqa: E402
from openedx_catalog.models_api import InboxMessage, OutboxMessage  # noqa: E402


def publish(count: int) -> dict[str, Any]:
    """What our two receivers take in the transaction of a publish; and, after it, applying what they wrote."""
    from openedx.core.djangoapps.content.course_overviews.models import CourseOverview

    settings.OPENEDX_CATALOG_INBOX = "command"

    def overview(n: int, title: str, days: int) -> Any:
        key = CourseKey.from_string(f"course-v1:Org{n % 50}+C{n % 50}+R{n}")
        found = CourseOverview(id=key, org=key.org, display_name=title, start=at(0), language="en")
        found.created, found.modified = at(0), at(days * 86_400)
        return found

    def receive(found: Any) -> None:
        handlers.course_published(None, course_key=found.id)
        handlers.course_overview_saved(None, instance=found)

    for n in range(50):
        receive(overview(n, "Title", 0))
    messages.process_due()
    CourseOverview.objects.bulk_create(overview(n + 50, "Title", 0) for n in range(count))
    taken = {}
    for name, title, days in zip(PUBLISHES, ("Title", "Another", "Another"), (0, 1, 2), strict=True):
        found = [overview(n + 50, title, days) for n in range(count)]
        inside = measured(connection, count, lambda n, found=found: receive(found[n]))
        pending = list(InboxMessage.objects.filter(state="pending").order_by("pk").values_list("event_id", flat=True))
        pairs = [pending[2 * n : 2 * n + 2] for n in range(count)]
        after = timed(count, lambda n, pairs=pairs: [messages.process(event) for event in pairs[n]])
        taken[name] = {"inside": inside, "after": after}
    return taken


def timed(count: int, work: Any) -> tuple[float, float]:
    """As `measured`, each in transactions of its own."""
    statements = 0

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal statements
        statements += sql.lstrip("( ").startswith(("SELECT", "INSERT", "UPDATE", "DELETE"))
        return execute(sql, params, many, context)

    taken = []
    with connection.execute_wrapper(note):
        for n in range(count):
            began = time.perf_counter()
            work(n)
            taken.append(time.perf_counter() - began)
    return sorted(taken)[count // 2], statements / count


def inbox(count: int) -> dict[str, float]:
    """Messages per second of one worker."""
    settings.OPENEDX_CATALOG_INBOX = "command"
    rates = {}
    for name, title, days in (
        ("new runs", "Title", 0),
        ("other titles", "Another", 1),
        ("older than what is there", "Old", -1),
    ):
        for n in range(count):
            record = api.SyncRecord(f"course-v1:Org{n % 50}+C{n % 500}+R{n}", title, observed_at=at(days * 86_400))
            payload, when = messages.payload_of(record), record.observed_at
            messages.record("observed", record.course_key, source="benchmark", payload=payload, source_time=when)
        began = time.perf_counter()
        messages.process_due()
        rates[name] = count / (time.perf_counter() - began)
    return rates


def relay(count: int) -> dict[str, float]:
    """Seconds per event: everything the relay does, and ``producer.send`` of the same data alone. Best of three, in turns."""
    from openedx_events.event_bus import get_producer

    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            while "Ready to accept" not in server.stdout.readline():
                pass
            settings.EVENT_BUS_REDIS_CONNECTION_URL = f"redis://127.0.0.1:{port}/"
            producer = get_producer()
            taken: dict[str, list[float]] = {"bare": [], "relay": []}
            for turn in range(4):
                OutboxMessage.objects.all().delete()
                rows = (api.AssociationRecord(f"course-v1:T{turn}+C{n}+R{n}", title="Title") for n in range(count // 2))
                api.associate_course_runs(rows, source="benchmark")
                ready = []
                for message in OutboxMessage.objects.order_by("pk"):
                    signal, data = events.read(message.event_type, message.payload)
                    envelope = events.metadata(message.event_type, message.event_id, message.occurred_at)
                    ready.append({"signal": signal, "event_data": data, "event_metadata": envelope})
                began = time.perf_counter()
                for event in ready:
                    producer.send(topic="bare", event_key_field="any", **event)
                between = time.perf_counter()
                delivered = messages.relay().done
                if turn:
                    taken["bare"].append((between - began) / len(ready))
                    taken["relay"].append((time.perf_counter() - between) / delivered)
            server.kill()
    return {name: min(times) for name, times in taken.items()}


if __name__ == "__main__":
    with empty_database(connection):
        answer = {"publish": publish, "inbox": inbox, "relay": relay}[sys.argv[1]](int(sys.argv[2]))
    print(json.dumps(answer))
