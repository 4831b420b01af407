"""The plan that functions mean where none is given. It includes nothing until organizations take part in it."""

from django.db import migrations

from openedx_catalog.migrations import _operations


def add_plan(apps, schema_editor):
    plan = apps.get_model("openedx_catalog_subscriptions", "SubscriptionPlan")
    if _operations.may_migrate(schema_editor, plan) and not plan.objects.using(schema_editor.connection.alias).exists():
        plan.objects.using(schema_editor.connection.alias).create(name="Subscription", slug="default")


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog_subscriptions", "0001_initial"),
    ]

    operations = [
        # Going back leaves it: organizations may take part in it by then.
        migrations.RunPython(add_plan, migrations.RunPython.noop),
    ]
