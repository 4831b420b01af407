"""Several calls of this API as one transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db import router

from ..lib.transactions import atomically
from ..models import CourseRun

Result = TypeVar("Result")


def run_atomically(work: Callable[[], Result]) -> Result:
    """
    Run `work`, which may call this API several times, as one transaction, again as long as other writers get in its way.

    `work` must be repeatable: everything it did is rolled back before it runs again. Raises RetryableConflict where others
    were faster too often, or where the caller has a transaction and the database ended it; and whatever `work` raises.
    """
    return atomically(router.db_for_write(CourseRun), work)
