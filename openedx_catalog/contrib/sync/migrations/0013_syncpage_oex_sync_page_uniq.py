from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog_sync", "0012_syncoutcome_oex_sync_outcome_job_outcome"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="syncpage",
            constraint=models.UniqueConstraint(fields=("job", "number"), name="oex_sync_page_uniq"),
        ),
    ]
