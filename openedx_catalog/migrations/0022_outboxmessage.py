import uuid

import django.utils.timezone
from django.db import migrations, models

import openedx_catalog.fields


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog", "0021_inboxmessage"),
    ]

    operations = [
        migrations.CreateModel(
            name="OutboxMessage",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "event_id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        help_text="The same however often it is sent: for consumers.",
                        unique=True,
                    ),
                ),
                ("event_type", models.CharField(max_length=255)),
                (
                    "subject",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text="What it is about: the course key of a run, the uuid of a catalog course. Sent in order.",
                        max_length=255,
                    ),
                ),
                ("payload", models.TextField(help_text="The data of the event, as JSON.")),
                ("occurred_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "state",
                    models.CharField(
                        choices=[("pending", "Pending"), ("done", "Done"), ("parked", "Parked")],
                        default="pending",
                        max_length=16,
                    ),
                ),
                (
                    "heard_at",
                    models.DateTimeField(blank=True, help_text="When the receivers in the process were called.", null=True),
                ),
                (
                    "sent_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the event bus got it, or, where none is configured, when it happened.",
                        null=True,
                    ),
                ),
                ("due_at", models.DateTimeField(default=django.utils.timezone.now, help_text="Not taken by a relay before.")),
                ("claimed_by", models.CharField(blank=True, help_text="The relay that took it last.", max_length=32)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("error", models.TextField(blank=True, help_text="Why the last try failed.")),
            ],
            options={
                "verbose_name": "Outbox Message",
                "verbose_name_plural": "Outbox Messages",
                "indexes": [models.Index(fields=["state", "id"], name="oex_catalog_outbox_state")],
            },
        ),
    ]
