from django.db import migrations

import openedx_catalog.fields
from openedx_catalog.migrations import _operations


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog", "0005_catalogcourse_uuid"),
    ]

    operations = [
        _operations.AddFieldUnfilled(
            model_name="catalogcourse",
            name="course_code_ci",
            field=openedx_catalog.fields.FoldedCharField(source="course_code"),
        ),
    ]
