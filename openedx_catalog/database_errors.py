"""What the databases say when they refuse: which of it may pass when tried again, and how to tell people."""

from __future__ import annotations

from typing import Any

from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError

from .exceptions import CatalogError, RetryableConflict

_DEADLOCK = "two writers waited for each other, and the database stopped this one"
_CHANGED = "another writer has changed what this one read"
_WAITED = "another writer held a row for too long"
# What PostgreSQL (by its SQLSTATE) and MariaDB (by number) end a transaction for, so that another one gets on.
_RETRYABLE = {"40P01": _DEADLOCK, "40001": _CHANGED, "55P03": _WAITED, 1213: _DEADLOCK, 1020: _CHANGED, 1205: _WAITED}


def is_retryable(error: OperationalError) -> bool:
    """Whether the database ended a transaction for the sake of another one, so that running it again may succeed."""
    if isinstance(error, RetryableConflict):
        return True
    return _code(error) in _RETRYABLE or "database is locked" in str(error) or "database table is locked" in str(error)


def in_words(error: BaseException) -> str:
    """
    What happened, for people. Of a database's error never its own text, which names tables, constraints and rows: whoever
    needs that finds it in the log, as the cause.
    """
    if not isinstance(error, DatabaseError | InterfaceError) or isinstance(error, CatalogError):
        return str(error)
    if isinstance(error, IntegrityError):
        return "what it would store already exists, or contradicts what does"
    if isinstance(error, OperationalError) and is_retryable(error):
        return _RETRYABLE.get(_code(error), "the database was locked for too long")
    return f"the database could not do it ({type(error).__name__})"


def _code(error: BaseException) -> Any:
    """What PostgreSQL, or MariaDB, calls an error by; None where neither does."""
    cause = error.__cause__
    return getattr(cause, "sqlstate", None) or (cause.args[0] if cause is not None and cause.args else None)
