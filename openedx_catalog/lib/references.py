"""
Foreign keys that Django does not follow when it deletes: of tables that no installed app knows, or with DO_NOTHING.

SQLite and PostgreSQL look at most of them at the commit only, which may be a caller's, long after our function returned.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connections, models, router

from .exceptions import HasDependents

# Table, table that it refers to, constraint; of those that refer to one of some tables.
_FOREIGN_KEYS = {
    "sqlite": 'SELECT child.name, key."table", key.id FROM sqlite_master child, pragma_foreign_key_list(child.name) key '
    "WHERE child.type = 'table' AND key.\"table\" IN ({})",
    "postgresql": "SELECT child.relname, parent.relname, key.conname FROM pg_constraint key "
    "JOIN pg_class child ON child.oid = key.conrelid JOIN pg_class parent ON parent.oid = key.confrelid "
    "WHERE key.contype = 'f' AND pg_table_is_visible(parent.oid) AND parent.relname IN ({})",
    "mysql": "SELECT table_name, referenced_table_name, constraint_name FROM information_schema.key_column_usage "
    "WHERE table_schema = DATABASE() AND referenced_table_name IN ({})",
}


def unfollowed(using: str, parents: Iterable[type[models.Model]]) -> list[tuple[str, str]]:
    """``[(table, constraint)]`` of the foreign keys to these models that Django does not follow. One query."""
    connection: Any = connections[using]
    tables = sorted({model._meta.db_table for model in parents})
    sql = _FOREIGN_KEYS[connection.vendor].format(", ".join(["%s"] * len(tables)))
    followed = _followed()
    with connection.cursor() as cursor:
        cursor.execute(sql, tables)
        return sorted({(table, str(key)) for table, _parent, key in cursor.fetchall() if table not in followed})


def refuse_unfollowed(deleted: models.Model) -> None:
    """
    Raise HasDependents where rows that Django does not see still refer to what was just deleted, in this transaction.

    Where the database has looked already (MySQL) nothing is asked.
    """
    using = router.db_for_write(type(deleted), instance=deleted)
    connection: Any = connections[using]
    if not connection.features.can_defer_constraint_checks:
        return
    if found := unfollowed(using, _deleted_with(type(deleted))):
        refuse = _refuse_on_postgresql if connection.vendor == "postgresql" else _refuse_on_sqlite
        refuse(connection, found, str(deleted))


def _refuse_on_postgresql(connection: Any, found: list[tuple[str, str]], subject: str) -> None:
    """Of these constraints only: what else a caller has deferred is the caller's affair."""
    with connection.cursor() as cursor:
        for table, constraint in found:
            name = connection.ops.quote_name(constraint)
            try:
                cursor.execute(f"SET CONSTRAINTS {name} IMMEDIATE")
            except IntegrityError as error:
                raise HasDependents(subject=subject, dependents=table) from error
            cursor.execute(f"SET CONSTRAINTS {name} DEFERRED")


def _refuse_on_sqlite(connection: Any, found: list[tuple[str, str]], subject: str) -> None:
    with connection.cursor() as cursor:
        for table in sorted({table for table, _key in found}):
            broken = cursor.execute(f"PRAGMA foreign_key_check({connection.ops.quote_name(table)})").fetchall()
            if any((table, str(row[3])) in found for row in broken):
                raise HasDependents(subject=subject, dependents=table)


def _deleted_with(model: type[models.Model]) -> set[type[models.Model]]:
    """A model, and those whose rows are deleted with its rows."""
    found, waiting = set(), [model]
    while waiting:
        parent = waiting.pop()
        if parent not in found:
            found.add(parent)
            waiting += [
                relation.related_model
                for relation in parent._meta.get_fields(include_hidden=True)
                if isinstance(relation, models.ForeignObjectRel) and relation.on_delete is models.CASCADE
            ]
    return found


@cache
def _followed() -> frozenset[str]:
    """The tables of installed models, but for those with a foreign key that is told to do nothing on a delete."""
    models_ = apps.get_models(include_auto_created=True)
    return frozenset(model._meta.db_table for model in models_ if not any(map(_does_nothing, model._meta.concrete_fields)))


def _does_nothing(field: Any) -> bool:
    in_database = getattr(field, "db_constraint", False)
    return in_database and field.remote_field.on_delete is models.DO_NOTHING
