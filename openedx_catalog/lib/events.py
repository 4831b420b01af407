"""An event as it is stored: written as JSON, read back as what its signal is sent with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import attr
from django.conf import settings
from opaque_keys.edx.keys import CourseKey
from openedx_events.apps import general_signal_handler
from openedx_events.data import EventsMetadata
from openedx_events.tooling import OpenEdxPublicSignal


class Event(NamedTuple):
    """
    Something that happened: its signal, the key within which events keep their order, and the values of its data.

    `audience` says who is told of it by the change feed (`models.CatalogChange.Audience`).
    """

    signal: OpenEdxPublicSignal
    subject: str
    values: Mapping[str, Any]
    audience: str = "everybody"


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, UUID | CourseKey):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not expected in an event")


# One encoder for all: json.dumps with options builds one for every call.
write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_text).encode


def read(event_type: str, payload: str) -> tuple[OpenEdxPublicSignal, dict[str, Any]]:
    """
    The signal of an event type, and what it is sent with. What a newer version wrote besides is left out.

    Raises KeyError for a type that is not ours, and ValueError or TypeError for a payload that is not such an event's.
    """
    signal = OpenEdxPublicSignal.get_signal_by_type(event_type)
    ((name, record),) = signal.init_data.items()
    values = json.loads(payload)
    known = {field.name: _value(field.type, values[field.name]) for field in attr.fields(record) if field.name in values}
    return signal, {name: record(**known)}


def _value(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if kind is datetime:
        return datetime.fromisoformat(value)
    return CourseKey.from_string(value) if kind is CourseKey else value


def metadata(event_type: str, event_id: UUID, occurred_at: datetime) -> EventsMetadata:
    """The envelope of an event; `occurred_at` in any zone."""
    return EventsMetadata(event_type=event_type, id=event_id, time=occurred_at.astimezone(UTC))


def topics(event_type: str) -> dict[str, str]:
    """
    ``{topic: event_key_field}``: where EVENT_BUS_PRODUCER_CONFIG wants this type of event sent.

    openedx_events checks the setting when it starts; where it is not installed, what is odd there is no topic.
    """
    configured = getattr(settings, "EVENT_BUS_PRODUCER_CONFIG", {}).get(event_type) or {}
    enabled = {topic: options for topic, options in configured.items() if options.get("enabled") is True}
    return {topic: options["event_key_field"] for topic, options in enabled.items() if "event_key_field" in options}


def has_receivers(signal: OpenEdxPublicSignal) -> bool:
    """Whether anybody in this process listens, besides openedx_events itself, which only sends to the bus."""
    return signal.has_listeners(None) and any(key[0] != id(general_signal_handler) for key, *_rest in signal.receivers)
