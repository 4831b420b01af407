"""Operations of our own migrations."""

from django.db import migrations, models


class AddFieldUnfilled(migrations.AddField):
    """
    Add a nullable column and leave it NULL in the rows that exist, whatever the field's default.

    Django's AddField evaluates a callable default once and gives every old row the same uuid, or the same time.
    """

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        to_model = to_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, to_model):
            field = to_model._meta.get_field(self.name)
            default, field.default = field.default, models.NOT_PROVIDED
            try:
                schema_editor.add_field(from_state.apps.get_model(app_label, self.model_name), field)
            finally:
                field.default = default


class AddIndexOnline(migrations.AddIndex):
    """
    Add an index while others write, in a migration that is not atomic; again where it was killed.

    PostgreSQL would let no writer into the table while it builds it otherwise. MariaDB does it so by itself, and SQLite has one
    writer at a time anyway. `AddIndexConcurrently` of django.contrib.postgres cannot be imported without psycopg.
    """

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        connection, model = schema_editor.connection, to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(connection.alias, model):
            return
        if connection.vendor == "postgresql" and not connection.in_atomic_block:
            # What was killed left an invalid index of this name.
            schema_editor.remove_index(model, self.index, concurrently=True)
            schema_editor.add_index(model, self.index, concurrently=True)
        elif self.index.name not in _constraints(connection, model):
            schema_editor.add_index(model, self.index)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        connection, model = schema_editor.connection, from_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(connection.alias, model) and self.index.name in _constraints(connection, model):
            schema_editor.remove_index(model, self.index)


def _constraints(connection, model):
    with connection.cursor() as cursor:
        return connection.introspection.get_constraints(cursor, model._meta.db_table)
