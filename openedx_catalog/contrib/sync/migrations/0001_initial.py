import django.core.validators
import django.utils.timezone
import model_utils.fields
from django.db import migrations, models

import openedx_catalog.fields


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog", "0022_outboxmessage"),
    ]

    operations = [
        migrations.CreateModel(
            name="Source",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "name",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='What commands, history and settings call it, e.g. "lms": lowercase letters, digits and hyphens.',
                        max_length=64,
                        unique=True,
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
                ("listed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("created", models.DateTimeField(auto_now_add=True)),
                (
                    "modified",
                    model_utils.fields.AutoLastModifiedField(default=django.utils.timezone.now, editable=False, null=True),
                ),
            ],
            options={
                "verbose_name": "Source",
                "verbose_name_plural": "Sources",
            },
        ),
    ]
