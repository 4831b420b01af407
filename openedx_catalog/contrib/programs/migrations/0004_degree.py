import django.db.models.deletion
import django.utils.timezone
import model_utils.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog_programs", "0003_programorganization"),
    ]

    operations = [
        migrations.CreateModel(
            name="Degree",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "program",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="degree",
                        to="openedx_catalog_programs.program",
                    ),
                ),
                ("apply_url", models.URLField(blank=True, default="", help_text="Where learners apply.", max_length=255)),
                ("created", models.DateTimeField(auto_now_add=True)),
                (
                    "modified",
                    model_utils.fields.AutoLastModifiedField(default=django.utils.timezone.now, editable=False, null=True),
                ),
            ],
            options={
                "verbose_name": "Degree",
                "verbose_name_plural": "Degrees",
            },
        ),
    ]
