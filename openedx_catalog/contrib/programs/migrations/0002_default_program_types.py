from django.db import migrations

from openedx_catalog.migrations import _operations

from ._defaults import add_missing


def add_types(apps, schema_editor):
    types = apps.get_model("openedx_catalog_programs", "ProgramType")
    if _operations.may_migrate(schema_editor, types):
        add_missing(types.objects.using(schema_editor.connection.alias))


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog_programs", "0001_initial"),
    ]

    operations = [
        # Going back leaves them: programs may have them by then.
        migrations.RunPython(add_types, migrations.RunPython.noop),
    ]
