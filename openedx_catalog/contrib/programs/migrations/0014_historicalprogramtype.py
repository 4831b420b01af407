import uuid

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import openedx_catalog.fields


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "__first__"),
        ("openedx_catalog_programs", "0013_externalkeyslot"),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalProgramType",
            fields=[
                ("id", models.BigIntegerField(blank=True, db_index=True, editable=False)),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, verbose_name="UUID")),
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
                    ),
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
                "verbose_name": "historical Program Type",
                "verbose_name_plural": "historical Program Types",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
    ]
