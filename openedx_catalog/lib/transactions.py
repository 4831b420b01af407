"""
Run a write so that concurrent writers cannot hurt it: again when another one was faster, typed when it cannot be.

The pattern (ADR 0005): read, insert, and on a unique violation read again, because the other writer has committed.
INSERT IGNORE would hide CHECK violations on MySQL, and deadlocks there when rows are locked afterwards.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial, wraps
from typing import Any, ParamSpec, TypeVar

from django.apps import apps
from django.db import IntegrityError, OperationalError, connections, router, transaction
from django.db.models import ProtectedError, RestrictedError
from django.utils.translation import gettext as _

from .database_errors import Violation, in_words, is_about, is_retryable, referring_tables, violation_of
from .exceptions import CatalogError, ConstraintViolated, HasDependents, RetryableConflict, kinds_of
from .models import CatalogModel

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

# Tries in which deadlocks or lock waits came between.
MAX_DEADLOCKS = 10
# Seconds: the pauses before the tries double up to this, so that all of them take two seconds on average.
LONGEST_PAUSE = 1
# Tries in which another writer stored the same identity first. It has committed each time, so somebody gets on; but a bulk
# call may lose to each batch of another one in turn.
MAX_CONFLICTS = 100
# Tries in which a foreign key was violated. The first time the row that was pointed at may just have gone, and the next try
# finds that out by itself; where it happens again, something points at what is deleted.
MAX_BROKEN_REFERENCES = 2

# The models of other apps that functions of APIs write, such as Organization.
_foreign: set[Any] = set()


class Outdated(Exception):
    """Raised within `atomically` where what was decided by has changed meanwhile: all of it is decided again."""


def atomically(using: str, work: Callable[[], Result]) -> Result:
    """
    Run `work` in a transaction (a savepoint inside the caller's), again as long as other writers get in its way.

    `work` must be repeatable: everything it did is rolled back before it runs again. Raises RetryableConflict when the
    database ended the caller's transaction, which only the caller can repeat, or when others were faster too often;
    HasDependents where a table that Django does not know of points at what is deleted; ConstraintViolated.
    """
    nested = connections[using].in_atomic_block
    conflicts = deadlocks = broken = 0
    while True:
        try:
            with transaction.atomic(using=using):
                return work()
        except IntegrityError as error:
            if isinstance(error, CatalogError):
                # HasDependents: Django's ProtectedError is an IntegrityError, but says nothing of other writers.
                raise
            kind = violation_of(error)
            if kind is Violation.UNIQUE and not is_about(error, using, _written_models()):
                # What a receiver of somebody else stores: no other writer of ours will have been faster, ever.
                kind = Violation.OTHER
            conflicts += kind is Violation.UNIQUE
            broken += kind is Violation.FOREIGN_KEY
            if broken == MAX_BROKEN_REFERENCES:
                tables = ", ".join(referring_tables(error, using))
                raise HasDependents(subject=_("The row"), dependents=tables) from error
            if kind is Violation.OTHER:
                raise ConstraintViolated(reason=in_words(error)) from error
            if conflicts == MAX_CONFLICTS:
                raise RetryableConflict(reason=in_words(error)) from error
        except Outdated as error:
            conflicts += 1
            if conflicts == MAX_CONFLICTS:
                raise RetryableConflict(reason=str(error)) from error
        except OperationalError as error:
            if not is_retryable(error):
                raise
            deadlocks += 1
            if nested or deadlocks == MAX_DEADLOCKS:
                raise RetryableConflict(reason=in_words(error)) from error
            # So that two writers that stopped each other do not meet again in step, nor one that writes without a pause.
            time.sleep(random.uniform(0, min(0.01 * 2**deadlocks, LONGEST_PAUSE)))  # noqa: S311


def rolled_back(using: str, work: Callable[[], Result]) -> Result:
    """
    What `work` returns, after all that it wrote is rolled back: the preview of a change is the change itself.

    It meets what the change would meet, filters and hooks included, and raises what that raises. Nothing is left of it: no row,
    no history, no event, and no receiver hears of it. A transaction of the caller goes on as it was; the rows stay locked in
    it. `work` must be repeatable, and objects that it returns are as they would be, so do not save them.
    """
    return atomically(using, partial(_undone, using, work))


def _undone(using: str, work: Callable[[], Result]) -> Result:
    result = work()
    # To the innermost savepoint, which is that of `atomically`; what waits for the commit goes with it.
    transaction.set_rollback(True, using=using)
    return result


def _written_models() -> list[Any]:
    return [*_foreign, *(model for model in apps.get_models() if issubclass(model, CatalogModel))]


def writes_to(model: Any) -> Callable[[Callable[Arguments, Result]], Callable[Arguments, Result]]:
    """
    Decorate a function of an API that changes rows of `model`: each call is `atomically` on the database it is written to.

    So the function must be repeatable, and what it reads is what is stored.
    """
    if not issubclass(model, CatalogModel):
        _foreign.add(model)

    def decorate(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
        @wraps(function)
        def call(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
            return atomically(router.db_for_write(model), partial(function, *args, **kwargs))

        return call

    return decorate


def writes_or_previews(model: Any) -> Callable[[Callable[Arguments, Result]], Callable[Arguments, Result]]:
    """
    `writes_to`, for functions that take ``dry_run``: where that is true, the call is `rolled_back`.

    So a preview is the very change, and the function itself need not know of it.
    """

    def decorate(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
        @wraps(function)
        def call(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
            run = rolled_back if kwargs.get("dry_run") else atomically
            return run(router.db_for_write(model), partial(function, *args, **kwargs))

        return call

    return decorate


def read_committed(using: str) -> None:
    """First statement of a transaction on PostgreSQL: let it see what others commit while it waits for their locks."""
    with connections[using].cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")


@contextmanager
def refuse_if_protected(subject: str) -> Iterator[None]:
    """Turn Django's ProtectedError and RestrictedError into HasDependents."""
    try:
        yield
    except (ProtectedError, RestrictedError) as error:
        if isinstance(error, HasDependents):
            # It knows the row by its own text only.
            raise HasDependents(**error.facts | {"subject": subject}) from error
        found: Any = getattr(error, "protected_objects", None) or getattr(error, "restricted_objects", ())
        raise HasDependents(subject=subject, dependents=kinds_of(found), protected_objects=found) from error
