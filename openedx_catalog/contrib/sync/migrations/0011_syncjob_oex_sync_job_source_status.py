from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog_sync", "0010_sourceorganization"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="syncjob",
            index=models.Index(fields=["source", "status"], name="oex_sync_job_source_status"),
        ),
    ]
