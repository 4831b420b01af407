"""Fill the identity of the rows that were there before us, oldest first; where it is taken it stays NULL (ADR 0007)."""

from django.db import migrations

from openedx_catalog import identity
from openedx_catalog.migrations import _operations


def fill(apps, schema_editor):
    using = schema_editor.connection.alias
    course, slot, run = (
        apps.get_model("openedx_catalog", name) for name in ("CatalogCourse", "CatalogCourseCode", "CourseRun")
    )
    if not _operations.may_migrate(schema_editor, course, slot, run):
        return
    identity.complete_catalog_courses(course, slot, using)
    identity.complete_course_runs(run, using)


class Migration(migrations.Migration):
    # One transaction a batch: no writer waits for the whole table, and a killed run continues where it stopped.
    atomic = False

    dependencies = [
        ("openedx_catalog", "1001_own_tables"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
