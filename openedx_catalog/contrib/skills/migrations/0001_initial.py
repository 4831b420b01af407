"""Skills, which courses and programs have which, and which programs were published."""

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
        ("openedx_catalog_programs", "0004_former_slugs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        _operations.CreateModel(
            name="Skill",
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
                        help_text='What people read, e.g. "Circuit analysis". Unique, ignoring case.',
                        max_length=255,
                        verbose_name="name",
                    ),
                ),
                ("name_ci", openedx_catalog.lib.fields.FoldedCharField(source="name", unique=True)),
                (
                    "external_id",
                    openedx_catalog.lib.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text="What the service calls it that found it, so that another name there is still the same skill.",
                        max_length=255,
                        null=True,
                        unique=True,
                        verbose_name="external ID",
                    ),
                ),
                (
                    "description",
                    models.TextField(
                        blank=True, default="", help_text="What it means, in a few sentences.", verbose_name="description"
                    ),
                ),
            ],
            options={
                "verbose_name": "Skill",
                "verbose_name_plural": "Skills",
                "ordering": ("name_ci", "id"),
            },
        ),
        _operations.CreateModel(
            name="HistoricalSkill",
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
                        help_text='What people read, e.g. "Circuit analysis". Unique, ignoring case.',
                        max_length=255,
                        verbose_name="name",
                    ),
                ),
                (
                    "external_id",
                    openedx_catalog.lib.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text="What the service calls it that found it, so that another name there is still the same skill.",
                        max_length=255,
                        null=True,
                        verbose_name="external ID",
                    ),
                ),
                (
                    "description",
                    models.TextField(
                        blank=True, default="", help_text="What it means, in a few sentences.", verbose_name="description"
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
                "verbose_name": "historical Skill",
                "verbose_name_plural": "historical Skills",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="ProgramPublication",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "first_published_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        editable=False,
                        help_text="At the latest: when this app noticed it.",
                        verbose_name="first published at",
                    ),
                ),
                (
                    "program",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="openedx_catalog_programs.program",
                        verbose_name="program",
                    ),
                ),
            ],
            options={
                "verbose_name": "Publication of a Program",
                "verbose_name_plural": "Publications of Programs",
            },
        ),
        _operations.CreateModel(
            name="HistoricalProgramSkill",
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
                    "source",
                    openedx_catalog.lib.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        default="",
                        help_text='Who says so, e.g. "taxonomy" or "manual". An import takes away only what the same source has given.',
                        max_length=64,
                        verbose_name="source",
                    ),
                ),
                (
                    "confidence",
                    models.FloatField(
                        blank=True,
                        help_text="From 0 to 1, how sure the source is. Empty: nobody has said it.",
                        null=True,
                        verbose_name="confidence",
                    ),
                ),
                (
                    "blocked",
                    models.BooleanField(
                        default=False,
                        help_text="If on, the skill is never shown here, and no import brings it back. The row has to stay for that.",
                        verbose_name="blocked",
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
                (
                    "program",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog_programs.program",
                        verbose_name="program",
                    ),
                ),
                (
                    "skill",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog_skills.skill",
                        verbose_name="skill",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical Skill of a Program",
                "verbose_name_plural": "historical Skills of Programs",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="HistoricalCourseSkill",
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
                    "source",
                    openedx_catalog.lib.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        default="",
                        help_text='Who says so, e.g. "taxonomy" or "manual". An import takes away only what the same source has given.',
                        max_length=64,
                        verbose_name="source",
                    ),
                ),
                (
                    "confidence",
                    models.FloatField(
                        blank=True,
                        help_text="From 0 to 1, how sure the source is. Empty: nobody has said it.",
                        null=True,
                        verbose_name="confidence",
                    ),
                ),
                (
                    "blocked",
                    models.BooleanField(
                        default=False,
                        help_text="If on, the skill is never shown here, and no import brings it back. The row has to stay for that.",
                        verbose_name="blocked",
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
                    "skill",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog_skills.skill",
                        verbose_name="skill",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical Skill of a Course",
                "verbose_name_plural": "historical Skills of Courses",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="ProgramSkill",
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
                    "source",
                    openedx_catalog.lib.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        default="",
                        help_text='Who says so, e.g. "taxonomy" or "manual". An import takes away only what the same source has given.',
                        max_length=64,
                        verbose_name="source",
                    ),
                ),
                (
                    "confidence",
                    models.FloatField(
                        blank=True,
                        help_text="From 0 to 1, how sure the source is. Empty: nobody has said it.",
                        null=True,
                        verbose_name="confidence",
                    ),
                ),
                (
                    "blocked",
                    models.BooleanField(
                        default=False,
                        help_text="If on, the skill is never shown here, and no import brings it back. The row has to stay for that.",
                        verbose_name="blocked",
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="skill_rows",
                        to="openedx_catalog_programs.program",
                        verbose_name="program",
                    ),
                ),
                (
                    "skill",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="openedx_catalog_skills.skill",
                        verbose_name="skill",
                    ),
                ),
            ],
            options={
                "verbose_name": "Skill of a Program",
                "verbose_name_plural": "Skills of Programs",
                "constraints": [
                    models.UniqueConstraint(fields=("program", "skill"), name="oex_skills_program"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confidence", None), models.Q(("confidence__gte", 0), ("confidence__lte", 1)), _connector="OR"
                        ),
                        name="oex_skills_program_confidence",
                    ),
                ],
            },
        ),
        _operations.CreateModel(
            name="CourseSkill",
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
                    "source",
                    openedx_catalog.lib.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        default="",
                        help_text='Who says so, e.g. "taxonomy" or "manual". An import takes away only what the same source has given.',
                        max_length=64,
                        verbose_name="source",
                    ),
                ),
                (
                    "confidence",
                    models.FloatField(
                        blank=True,
                        help_text="From 0 to 1, how sure the source is. Empty: nobody has said it.",
                        null=True,
                        verbose_name="confidence",
                    ),
                ),
                (
                    "blocked",
                    models.BooleanField(
                        default=False,
                        help_text="If on, the skill is never shown here, and no import brings it back. The row has to stay for that.",
                        verbose_name="blocked",
                    ),
                ),
                (
                    "catalog_course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="skill_rows",
                        to="openedx_catalog.catalogcourse",
                        verbose_name="catalog course",
                    ),
                ),
                (
                    "skill",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="openedx_catalog_skills.skill",
                        verbose_name="skill",
                    ),
                ),
            ],
            options={
                "verbose_name": "Skill of a Course",
                "verbose_name_plural": "Skills of Courses",
                "constraints": [
                    models.UniqueConstraint(fields=("catalog_course", "skill"), name="oex_skills_course"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confidence", None), models.Q(("confidence__gte", 0), ("confidence__lte", 1)), _connector="OR"
                        ),
                        name="oex_skills_course_confidence",
                    ),
                ],
            },
        ),
    ]
