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
        ("openedx_catalog", "0022_outboxmessage"),
        ("openedx_catalog_programs", "0024_historicalprogramcourserunexclusion"),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalExternalCourseKey",
            fields=[
                ("id", models.BigIntegerField(blank=True, db_index=True, editable=False)),
                (
                    "key",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text="As the partner spells it.",
                        max_length=255,
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        blank=True, default="", help_text="Whose key it is, e.g. the registrar's.", max_length=255
                    ),
                ),
                ("created", models.DateTimeField(blank=True, editable=False)),
                (
                    "modified",
                    model_utils.fields.AutoLastModifiedField(default=django.utils.timezone.now, editable=False, null=True),
                ),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "run",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog.courserun",
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
                "verbose_name": "historical External Course Key",
                "verbose_name_plural": "historical External Course Keys",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
    ]
