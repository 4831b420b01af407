from django.db import migrations

from ._defaults import add_missing


def add_types(apps, schema_editor):
    add_missing(apps.get_model("openedx_catalog_programs", "ProgramType").objects.using(schema_editor.connection.alias))


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog_programs", "0025_historicalexternalcoursekey"),
    ]

    operations = [
        # Going back leaves them: programs may have them by then.
        migrations.RunPython(add_types, migrations.RunPython.noop),
    ]
