"""Modes, seats and tracks, the types that are made of them, and which type a course and a run have."""

import uuid

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
            name="CourseRunType",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("created", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "modified",
                    model_utils.fields.AutoLastModifiedField(
                        default=django.utils.timezone.now, editable=False, null=True, verbose_name="modified"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="UUID")),
                (
                    "name",
                    openedx_catalog.lib.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        help_text='What people read, e.g. "Verified".',
                        max_length=64,
                        verbose_name="name",
                    ),
                ),
                (
                    "slug",
                    openedx_catalog.lib.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='Identifies it in other systems, e.g. "verified-audit". Leave blank to make it from the name.',
                        max_length=64,
                        unique=True,
                        verbose_name="slug",
                    ),
                ),
                (
                    "is_marketable",
                    models.BooleanField(
                        default=True,
                        help_text="If off, runs of this type are not shown to learners who look for courses.",
                        verbose_name="marketable",
                    ),
                ),
            ],
            options={
                "verbose_name": "Course Run Type",
                "verbose_name_plural": "Course Run Types",
                "ordering": ("id",),
            },
        ),
        _operations.CreateModel(
            name="CourseType",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("created", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "modified",
                    model_utils.fields.AutoLastModifiedField(
                        default=django.utils.timezone.now, editable=False, null=True, verbose_name="modified"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="UUID")),
                (
                    "name",
                    openedx_catalog.lib.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        help_text='What people read, e.g. "Verified".',
                        max_length=64,
                        verbose_name="name",
                    ),
                ),
                (
                    "slug",
                    openedx_catalog.lib.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='Identifies it in other systems, e.g. "verified-audit". Leave blank to make it from the name.',
                        max_length=64,
                        unique=True,
                        verbose_name="slug",
                    ),
                ),
            ],
            options={
                "verbose_name": "Course Type",
                "verbose_name_plural": "Course Types",
                "ordering": ("id",),
            },
        ),
        _operations.CreateModel(
            name="Mode",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "name",
                    openedx_catalog.lib.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        help_text='What people read, e.g. "Verified".',
                        max_length=64,
                        verbose_name="name",
                    ),
                ),
                (
                    "slug",
                    openedx_catalog.lib.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='What the LMS calls it, e.g. "verified". Leave blank to make it from the name.',
                        max_length=64,
                        unique=True,
                        verbose_name="slug",
                    ),
                ),
                (
                    "is_id_verified",
                    models.BooleanField(
                        default=False,
                        help_text="If on, learners show who they are before they get a certificate.",
                        verbose_name="ID verified",
                    ),
                ),
                (
                    "is_credit_eligible",
                    models.BooleanField(
                        default=False,
                        help_text="If on, learners can get academic credit for it.",
                        verbose_name="credit eligible",
                    ),
                ),
                (
                    "certificate_type",
                    openedx_catalog.lib.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        default="",
                        help_text='Which certificate learners get, as the LMS calls it, e.g. "verified". Blank: none.',
                        max_length=64,
                        verbose_name="certificate type",
                    ),
                ),
                (
                    "payee",
                    models.CharField(
                        blank=True,
                        choices=[("platform", "Platform"), ("organization", "Organization")],
                        default="",
                        help_text="Who is paid for it.",
                        max_length=16,
                        verbose_name="payee",
                    ),
                ),
            ],
            options={
                "verbose_name": "Mode",
                "verbose_name_plural": "Modes",
                "ordering": ("id",),
            },
        ),
        _operations.CreateModel(
            name="SeatType",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "name",
                    openedx_catalog.lib.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        help_text='What people read, e.g. "Verified".',
                        max_length=64,
                        verbose_name="name",
                    ),
                ),
                (
                    "slug",
                    openedx_catalog.lib.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='What the shop calls it, e.g. "verified". Leave blank to make it from the name.',
                        max_length=64,
                        unique=True,
                        verbose_name="slug",
                    ),
                ),
            ],
            options={
                "verbose_name": "Seat Type",
                "verbose_name_plural": "Seat Types",
                "ordering": ("id",),
            },
        ),
        _operations.CreateModel(
            name="CourseProducts",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("created", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "modified",
                    model_utils.fields.AutoLastModifiedField(
                        default=django.utils.timezone.now, editable=False, null=True, verbose_name="modified"
                    ),
                ),
                ("entitlements", models.JSONField(blank=True, default=list, verbose_name="entitlements")),
                (
                    "source",
                    models.CharField(blank=True, default="", help_text="Who said so.", max_length=255, verbose_name="source"),
                ),
                (
                    "catalog_course",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="openedx_catalog.catalogcourse",
                        verbose_name="catalog course",
                    ),
                ),
            ],
            options={
                "verbose_name": "Products of a Course",
                "verbose_name_plural": "Products of Courses",
            },
        ),
        _operations.CreateModel(
            name="CourseRunProducts",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("created", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "modified",
                    model_utils.fields.AutoLastModifiedField(
                        default=django.utils.timezone.now, editable=False, null=True, verbose_name="modified"
                    ),
                ),
                ("modes", models.JSONField(blank=True, null=True, verbose_name="modes")),
                ("seats", models.JSONField(blank=True, null=True, verbose_name="seats")),
                (
                    "source",
                    models.CharField(blank=True, default="", help_text="Who said so.", max_length=255, verbose_name="source"),
                ),
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="openedx_catalog.courserun",
                        verbose_name="run",
                    ),
                ),
            ],
            options={
                "verbose_name": "Products of a Course Run",
                "verbose_name_plural": "Products of Course Runs",
            },
        ),
        _operations.CreateModel(
            name="CourseRunTyping",
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
                    "course_run_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="typings",
                        to="openedx_catalog_course_types.courseruntype",
                        verbose_name="course run type",
                    ),
                ),
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="course_run_typing",
                        to="openedx_catalog.courserun",
                        verbose_name="run",
                    ),
                ),
            ],
            options={
                "verbose_name": "Type of a Course Run",
                "verbose_name_plural": "Types of Course Runs",
            },
        ),
        _operations.CreateModel(
            name="CourseTypeRunType",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("position", models.PositiveIntegerField(default=0, verbose_name="position")),
                (
                    "course_run_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="openedx_catalog_course_types.courseruntype",
                        verbose_name="course run type",
                    ),
                ),
                (
                    "course_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="run_type_rows",
                        to="openedx_catalog_course_types.coursetype",
                        verbose_name="course type",
                    ),
                ),
            ],
            options={
                "verbose_name": "Course Run Type of a Course Type",
                "verbose_name_plural": "Course Run Types of Course Types",
                "ordering": ("position", "id"),
            },
        ),
        migrations.AddField(
            model_name="coursetype",
            name="course_run_types",
            field=models.ManyToManyField(
                related_name="course_types",
                through="openedx_catalog_course_types.CourseTypeRunType",
                to="openedx_catalog_course_types.courseruntype",
            ),
        ),
        _operations.CreateModel(
            name="CourseTyping",
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
                    "catalog_course",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="course_typing",
                        to="openedx_catalog.catalogcourse",
                        verbose_name="catalog course",
                    ),
                ),
                (
                    "course_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="typings",
                        to="openedx_catalog_course_types.coursetype",
                        verbose_name="course type",
                    ),
                ),
            ],
            options={
                "verbose_name": "Type of a Course",
                "verbose_name_plural": "Types of Courses",
            },
        ),
        _operations.CreateModel(
            name="HistoricalCourseRunType",
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
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, verbose_name="UUID")),
                (
                    "name",
                    openedx_catalog.lib.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        help_text='What people read, e.g. "Verified".',
                        max_length=64,
                        verbose_name="name",
                    ),
                ),
                (
                    "slug",
                    openedx_catalog.lib.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='Identifies it in other systems, e.g. "verified-audit". Leave blank to make it from the name.',
                        max_length=64,
                        verbose_name="slug",
                    ),
                ),
                (
                    "is_marketable",
                    models.BooleanField(
                        default=True,
                        help_text="If off, runs of this type are not shown to learners who look for courses.",
                        verbose_name="marketable",
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
                "verbose_name": "historical Course Run Type",
                "verbose_name_plural": "historical Course Run Types",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="HistoricalCourseRunTyping",
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
                    "course_run_type",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog_course_types.courseruntype",
                        verbose_name="course run type",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog.courserun",
                        verbose_name="run",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical Type of a Course Run",
                "verbose_name_plural": "historical Types of Course Runs",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="HistoricalCourseType",
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
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, verbose_name="UUID")),
                (
                    "name",
                    openedx_catalog.lib.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        help_text='What people read, e.g. "Verified".',
                        max_length=64,
                        verbose_name="name",
                    ),
                ),
                (
                    "slug",
                    openedx_catalog.lib.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='Identifies it in other systems, e.g. "verified-audit". Leave blank to make it from the name.',
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
                "verbose_name": "historical Course Type",
                "verbose_name_plural": "historical Course Types",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="HistoricalCourseTypeOrganization",
            fields=[
                ("id", models.BigIntegerField(blank=True, db_index=True, editable=False)),
                ("history_user_name", models.CharField(blank=True, default="", editable=False, max_length=255)),
                ("history_change_reason", models.TextField(null=True)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "course_type",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog_course_types.coursetype",
                        verbose_name="course type",
                    ),
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
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="organization",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical Organization of a Course Type",
                "verbose_name_plural": "historical Organizations of Course Types",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="HistoricalCourseTypeRunType",
            fields=[
                ("id", models.BigIntegerField(blank=True, db_index=True, editable=False)),
                ("history_user_name", models.CharField(blank=True, default="", editable=False, max_length=255)),
                ("position", models.PositiveIntegerField(default=0, verbose_name="position")),
                ("history_change_reason", models.TextField(null=True)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "course_run_type",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog_course_types.courseruntype",
                        verbose_name="course run type",
                    ),
                ),
                (
                    "course_type",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog_course_types.coursetype",
                        verbose_name="course type",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "historical Course Run Type of a Course Type",
                "verbose_name_plural": "historical Course Run Types of Course Types",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="HistoricalCourseTyping",
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
                    "course_type",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog_course_types.coursetype",
                        verbose_name="course type",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "historical Type of a Course",
                "verbose_name_plural": "historical Types of Courses",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="HistoricalMode",
            fields=[
                ("id", models.BigIntegerField(blank=True, db_index=True, editable=False)),
                ("history_user_name", models.CharField(blank=True, default="", editable=False, max_length=255)),
                (
                    "name",
                    openedx_catalog.lib.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        help_text='What people read, e.g. "Verified".',
                        max_length=64,
                        verbose_name="name",
                    ),
                ),
                (
                    "slug",
                    openedx_catalog.lib.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='What the LMS calls it, e.g. "verified". Leave blank to make it from the name.',
                        max_length=64,
                        verbose_name="slug",
                    ),
                ),
                (
                    "is_id_verified",
                    models.BooleanField(
                        default=False,
                        help_text="If on, learners show who they are before they get a certificate.",
                        verbose_name="ID verified",
                    ),
                ),
                (
                    "is_credit_eligible",
                    models.BooleanField(
                        default=False,
                        help_text="If on, learners can get academic credit for it.",
                        verbose_name="credit eligible",
                    ),
                ),
                (
                    "certificate_type",
                    openedx_catalog.lib.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        default="",
                        help_text='Which certificate learners get, as the LMS calls it, e.g. "verified". Blank: none.',
                        max_length=64,
                        verbose_name="certificate type",
                    ),
                ),
                (
                    "payee",
                    models.CharField(
                        blank=True,
                        choices=[("platform", "Platform"), ("organization", "Organization")],
                        default="",
                        help_text="Who is paid for it.",
                        max_length=16,
                        verbose_name="payee",
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
                "verbose_name": "historical Mode",
                "verbose_name_plural": "historical Modes",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="HistoricalSeatType",
            fields=[
                ("id", models.BigIntegerField(blank=True, db_index=True, editable=False)),
                ("history_user_name", models.CharField(blank=True, default="", editable=False, max_length=255)),
                (
                    "name",
                    openedx_catalog.lib.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        help_text='What people read, e.g. "Verified".',
                        max_length=64,
                        verbose_name="name",
                    ),
                ),
                (
                    "slug",
                    openedx_catalog.lib.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='What the shop calls it, e.g. "verified". Leave blank to make it from the name.',
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
                "verbose_name": "historical Seat Type",
                "verbose_name_plural": "historical Seat Types",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="HistoricalTrack",
            fields=[
                ("id", models.BigIntegerField(blank=True, db_index=True, editable=False)),
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
                    "mode",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog_course_types.mode",
                        verbose_name="mode",
                    ),
                ),
                (
                    "seat_type",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        help_text="Blank: nothing is sold for it.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog_course_types.seattype",
                        verbose_name="seat type",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical Track",
                "verbose_name_plural": "historical Tracks",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="HistoricalCourseTypeEntitlement",
            fields=[
                ("id", models.BigIntegerField(blank=True, db_index=True, editable=False)),
                ("history_user_name", models.CharField(blank=True, default="", editable=False, max_length=255)),
                ("history_change_reason", models.TextField(null=True)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "course_type",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog_course_types.coursetype",
                        verbose_name="course type",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "seat_type",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog_course_types.seattype",
                        verbose_name="seat type",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical Entitlement of a Course Type",
                "verbose_name_plural": "historical Entitlements of Course Types",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="CourseTypeEntitlement",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "course_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entitlement_rows",
                        to="openedx_catalog_course_types.coursetype",
                        verbose_name="course type",
                    ),
                ),
                (
                    "seat_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="openedx_catalog_course_types.seattype",
                        verbose_name="seat type",
                    ),
                ),
            ],
            options={
                "verbose_name": "Entitlement of a Course Type",
                "verbose_name_plural": "Entitlements of Course Types",
                "ordering": ("id",),
            },
        ),
        migrations.AddField(
            model_name="coursetype",
            name="entitlement_types",
            field=models.ManyToManyField(
                related_name="course_types",
                through="openedx_catalog_course_types.CourseTypeEntitlement",
                to="openedx_catalog_course_types.seattype",
            ),
        ),
        _operations.CreateModel(
            name="Track",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "slot",
                    openedx_catalog.lib.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "postgresql": "C", "sqlite": "BINARY"},
                        editable=False,
                        max_length=48,
                        unique=True,
                    ),
                ),
                (
                    "mode",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tracks",
                        to="openedx_catalog_course_types.mode",
                        verbose_name="mode",
                    ),
                ),
                (
                    "seat_type",
                    models.ForeignKey(
                        blank=True,
                        help_text="Blank: nothing is sold for it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tracks",
                        to="openedx_catalog_course_types.seattype",
                        verbose_name="seat type",
                    ),
                ),
            ],
            options={
                "verbose_name": "Track",
                "verbose_name_plural": "Tracks",
                "ordering": ("id",),
            },
        ),
        _operations.CreateModel(
            name="HistoricalCourseRunTypeTrack",
            fields=[
                ("id", models.BigIntegerField(blank=True, db_index=True, editable=False)),
                ("history_user_name", models.CharField(blank=True, default="", editable=False, max_length=255)),
                ("history_change_reason", models.TextField(null=True)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "course_run_type",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog_course_types.courseruntype",
                        verbose_name="course run type",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "track",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog_course_types.track",
                        verbose_name="track",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical Track of a Course Run Type",
                "verbose_name_plural": "historical Tracks of Course Run Types",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="CourseRunTypeTrack",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "course_run_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="track_rows",
                        to="openedx_catalog_course_types.courseruntype",
                        verbose_name="course run type",
                    ),
                ),
                (
                    "track",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="openedx_catalog_course_types.track",
                        verbose_name="track",
                    ),
                ),
            ],
            options={
                "verbose_name": "Track of a Course Run Type",
                "verbose_name_plural": "Tracks of Course Run Types",
                "ordering": ("id",),
            },
        ),
        migrations.AddField(
            model_name="courseruntype",
            name="tracks",
            field=models.ManyToManyField(
                related_name="course_run_types",
                through="openedx_catalog_course_types.CourseRunTypeTrack",
                to="openedx_catalog_course_types.track",
            ),
        ),
        _operations.CreateModel(
            name="CourseTypeOrganization",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "course_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="organization_rows",
                        to="openedx_catalog_course_types.coursetype",
                        verbose_name="course type",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="organization",
                    ),
                ),
            ],
            options={
                "verbose_name": "Organization of a Course Type",
                "verbose_name_plural": "Organizations of Course Types",
                "ordering": ("id",),
                "constraints": [
                    models.UniqueConstraint(fields=("course_type", "organization"), name="oex_course_types_organization_uniq")
                ],
            },
        ),
        _operations.AddConstraint(
            model_name="coursetyperuntype",
            constraint=models.UniqueConstraint(
                fields=("course_type", "course_run_type"), name="oex_course_types_run_type_uniq"
            ),
        ),
        _operations.AddConstraint(
            model_name="coursetypeentitlement",
            constraint=models.UniqueConstraint(fields=("course_type", "seat_type"), name="oex_course_types_entitlement_uniq"),
        ),
        _operations.AddConstraint(
            model_name="courseruntypetrack",
            constraint=models.UniqueConstraint(fields=("course_run_type", "track"), name="oex_course_types_track_uniq"),
        ),
    ]
