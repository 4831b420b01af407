import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog_sync", "0013_syncpage_oex_sync_page_uniq"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="pinnedfield",
            options={"base_manager_name": "objects", "verbose_name": "Pinned Field", "verbose_name_plural": "Pinned Fields"},
        ),
        migrations.AlterModelOptions(
            name="runsource",
            options={"base_manager_name": "objects", "verbose_name": "Run Source", "verbose_name_plural": "Run Sources"},
        ),
        migrations.AlterModelOptions(
            name="source",
            options={
                "base_manager_name": "objects",
                "permissions": [("sync_source", "Can sync source")],
                "verbose_name": "Source",
                "verbose_name_plural": "Sources",
            },
        ),
        migrations.AlterModelOptions(
            name="sourceorganization",
            options={
                "base_manager_name": "objects",
                "verbose_name": "Source Organization",
                "verbose_name_plural": "Source Organizations",
            },
        ),
        migrations.AlterModelOptions(
            name="syncjob",
            options={"base_manager_name": "objects", "verbose_name": "Sync Job", "verbose_name_plural": "Sync Jobs"},
        ),
        migrations.AlterModelOptions(
            name="synclease",
            options={"base_manager_name": "objects", "verbose_name": "Sync Lease", "verbose_name_plural": "Sync Leases"},
        ),
        migrations.AlterModelOptions(
            name="syncoutcome",
            options={"base_manager_name": "objects", "verbose_name": "Sync Outcome", "verbose_name_plural": "Sync Outcomes"},
        ),
        migrations.AlterModelOptions(
            name="syncpage",
            options={"base_manager_name": "objects", "verbose_name": "Sync Page", "verbose_name_plural": "Sync Pages"},
        ),
        migrations.AddField(
            model_name="syncpage",
            name="untold",
            field=models.JSONField(blank=True, default=dict, help_text="How many more records had which outcome, untold."),
        ),
        migrations.AlterField(
            model_name="historicalsource",
            name="max_missing_percent",
            field=models.PositiveSmallIntegerField(
                default=10,
                help_text="A job stops before it writes when more than this share of the runs would vanish, end or lose their dates, or of the programs be deleted, unpublished, retired or hidden; and at least five.",
                validators=[django.core.validators.MaxValueValidator(100)],
            ),
        ),
        migrations.AlterField(
            model_name="source",
            name="max_missing_percent",
            field=models.PositiveSmallIntegerField(
                default=10,
                help_text="A job stops before it writes when more than this share of the runs would vanish, end or lose their dates, or of the programs be deleted, unpublished, retired or hidden; and at least five.",
                validators=[django.core.validators.MaxValueValidator(100)],
            ),
        ),
    ]
