"""Both tables, before any migration of ours but the first."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [("openedx_catalog", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="CriteriaGroup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "course",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="competency_criteria_groups",
                        to="openedx_catalog.courserun",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="HistoricalCriteriaGroup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "course",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog.courserun",
                    ),
                ),
            ],
        ),
    ]
