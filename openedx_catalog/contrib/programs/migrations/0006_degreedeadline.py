import django.db.models.deletion
from django.db import migrations, models

import openedx_catalog.fields


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog_programs", "0005_degreecost"),
    ]

    operations = [
        migrations.CreateModel(
            name="DegreeDeadline",
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deadlines",
                        to="openedx_catalog_programs.degree",
                    ),
                ),
                (
                    "semester",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='E.g. "Spring 2027".',
                        max_length=100,
                    ),
                ),
                (
                    "name",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='E.g. "Application".',
                        max_length=100,
                    ),
                ),
                ("due_at", models.DateTimeField(help_text="The instant, in UTC.")),
                ("zone", models.CharField(default="UTC", help_text='IANA time zone, e.g. "America/New_York".', max_length=64)),
            ],
            options={
                "verbose_name": "Degree Deadline",
                "verbose_name_plural": "Degree Deadlines",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("effective_at", None),
                            ("retired_at", None),
                            ("retired_at__gte", models.F("effective_at")),
                            _connector="OR",
                        ),
                        name="oex_programs_deadline_dates",
                    ),
                    models.UniqueConstraint(
                        fields=("degree", "semester", "name", "version"), name="oex_programs_deadline_version_uniq"
                    ),
                ],
            },
        ),
    ]
