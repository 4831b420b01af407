from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog_sync", "0011_syncjob_oex_sync_job_source_status"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="syncoutcome",
            index=models.Index(fields=["job", "outcome"], name="oex_sync_outcome_job_outcome"),
        ),
    ]
