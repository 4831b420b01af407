"""
An event on its way: written down as JSON, read as what its signal takes, told to the receivers of this process.

The event bus is `messages`' affair. Receivers here are called as by a consumer of the bus (``from_event_bus`` is True), since
openedx_events would otherwise send to the bus what only the relay sends, in order and after the commit (ADR 0011).
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import attr
from django.conf import settings
from opaque_keys.edx.keys import CourseKey
from openedx_events.apps import general_signal_handler
from openedx_events.data import EventsMetadata
from openedx_events.tooling import OpenEdxPublicSignal

logger = logging.getLogger(__name__)


class Event(NamedTuple):
    """Something that happened: which signal says so, the key in whose order it is told, and the values of its data."""

    signal: OpenEdxPublicSignal
    subject: str
    values: Mapping[str, Any]


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


def tell(event_type: str, event_id: UUID, payload: str, occurred_at: datetime) -> None:
    """Call the receivers of this process. One that raises is logged, and stops nobody."""
    try:
        signal, data = read(event_type, payload)
        signal.send_event_with_custom_metadata(metadata(event_type, event_id, occurred_at), **data)
    except Exception:
        # With DEBUG openedx_events lets a receiver's exception through: the event has been told all the same.
        logger.exception("A receiver of %s (%s) failed.", event_type, event_id)


def once_told(work: Callable[[set[Any]], None], items: Iterable[Hashable]) -> None:
    """
    For receivers whose work is the same for many events: have ``work(items)`` called once for all that are told together.

    They are told after their commit, so what `work` reads is as after the last of them. What it was called with for an earlier
    part of them it does not get again. Outside of that, a bus consumer say, it is called at once. Give a function, and no
    lambda: `work` is told from others by equality.
    """
    telling = _telling.stack[-1] if _telling.stack else None
    if telling is None:
        work(set(items))
    else:
        telling.wanted.setdefault(work, set()).update(items)


class _Telling:
    """Events of one commit being told: what receivers have put off, and what was done of it."""

    def __init__(self) -> None:
        self.wanted: dict[Callable[[set[Any]], None], set[Any]] = {}
        self.done: dict[Callable[[set[Any]], None], set[Any]] = {}

    def settle(self) -> None:
        """Do what was put off. What fails is logged, and comes again with the next part."""
        while self.wanted:
            work, items = self.wanted.popitem()
            if not (items := items - self.done.get(work, set())):
                continue
            try:
                work(items)
            except Exception:
                logger.exception("%s, put off by a receiver, failed.", getattr(work, "__qualname__", work))
            else:
                self.done.setdefault(work, set()).update(items)


class _PerThread(threading.local):
    def __init__(self) -> None:
        self.stack: list[_Telling] = []


_telling = _PerThread()


@contextmanager
def telling() -> Iterator[_Telling]:
    """Around all events of one commit: what receivers put off by `once_told` is done by ``settle()``, by the caller."""
    _telling.stack.append(_Telling())
    try:
        yield _telling.stack[-1]
    finally:
        _telling.stack.pop()


__all__ = ["Event", "has_receivers", "metadata", "once_told", "read", "tell", "telling", "topics", "write"]
