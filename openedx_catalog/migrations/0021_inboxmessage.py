import django.utils.timezone
from django.db import migrations, models

import openedx_catalog.fields


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog", "0020_courserunwithdrawal"),
    ]

    operations = [
        migrations.CreateModel(
            name="InboxMessage",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "event_id",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text="Unique: what comes twice is recorded once.",
                        max_length=255,
                        unique=True,
                    ),
                ),
                ("source", models.CharField(help_text="The signal or event, e.g. course_published.", max_length=255)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("observed", "Observed"),
                            ("exists", "Exists"),
                            ("deleted", "Deleted"),
                            ("unknown", "Unknown"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "course_key",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"}, db_index=True, max_length=255
                    ),
                ),
                ("payload", models.TextField(blank=True, help_text="The values, as JSON; of an unknown message what came.")),
                ("source_time", models.DateTimeField(help_text="When it was so, at the source; older never overwrites newer.")),
                ("received_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "state",
                    models.CharField(
                        choices=[("pending", "Pending"), ("done", "Done"), ("parked", "Parked")],
                        default="pending",
                        max_length=16,
                    ),
                ),
                ("attempts", models.PositiveIntegerField(default=0)),
                (
                    "due_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, help_text="Not tried before; later after every failure."
                    ),
                ),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("error", models.TextField(blank=True, help_text="Why the last try failed, or what was left out.")),
            ],
            options={
                "verbose_name": "Inbox Message",
                "verbose_name_plural": "Inbox Messages",
                "indexes": [models.Index(fields=["state", "due_at"], name="oex_catalog_inbox_due")],
            },
        ),
    ]
