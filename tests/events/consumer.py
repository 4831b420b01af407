"""
A consumer of the event bus: ``python -m tests.events.consumer TOPIC`` prints each event it receives as a line of JSON.

It reads what it has missed, as a consumer must that is to lose nothing.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import attr
import django


def main(topic: str = "catalog") -> None:
    django.setup()
    from openedx_events.content_authoring.signals import COURSE_CATALOG_INFO_CHANGED
    from openedx_events.event_bus import make_single_consumer
    from openedx_events.tooling import OpenEdxPublicSignal

    from openedx_catalog import handlers

    ours = [event for event in OpenEdxPublicSignal.all_events() if event.event_type.startswith("org.openedx.catalog.")]
    COURSE_CATALOG_INFO_CHANGED.connect(handlers.course_catalog_info_changed)
    for event in ours if topic == "catalog" else [COURSE_CATALOG_INFO_CHANGED]:
        event.connect(report)
    options = {"consumer_name": "the-only-one", "check_backlog": True}
    consumer = make_single_consumer(topic=topic, group_id="test", **options)
    consumer.consume_indefinitely()


def report(metadata: Any, **data: Any) -> None:
    ((_name, values),) = [(name, value) for name, value in data.items() if attr.has(type(value))]
    reported = {"event": metadata.event_type, "id": str(metadata.id), "source": metadata.source, **attr.asdict(values)}
    sys.stdout.write(json.dumps(reported, default=str) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
