"""Plans, what people have decided about organizations and courses, and what follows from that."""

import django.db.models.deletion
import django.utils.timezone
import model_utils.fields
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import openedx_catalog.lib.fields
from openedx_catalog.migrations import _operations


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("openedx_catalog", "1001_own_tables"),
        ("organizations", "0002_unique_short_name"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        _operations.CreateModel(
            name="SubscriptionPlan",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("created", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "modified",
                    model_utils.fields.AutoLastModifiedField(
                        default=django.utils.timezone.now, editable=False, null=True, verbose_name="modified"
                    ),
                ),
                (
                    "name",
                    openedx_catalog.lib.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        help_text='What people read, e.g. "For companies".',
                        max_length=64,
                        verbose_name="name",
                    ),
                ),
                (
                    "slug",
                    openedx_catalog.lib.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='Identifies it in other systems, e.g. "b2b", and never changes. Leave blank to make it from the name.',
                        max_length=64,
                        unique=True,
                        verbose_name="slug",
                    ),
                ),
                ("refreshed_at", models.DateTimeField(editable=False, null=True, verbose_name="refreshed at")),
            ],
            options={
                "verbose_name": "Subscription Plan",
                "verbose_name_plural": "Subscription Plans",
                "ordering": ("id",),
            },
        ),
        _operations.CreateModel(
            name="HistoricalSubscriptionPlan",
            fields=[
                ("id", models.BigIntegerField(blank=True, db_index=True, editable=False)),
                ("created", models.DateTimeField(blank=True, editable=False, verbose_name="created")),
                (
                    "modified",
                    model_utils.fields.AutoLastModifiedField(
                        default=django.utils.timezone.now, editable=False, null=True, verbose_name="modified"
                    ),
                ),
                ("history_user_name", models.CharField(blank=True, default="", editable=False, max_length=255)),
                (
                    "name",
                    openedx_catalog.lib.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        help_text='What people read, e.g. "For companies".',
                        max_length=64,
                        verbose_name="name",
                    ),
                ),
                (
                    "slug",
                    openedx_catalog.lib.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='Identifies it in other systems, e.g. "b2b", and never changes. Leave blank to make it from the name.',
                        max_length=64,
                        verbose_name="slug",
                    ),
                ),
                ("history_change_reason", models.TextField(null=True)),
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
                "verbose_name": "historical Subscription Plan",
                "verbose_name_plural": "historical Subscription Plans",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="HistoricalSubscribedOrganization",
            fields=[
                ("id", models.BigIntegerField(blank=True, db_index=True, editable=False)),
                ("created", models.DateTimeField(blank=True, editable=False, verbose_name="created")),
                (
                    "modified",
                    model_utils.fields.AutoLastModifiedField(
                        default=django.utils.timezone.now, editable=False, null=True, verbose_name="modified"
                    ),
                ),
                ("history_user_name", models.CharField(blank=True, default="", editable=False, max_length=255)),
                ("history_change_reason", models.TextField(null=True)),
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
                (
                    "organization",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        help_text="Its courses are included in the plan, but for those that are left out.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="organization",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog_subscriptions.subscriptionplan",
                        verbose_name="plan",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical Subscribed Organization",
                "verbose_name_plural": "historical Subscribed Organizations",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="HistoricalCourseChoice",
            fields=[
                ("id", models.BigIntegerField(blank=True, db_index=True, editable=False)),
                ("created", models.DateTimeField(blank=True, editable=False, verbose_name="created")),
                (
                    "modified",
                    model_utils.fields.AutoLastModifiedField(
                        default=django.utils.timezone.now, editable=False, null=True, verbose_name="modified"
                    ),
                ),
                ("history_user_name", models.CharField(blank=True, default="", editable=False, max_length=255)),
                (
                    "included",
                    models.BooleanField(
                        help_text="If off, the course is left out of the plan, whatever its organization does.",
                        verbose_name="included",
                    ),
                ),
                ("history_change_reason", models.TextField(null=True)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "catalog_course",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog.catalogcourse",
                        verbose_name="catalog course",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog_subscriptions.subscriptionplan",
                        verbose_name="plan",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical Course in a Plan",
                "verbose_name_plural": "historical Courses in Plans",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="SubscribedOrganization",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("created", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "modified",
                    model_utils.fields.AutoLastModifiedField(
                        default=django.utils.timezone.now, editable=False, null=True, verbose_name="modified"
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        help_text="Its courses are included in the plan, but for those that are left out.",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="subscriptions",
                        to="organizations.organization",
                        verbose_name="organization",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="organization_rows",
                        to="openedx_catalog_subscriptions.subscriptionplan",
                        verbose_name="plan",
                    ),
                ),
            ],
            options={
                "verbose_name": "Subscribed Organization",
                "verbose_name_plural": "Subscribed Organizations",
                "constraints": [
                    models.UniqueConstraint(fields=("plan", "organization"), name="oex_subscriptions_organization")
                ],
            },
        ),
        _operations.CreateModel(
            name="IncludedProgram",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("program_uuid", models.UUIDField(db_index=True, verbose_name="program")),
                ("since", models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="since")),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="openedx_catalog_subscriptions.subscriptionplan",
                        verbose_name="plan",
                    ),
                ),
            ],
            options={
                "verbose_name": "Included Program",
                "verbose_name_plural": "Included Programs",
                "constraints": [models.UniqueConstraint(fields=("plan", "program_uuid"), name="oex_subscriptions_in_program")],
            },
        ),
        _operations.CreateModel(
            name="IncludedCourseRun",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("since", models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="since")),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="included_in_plans",
                        to="openedx_catalog.courserun",
                        verbose_name="run",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="openedx_catalog_subscriptions.subscriptionplan",
                        verbose_name="plan",
                    ),
                ),
            ],
            options={
                "verbose_name": "Included Course Run",
                "verbose_name_plural": "Included Course Runs",
                "constraints": [models.UniqueConstraint(fields=("plan", "run"), name="oex_subscriptions_in_run")],
            },
        ),
        _operations.CreateModel(
            name="IncludedCourse",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("since", models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="since")),
                (
                    "catalog_course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="included_in_plans",
                        to="openedx_catalog.catalogcourse",
                        verbose_name="catalog course",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="openedx_catalog_subscriptions.subscriptionplan",
                        verbose_name="plan",
                    ),
                ),
            ],
            options={
                "verbose_name": "Included Course",
                "verbose_name_plural": "Included Courses",
                "constraints": [models.UniqueConstraint(fields=("plan", "catalog_course"), name="oex_subscriptions_in_course")],
            },
        ),
        _operations.CreateModel(
            name="CourseChoice",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("created", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "modified",
                    model_utils.fields.AutoLastModifiedField(
                        default=django.utils.timezone.now, editable=False, null=True, verbose_name="modified"
                    ),
                ),
                (
                    "included",
                    models.BooleanField(
                        help_text="If off, the course is left out of the plan, whatever its organization does.",
                        verbose_name="included",
                    ),
                ),
                (
                    "catalog_course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="subscription_choices",
                        to="openedx_catalog.catalogcourse",
                        verbose_name="catalog course",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="course_rows",
                        to="openedx_catalog_subscriptions.subscriptionplan",
                        verbose_name="plan",
                    ),
                ),
            ],
            options={
                "verbose_name": "Course in a Plan",
                "verbose_name_plural": "Courses in Plans",
                "constraints": [models.UniqueConstraint(fields=("plan", "catalog_course"), name="oex_subscriptions_course")],
            },
        ),
    ]
