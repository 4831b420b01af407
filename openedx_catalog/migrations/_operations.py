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
