"""The types that seed 003 lists, with `Empty` and `Verified Only`, which were added to them later."""

from django.db import migrations

from openedx_catalog.migrations import _operations

from ._defaults import add_missing


def add_types(apps, schema_editor):
    if _operations.may_migrate(schema_editor, apps.get_model("openedx_catalog_course_types", "CourseType")):
        add_missing(apps, schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog_course_types", "0001_initial"),
    ]

    operations = [
        # Going back leaves them: courses may have them by then.
        migrations.RunPython(add_types, migrations.RunPython.noop),
    ]
