"""Jobs that are previews: two columns that no database rewrites a table for, however many jobs and outcomes there are."""

from django.db import migrations, models

from openedx_catalog.migrations import _operations


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog_sync", "0001_initial"),
    ]

    operations = [
        _operations.AddField(
            model_name="syncjob",
            name="dry_run",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Whether it only found out what a sync would do.",
                verbose_name="preview",
            ),
        ),
        _operations.AddField(
            model_name="syncoutcome",
            name="changes",
            field=models.JSONField(
                blank=True,
                help_text="What a preview would change of the record.",
                null=True,
                verbose_name="changes",
            ),
        ),
    ]
