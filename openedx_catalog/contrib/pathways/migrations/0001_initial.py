"""Learner pathways, their steps, and pathways of programs."""

import uuid

import django.core.validators
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
        ("auth", "0012_alter_user_first_name_max_length"),
        ("openedx_catalog", "1002_fill_identity"),
        ("openedx_catalog_programs", "0004_former_slugs"),
        ("organizations", "0004_auto_20230727_2054"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        _operations.CreateModel(
            name="ProgramPathway",
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
                        help_text="What learners choose, when they send their record.",
                        max_length=255,
                        verbose_name="name",
                    ),
                ),
                (
                    "org_name",
                    openedx_catalog.lib.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        default="",
                        help_text="Who accepts the record.",
                        max_length=255,
                        verbose_name="organization",
                    ),
                ),
                (
                    "email",
                    models.EmailField(
                        blank=True,
                        default="",
                        help_text="Where the records of learners are sent. Without it the LMS does not show the pathway.",
                        max_length=254,
                        verbose_name="e-mail",
                    ),
                ),
                ("description", models.TextField(blank=True, default="", verbose_name="description")),
                (
                    "destination_url",
                    models.URLField(
                        blank=True, default="", help_text="For more about it.", max_length=255, verbose_name="address"
                    ),
                ),
                (
                    "pathway_type",
                    models.CharField(
                        choices=[("credit", "Credit"), ("industry", "Industry")],
                        default="credit",
                        max_length=16,
                        verbose_name="type",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("unpublished", "Unpublished"), ("published", "Published"), ("retired", "Retired")],
                        default="unpublished",
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
            ],
            options={
                "verbose_name": "Program Pathway",
                "verbose_name_plural": "Program Pathways",
                "ordering": ("id",),
            },
        ),
        _operations.CreateModel(
            name="HistoricalLearnerPathway",
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
                    "uuid",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        help_text="Identifies this pathway across services; never changes.",
                        verbose_name="UUID",
                    ),
                ),
                (
                    "title",
                    openedx_catalog.lib.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        help_text="Title shown to learners.",
                        max_length=255,
                        verbose_name="title",
                    ),
                ),
                (
                    "overview",
                    models.TextField(
                        blank=True,
                        default="",
                        help_text="What learners read of the pathway, in a few sentences.",
                        verbose_name="overview",
                    ),
                ),
                (
                    "image",
                    models.TextField(
                        blank=True, help_text="PNG, JPEG, GIF or WebP, at most 2 MB.", max_length=255, verbose_name="image"
                    ),
                ),
                (
                    "image_alt",
                    openedx_catalog.lib.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        default="",
                        help_text="What is to be seen in the image, for those who cannot see it. Required with an image.",
                        max_length=255,
                        verbose_name="image description",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("inactive", "Inactive"), ("active", "Active")],
                        default="inactive",
                        help_text="Inactive: being prepared, or over. Learners do not see it, and no address leads to it.",
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                (
                    "visibility",
                    models.CharField(
                        choices=[("listed", "Listed"), ("unlisted", "Unlisted")],
                        default="listed",
                        help_text="Unlisted: in no list, and seen by whoever has its address.",
                        max_length=16,
                        verbose_name="visibility",
                    ),
                ),
                (
                    "scope",
                    models.CharField(
                        choices=[("everybody", "Everybody"), ("organizations", "Organizations"), ("groups", "Groups")],
                        default="everybody",
                        help_text="Everybody, learners of the organizations below, or of the groups below. Nobody else sees it.",
                        max_length=16,
                        verbose_name="scope",
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
                    "catalog_pathway",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        help_text="What learners enroll in, where they do: this says what it takes to complete it.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog.catalogpathway",
                        verbose_name="catalog pathway",
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
                "verbose_name": "historical Learner Pathway",
                "verbose_name_plural": "historical Learner Pathways",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="HistoricalProgramPathway",
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
                        help_text="What learners choose, when they send their record.",
                        max_length=255,
                        verbose_name="name",
                    ),
                ),
                (
                    "org_name",
                    openedx_catalog.lib.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        default="",
                        help_text="Who accepts the record.",
                        max_length=255,
                        verbose_name="organization",
                    ),
                ),
                (
                    "email",
                    models.EmailField(
                        blank=True,
                        default="",
                        help_text="Where the records of learners are sent. Without it the LMS does not show the pathway.",
                        max_length=254,
                        verbose_name="e-mail",
                    ),
                ),
                ("description", models.TextField(blank=True, default="", verbose_name="description")),
                (
                    "destination_url",
                    models.URLField(
                        blank=True, default="", help_text="For more about it.", max_length=255, verbose_name="address"
                    ),
                ),
                (
                    "pathway_type",
                    models.CharField(
                        choices=[("credit", "Credit"), ("industry", "Industry")],
                        default="credit",
                        max_length=16,
                        verbose_name="type",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("unpublished", "Unpublished"), ("published", "Published"), ("retired", "Retired")],
                        default="unpublished",
                        max_length=16,
                        verbose_name="status",
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
                "verbose_name": "historical Program Pathway",
                "verbose_name_plural": "historical Program Pathways",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="LearnerPathway",
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
                    "uuid",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        help_text="Identifies this pathway across services; never changes.",
                        unique=True,
                        verbose_name="UUID",
                    ),
                ),
                (
                    "title",
                    openedx_catalog.lib.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        help_text="Title shown to learners.",
                        max_length=255,
                        verbose_name="title",
                    ),
                ),
                (
                    "overview",
                    models.TextField(
                        blank=True,
                        default="",
                        help_text="What learners read of the pathway, in a few sentences.",
                        verbose_name="overview",
                    ),
                ),
                (
                    "image",
                    models.ImageField(
                        blank=True,
                        help_text="PNG, JPEG, GIF or WebP, at most 2 MB.",
                        max_length=255,
                        upload_to="openedx_catalog/pathways",
                        verbose_name="image",
                    ),
                ),
                (
                    "image_alt",
                    openedx_catalog.lib.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        default="",
                        help_text="What is to be seen in the image, for those who cannot see it. Required with an image.",
                        max_length=255,
                        verbose_name="image description",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("inactive", "Inactive"), ("active", "Active")],
                        default="inactive",
                        help_text="Inactive: being prepared, or over. Learners do not see it, and no address leads to it.",
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                (
                    "visibility",
                    models.CharField(
                        choices=[("listed", "Listed"), ("unlisted", "Unlisted")],
                        default="listed",
                        help_text="Unlisted: in no list, and seen by whoever has its address.",
                        max_length=16,
                        verbose_name="visibility",
                    ),
                ),
                (
                    "scope",
                    models.CharField(
                        choices=[("everybody", "Everybody"), ("organizations", "Organizations"), ("groups", "Groups")],
                        default="everybody",
                        help_text="Everybody, learners of the organizations below, or of the groups below. Nobody else sees it.",
                        max_length=16,
                        verbose_name="scope",
                    ),
                ),
                (
                    "catalog_pathway",
                    models.OneToOneField(
                        blank=True,
                        help_text="What learners enroll in, where they do: this says what it takes to complete it.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="learner_pathway",
                        to="openedx_catalog.catalogpathway",
                        verbose_name="catalog pathway",
                    ),
                ),
            ],
            options={
                "verbose_name": "Learner Pathway",
                "verbose_name_plural": "Learner Pathways",
            },
        ),
        _operations.CreateModel(
            name="HistoricalLearnerPathwayStep",
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
                ("position", models.PositiveIntegerField(verbose_name="position")),
                (
                    "title",
                    openedx_catalog.lib.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        default="",
                        help_text='What learners read above it, e.g. "The basics". May be blank.',
                        max_length=255,
                        verbose_name="title",
                    ),
                ),
                (
                    "min_requirement",
                    models.PositiveSmallIntegerField(
                        default=1,
                        help_text="How many of what it offers a learner has to complete: from 1 to all.",
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="minimum to complete",
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
                    "pathway",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog_pathways.learnerpathway",
                        verbose_name="learner pathway",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical Step of a Pathway",
                "verbose_name_plural": "historical Steps of Pathways",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="HistoricalLearnerPathwayOrganization",
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
                ("position", models.PositiveIntegerField(default=0, verbose_name="position")),
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
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="organization",
                    ),
                ),
                (
                    "pathway",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog_pathways.learnerpathway",
                        verbose_name="learner pathway",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical Organization of a Pathway",
                "verbose_name_plural": "historical Organizations of Pathways",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="HistoricalLearnerPathwayGroup",
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
                ("position", models.PositiveIntegerField(default=0, verbose_name="position")),
                ("history_change_reason", models.TextField(null=True)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="auth.group",
                        verbose_name="group",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "pathway",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog_pathways.learnerpathway",
                        verbose_name="learner pathway",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical Group of a Pathway",
                "verbose_name_plural": "historical Groups of Pathways",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="LearnerPathwayGroup",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("created", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "modified",
                    model_utils.fields.AutoLastModifiedField(
                        default=django.utils.timezone.now, editable=False, null=True, verbose_name="modified"
                    ),
                ),
                ("position", models.PositiveIntegerField(default=0, verbose_name="position")),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="auth.group", verbose_name="group"
                    ),
                ),
                (
                    "pathway",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="group_rows",
                        to="openedx_catalog_pathways.learnerpathway",
                        verbose_name="learner pathway",
                    ),
                ),
            ],
            options={
                "verbose_name": "Group of a Pathway",
                "verbose_name_plural": "Groups of Pathways",
                "ordering": ("position", "id"),
                "abstract": False,
            },
        ),
        _operations.CreateModel(
            name="LearnerPathwayOrganization",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("created", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "modified",
                    model_utils.fields.AutoLastModifiedField(
                        default=django.utils.timezone.now, editable=False, null=True, verbose_name="modified"
                    ),
                ),
                ("position", models.PositiveIntegerField(default=0, verbose_name="position")),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="organization",
                    ),
                ),
                (
                    "pathway",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="organization_rows",
                        to="openedx_catalog_pathways.learnerpathway",
                        verbose_name="learner pathway",
                    ),
                ),
            ],
            options={
                "verbose_name": "Organization of a Pathway",
                "verbose_name_plural": "Organizations of Pathways",
                "ordering": ("position", "id"),
                "abstract": False,
            },
        ),
        _operations.CreateModel(
            name="LearnerPathwayStep",
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
                ("position", models.PositiveIntegerField(verbose_name="position")),
                (
                    "title",
                    openedx_catalog.lib.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        default="",
                        help_text='What learners read above it, e.g. "The basics". May be blank.',
                        max_length=255,
                        verbose_name="title",
                    ),
                ),
                (
                    "min_requirement",
                    models.PositiveSmallIntegerField(
                        default=1,
                        help_text="How many of what it offers a learner has to complete: from 1 to all.",
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="minimum to complete",
                    ),
                ),
                (
                    "pathway",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="openedx_catalog_pathways.learnerpathway",
                        verbose_name="learner pathway",
                    ),
                ),
            ],
            options={
                "verbose_name": "Step of a Pathway",
                "verbose_name_plural": "Steps of Pathways",
                "ordering": ("position", "id"),
            },
        ),
        _operations.CreateModel(
            name="LearnerPathwayNode",
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
                ("position", models.PositiveIntegerField(default=0, verbose_name="position")),
                (
                    "usage_key",
                    openedx_catalog.lib.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        default="",
                        help_text='The usage key of a part of the course, e.g. "block-v1:MITx+14.100x+1T2018+type@video+block@intro".',
                        max_length=255,
                        verbose_name="block",
                    ),
                ),
                (
                    "hours",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        help_text="How long a learner needs. Blank: as the effort of the course or program says; unknown of a block.",
                        max_digits=6,
                        null=True,
                        verbose_name="hours",
                    ),
                ),
                (
                    "catalog_course",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="openedx_catalog.catalogcourse",
                        verbose_name="catalog course",
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="openedx_catalog_programs.program",
                        verbose_name="program",
                    ),
                ),
                (
                    "step",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="nodes",
                        to="openedx_catalog_pathways.learnerpathwaystep",
                        verbose_name="step",
                    ),
                ),
            ],
            options={
                "verbose_name": "Node of a Pathway",
                "verbose_name_plural": "Nodes of Pathways",
                "ordering": ("position", "id"),
            },
        ),
        _operations.CreateModel(
            name="HistoricalLearnerPathwayNode",
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
                ("position", models.PositiveIntegerField(default=0, verbose_name="position")),
                (
                    "usage_key",
                    openedx_catalog.lib.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        default="",
                        help_text='The usage key of a part of the course, e.g. "block-v1:MITx+14.100x+1T2018+type@video+block@intro".',
                        max_length=255,
                        verbose_name="block",
                    ),
                ),
                (
                    "hours",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        help_text="How long a learner needs. Blank: as the effort of the course or program says; unknown of a block.",
                        max_digits=6,
                        null=True,
                        verbose_name="hours",
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
                    "step",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog_pathways.learnerpathwaystep",
                        verbose_name="step",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical Node of a Pathway",
                "verbose_name_plural": "historical Nodes of Pathways",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="HistoricalProgramPathwayProgram",
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
                ("position", models.PositiveIntegerField(default=0, verbose_name="position")),
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
                    "pathway",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog_pathways.programpathway",
                        verbose_name="program pathway",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical Program of a Pathway",
                "verbose_name_plural": "historical Programs of Pathways",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="ProgramPathwayProgram",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("created", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "modified",
                    model_utils.fields.AutoLastModifiedField(
                        default=django.utils.timezone.now, editable=False, null=True, verbose_name="modified"
                    ),
                ),
                ("position", models.PositiveIntegerField(default=0, verbose_name="position")),
                (
                    "pathway",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="program_rows",
                        to="openedx_catalog_pathways.programpathway",
                        verbose_name="program pathway",
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="openedx_catalog_programs.program",
                        verbose_name="program",
                    ),
                ),
            ],
            options={
                "verbose_name": "Program of a Pathway",
                "verbose_name_plural": "Programs of Pathways",
                "ordering": ("position", "id"),
                "abstract": False,
            },
        ),
        _operations.AddIndex(
            model_name="learnerpathway",
            index=models.Index(fields=["status", "visibility", "id"], name="oex_pathways_pathway_shown"),
        ),
        _operations.AddConstraint(
            model_name="learnerpathwaygroup",
            constraint=models.UniqueConstraint(fields=("pathway", "group"), name="oex_pathways_group_uniq"),
        ),
        _operations.AddConstraint(
            model_name="learnerpathwayorganization",
            constraint=models.UniqueConstraint(fields=("pathway", "organization"), name="oex_pathways_organization_uniq"),
        ),
        _operations.AddConstraint(
            model_name="learnerpathwaystep",
            constraint=models.UniqueConstraint(fields=("pathway", "position"), name="oex_pathways_step_position"),
        ),
        _operations.AddConstraint(
            model_name="learnerpathwaystep",
            constraint=models.CheckConstraint(condition=models.Q(("min_requirement__gte", 1)), name="oex_pathways_step_min"),
        ),
        _operations.AddConstraint(
            model_name="learnerpathwaynode",
            constraint=models.UniqueConstraint(fields=("step", "catalog_course", "usage_key"), name="oex_pathways_node_course"),
        ),
        _operations.AddConstraint(
            model_name="learnerpathwaynode",
            constraint=models.UniqueConstraint(fields=("step", "program"), name="oex_pathways_node_program"),
        ),
        _operations.AddConstraint(
            model_name="learnerpathwaynode",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("program__isnull", True),
                    models.Q(("catalog_course__isnull", True), ("usage_key", "")),
                    _connector="OR",
                ),
                name="oex_pathways_node_target",
            ),
        ),
        _operations.AddConstraint(
            model_name="programpathwayprogram",
            constraint=models.UniqueConstraint(fields=("pathway", "program"), name="oex_pathways_program_uniq"),
        ),
    ]
