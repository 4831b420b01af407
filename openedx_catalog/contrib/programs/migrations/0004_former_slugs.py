import django.db.models.deletion
from django.db import migrations, models

import openedx_catalog.lib.fields
from openedx_catalog.migrations import _operations


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog_programs", "0003_one_click_purchase"),
    ]

    operations = [
        _operations.CreateModel(
            name="FormerProgramSlug",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "slug",
                    openedx_catalog.lib.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"}, max_length=255, verbose_name="slug"
                    ),
                ),
                ("slug_ci", openedx_catalog.lib.fields.FoldedCharField(source="slug", unique=True)),
                ("created", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "program",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="former_slugs",
                        to="openedx_catalog_programs.program",
                        verbose_name="program",
                    ),
                ),
            ],
            options={
                "verbose_name": "Former Slug of a Program",
                "verbose_name_plural": "Former Slugs of Programs",
                "ordering": ("id",),
                "abstract": False,
            },
        ),
    ]
