"""
What is done once after a commit, however many calls of this API have made the transaction.

`transaction.on_commit` calls back once per call: a loop over three thousand runs in one transaction notified receivers three
thousand times, each time with a statement to read the events and one to note it (ADR 0016).
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connections, transaction

Work = Callable[..., None]


class _Given:
    """What one call has given. Only its callback holds it: with a savepoint that is rolled back, it is gone."""

    def __init__(self, items: list[Any]) -> None:
        self.items = items


class _Waiting:
    """All that was given for one work in a transaction, oldest first, and what was called back of it."""

    def __init__(self) -> None:
        self.given: list[weakref.ref[_Given]] = []
        self.due: list[Any] = []


_waiting: WeakKeyDictionary[Any, dict[Work, _Waiting]] = WeakKeyDictionary()


def once_committed(work: Work, items: Iterable[Any], *, using: str) -> None:
    """
    After the commit, call ``work(items, using=using)`` once, with all items that the transaction has given for it, in order.

    At once where there is no transaction, and never for what was rolled back. Whatever `work` raises is logged. `work` is given
    from others by equality, so give a function, and no lambda.
    """
    waiting = _waiting.setdefault(connections[using], {}).setdefault(work, _Waiting())
    given = _Given(list(items))
    while waiting.given and waiting.given[-1]() is None:
        waiting.given.pop()
    waiting.given.append(weakref.ref(given))
    # No partial: where a robust callback fails, Django 5.2 logs its __qualname__.
    transaction.on_commit(lambda: _called_back(work, waiting, given, using), using=using, robust=True)


def _called_back(work: Work, waiting: _Waiting, given: _Given, using: str) -> None:
    waiting.due += given.items
    while waiting.given and waiting.given[-1]() is None:
        waiting.given.pop()
    # The last one of the transaction works for all.
    if not waiting.given or waiting.given[-1]() is given:
        items, waiting.due, waiting.given = waiting.due, [], []
        work(items, using=using)
