import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog", "0019_fill_identity"),
    ]

    operations = [
        migrations.CreateModel(
            name="CourseRunWithdrawal",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("at", models.DateTimeField(help_text="When the content was deleted.")),
                ("source", models.CharField(help_text="What said so, e.g. platform:course_deleted.", max_length=255)),
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="withdrawal", to="openedx_catalog.courserun"
                    ),
                ),
            ],
            options={
                "verbose_name": "Course Run Withdrawal",
                "verbose_name_plural": "Course Run Withdrawals",
            },
        ),
    ]
