import uuid

import django.db.models.deletion
import django.utils.timezone
import model_utils.fields
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import openedx_catalog.abstract_models
import openedx_catalog.fields


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "__first__"),
        ("openedx_catalog", "0015_courseschedule"),
        ("organizations", "0002_unique_short_name"),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalCatalogCourse",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        blank=True,
                        db_index=True,
                        editable=False,
                        help_text="The internal database ID for this catalog course. Should not be exposed to users nor in APIs.",
                        verbose_name="Primary Key",
                    ),
                ),
                (
                    "course_code",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='The course code/number, e.g. "Math100".',
                        max_length=255,
                    ),
                ),
                ("created", models.DateTimeField(blank=True, editable=False)),
                (
                    "title",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        help_text='The full title (display name) of this catalog course. e.g. "Introduction to Calculus". Individual course runs may override this, e.g. "Intro to Calc (Fall 2026 with Dr. Newton)".',
                        max_length=255,
                    ),
                ),
                (
                    "language",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        default=openedx_catalog.abstract_models.get_default_language_code,
                        help_text='The code representing the primary language of this catalog course\'s content - the language in which the content is authored and which learners can learn without translation. (Translated versions of the course or parts of the course may be available in other languages if supported by the platform.) The first two digits must be the lowercase ISO 639-1 language code, optionally followed by a country/locale code. e.g. "en", "es", "fr-ca", "pt-br", "zh-cn", "zh-hk". ',
                        max_length=64,
                    ),
                ),
                (
                    "uuid",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        help_text="Identifies this catalog course across services; never changes.",
                        null=True,
                        verbose_name="UUID",
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
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "org",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="organizations.organization",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical Catalog Course",
                "verbose_name_plural": "historical Catalog Courses",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
    ]
