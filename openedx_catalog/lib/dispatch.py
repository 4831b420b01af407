"""
Events of the outbox on their way to the receivers of this process, after the commit. The event bus is `messages`' affair.

Receivers are called as by a consumer of the bus (``from_event_bus`` is True), since openedx_events would otherwise send to the
bus what only the relay sends, in order and after the commit (ADR 0011).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Case, F, Value, When
from django.utils import timezone

from . import events
from .committed import once_committed

logger = logging.getLogger(__name__)

BATCH = 500


def after_commit(pks: Iterable[int], *, using: str) -> None:
    """`dispatch` these events (by id) once the transaction is committed, together with all others of it."""
    once_committed(dispatch, pks, using=using)


def dispatch(pks: Iterable[int], *, using: str) -> None:
    """
    Call the receivers of this process for those of these events that they have not got, in order, and note it.

    Two statements for each 500, and what receivers do. It is noted after the work that they deferred (`coalesce`) is done, so
    that a relay makes up for a process that dies meanwhile.
    """
    outbox: Any = apps.get_model("openedx_catalog", "OutboxMessage")
    pending, wanted = outbox.objects.using(using).filter(dispatched_at=None), sorted(pks)
    with _batch() as batch:
        for start in range(0, len(wanted), BATCH):
            page = pending.filter(pk__in=wanted[start : start + BATCH])
            for event in page.order_by("pk").values_list("event_type", "event_id", "payload", "occurred_at"):
                send_to_receivers(*event)
            batch.run_deferred()
            state = Case(When(sent_at=None, then=F("state")), default=Value(outbox.State.DONE.value))
            page.update(state=state, dispatched_at=timezone.now())


def send_to_receivers(event_type: str, event_id: UUID, payload: str, occurred_at: datetime) -> None:
    """Call the receivers of this process. One that raises is logged, and stops nobody."""
    try:
        signal, data = events.read(event_type, payload)
        signal.send_event_with_custom_metadata(events.metadata(event_type, event_id, occurred_at), **data)
    except Exception:
        # With DEBUG openedx_events lets a receiver's exception through: the event counts as dispatched all the same.
        logger.exception("A receiver of %s (%s) failed.", event_type, event_id)


def coalesce(work: Callable[[set[Any]], None], items: Iterable[Hashable]) -> None:
    """
    For receivers whose work is the same for many events: have ``work(items)`` called once for all that are dispatched together.

    They are dispatched after their commit, so what `work` reads is as after the last of them. It is not called again with items
    of an earlier part of them. Within `coalescing` it is called at the end of that. Outside of both (in a consumer of the bus,
    say) it is called at once. Give a function, and no lambda: works are told apart by equality.
    """
    batch = _batches.whole or (_batches.stack[-1] if _batches.stack else None)
    if batch is None:
        work(set(items))
    else:
        batch.deferred.setdefault(work, set()).update(items)


@contextmanager
def coalescing() -> Iterator[None]:
    """
    For jobs of many transactions: what receivers `coalesce` meanwhile is done once, at the end, also of a job that fails.

    Not where the process is killed: the events count as dispatched by then.
    """
    if _batches.whole is not None:
        yield
        return
    _batches.whole = batch = _Batch()
    try:
        yield
    finally:
        try:
            batch.run_deferred()
        finally:
            _batches.whole = None


class _Batch:
    """Events of one commit: the work that receivers have deferred, and what was done of it."""

    def __init__(self) -> None:
        self.deferred: dict[Callable[[set[Any]], None], set[Any]] = {}
        self.done: dict[Callable[[set[Any]], None], set[Any]] = {}

    def run_deferred(self) -> None:
        """
        Do what was deferred, the oldest first, so that what one of them defers comes after all of them. What fails is logged,
        and comes again with the next part.
        """
        while self.deferred:
            work = next(iter(self.deferred))
            if not (items := self.deferred.pop(work) - self.done.get(work, set())):
                continue
            try:
                work(items)
            except Exception:
                logger.exception("%s, deferred by a receiver, failed.", getattr(work, "__qualname__", work))
            else:
                self.done.setdefault(work, set()).update(items)


class _PerThread(threading.local):
    def __init__(self) -> None:
        self.stack: list[_Batch] = []
        # That of `coalescing`.
        self.whole: _Batch | None = None


_batches = _PerThread()


@contextmanager
def _batch() -> Iterator[_Batch]:
    _batches.stack.append(_Batch())
    try:
        yield _batches.stack[-1]
    finally:
        _batches.stack.pop()
