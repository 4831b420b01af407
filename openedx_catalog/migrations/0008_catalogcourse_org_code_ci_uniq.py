"""Before the column is filled: an index over NULLs is built at once, and whoever fills it is held to it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog", "0007_catalogcourse_modified"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="catalogcourse",
            constraint=models.UniqueConstraint(
                fields=("org", "course_code_ci"), name="oex_catalog_catalogcourse_org_code_ci_uniq"
            ),
        ),
    ]
