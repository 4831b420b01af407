"""
The full-text index of what is searched, which each database has in its own way (`engines.dialects`).

Not atomic, and each statement may be repeated: MariaDB commits after each, and a killed migration is begun again.
"""

from django.db import migrations

from openedx_catalog.contrib.search.engines import dialects
from openedx_catalog.migrations import _operations


def make(apps, schema_editor):
    _execute(apps, schema_editor, 0)


def drop(apps, schema_editor):
    _execute(apps, schema_editor, 1)


def _execute(apps, schema_editor, which):
    stored, connection = apps.get_model("openedx_catalog_search", "StoredDocument"), schema_editor.connection
    if not _operations.may_migrate(schema_editor, stored):
        return
    table = stored._meta.db_table
    with connection.cursor() as cursor:
        is_there = dialects.FTS in connection.introspection.get_constraints(cursor, table)
        if connection.vendor == "mysql" and is_there is (which == 0):
            # MySQL knows no IF NOT EXISTS here.
            return
        for statement in dialects.statements(connection.vendor, table)[which]:
            cursor.execute(statement)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("openedx_catalog_search", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(make, drop),
    ]
