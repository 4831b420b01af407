import django.db.models.deletion
from django.db import migrations, models

import openedx_catalog.fields


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog", "0022_outboxmessage"),
        ("openedx_catalog_programs", "0012_externalcoursekey"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExternalKeySlot",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "scope",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "postgresql": "C", "sqlite": "BINARY"},
                        help_text='"course:12" or "program:3".',
                        max_length=32,
                    ),
                ),
                (
                    "key_ci",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "postgresql": "C", "sqlite": "BINARY"}, max_length=255
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="openedx_catalog.courserun"
                    ),
                ),
            ],
            options={
                "verbose_name": "External Key Slot",
                "verbose_name_plural": "External Key Slots",
                "constraints": [models.UniqueConstraint(fields=("scope", "key_ci"), name="oex_programs_slot_uniq")],
            },
        ),
    ]
