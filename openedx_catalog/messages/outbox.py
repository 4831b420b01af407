"""The outbox: the relay that sends what the API wrote there, and dispatches what a process that died has not dispatched."""

from __future__ import annotations

import logging
import time
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import attrs
from django.db import router
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from .. import api, conf
from ..lib import dispatch, events
from ..lib.routing import reads_from_writer
from ..models_api import OutboxMessage
from . import box, bus

logger = logging.getLogger(__name__)

State, GRACE = OutboxMessage.State, OutboxMessage.GRACE
# After a try in which the bus took nothing, and at most after one in which it took others.
SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=10)
BATCH = 100
SCAN = 1000


@attrs.define
class Relayed:
    """What a relay has done: events delivered, tried in vain, and parked; `error` is the last reason, or ""."""

    done: int = 0
    failed: int = 0
    parked: int = 0
    error: str = ""


@reads_from_writer()
def relay(
    limit: int | None = None,
    *,
    on_progress: Callable[[int], None] | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Relayed:
    """
    Deliver the events that are due, in the order of their ids within each subject, at least once; at most `limit`.

    Several relays may run at once. An event that cannot be serialized is parked, and its subject goes on without it. One
    that the bus does not take is tried again later, and holds up its subject until then; it is parked after
    OPENEDX_CATALOG_OUTBOX_ATTEMPTS tries during which the bus took others. While the bus takes nothing, nothing is parked,
    and the pass ends. `stop` is asked before each batch of a hundred, `on_progress` called after it. Raises
    `bus.BusUnusable` where an event wants a bus and none is configured.
    """
    total, way = Relayed(), _Pass()
    while not stop() and (limit is None or total.done + total.parked < limit):
        token, batch = way.claim(BATCH if limit is None else min(BATCH, limit - total.done - total.parked))
        if not batch:
            if not way.met:
                break
            # Once more from the start: what has become due meanwhile, or was written behind us.
            way = _Pass()
            continue
        delivery = _Delivery(token, deque(batch))
        delivery.run()
        way.held |= delivery.stuck
        total.done += len(delivery.delivered)
        total.failed += len(delivery.failed)
        total.parked += delivery.parked
        total.error = delivery.error or total.error
        if on_progress:
            on_progress(len(delivery.delivered) + delivery.parked)
        if delivery.failed and not delivery.bus_took:
            break
    return total


@reads_from_writer()
def waiting() -> int:
    """How many events are still to be delivered; parked ones are not."""
    return OutboxMessage.objects.filter(state=State.PENDING).count()


def replay_events(messages: Sequence[int]) -> int:
    """
    Make parked or waiting events (by id) due again, but for those that a relay is just sending. Returns how many.

    Later ones of their subject may have gone before.
    """
    taken = Q(state=State.PENDING, due_at__gt=timezone.now()) & ~Q(claimed_by="")
    return box.replay(OutboxMessage.objects.filter(pk__in=messages).exclude(taken))


def discard_events(messages: Sequence[int]) -> int:
    """Delete those of these events (by id) that are parked. Returns how many."""
    return box.discard(OutboxMessage, messages)


@reads_from_writer()
def purge_events(days: int) -> int:
    """Delete what is done and happened more than `days` ago, oldest first, a thousand at a time. Returns how many."""
    return box.purge(_written().filter(state=State.DONE), "occurred_at", days)


@attrs.define
class _Pass:
    """
    One way through the waiting events, in the order of their ids: what lies behind is not looked at again.

    Otherwise each batch would begin with everything that waits for its next try, is held by others, or has been sent.
    """

    last: int = 0
    page: deque[tuple[int, str, Any]] = attrs.Factory(deque)
    # Their first event in this pass was not due, or has just failed: the next pass looks at them again.
    held: set[str] = attrs.Factory(set)
    met: bool = False

    def claim(self, count: int) -> tuple[str, list[OutboxMessage]]:
        """
        Take up to `count` events that are due, and of each subject only what comes first: whoever moves `due_at` has them.

        What stands behind an event that another relay holds, or that waits for its next try, is left where it is. Returns the
        token, which is in `claimed_by` as long as nobody else has taken them; no events at the end of the pass.
        """
        token = uuid.uuid4().hex
        while candidates := self._candidates(count):
            self.met = True
            pks = [pk for pk, _subject in candidates]

            def work(pks: list[int] = pks) -> None:
                due = OutboxMessage.objects.filter(pk__in=pks, state=State.PENDING, due_at__lte=timezone.now())
                due.update(due_at=timezone.now() + box.LEASE, claimed_by=token)

            api.run_atomically(work)
            mine = {row.pk: row for row in _held(token, pks)}
            lost = {subject for pk, subject in candidates if pk not in mine} | _preceded(mine)
            self.held |= lost
            _release(token, [pk for pk, subject in candidates if subject in lost and pk in mine])
            if kept := [mine[pk] for pk, subject in candidates if subject not in lost]:
                return token, kept
        return token, []

    def _candidates(self, count: int) -> list[tuple[int, str]]:
        """The next ``[(id, subject)]``; a subject ends with its first event that is not due."""
        now = timezone.now()
        found: list[tuple[int, str]] = []
        while len(found) < count and (self.page or self._read(now)):
            pk, subject, due_at = self.page.popleft()
            if due_at <= now and subject not in self.held:
                found.append((pk, subject))
            else:
                self.held.add(subject)
        return found

    def _read(self, now: Any) -> bool:
        # What the bus has already only waits for receivers, and holds up nobody.
        rows = _written().filter(Q(sent_at=None) | Q(due_at__lte=now), state=State.PENDING, pk__gt=self.last)
        self.page.extend(rows.order_by("pk").values_list("pk", "subject", "due_at")[:SCAN])
        if self.page:
            self.last = self.page[-1][0]
        return bool(self.page)


def _preceded(mine: dict[int, OutboxMessage]) -> set[str]:
    """
    The subjects of which an earlier event is still to be sent by others.

    Ids are in the order of commits within a subject only: one may have appeared among those that had been looked at.
    """
    if not mine:
        return set()
    first: dict[str, int] = {}
    for pk in sorted(mine):
        first.setdefault(mine[pk].subject, pk)
    # By the index of subjects: the ids alone would lead past everything that waits before.
    earlier = _written().filter(state=State.PENDING, sent_at=None, subject__in=list(first), pk__lt=max(first.values()))
    rows = earlier.exclude(pk__in=list(mine)).values_list("pk", "subject")
    return {subject for pk, subject in rows if pk < first[subject]}


def _written() -> Any:
    """The events, from where they are written: a replica may not have the last ones, or show those that were sent."""
    return OutboxMessage.objects.using(router.db_for_write(OutboxMessage))


def _held(token: str, pks: Sequence[int]) -> Any:
    """What this relay still holds of these: after its lease another one may have them, or have done with them."""
    return _written().filter(pk__in=pks, claimed_by=token, state=State.PENDING)


def _release(token: str, pks: Sequence[int]) -> None:
    if pks:
        _held(token, pks).update(due_at=timezone.now(), claimed_by="")


@attrs.define
class _Delivery:
    """
    One batch, in order. What became of it is noted at its end: of a relay that is killed before, all of it comes again.
    """

    token: str
    waiting: deque[OutboxMessage]
    delivered: list[int] = attrs.Factory(list)
    undispatched: list[int] = attrs.Factory(list)
    failed: list[tuple[OutboxMessage, str]] = attrs.Factory(list)
    held_up: list[int] = attrs.Factory(list)
    # The subjects that have to wait.
    stuck: set[str] = attrs.Factory(set)
    parked: int = 0
    bus_took: bool = False
    error: str = ""

    def run(self) -> None:
        begun = time.monotonic()
        late = timezone.now() - GRACE
        self.undispatched = [
            message.pk for message in self.waiting if message.dispatched_at is None and message.occurred_at <= late
        ]
        try:
            while self.waiting and time.monotonic() - begun < box.LEASE.total_seconds() * 0.8:
                message = self.waiting[0]
                if message.subject in self.stuck:
                    self.held_up.append(message.pk)
                elif not self._deliver(message):
                    self.stuck.add(message.subject)
                self.waiting.popleft()
            # No time for them: they are released, and nothing of their subjects goes before them.
            self.stuck.update(message.subject for message in self.waiting)
        finally:
            self._note()

    def _deliver(self, message: OutboxMessage) -> bool:
        """Whether the next event of its subject may go."""
        topics = events.topics(message.event_type) if message.sent_at is None else {}
        try:
            if topics:
                bus.send(bus.producer(), message, topics)
                self.bus_took = True
        except bus.Unsendable as error:
            self.error = str(error)
            self.parked += 1
            self._park([message], self.error)
            return True
        except bus.NotSent as error:
            self.error = str(error)
            self.failed.append((message, self.error))
            return False
        self.delivered.append(message.pk)
        return True

    def _note(self) -> None:
        now = timezone.now()
        # Done is what was dispatched as well; the rest is looked at again when its process must have dispatched it.
        state = Case(When(dispatched_at=None, then=F("state")), default=Value(State.DONE.value))
        sent = OutboxMessage.objects.filter(pk__in=self.delivered, state=State.PENDING, sent_at=None)
        sent.update(state=state, sent_at=now, due_at=now + GRACE, claimed_by="", error="")
        _release(self.token, [*self.held_up, *(message.pk for message in self.waiting)])
        for (attempts, error), messages in self._failures().items():
            self._note_failures(messages, attempts, error)
        dispatch.dispatch(self.undispatched, using=router.db_for_write(OutboxMessage))

    def _failures(self) -> dict[tuple[int, str], list[OutboxMessage]]:
        """What failed in the same way is noted by one statement: a bus that is down refuses all of a batch."""
        alike: dict[tuple[int, str], list[OutboxMessage]] = {}
        for message, error in self.failed:
            # A failure counts as the event's own only where the bus took others meanwhile.
            alike.setdefault((message.attempts + self.bus_took, error), []).append(message)
        return alike

    def _note_failures(self, messages: Sequence[OutboxMessage], attempts: int, error: str) -> None:
        if attempts >= conf.outbox_attempts():
            self._park(messages, error)
            return
        pause = box.pause(attempts, shortest=SHORTEST_PAUSE, longest=LONGEST_PAUSE)
        held = _held(self.token, [message.pk for message in messages])
        held.update(attempts=attempts, due_at=timezone.now() + pause, claimed_by="", error=box.note(error))

    def _park(self, messages: Sequence[OutboxMessage], error: str) -> None:
        for message in messages:
            subject, kind = message.subject, message.event_type
            logger.error("The event %s (%s) of %s cannot be sent: %s", message.event_id, kind, subject, error)
        parked = {"state": State.PARKED, "attempts": F("attempts") + 1, "claimed_by": "", "error": box.note(error)}
        _held(self.token, [message.pk for message in messages]).update(**parked)


__all__ = ["Relayed", "discard_events", "purge_events", "relay", "replay_events", "waiting"]
