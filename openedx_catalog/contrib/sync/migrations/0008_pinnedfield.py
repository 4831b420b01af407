import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog_sync", "0007_syncpage"),
    ]

    operations = [
        migrations.CreateModel(
            name="PinnedField",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "field",
                    models.CharField(
                        choices=[
                            ("title", "title"),
                            ("start", "start"),
                            ("end", "end"),
                            ("enrollment_start", "enrollment_start"),
                            ("enrollment_end", "enrollment_end"),
                            ("pacing", "pacing"),
                        ],
                        max_length=32,
                    ),
                ),
                (
                    "reason",
                    models.CharField(blank=True, default="", help_text="Why, for whoever asks in a year.", max_length=255),
                ),
                ("created", models.DateTimeField(auto_now_add=True)),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pinned_fields",
                        to="openedx_catalog.courserun",
                    ),
                ),
            ],
            options={
                "verbose_name": "Pinned Field",
                "verbose_name_plural": "Pinned Fields",
                "constraints": [models.UniqueConstraint(fields=("run", "field"), name="oex_sync_pin_uniq")],
            },
        ),
    ]
