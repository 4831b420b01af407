import django.db.models.deletion
from django.db import migrations, models

import openedx_catalog.fields


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog_programs", "0004_degree"),
    ]

    operations = [
        migrations.CreateModel(
            name="DegreeCost",
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
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "degree",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="costs", to="openedx_catalog_programs.degree"
                    ),
                ),
                (
                    "description",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"}, help_text="What it is for.", max_length=255
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=12)),
                ("currency", models.CharField(help_text='ISO 4217, e.g. "USD".', max_length=3)),
            ],
            options={
                "verbose_name": "Degree Cost",
                "verbose_name_plural": "Degree Costs",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("effective_at", None),
                            ("retired_at", None),
                            ("retired_at__gte", models.F("effective_at")),
                            _connector="OR",
                        ),
                        name="oex_programs_cost_dates",
                    ),
                    models.UniqueConstraint(fields=("degree", "description", "version"), name="oex_programs_cost_version_uniq"),
                ],
            },
        ),
    ]
