"""
The operations of our migrations, core's and those of the optional apps: each looks at the database before it alters it.

A process may be killed in the middle of a migration. Where DDL is not rolled back (MySQL, MariaDB, and everywhere in a
migration that is not atomic) the next ``migrate`` begins that migration again and meets what the killed one has left; Django's
own operations then fail for good. These go on (ADR 0018).
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.db import migrations, models, router, transaction
from django.db.migrations.state import ProjectState
from django.db.migrations.utils import resolve_relation


class _Looks:
    """Forwards adds what is not there yet, backwards removes what still is; each operation is one transaction, if it can be."""

    adds = True

    def is_there(self, app_label: str, schema_editor: Any, without: Any, containing: Any) -> bool:
        """Whether the database has it; `without` and `containing` are the states before and after it is added."""
        raise NotImplementedError

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        states = (from_state, to_state) if self.adds else (to_state, from_state)
        with _own_transaction(schema_editor):
            if self.is_there(app_label, schema_editor, *states) != self.adds:
                super().database_forwards(app_label, schema_editor, from_state, to_state)  # type: ignore[misc]
                self.complete(schema_editor)

    def complete(self, schema_editor: Any) -> None:
        """What belongs to the same transaction."""

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        states = (to_state, from_state) if self.adds else (from_state, to_state)
        with _own_transaction(schema_editor):
            if self.is_there(app_label, schema_editor, *states) == self.adds:
                super().database_backwards(app_label, schema_editor, from_state, to_state)  # type: ignore[misc]


class CreateModel(_Looks, migrations.CreateModel):
    """
    Create a table; one that a killed migration left behind is dropped first, if it has no rows.

    The foreign keys and indexes of a table come last in its migration, so that one which is there may lack them. One with
    rows is nobody's leftover: Django's error says that it exists.

    Where Django makes the classes of all models anew that are related to the new one, for each table, these make those that it
    points to: a project has hundreds of models that have to do with its users.
    """

    def state_forwards(self, app_label: str, state: Any) -> None:
        # Made again by the first operation of another kind.
        state.__dict__.pop("apps", None)
        super().state_forwards(app_label, state)

    def is_there(self, app_label: str, schema_editor: Any, without: Any, containing: Any) -> bool:
        table = containing.apps.get_model(app_label, self.name)._meta.db_table
        return table in schema_editor.connection.introspection.table_names()

    def is_empty(self, connection: Any, model: Any) -> bool:
        """Whether a table that is there has no row of anybody's."""
        return not model._base_manager.using(connection.alias).exists()

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        to_state = _part_of(to_state, (app_label, self.name_lower))
        connection, model = schema_editor.connection, to_state.apps.get_model(app_label, self.name)
        table = schema_editor.quote_name(model._meta.db_table)
        if (
            self.allow_migrate_model(connection.alias, model)
            and self.is_there(app_label, schema_editor, from_state, to_state)
            and self.is_empty(connection, model)
        ):
            # Tables that the same migration made after this one may point at it already.
            with connection.constraint_checks_disabled():
                schema_editor.execute(schema_editor.sql_delete_table % {"table": table})
        migrations.CreateModel.database_forwards(self, app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        from_state = _part_of(from_state, (app_label, self.name_lower))
        super().database_backwards(app_label, schema_editor, from_state, to_state)


class CreateModelWithRow(CreateModel):
    """Likewise, a table for which the same migration has a first row: a killed one may have stored that, and it is nobody's."""

    def __init__(self, *args: Any, row: dict[str, Any], **kwargs: Any) -> None:
        self.row = row
        super().__init__(*args, **kwargs)

    def is_empty(self, connection: Any, model: Any) -> bool:
        return not model._base_manager.using(connection.alias).exclude(**self.row).exists()


class AddField(_Looks, migrations.AddField):
    """
    Add a nullable column, or one with a database default.

    A callable default is not asked for the rows that exist, which keep NULL: Django's AddField evaluates it once and gives
    every old row the same uuid, or the same time.
    """

    def is_there(self, app_label: str, schema_editor: Any, without: Any, containing: Any) -> bool:
        connection, model = schema_editor.connection, containing.apps.get_model(app_label, self.model_name)
        with connection.cursor() as cursor:
            if model._meta.db_table not in connection.introspection.table_names(cursor):
                return False
            columns = connection.introspection.get_table_description(cursor, model._meta.db_table)
        return model._meta.get_field(self.name).column in {column.name for column in columns}

    def complete(self, schema_editor: Any) -> None:
        # PostgreSQL has a second index for patterns, which Django makes at the end of a migration: one that is killed before
        # finds the column the next time, and would never make it.
        if schema_editor.connection.vendor == "postgresql":
            statements, schema_editor.deferred_sql = schema_editor.deferred_sql, []
            for statement in statements:
                schema_editor.execute(statement, None)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        field = model._meta.get_field(self.name)
        default, field.default = field.default, models.NOT_PROVIDED
        try:
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        finally:
            field.default = default


class _Named(_Looks):
    """What has a name among the constraints and indexes of a table."""

    model_name: str

    def is_there(self, app_label: str, schema_editor: Any, without: Any, containing: Any) -> bool:
        connection, model = schema_editor.connection, containing.apps.get_model(app_label, self.model_name)
        with connection.cursor() as cursor:
            if model._meta.db_table not in connection.introspection.table_names(cursor):
                # On its way back a killed migration has dropped it already.
                return False
            return self.name_of() in connection.introspection.get_constraints(cursor, model._meta.db_table)

    def name_of(self) -> str:
        raise NotImplementedError


class AddConstraint(_Named, migrations.AddConstraint):
    def name_of(self) -> str:
        return self.constraint.name


class RemoveConstraint(_Named, migrations.RemoveConstraint):
    adds = False

    def name_of(self) -> str:
        return self.name


class AddIndex(_Named, migrations.AddIndex):
    def name_of(self) -> str:
        return self.index.name


def may_migrate(schema_editor: Any, *some: Any) -> bool:
    """
    Whether the tables of these models are on this database, for data migrations: a router may decide by the model.

    They may be missing where it decided otherwise when they would have been made.
    """
    connection = schema_editor.connection
    tables = connection.introspection.table_names()
    return all(model._meta.db_table in tables and router.allow_migrate_model(connection.alias, model) for model in some)


def _part_of(state: Any, key: tuple[str, str]) -> ProjectState:
    """Of a state one model, and the models that it points to or derives from, and these, and so on."""
    found, waiting = {}, [key]
    while waiting:
        key = waiting.pop()
        # Those of apps without migrations stand in `real_apps`.
        if key in found or key not in state.models:
            continue
        found[key] = model = state.models[key]
        ends = [end for field in model.fields.values() if (end := field.remote_field)]
        named = [*(end.model for end in ends), *filter(None, (getattr(end, "through", None) for end in ends))]
        named += [base for base in model.bases if isinstance(base, str)]
        waiting += [resolve_relation(each, *key) for each in named]
    return ProjectState(found, real_apps=state.real_apps)


def _own_transaction(schema_editor: Any) -> AbstractContextManager[Any]:
    connection = schema_editor.connection
    if connection.in_atomic_block or not connection.features.can_rollback_ddl:
        return nullcontext()
    return transaction.atomic(using=connection.alias)
