import django.db.models.deletion
import django.utils.timezone
import model_utils.fields
from django.db import migrations, models

import openedx_catalog.fields


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog", "0022_outboxmessage"),
        ("openedx_catalog_programs", "0011_programcourserunexclusion"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExternalCourseKey",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="external_course_key",
                        to="openedx_catalog.courserun",
                    ),
                ),
                (
                    "key",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text="As the partner spells it.",
                        max_length=255,
                    ),
                ),
                ("key_ci", openedx_catalog.fields.FoldedCharField(db_index=True, source="key")),
                (
                    "source",
                    models.CharField(
                        blank=True, default="", help_text="Whose key it is, e.g. the registrar's.", max_length=255
                    ),
                ),
                ("created", models.DateTimeField(auto_now_add=True)),
                (
                    "modified",
                    model_utils.fields.AutoLastModifiedField(default=django.utils.timezone.now, editable=False, null=True),
                ),
            ],
            options={
                "verbose_name": "External Course Key",
                "verbose_name_plural": "External Course Keys",
            },
        ),
    ]
