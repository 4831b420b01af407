import uuid

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
        ("openedx_catalog_programs", "0014_historicalprogramtype"),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalProgram",
            fields=[
                ("id", models.BigIntegerField(blank=True, db_index=True, editable=False)),
                (
                    "uuid",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        help_text="Identifies this program across services; never changes.",
                        verbose_name="UUID",
                    ),
                ),
                (
                    "title",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        help_text="What learners read.",
                        max_length=255,
                    ),
                ),
                ("subtitle", models.CharField(blank=True, default="", help_text="One sentence more.", max_length=255)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("unpublished", "Unpublished"),
                            ("active", "Active"),
                            ("retired", "Retired"),
                            ("deleted", "Deleted"),
                        ],
                        default="unpublished",
                        help_text="Active: offered. Retired: kept for its learners, and gains no runs. Deleted: hidden everywhere.",
                        max_length=16,
                    ),
                ),
                (
                    "retired_at",
                    models.DateTimeField(
                        blank=True,
                        editable=False,
                        help_text="Since when it is retired: runs that came later do not count.",
                        null=True,
                    ),
                ),
                ("hidden", models.BooleanField(default=False, help_text="Not listed, but reachable by whoever knows it.")),
                (
                    "marketing_slug",
                    openedx_catalog.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='The end of its page\'s address, e.g. "mitx-circuits-and-electronics". Unique in any case.',
                        max_length=255,
                        null=True,
                    ),
                ),
                (
                    "readable_id",
                    openedx_catalog.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='What people call it by in a URL, e.g. "program-v1:MITx+DEDP". Unique in any case.',
                        max_length=255,
                        null=True,
                        verbose_name="readable ID",
                    ),
                ),
                ("created", models.DateTimeField(blank=True, editable=False)),
                (
                    "modified",
                    model_utils.fields.AutoLastModifiedField(default=django.utils.timezone.now, editable=False, null=True),
                ),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "type",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog_programs.programtype",
                    ),
                ),
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
                "verbose_name": "historical Program",
                "verbose_name_plural": "historical Programs",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
    ]
