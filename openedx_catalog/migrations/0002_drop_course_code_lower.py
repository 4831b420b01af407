"""MariaDB never had this constraint, and databases fold differently; a plain unique column replaces it (ADR 0005)."""

from django.db import migrations

from openedx_catalog import intact  # noqa: F401


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="catalogcourse",
            name="oex_catalog_catalogcourse_org_code_uniq_ci",
        ),
    ]
