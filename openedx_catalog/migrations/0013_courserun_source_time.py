from django.db import migrations, models

from openedx_catalog.migrations import _operations


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog", "0012_courserun_association"),
    ]

    operations = [
        _operations.AddFieldUnfilled(
            model_name="courserun",
            name="source_time",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="When the source saw the title and the schedule as they are; older reports change nothing.",
                null=True,
            ),
        ),
    ]
