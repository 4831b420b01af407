"""The inbox: rows that receivers wrote, and the worker that applies them."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, router, transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from .. import api, conf, keys
from ..data import SyncRecord
from ..exceptions import CatalogError, InvalidRequest
from ..lib.routing import reads_from_writer
from ..lib.texts import MAX_LENGTH, storable, unstorable
from ..models_api import CourseRun, CourseRunWithdrawal, InboxMessage
from . import box, mapping

logger = logging.getLogger(__name__)

Kind, State = InboxMessage.Kind, InboxMessage.State
SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=6)


def record(
    kind: str, course_key: Any, *, source: str, payload: str = "", source_time: datetime | None = None, event_id: str = ""
) -> str:
    """
    Write a message down, and have it applied after the commit as OPENEDX_CATALOG_INBOX says. One INSERT.

    Returns its event id. A library is ignored, and a message whose event id is there already is left as it is. A key that
    is no key of a course run, or no message that can be read, is written down as parked, with what came. A source time ahead of
    our clock becomes now (`api.check_source_time`).
    """
    event_id = storable(event_id or str(uuid.uuid4()), MAX_LENGTH)
    try:
        if not getattr(course_key, "is_course", True):
            return event_id
        text = keys.parse_course_key(course_key).text
        moment = timezone.now() if source_time is None else api.check_source_time(source_time, "source_time")
        if why := unstorable(payload):
            raise InvalidRequest(reason=_("The values cannot be stored: %(reason)s.") % {"reason": why})
    except CatalogError as error:
        return record_unknown(f"{course_key}: {payload}", source=source, event_id=event_id, error=str(error))
    values = {"kind": kind, "course_key": text, "payload": payload, "source_time": moment}
    if _insert(InboxMessage(event_id=event_id, source=source, **values)):
        deliver(event_id)
    return event_id


def record_unknown(content: str, *, source: str, error: str, event_id: str = "") -> str:
    """
    Write down, as parked, what could not be read: `content`, and why. One INSERT.

    Under an id of its own, so that a newer version of us may take the event when it is delivered again.
    """
    event_id = storable(f"unknown:{event_id or uuid.uuid4()}", MAX_LENGTH)
    _insert(
        InboxMessage(
            event_id=event_id, source=source, kind=Kind.UNKNOWN, payload=box.note(content), error=box.note(error),
            source_time=timezone.now(), state=State.PARKED,
        )
    )  # fmt: skip
    return event_id


def _insert(message: InboxMessage) -> bool:
    """
    Whether the message is there now. Its unique event id decides about what comes twice.

    In a savepoint: whatever is wrong with our table must not cost the sender's transaction.
    """
    try:
        with transaction.atomic(using=router.db_for_write(InboxMessage)):
            InboxMessage.objects.bulk_create([message], ignore_conflicts=True)
    except DatabaseError:
        logger.exception("A message of %s about %s could not be written down.", message.source, message.course_key)
        return False
    return True


def deliver(event_id: str) -> None:
    """After the commit: apply the message at once, by Celery, or leave it to ``process_catalog_inbox``."""
    way = conf.inbox()
    if way == "inline":
        work: Callable[[], Any] = lambda: process(event_id)  # noqa: E731
    elif way == "celery":
        # By name: tasks import this module.
        work = lambda: import_string("openedx_catalog.tasks.process_inbox_message").delay(event_id)  # noqa: E731
    else:
        return
    # Robust: what we do with a message is no concern of whoever sent it, and the row is there for the next try.
    transaction.on_commit(work, using=router.db_for_write(InboxMessage), robust=True)


@reads_from_writer()
def process(event_id: str) -> str:
    """Apply one message, if it is due and nobody else has taken it. Returns its state afterwards ("" if not taken)."""
    message = _take(event_id)
    return _process(message) if message else ""


@reads_from_writer()
def process_due(limit: int | None = None, *, on_progress: Callable[[int], None] | None = None) -> dict[str, int]:
    """
    Apply every message that is due, oldest first, at most `limit`. Returns how many ended in which state.

    Several workers may do this at once. A message that fails waits for its next time and stops nobody.
    """
    counts = {State.DONE.value: 0, State.PENDING.value: 0, State.PARKED.value: 0}
    while limit is None or sum(counts.values()) < limit:
        page = 100 if limit is None else min(100, limit - sum(counts.values()))
        # In the order of an index: of a hundred thousand that were made due at once, all would be sorted for each page.
        event_ids = list(box.due(InboxMessage).order_by("due_at", "id").values_list("event_id", flat=True)[:page])
        if not event_ids:
            break
        for event_id in event_ids:
            if state := process(event_id):
                counts[state] += 1
            if on_progress:
                on_progress(1)
    return counts


def replay(messages: Sequence[int]) -> int:
    """Make parked or waiting messages (by id) due again, with all their attempts. Returns how many."""
    return box.replay(_replayable(messages))


@reads_from_writer()
def replay_now(messages: Sequence[int], at_once: int = 100) -> int:
    """`replay`, and have the first `at_once` of them applied at once, as OPENEDX_CATALOG_INBOX says; the rest is due."""
    event_ids = list(_replayable(messages).order_by("id").values_list("event_id", flat=True)[:at_once])
    count = replay(messages)
    for event_id in event_ids:
        deliver(event_id)
    return count


def _replayable(messages: Sequence[int]) -> Any:
    return InboxMessage.objects.filter(pk__in=messages).exclude(state=State.DONE).exclude(kind=Kind.UNKNOWN)


def discard(messages: Sequence[int]) -> int:
    """Delete those of these messages (by id) that are parked. Returns how many."""
    return box.discard(InboxMessage, messages)


@reads_from_writer()
def purge(days: int) -> int:
    """
    Delete what has been done for longer than `days`, oldest first, a thousand at a time. Returns how many.

    What is about a run of which a message still waits, or is parked, stays: it may have come later than that.
    """
    undone = set(InboxMessage.objects.exclude(state=State.DONE).values_list("course_key", flat=True).distinct())
    done = InboxMessage.objects.filter(state=State.DONE)
    return box.purge(done, "done_at", days, keep=undone.__contains__, about="course_key")


@reads_from_writer()
def withdraw_deleted_runs() -> int:
    """
    Withdraw the runs that were created, by a backfill say, after the message that their content is gone.

    Looks at every run of which such a message is kept. Returns of how many.
    """
    deleted = InboxMessage.objects.filter(kind=Kind.DELETED, state=State.DONE).order_by("course_key")
    course_keys = list(deleted.values_list("course_key", flat=True).distinct())
    for course_key in course_keys:
        _apply_withdrawal(course_key)
    return len(course_keys)


def _take(event_id: str) -> InboxMessage | None:
    taken = box.take(box.due(InboxMessage).filter(event_id=event_id))
    return InboxMessage.objects.get(event_id=event_id) if taken else None


def _process(message: InboxMessage) -> str:
    """
    Apply a message and note what became of it.

    Not in one transaction: applying it again does no harm, so a worker that is killed in between loses nothing, and the API
    may repeat itself where writers collide.
    """
    try:
        if message.attempts > conf.inbox_attempts():
            raise WorkersDied(_("Its worker died %(count)d times.") % {"count": conf.inbox_attempts()})
        note = _apply(message)
    except Exception as error:
        # Whatever it is, the message stays, with its reason; a database that is gone takes even this note, not the message.
        logger.exception("The message %s of %s could not be applied.", message.event_id, message.source)
        most = conf.inbox_attempts()
        changes = box.failed(message, error, most=most, shortest=SHORTEST_PAUSE, longest=LONGEST_PAUSE)
    else:
        changes = {"state": State.DONE, "done_at": timezone.now(), "error": box.note(note)}
    InboxMessage.objects.filter(pk=message.pk).exclude(state=State.DONE).update(**changes)
    return str(changes["state"])


def _apply(message: InboxMessage) -> str:
    """Hand the message to the API. Returns what was left out, and why."""
    record = _record(message)
    note = ""
    if record is not None:
        report = api.sync_course_runs([record], source=f"event:{message.event_id}")
        note = "; ".join(f"{problem.code}: {problem.reason}" for problem in report.problems)
        if report.outcomes["invalid"]:
            raise Refused(note)
    return "; ".join(filter(None, (note, _apply_withdrawal(message.course_key))))


class Refused(Exception):
    """What the API makes of the row: no run can be made of it."""


class WorkersDied(Exception):
    """No worker has come to the end of a message, as often as it was tried."""


def _record(message: InboxMessage) -> SyncRecord | None:
    if message.kind == Kind.DELETED:
        return None
    if message.kind == Kind.EXISTS:
        overview = mapping.find_overview(message.course_key)
        # Without a time, since nothing was observed: it may create the run, and overwrites nothing.
        return mapping.of_course_overview(overview) if overview else SyncRecord(message.course_key)
    return mapping.record_of(message.course_key, message.payload, message.source_time)


def _apply_withdrawal(course_key: str) -> str:
    """
    Withdraw or restore the run, as the latest message about it says, whatever the order in which messages are applied.

    The run is held while the latest message is looked up: two workers cannot both act on what they saw before. Returns why
    it was left alone, or "".
    """
    with transaction.atomic(using=router.db_for_write(CourseRun)):
        run = CourseRun.objects.by_key(keys.parse_course_key(course_key)).select_for_update().order_by().first()
        if run is None:
            return ""
        if str(run.course_key) != course_key:
            return _("other_spelling: the run exists as %(key)s, whose content this is not") % {"key": run.course_key}
        about = InboxMessage.objects.filter(course_key=course_key).exclude(kind=Kind.UNKNOWN)
        latest = about.order_by("-source_time", "-id").first()
        if latest is None:
            return ""
        if latest.kind == Kind.DELETED:
            api.withdraw_course_run(course_key, at=latest.source_time, source=latest.source)
        elif CourseRunWithdrawal.objects.filter(run=run).exists():
            api.restore_course_run(course_key, at=latest.source_time, source=latest.source)
        return ""


__all__ = [
    "deliver", "discard", "process", "process_due", "purge", "record", "record_unknown", "replay", "replay_now",
    "withdraw_deleted_runs",
]  # fmt: skip
