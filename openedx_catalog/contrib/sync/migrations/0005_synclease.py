import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog_sync", "0004_syncjob"),
    ]

    operations = [
        migrations.CreateModel(
            name="SyncLease",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("token", models.CharField(blank=True, default="", max_length=32)),
                ("until", models.DateTimeField(null=True)),
                (
                    "job",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="openedx_catalog_sync.syncjob",
                    ),
                ),
                (
                    "source",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lease", to="openedx_catalog_sync.source"
                    ),
                ),
            ],
            options={
                "verbose_name": "Sync Lease",
                "verbose_name_plural": "Sync Leases",
            },
        ),
    ]
