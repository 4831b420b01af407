from django.db import migrations, models

from openedx_catalog.migrations import _operations


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog_programs", "0002_default_program_types"),
    ]

    operations = [
        _operations.AddField(
            model_name=model,
            name="one_click_purchase_enabled",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="If on, the LMS offers to buy all courses of the program at once, where each can be bought.",
                verbose_name="bought at once",
            ),
        )
        for model in ("historicalprogram", "program")
    ] + [
        _operations.AddField(
            model_name=model,
            name="applicable_seat_types",
            field=models.JSONField(
                blank=True,
                db_default=models.Value([], models.JSONField()),
                default=list,
                help_text='The kinds of seats and entitlements with which a program of this type is bought as a whole, e.g. "verified".',
                verbose_name="applicable seat types",
            ),
        )
        for model in ("historicalprogramtype", "programtype")
    ]
