import uuid

from django.db import migrations, models

import openedx_catalog.fields


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog", "0022_outboxmessage"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProgramType",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="UUID")),
                (
                    "name",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        help_text='What learners read, e.g. "MicroMasters".',
                        max_length=64,
                    ),
                ),
                (
                    "slug",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='What programs compare, e.g. "micromasters": lowercase letters, digits and hyphens.',
                        max_length=64,
                        unique=True,
                    ),
                ),
            ],
            options={
                "verbose_name": "Program Type",
                "verbose_name_plural": "Program Types",
                "ordering": ("name",),
            },
        ),
    ]
