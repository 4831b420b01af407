import django.db.models.deletion
from django.db import migrations, models

import openedx_catalog.fields


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog_programs", "0008_curriculumcoursemembership"),
    ]

    operations = [
        migrations.CreateModel(
            name="CurriculumProgramMembership",
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
                    "curriculum",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="program_memberships",
                        to="openedx_catalog_programs.curriculum",
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="curriculum_memberships",
                        to="openedx_catalog_programs.program",
                    ),
                ),
                ("position", models.PositiveIntegerField(default=0, help_text="The order within the curriculum.")),
            ],
            options={
                "verbose_name": "Curriculum Program",
                "verbose_name_plural": "Curriculum Programs",
                "ordering": ("position", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("effective_at", None),
                            ("retired_at", None),
                            ("retired_at__gte", models.F("effective_at")),
                            _connector="OR",
                        ),
                        name="oex_programs_program_dates",
                    ),
                    models.UniqueConstraint(
                        fields=("curriculum", "program", "version"), name="oex_programs_program_version_uniq"
                    ),
                ],
            },
        ),
    ]
