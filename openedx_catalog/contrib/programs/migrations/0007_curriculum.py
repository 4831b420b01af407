import uuid

import django.db.models.deletion
import django.utils.timezone
import model_utils.fields
from django.db import migrations, models

import openedx_catalog.fields


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog_programs", "0006_degreedeadline"),
    ]

    operations = [
        migrations.CreateModel(
            name="Curriculum",
            fields=[
                (
                    "effective_at",
                    models.DateTimeField(
                        blank=True, help_text="From when on (UTC). Blank: it has always been in effect.", null=True
                    ),
                ),
                (
                    "retired_at",
                    models.DateTimeField(blank=True, help_text="Until when (UTC). Blank: until further notice.", null=True),
                ),
                (
                    "version",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        default="1",
                        help_text="Tells apart what was offered, retired and offered again.",
                        max_length=32,
                    ),
                ),
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="UUID")),
                (
                    "program",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="curricula",
                        to="openedx_catalog_programs.program",
                    ),
                ),
                (
                    "name",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='What tells it apart, e.g. "Business Analytics".',
                        max_length=255,
                    ),
                ),
                ("created", models.DateTimeField(auto_now_add=True)),
                (
                    "modified",
                    model_utils.fields.AutoLastModifiedField(default=django.utils.timezone.now, editable=False, null=True),
                ),
            ],
            options={
                "verbose_name": "Curriculum",
                "verbose_name_plural": "Curricula",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("effective_at", None),
                            ("retired_at", None),
                            ("retired_at__gte", models.F("effective_at")),
                            _connector="OR",
                        ),
                        name="oex_programs_curriculum_dates",
                    ),
                    models.UniqueConstraint(fields=("program", "name", "version"), name="oex_programs_curriculum_version_uniq"),
                ],
            },
        ),
    ]
