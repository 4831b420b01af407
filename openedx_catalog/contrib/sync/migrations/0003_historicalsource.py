import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import model_utils.fields
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import openedx_catalog.fields


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "__first__"),
        ("openedx_catalog_sync", "0002_historicalpinnedfield"),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalSource",
            fields=[
                ("id", models.BigIntegerField(blank=True, db_index=True, editable=False)),
                (
                    "name",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='What commands, history and settings call it, e.g. "lms": lowercase letters, digits and hyphens.',
                        max_length=64,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("lms", "LMS (Courses API)"),
                            ("discovery", "Discovery service"),
                            ("mitxonline", "MITx Online"),
                            ("file", "File"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "base_url",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text='Where it answers, e.g. "https://lms.example.org". Nothing else is asked.',
                        max_length=255,
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="LMS: the user whose view is asked for. Blank: what anonymous visitors see, which leaves out hidden runs.",
                        max_length=150,
                    ),
                ),
                (
                    "field_map",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text='Which field of the source is which of ours, e.g. {"title": "name"}. Only these are written. Empty: the usual.',
                    ),
                ),
                (
                    "also",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="What else is taken over from a discovery service, beside runs. Titles of courses are then overwritten.",
                    ),
                ),
                (
                    "create_missing",
                    models.BooleanField(
                        default=False, help_text="Create runs that the catalog does not have. Else they are only reported."
                    ),
                ),
                (
                    "null_clears",
                    models.BooleanField(default=False, help_text="An empty date empties ours. Else it leaves ours as it is."),
                ),
                (
                    "max_missing_percent",
                    models.PositiveSmallIntegerField(
                        default=10,
                        help_text="A job stops before it writes when more than this share of the runs would vanish, and at least five.",
                        validators=[django.core.validators.MaxValueValidator(100)],
                    ),
                ),
                (
                    "per_minute",
                    models.PositiveSmallIntegerField(
                        default=30,
                        help_text="How many requests a minute it gets at most.",
                        validators=[django.core.validators.MinValueValidator(1)],
                    ),
                ),
                (
                    "every_minutes",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="How often `sync_catalog --due` syncs it. Blank: only when somebody asks for it.",
                        null=True,
                    ),
                ),
                ("enabled", models.BooleanField(default=True, help_text="Off: not even when somebody asks for it.")),
                ("created", models.DateTimeField(blank=True, editable=False)),
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
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "historical Source",
                "verbose_name_plural": "historical Sources",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
    ]
