import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import openedx_catalog.fields


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "__first__"),
        ("openedx_catalog_programs", "0017_historicaldegree"),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalDegreeCost",
            fields=[
                (
                    "effective_at",
                    models.DateTimeField(
                        blank=True, help_text="From when on (UTC). Blank: it has always been in effect.", null=True
                    ),
                ),
                (
                    "retired_at",
                    models.DateTimeField(blank=True, help_text="Until when (UTC). Blank: until further notice.", null=True),
                ),
                (
                    "version",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        default="1",
                        help_text="Tells apart what was offered, retired and offered again.",
                        max_length=32,
                    ),
                ),
                ("id", models.BigIntegerField(blank=True, db_index=True, editable=False)),
                (
                    "description",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"}, help_text="What it is for.", max_length=255
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=12)),
                ("currency", models.CharField(help_text='ISO 4217, e.g. "USD".', max_length=3)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "degree",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog_programs.degree",
                    ),
                ),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "historical Degree Cost",
                "verbose_name_plural": "historical Degree Costs",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
    ]
