"""The errors of the databases, by their codes: which may pass when tried again, and what a message says of them."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from django.apps import apps
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError, connections, models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .exceptions import CatalogError, RetryableConflict
from .references import unfollowed

_DEADLOCK = gettext_lazy("two transactions waited for each other, and the database ended this one")
_CHANGED = gettext_lazy("another transaction has changed what this one read")
_WAITED = gettext_lazy("another transaction held a lock for too long")
# What PostgreSQL (by its SQLSTATE) and MariaDB (by number) end a transaction for, so that another one gets on.
_RETRYABLE = {"40P01": _DEADLOCK, "40001": _CHANGED, "55P03": _WAITED, 1213: _DEADLOCK, 1020: _CHANGED, 1205: _WAITED}


class Violation(enum.Enum):
    """Which kind of constraint an IntegrityError is about."""

    UNIQUE = "unique"
    FOREIGN_KEY = "foreign key"
    OTHER = "other"


# By SQLSTATE (PostgreSQL), error number (MariaDB, MySQL), or the name of the result code (SQLite).
_VIOLATIONS: dict[Any, Violation] = {
    **dict.fromkeys(("23505", 1062, 1586, "SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"), Violation.UNIQUE),
    **dict.fromkeys(("23503", "23001", 1451, 1452, 1216, 1217, "SQLITE_CONSTRAINT_FOREIGNKEY"), Violation.FOREIGN_KEY),
}
# In what MySQL and MariaDB say of a foreign key: (`database`.`table`, CONSTRAINT …
_MYSQL_TABLE = re.compile(r"\(`[^`]+`\.`([^`]+)`, CONSTRAINT")
# In what SQLite says of a unique column: "… failed: table.column"; and MySQL and MariaDB: "… for key 'name'", or 'table.name'.
_SQLITE_TABLE = re.compile(r"constraint failed: ([^.]+)\.")
_MYSQL_KEY = re.compile(r"for key '(?:[^'.]+\.)?([^']+)'")


def is_retryable(error: OperationalError) -> bool:
    """Whether the database ended a transaction for the sake of another one, so that running it again may succeed."""
    if isinstance(error, RetryableConflict):
        return True
    return _code(error) in _RETRYABLE or "database is locked" in str(error) or "database table is locked" in str(error)


def violation_of(error: IntegrityError) -> Violation:
    """Which kind of constraint was violated."""
    return _VIOLATIONS.get(_code(error), Violation.OTHER)


def is_about(error: IntegrityError, using: str, written: Iterable[type[models.Model]]) -> bool:
    """Whether a unique violation is one of these models' tables. Asked after the transaction was rolled back."""
    tables = {model._meta.db_table for model in written}
    if table := getattr(getattr(error.__cause__, "diag", None), "table_name", None):
        return table in tables
    if in_text := _SQLITE_TABLE.search(str(error)):
        return in_text[1] in tables
    in_text = _MYSQL_KEY.search(str(error))
    return in_text is None or not tables.isdisjoint(_tables_with_key(using, in_text[1]))


@cache
def _tables_with_key(using: str, name: str) -> frozenset[str]:
    """The tables that have a key of this name, which is all that MySQL and MariaDB say of a violation. One query."""
    sql = "SELECT DISTINCT table_name FROM information_schema.statistics WHERE table_schema = DATABASE() AND index_name = %s"
    with connections[using].cursor() as cursor:
        cursor.execute(sql, [name])
        return frozenset(table for (table,) in cursor.fetchall())


def referring_tables(error: IntegrityError, using: str) -> list[str]:
    """
    The tables whose foreign keys stopped a delete: the one that the database names, else those that no installed app knows.

    Asked after the transaction was rolled back.
    """
    if named := getattr(getattr(error.__cause__, "diag", None), "table_name", None):
        return [named]
    if in_text := _MYSQL_TABLE.search(str(error)):
        return [in_text[1]]
    return sorted({table for table, _key in unfollowed(using, apps.get_models())}) or [_("another table")]


def in_words(error: BaseException) -> str:
    """
    What happened, for people. Of a database's error never its own text, which names tables, constraints and rows: whoever
    needs that finds it in the log, as the cause.
    """
    if not isinstance(error, DatabaseError | InterfaceError) or isinstance(error, CatalogError):
        return str(error)
    if isinstance(error, IntegrityError):
        return {
            Violation.UNIQUE: _("a row with the same identity already exists"),
            Violation.FOREIGN_KEY: _("a row that another one refers to does not exist, or is still referred to"),
            Violation.OTHER: _("a value breaks a rule of its table (NOT NULL or CHECK)"),
        }[violation_of(error)]
    if isinstance(error, OperationalError) and is_retryable(error):
        return str(_RETRYABLE.get(_code(error), _("the database was locked for too long")))
    return _("the database reported %(type)s") % {"type": type(error).__name__}


def _code(error: BaseException) -> Any:
    """What PostgreSQL, MariaDB or SQLite calls an error by; None where none does."""
    cause: Any = error.__cause__
    if code := getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", None):
        return code
    return cause.args[0] if cause is not None and cause.args else None
