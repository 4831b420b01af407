import django.utils.timezone
import model_utils.fields
from django.db import migrations

from openedx_catalog.migrations import _operations


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog", "0013_courserun_source_time"),
    ]

    operations = [
        _operations.AddFieldUnfilled(
            model_name="courserun",
            name="modified",
            field=model_utils.fields.AutoLastModifiedField(default=django.utils.timezone.now, editable=False, null=True),
        ),
    ]
