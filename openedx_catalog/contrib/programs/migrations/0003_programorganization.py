import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog_programs", "0002_program"),
        ("organizations", "0002_unique_short_name"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProgramOrganization",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "program",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="organizations",
                        to="openedx_catalog_programs.program",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organizations.organization"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[("authoring", "Authoring"), ("credit", "Credit backing")], default="authoring", max_length=16
                    ),
                ),
                ("position", models.PositiveIntegerField(default=0)),
            ],
            options={
                "verbose_name": "Program Organization",
                "verbose_name_plural": "Program Organizations",
                "ordering": ("role", "position", "id"),
                "constraints": [
                    models.UniqueConstraint(fields=("program", "organization", "role"), name="oex_programs_organization_uniq")
                ],
            },
        ),
    ]
