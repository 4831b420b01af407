import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "__first__"),
        ("openedx_catalog_programs", "0015_historicalprogram"),
        ("organizations", "0002_unique_short_name"),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalProgramOrganization",
            fields=[
                ("id", models.BigIntegerField(blank=True, db_index=True, editable=False)),
                (
                    "role",
                    models.CharField(
                        choices=[("authoring", "Authoring"), ("credit", "Credit backing")], default="authoring", max_length=16
                    ),
                ),
                ("position", models.PositiveIntegerField(default=0)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "program",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog_programs.program",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="organizations.organization",
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
                "verbose_name": "historical Program Organization",
                "verbose_name_plural": "historical Program Organizations",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
    ]
