import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "__first__"),
        ("openedx_catalog_sync", "0003_historicalsource"),
    ]

    operations = [
        migrations.CreateModel(
            name="SyncJob",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("running", "Running"),
                            ("ok", "OK"),
                            ("partial", "Partial"),
                            ("aborted", "Aborted"),
                            ("locked", "Locked"),
                            ("killed", "Killed"),
                        ],
                        default="running",
                        max_length=16,
                    ),
                ),
                ("started_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "message",
                    models.TextField(blank=True, default="", help_text="Why it is not OK, or what an operator allowed it."),
                ),
                (
                    "only",
                    models.TextField(
                        blank=True, default="", help_text="The keys that were asked for, one a line; else everything."
                    ),
                ),
                ("allow_mass_missing", models.BooleanField(default=False)),
                (
                    "total",
                    models.PositiveIntegerField(
                        blank=True, help_text="How many records there are, once that is known.", null=True
                    ),
                ),
                ("counts", models.JSONField(blank=True, default=dict, help_text="How many records had which outcome.")),
                ("reverted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="jobs", to="openedx_catalog_sync.source"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "Sync Job",
                "verbose_name_plural": "Sync Jobs",
            },
        ),
    ]
