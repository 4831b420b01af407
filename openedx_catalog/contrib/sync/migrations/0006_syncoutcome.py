import django.db.models.deletion
from django.db import migrations, models

import openedx_catalog.fields


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog_sync", "0005_synclease"),
    ]

    operations = [
        migrations.CreateModel(
            name="SyncOutcome",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "external_id",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"}, max_length=255
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("created", "created"),
                            ("updated", "updated"),
                            ("unchanged", "unchanged"),
                            ("skipped", "skipped"),
                            ("pinned", "pinned"),
                            ("stale", "stale"),
                            ("conflict", "conflict"),
                            ("invalid", "invalid"),
                            ("missing", "missing"),
                            ("failed", "failed"),
                        ],
                        max_length=16,
                    ),
                ),
                ("code", models.CharField(blank=True, default="", max_length=64)),
                ("reason", models.TextField(blank=True, default="")),
                ("place", models.CharField(blank=True, default="", help_text="Where the source had it.", max_length=64)),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="outcomes", to="openedx_catalog_sync.syncjob"
                    ),
                ),
            ],
            options={
                "verbose_name": "Sync Outcome",
                "verbose_name_plural": "Sync Outcomes",
            },
        ),
    ]
