"""The table of CourseOverview, as far as the stub has it."""

import django.utils.timezone
import model_utils.fields
import opaque_keys.edx.django.models
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        migrations.CreateModel(
            name="CourseOverview",
            fields=[
                (
                    "created",
                    model_utils.fields.AutoCreatedField(
                        default=django.utils.timezone.now, editable=False, verbose_name="created"
                    ),
                ),
                (
                    "modified",
                    model_utils.fields.AutoLastModifiedField(
                        default=django.utils.timezone.now, editable=False, verbose_name="modified"
                    ),
                ),
                ("version", models.IntegerField(default=19)),
                (
                    "id",
                    opaque_keys.edx.django.models.CourseKeyField(
                        db_index=True, max_length=255, primary_key=True, serialize=False
                    ),
                ),
                ("org", models.TextField(default="outdated_entry", max_length=255)),
                ("display_name", models.TextField(null=True)),
                ("start", models.DateTimeField(null=True)),
                ("end", models.DateTimeField(null=True)),
                ("enrollment_start", models.DateTimeField(null=True)),
                ("enrollment_end", models.DateTimeField(null=True)),
                ("self_paced", models.BooleanField(default=False)),
                ("language", models.TextField(null=True)),
                ("catalog_visibility", models.TextField(null=True)),
            ],
        ),
    ]
