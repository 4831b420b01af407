import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog", "0014_courserun_modified"),
    ]

    operations = [
        migrations.CreateModel(
            name="CourseSchedule",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("start", models.DateTimeField(blank=True, help_text="When learners can begin.", null=True)),
                ("end", models.DateTimeField(blank=True, help_text="When the run is over.", null=True)),
                ("enrollment_start", models.DateTimeField(blank=True, help_text="When enrollment opens.", null=True)),
                ("enrollment_end", models.DateTimeField(blank=True, help_text="When enrollment closes.", null=True)),
                (
                    "pacing",
                    models.CharField(
                        blank=True,
                        choices=[("instructor", "Instructor-paced"), ("self", "Self-paced")],
                        default="",
                        help_text="Blank where nobody has said.",
                        max_length=16,
                    ),
                ),
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="schedule",
                        to="openedx_catalog.courserun",
                    ),
                ),
            ],
            options={
                "verbose_name": "Course Schedule",
                "verbose_name_plural": "Course Schedules",
            },
        ),
    ]
