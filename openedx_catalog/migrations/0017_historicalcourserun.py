import uuid

import django.db.models.deletion
import django.utils.timezone
import model_utils.fields
import opaque_keys.edx.django.models
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import openedx_catalog.fields


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "__first__"),
        ("openedx_catalog", "0016_historicalcatalogcourse"),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalCourseRun",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        blank=True,
                        db_index=True,
                        editable=False,
                        help_text="The internal database ID for this course. Should not be exposed to users nor in APIs.",
                        verbose_name="Primary Key",
                    ),
                ),
                (
                    "course_key",
                    opaque_keys.edx.django.models.CourseKeyField(
                        case_sensitive=True,
                        editable=False,
                        help_text="The main identifier for this course. Includes the org, course code, and run.",
                        max_length=255,
                        verbose_name="Course Key",
                    ),
                ),
                (
                    "run_code",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='The code that identifies this particular run of the course, e.g. "2026", "2026Fall" or "2T2026"',
                        max_length=128,
                    ),
                ),
                ("created", models.DateTimeField(blank=True, editable=False)),
                (
                    "title",
                    openedx_catalog.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        help_text='The full title (display name) of this course. e.g. "Introduction to Calculus". This is required and will override the title of the catalog course. Leave blank to use the same title as the catalog course. ',
                        max_length=255,
                    ),
                ),
                (
                    "uuid",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        help_text="Identifies this run across services; never changes.",
                        null=True,
                        verbose_name="UUID",
                    ),
                ),
                (
                    "association",
                    models.CharField(
                        choices=[
                            ("implicit", "Implicit"),
                            ("explicit", "Explicit"),
                        ],
                        db_default="implicit",
                        default="implicit",
                        help_text="Implicit: the run belongs to the course its key names. Explicit: somebody decided otherwise, and no import, event or sync changes it back.",
                        max_length=8,
                    ),
                ),
                (
                    "source_time",
                    models.DateTimeField(
                        blank=True,
                        editable=False,
                        help_text="When the source saw the title and the schedule as they are; older reports change nothing.",
                        null=True,
                    ),
                ),
                (
                    "modified",
                    model_utils.fields.AutoLastModifiedField(default=django.utils.timezone.now, editable=False, null=True),
                ),
                ("history_change_reason", models.TextField(null=True)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "catalog_course",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog.catalogcourse",
                    ),
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
            ],
            options={
                "verbose_name": "historical Course Run",
                "verbose_name_plural": "historical Course Runs",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
    ]
