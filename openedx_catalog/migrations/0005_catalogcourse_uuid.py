import uuid

from django.db import migrations, models

from openedx_catalog.migrations import _operations


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog", "0004_drop_course_key_lower"),
    ]

    operations = [
        _operations.AddFieldUnfilled(
            model_name="catalogcourse",
            name="uuid",
            field=models.UUIDField(
                default=uuid.uuid4,
                editable=False,
                help_text="Identifies this catalog course across services; never changes.",
                null=True,
                unique=True,
                verbose_name="UUID",
            ),
        ),
    ]
