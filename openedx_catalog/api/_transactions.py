"""
Run a write so that concurrent writers cannot hurt it: again when somebody else was faster, typed when it cannot be.

The pattern (ADR 0005): read, insert, and on an IntegrityError read again, because the other writer has committed.
INSERT IGNORE would hide CHECK violations on MySQL, and deadlocks there when rows are locked afterwards.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import IntegrityError, OperationalError, connections, router, transaction
from django.db.models import ProtectedError, RestrictedError

from ..database_errors import in_words, is_retryable
from ..exceptions import CatalogError, HasDependents, RetryableConflict
from ..models import CourseRun

__all__ = ["run_atomically"]

Result = TypeVar("Result")

# Tries in which deadlocks or lock waits came between.
STOPPED = 10
# Tries in which another writer stored the same identity first. It has committed each time, so somebody gets on; but a bulk
# call may lose to each batch of another one in turn.
OVERTAKEN = 100


def atomically(using: str, work: Callable[[], Result]) -> Result:
    """
    Run `work` in a transaction (a savepoint inside the caller's), again as long as other writers get in its way.

    `work` must be repeatable: everything it did is rolled back before it runs again. Raises RetryableConflict when the
    database ended the caller's transaction, which only the caller can repeat, or when others were faster too often.
    """
    nested = connections[using].in_atomic_block
    overtaken = stopped = 0
    while True:
        try:
            with transaction.atomic(using=using):
                return work()
        except IntegrityError as error:
            if isinstance(error, CatalogError):
                # HasDependents: Django's ProtectedError is an IntegrityError, but says nothing of other writers.
                raise
            # Somebody else stored the same identity; the next read sees it.
            overtaken += 1
            if overtaken == OVERTAKEN:
                raise RetryableConflict(reason=in_words(error)) from error
        except OperationalError as error:
            if not is_retryable(error):
                raise
            stopped += 1
            if nested or stopped == STOPPED:
                raise RetryableConflict(reason=in_words(error)) from error
            # So that two writers that stopped each other do not meet again in step.
            time.sleep(random.uniform(0, 0.02 * stopped))  # noqa: S311


def run_atomically(work: Callable[[], Result]) -> Result:
    """
    Run `work`, which may call this API several times, as one transaction, again as long as other writers get in its way.

    `work` must be repeatable: everything it did is rolled back before it runs again. Raises RetryableConflict where others
    were faster too often, or where the caller has a transaction and the database ended it; and whatever `work` raises.
    """
    return atomically(router.db_for_write(CourseRun), work)


def read_committed(using: str) -> None:
    """First statement of a transaction on PostgreSQL: let it see what others commit while it waits for their locks."""
    with connections[using].cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")


@contextmanager
def refuse_if_protected(subject: str) -> Iterator[None]:
    """Turn Django's ProtectedError, and the database's foreign keys, into HasDependents."""
    try:
        yield
    except (ProtectedError, RestrictedError) as error:
        found: Any = getattr(error, "protected_objects", None) or getattr(error, "restricted_objects", ())
        kinds = sorted({str(row._meta.verbose_name_plural) for row in found})
        raise HasDependents(
            subject=subject, dependents=f"{len(found)} rows ({', '.join(kinds)})", protected_objects=found
        ) from error
