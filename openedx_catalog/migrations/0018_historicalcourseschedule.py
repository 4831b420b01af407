import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "__first__"),
        ("openedx_catalog", "0017_historicalcourserun"),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalCourseSchedule",
            fields=[
                ("id", models.BigIntegerField(blank=True, db_index=True, editable=False)),
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
                ("history_change_reason", models.TextField(null=True)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog.courserun",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical Course Schedule",
                "verbose_name_plural": "historical Course Schedules",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
    ]
