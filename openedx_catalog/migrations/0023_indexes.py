from django.db import migrations, models

from openedx_catalog.migrations import _operations


class Migration(migrations.Migration):
    # On PostgreSQL an index is built beside the writers only outside a transaction.
    atomic = False

    dependencies = [("openedx_catalog", "0022_outboxmessage")]

    operations = [
        _operations.AddIndexOnline(
            model_name="outboxmessage",
            index=models.Index(fields=["state", "subject", "id"], name="oex_catalog_outbox_subject"),
        ),
    ]
