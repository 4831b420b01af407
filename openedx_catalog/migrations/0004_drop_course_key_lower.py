"""Replaced by the unique key_ci (ADR 0005)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog", "0003_drop_run_code_unique"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="courserun",
            name="oex_catalog_courserun_course_key_ci",
        ),
    ]
