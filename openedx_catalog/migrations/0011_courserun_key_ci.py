from django.db import migrations

import openedx_catalog.fields
from openedx_catalog.migrations import _operations


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog", "0010_courserun_uuid"),
    ]

    operations = [
        _operations.AddFieldUnfilled(
            model_name="courserun",
            name="key_ci",
            field=openedx_catalog.fields.FoldedCharField(source="course_key", unique=True),
        ),
    ]
