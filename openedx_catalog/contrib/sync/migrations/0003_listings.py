"""What learners read is a kind of record. No database changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog_sync", "0002_previews"),
    ]

    operations = [
        migrations.AlterField(
            model_name="historicalpinnedrecordfield",
            name="kind",
            field=models.CharField(
                choices=[
                    ("organization", "Organization"),
                    ("course", "Course"),
                    ("program_type", "Program type"),
                    ("program", "Program"),
                    ("curriculum", "Curriculum"),
                    ("curriculum_course", "Course of a curriculum"),
                    ("curriculum_program", "Program of a curriculum"),
                    ("run_exclusion", "Excluded run"),
                    ("cost", "Cost"),
                    ("deadline", "Deadline"),
                    ("external_key", "External key of a run"),
                    ("listing", "What learners read of a course"),
                    ("run_listing", "What learners read of a run"),
                ],
                max_length=20,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="pinnedrecordfield",
            name="kind",
            field=models.CharField(
                choices=[
                    ("organization", "Organization"),
                    ("course", "Course"),
                    ("program_type", "Program type"),
                    ("program", "Program"),
                    ("curriculum", "Curriculum"),
                    ("curriculum_course", "Course of a curriculum"),
                    ("curriculum_program", "Program of a curriculum"),
                    ("run_exclusion", "Excluded run"),
                    ("cost", "Cost"),
                    ("deadline", "Deadline"),
                    ("external_key", "External key of a run"),
                    ("listing", "What learners read of a course"),
                    ("run_listing", "What learners read of a run"),
                ],
                max_length=20,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="sourcerecord",
            name="kind",
            field=models.CharField(
                choices=[
                    ("organization", "Organization"),
                    ("course", "Course"),
                    ("program_type", "Program type"),
                    ("program", "Program"),
                    ("curriculum", "Curriculum"),
                    ("curriculum_course", "Course of a curriculum"),
                    ("curriculum_program", "Program of a curriculum"),
                    ("run_exclusion", "Excluded run"),
                    ("cost", "Cost"),
                    ("deadline", "Deadline"),
                    ("external_key", "External key of a run"),
                    ("listing", "What learners read of a course"),
                    ("run_listing", "What learners read of a run"),
                ],
                max_length=20,
                verbose_name="kind",
            ),
        ),
    ]
