import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog", "0022_outboxmessage"),
        ("openedx_catalog_programs", "0009_curriculumprogrammembership"),
    ]

    operations = [
        migrations.CreateModel(
            name="CurriculumCourseRunExclusion",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="run_exclusions",
                        to="openedx_catalog_programs.curriculumcoursemembership",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="curriculum_exclusions",
                        to="openedx_catalog.courserun",
                    ),
                ),
            ],
            options={
                "verbose_name": "Curriculum Course Run Exclusion",
                "verbose_name_plural": "Curriculum Course Run Exclusions",
                "constraints": [models.UniqueConstraint(fields=("membership", "run"), name="oex_programs_run_exclusion_uniq")],
            },
        ),
    ]
