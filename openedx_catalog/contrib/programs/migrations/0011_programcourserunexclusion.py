import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog", "0022_outboxmessage"),
        ("openedx_catalog_programs", "0010_curriculumcourserunexclusion"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProgramCourseRunExclusion",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "program",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="run_exclusions",
                        to="openedx_catalog_programs.program",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="program_exclusions",
                        to="openedx_catalog.courserun",
                    ),
                ),
            ],
            options={
                "verbose_name": "Program Course Run Exclusion",
                "verbose_name_plural": "Program Course Run Exclusions",
                "constraints": [models.UniqueConstraint(fields=("program", "run"), name="oex_programs_exclusion_uniq")],
            },
        ),
    ]
