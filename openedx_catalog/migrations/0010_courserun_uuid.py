import uuid

from django.db import migrations, models

from openedx_catalog.migrations import _operations


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog", "0009_catalogcoursecode"),
    ]

    operations = [
        _operations.AddFieldUnfilled(
            model_name="courserun",
            name="uuid",
            field=models.UUIDField(
                default=uuid.uuid4,
                editable=False,
                help_text="Identifies this run across services; never changes.",
                null=True,
                unique=True,
                verbose_name="UUID",
            ),
        ),
    ]
