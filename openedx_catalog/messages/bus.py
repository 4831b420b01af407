"""
Handing an event to the event bus, and knowing whether the bus has it.

A producer of openedx_events returns nothing, and those of Open edX catch what goes wrong and log it: with the broker down,
``send()`` returns as if all were well. What the producer logs as an error while it sends is therefore taken as its answer
(ADR 0011).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext as _
from openedx_events.event_bus import EventBusProducer, NoEventBusProducer, get_producer
from openedx_events.event_bus.avro.serializer import serialize_event_data_to_bytes

from ..lib import events


class BusUnusable(Exception):
    """No producer is configured, or what it logs cannot be read: nothing can be sent until somebody changes that."""


class NotSent(Exception):
    """The producer has reported that it could not send."""


class Unsendable(Exception):
    """The event itself cannot be sent, however often it is tried."""


def producer() -> EventBusProducer:
    """The producer that EVENT_BUS_PRODUCER names. Raises BusUnusable."""
    found = get_producer()
    if isinstance(found, NoEventBusProducer):
        raise BusUnusable(_("EVENT_BUS_PRODUCER names no producer that can be used. Set it to the path of one."))
    return found


def send(bus: EventBusProducer, message: Any, topics: dict[str, str]) -> None:
    """
    Send an OutboxMessage to its topics (``{topic: event_key_field}``). Raises Unsendable, NotSent or BusUnusable.

    NotSent after one of several topics has it: the others, and it, get it (again) with the next try.
    """
    try:
        signal, data = events.read(message.event_type, message.payload)
        envelope = events.metadata(message.event_type, message.event_id, message.occurred_at)
        # The producer does it again; here it says who is to blame.
        serialize_event_data_to_bytes(data, signal)
    except Exception as error:
        raise Unsendable(f"{type(error).__name__}: {error}") from error
    for topic, key_field in topics.items():
        with _reported_errors(bus) as errors:
            bus.send(signal=signal, topic=topic, event_key_field=key_field, event_data=data, event_metadata=envelope)
        if errors:
            raise NotSent(errors[0])


@contextmanager
def _reported_errors(bus: EventBusProducer) -> Iterator[list[str]]:
    """What the producer's module logs as an error, or raises, meanwhile."""
    errors: list[str] = []
    logger = logging.getLogger(type(bus).__module__)
    handler = _Listener(errors)
    disabled, logger.disabled = logger.disabled, False
    logger.addHandler(handler)
    try:
        if not logger.isEnabledFor(logging.ERROR):
            reason = _("Errors of the logger %(name)s are switched off, so nobody can know if events are sent. Switch them on.")
            raise BusUnusable(reason % {"name": logger.name})
        try:
            yield errors
        except Exception as error:
            errors.append(f"{type(error).__name__}: {error}")
    finally:
        logger.removeHandler(handler)
        logger.disabled = disabled


class _Listener(logging.Handler):
    def __init__(self, errors: list[str]) -> None:
        super().__init__(logging.ERROR)
        self.errors = errors

    def emit(self, record: logging.LogRecord) -> None:
        cause = record.exc_info[1] if record.exc_info else None
        self.errors.append(f"{type(cause).__name__}: {cause}" if cause else record.getMessage())


__all__ = ["BusUnusable", "NotSent", "Unsendable", "producer", "send"]
