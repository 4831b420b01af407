"""
What queues of messages do alike: taking one, how long a failed one waits, and replaying, discarding and purging them.

Inbox and outbox are such queues, and so are the comments of publishing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone

from ..lib.database_errors import in_words
from ..lib.texts import storable
from ..models_api import InboxMessage

# The states are the same in both.
State = InboxMessage.State
# How long a worker may take for what it has taken, before another one takes it over.
LEASE = timedelta(minutes=1)
# Of an error, or of what came and could not be read.
MAX_TEXT = 10_000
PAGE = 1000


def note(text: str) -> str:
    """An error, a note or a content from outside, as it is stored with a message."""
    return storable(text, MAX_TEXT)


def pause(failures: int, *, shortest: timedelta, longest: timedelta) -> timedelta:
    """How long to wait after so many failures: twice as long each time."""
    return min(longest, shortest * 2 ** max(0, min(failures, 16)))


def due(model: Any) -> Any:
    """The messages that wait, and have waited long enough."""
    return model.objects.filter(state=State.PENDING, due_at__lte=timezone.now())


def take(messages: Any) -> bool:
    """Whether this one of `due` is ours now: whoever moves its time has it. One conditional UPDATE, on every database."""
    return bool(messages.update(due_at=timezone.now() + LEASE, attempts=F("attempts") + 1))


def failed(message: Any, error: Exception, *, most: int, shortest: timedelta, longest: timedelta) -> dict[str, Any]:
    """The columns of a message that failed: it is due again later, or parked when it was tried `most` times."""
    return {
        "state": State.PENDING if message.attempts < most else State.PARKED,
        "due_at": timezone.now() + pause(message.attempts - 1, shortest=shortest, longest=longest),
        "error": note(f"{type(error).__name__}: {in_words(error)}"),
    }


def replay(messages: Any) -> int:
    """Make these messages (a queryset) due again, with all their attempts, unless they are done. Returns how many."""
    return messages.exclude(state=State.DONE).update(state=State.PENDING, attempts=0, due_at=timezone.now())


def discard(model: Any, pks: Sequence[int]) -> int:
    """Delete those of these messages (by id) that are parked. Returns how many."""
    return model.objects.filter(pk__in=pks, state=State.PARKED).delete()[0]


def purge(done: Any, at: str, days: int, *, keep: Callable[[str], bool] = lambda _about: False, about: str = "pk") -> int:
    """
    Delete what is done (a queryset) since more than `days` by its column `at`, oldest first, a thousand at a time.

    `keep` is asked with the column `about` of each. Returns how many. Ids and times go together: a page with nothing old in it
    is the last one that is looked at.
    """
    oldest, last, purged = timezone.now() - timedelta(days=days), 0, 0
    while True:
        # After the last id: PostgreSQL walks past what was deleted before, until it is vacuumed.
        page = list(done.filter(pk__gt=last).order_by("pk").values_list("pk", at, about)[:PAGE])
        old = [(pk, subject) for pk, moment, subject in page if moment is None or moment < oldest]
        purged += done.model.objects.filter(pk__in=[pk for pk, subject in old if not keep(subject)]).delete()[0]
        if len(page) < PAGE or not old:
            return purged
        last = page[-1][0]
