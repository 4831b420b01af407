from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog", "0011_courserun_key_ci"),
    ]

    operations = [
        migrations.AddField(
            model_name="courserun",
            name="association",
            field=models.CharField(
                choices=[
                    ("implicit", "Implicit"),
                    ("explicit", "Explicit"),
                ],
                db_default="implicit",
                default="implicit",
                help_text="Implicit: the run belongs to the course its key names. Explicit: somebody decided otherwise, and no import, event or sync changes it back.",
                max_length=8,
            ),
        ),
    ]
