import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "__first__"),
        ("openedx_catalog_sync", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalPinnedField",
            fields=[
                ("id", models.BigIntegerField(blank=True, db_index=True, editable=False)),
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
                ("created", models.DateTimeField(blank=True, editable=False)),
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
            ],
            options={
                "verbose_name": "historical Pinned Field",
                "verbose_name_plural": "historical Pinned Fields",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
    ]
