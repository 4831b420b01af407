import django.db.models.deletion
from django.db import migrations, models

import openedx_catalog.fields


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog", "0008_catalogcourse_org_code_ci_uniq"),
        ("organizations", "0002_unique_short_name"),
    ]

    operations = [
        migrations.CreateModel(
            name="CatalogCourseCode",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "code",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text="The code as it was spelled, e.g. 14.100x.",
                        max_length=255,
                    ),
                ),
                ("code_ci", openedx_catalog.fields.FoldedCharField(source="code")),
                (
                    "catalog_course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="codes",
                        to="openedx_catalog.catalogcourse",
                    ),
                ),
                (
                    "org",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organizations.organization"
                    ),
                ),
            ],
            options={
                "verbose_name": "Catalog Course Code",
                "verbose_name_plural": "Catalog Course Codes",
                "constraints": [
                    models.UniqueConstraint(fields=("org", "code_ci"), name="oex_catalog_coursecode_org_code_ci_uniq")
                ],
            },
        ),
    ]
