import uuid

import django.db.models.deletion
import django.utils.timezone
import model_utils.fields
from django.db import migrations, models

import openedx_catalog.fields


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog_programs", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Program",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "uuid",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        help_text="Identifies this program across services; never changes.",
                        unique=True,
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
                    "type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="programs",
                        to="openedx_catalog_programs.programtype",
                    ),
                ),
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
                ("marketing_slug_ci", openedx_catalog.fields.FoldedCharField(source="marketing_slug", unique=True)),
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
                ("readable_id_ci", openedx_catalog.fields.FoldedCharField(source="readable_id", unique=True)),
                ("created", models.DateTimeField(auto_now_add=True)),
                (
                    "modified",
                    model_utils.fields.AutoLastModifiedField(default=django.utils.timezone.now, editable=False, null=True),
                ),
            ],
            options={
                "verbose_name": "Program",
                "verbose_name_plural": "Programs",
                "indexes": [models.Index(fields=["status", "id"], name="oex_programs_program_status")],
            },
        ),
    ]
