"""The programs that were published before this app was there: publishing one of them again is not the first time."""

from django.db import migrations

from openedx_catalog.migrations import _operations

PROGRAMS = "openedx_catalog_programs"
BATCH = 1000


def note_published(apps, schema_editor):
    program, history = apps.get_model(PROGRAMS, "Program"), apps.get_model(PROGRAMS, "HistoricalProgram")
    publication = apps.get_model("openedx_catalog_skills", "ProgramPublication")
    if not _operations.may_migrate(schema_editor, program, history, publication):
        return
    using = schema_editor.connection.alias
    published = set(program.objects.using(using).filter(status__in=("active", "retired")).values_list("pk", flat=True))
    published |= set(history.objects.using(using).filter(status="active").order_by().values_list("id", flat=True).distinct())
    published &= set(program.objects.using(using).values_list("pk", flat=True))
    published -= set(publication.objects.using(using).values_list("program_id", flat=True))
    rows = [publication(program_id=pk) for pk in sorted(published)]
    publication.objects.using(using).bulk_create(rows, batch_size=BATCH)


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog_skills", "0001_initial"),
    ]

    operations = [
        # Going back leaves them: the table goes with the migration before.
        migrations.RunPython(note_published, migrations.RunPython.noop),
    ]
