import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog_sync", "0006_syncoutcome"),
    ]

    operations = [
        migrations.CreateModel(
            name="SyncPage",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField()),
                ("records", models.PositiveIntegerField()),
                (
                    "unchanged",
                    models.TextField(blank=True, default="", help_text="The records that were unchanged, one a line."),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="pages", to="openedx_catalog_sync.syncjob"
                    ),
                ),
            ],
            options={
                "verbose_name": "Sync Page",
                "verbose_name_plural": "Sync Pages",
            },
        ),
    ]
