"""
Messages from elsewhere, and events for others: written down, and applied or sent from there.

The inbox. A receiver calls `record` within the sender's transaction: one INSERT, whatever the message says. After the commit
it is applied, here or by a worker, through `openedx_catalog.api`; what fails is tried again with growing pauses, and parked
after some attempts. Applying a message twice, or two messages in the wrong order, ends in the same rows.

The outbox. The API writes events in the transaction of the change; `relay` sends them to the event bus, at least once, and in
order for each run and each catalog course.
"""

from .. import intact  # noqa: F401
from .bus import BusUnusable
from .inbox import (
    deliver,
    discard,
    process,
    process_due,
    purge,
    record,
    record_unknown,
    replay,
    replay_now,
    withdraw_deleted_runs,
)
from .mapping import course_overview_model, of_catalog_info, of_course_overview, overview_records, payload_of
from .outbox import Relayed, discard_events, purge_events, relay, replay_events, waiting

__all__ = [
    "BusUnusable",
    "Relayed",
    "course_overview_model",
    "deliver",
    "discard",
    "discard_events",
    "of_catalog_info",
    "of_course_overview",
    "overview_records",
    "payload_of",
    "process",
    "process_due",
    "purge",
    "purge_events",
    "record",
    "record_unknown",
    "relay",
    "replay",
    "replay_events",
    "replay_now",
    "waiting",
    "withdraw_deleted_runs",
]
