import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import openedx_catalog.fields


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog_sync", "0008_pinnedfield"),
    ]

    operations = [
        migrations.CreateModel(
            name="RunSource",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "external_id",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text="What the source calls it: most often its course key.",
                        max_length=255,
                    ),
                ),
                ("external_id_ci", openedx_catalog.fields.FoldedCharField(source="external_id")),
                ("row", models.JSONField(blank=True, help_text="The fields of a row that has no course key yet.", null=True)),
                ("first_seen_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("last_seen_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "missing_since",
                    models.DateTimeField(
                        blank=True, help_text="When the source was first listed to its end without it.", null=True
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sources",
                        to="openedx_catalog.courserun",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="runs", to="openedx_catalog_sync.source"
                    ),
                ),
            ],
            options={
                "verbose_name": "Run Source",
                "verbose_name_plural": "Run Sources",
                "indexes": [models.Index(fields=["source", "missing_since"], name="oex_sync_runsource_missing")],
                "constraints": [models.UniqueConstraint(fields=("source", "external_id_ci"), name="oex_sync_runsource_uniq")],
            },
        ),
    ]
