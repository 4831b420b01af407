"""Programs, curricula, degrees, partners' keys of runs, and their history."""

import uuid

import django.db.models.deletion
import django.utils.timezone
import model_utils.fields
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import openedx_catalog.fields
from openedx_catalog.migrations import _operations


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("openedx_catalog", "1001_own_tables"),
        ("organizations", "0002_unique_short_name"),
    ]

    operations = [
        _operations.CreateModel(
            name="ProgramType",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="UUID")),
                (
                    "name",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        help_text='Name shown to learners, e.g. "MicroMasters".',
                        max_length=64,
                        verbose_name="name",
                    ),
                ),
                (
                    "slug",
                    openedx_catalog.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='Identifies the type in other systems, e.g. "micromasters", so do not change it later. Lowercase letters, digits and hyphens; leave blank for a new type to make it from the name.',
                        max_length=64,
                        unique=True,
                        verbose_name="slug",
                    ),
                ),
            ],
            options={
                "verbose_name": "Program Type",
                "verbose_name_plural": "Program Types",
                "ordering": ("name",),
            },
        ),
        _operations.CreateModel(
            name="Program",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "uuid",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        help_text="Identifies this program across services; never changes.",
                        unique=True,
                        verbose_name="UUID",
                    ),
                ),
                (
                    "title",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        help_text="Title shown to learners.",
                        max_length=255,
                        verbose_name="title",
                    ),
                ),
                (
                    "subtitle",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="A second line shown below the title.",
                        max_length=255,
                        verbose_name="subtitle",
                    ),
                ),
                (
                    "type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="programs",
                        to="openedx_catalog_programs.programtype",
                        verbose_name="type",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("unpublished", "Unpublished"),
                            ("active", "Active"),
                            ("retired", "Retired"),
                            ("deleted", "Deleted"),
                        ],
                        default="unpublished",
                        help_text="Active: offered. Retired: kept for its learners, with no new runs. Deleted: hidden everywhere.",
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                (
                    "retired_at",
                    models.DateTimeField(
                        blank=True,
                        editable=False,
                        help_text="When the program was retired. Runs that start at that time or later do not count; without a start date, the day they were added decides.",
                        null=True,
                        verbose_name="retired at",
                    ),
                ),
                (
                    "hidden",
                    models.BooleanField(
                        default=False,
                        help_text="If on, the program is in no list and has no public page: only whoever may view programs, and the LMS, know of it.",
                        verbose_name="hidden",
                    ),
                ),
                (
                    "marketing_slug",
                    openedx_catalog.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='End of the address of its page, e.g. "mitx-circuits-and-electronics". Unique, ignoring case.',
                        max_length=255,
                        null=True,
                        verbose_name="marketing slug",
                    ),
                ),
                ("marketing_slug_ci", openedx_catalog.fields.FoldedCharField(source="marketing_slug", unique=True)),
                (
                    "readable_id",
                    openedx_catalog.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='For URLs, e.g. "program-v1:MITx+DEDP". Unique, ignoring case.',
                        max_length=255,
                        null=True,
                        verbose_name="readable ID",
                    ),
                ),
                ("readable_id_ci", openedx_catalog.fields.FoldedCharField(source="readable_id", unique=True)),
                ("created", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "modified",
                    model_utils.fields.AutoLastModifiedField(
                        default=django.utils.timezone.now, editable=False, null=True, verbose_name="modified"
                    ),
                ),
                (
                    "description",
                    models.TextField(
                        blank=True,
                        default="",
                        help_text="What learners read of the program, in a few sentences.",
                        verbose_name="description",
                    ),
                ),
                (
                    "image",
                    models.ImageField(
                        blank=True,
                        help_text="PNG, JPEG, GIF or WebP, at most 2 MB.",
                        max_length=255,
                        upload_to="openedx_catalog/programs",
                        verbose_name="image",
                    ),
                ),
                (
                    "image_alt",
                    openedx_catalog.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        default="",
                        help_text="What is to be seen in the image, for those who cannot see it. Required with an image.",
                        max_length=255,
                        verbose_name="image description",
                    ),
                ),
            ],
            options={
                "verbose_name": "Program",
                "verbose_name_plural": "Programs",
                "indexes": [models.Index(fields=["status", "id"], name="oex_programs_program_status")],
            },
        ),
        _operations.CreateModel(
            name="ProgramOrganization",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "program",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="organizations",
                        to="openedx_catalog_programs.program",
                        verbose_name="program",
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
                (
                    "role",
                    models.CharField(
                        choices=[("authoring", "Authoring"), ("credit", "Credit backing")],
                        default="authoring",
                        max_length=16,
                        verbose_name="role",
                    ),
                ),
                ("position", models.PositiveIntegerField(default=0, verbose_name="position")),
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
        _operations.CreateModel(
            name="Degree",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "program",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="degree",
                        to="openedx_catalog_programs.program",
                        verbose_name="program",
                    ),
                ),
                (
                    "apply_url",
                    models.URLField(
                        blank=True,
                        default="",
                        help_text="The page where learners apply.",
                        max_length=255,
                        verbose_name="apply url",
                    ),
                ),
                ("created", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "modified",
                    model_utils.fields.AutoLastModifiedField(
                        default=django.utils.timezone.now, editable=False, null=True, verbose_name="modified"
                    ),
                ),
            ],
            options={
                "verbose_name": "Degree",
                "verbose_name_plural": "Degrees",
            },
        ),
        _operations.CreateModel(
            name="DegreeCost",
            fields=[
                (
                    "effective_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When this takes effect (UTC). Leave blank if it has always been in effect.",
                        null=True,
                        verbose_name="effective at",
                    ),
                ),
                (
                    "retired_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When this ends (UTC). Leave blank if it has no end date.",
                        null=True,
                        verbose_name="retired at",
                    ),
                ),
                (
                    "version",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        default="1",
                        help_text="Distinguishes what was offered, retired and offered again.",
                        max_length=32,
                        verbose_name="version",
                    ),
                ),
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "degree",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="costs",
                        to="openedx_catalog_programs.degree",
                        verbose_name="degree",
                    ),
                ),
                (
                    "description",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='What the amount is for, e.g. "Tuition".',
                        max_length=255,
                        verbose_name="description",
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=12, verbose_name="amount")),
                ("currency", models.CharField(help_text='ISO 4217 code, e.g. "USD".', max_length=3, verbose_name="currency")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="UUID")),
            ],
            options={
                "verbose_name": "Degree Cost",
                "verbose_name_plural": "Degree Costs",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("effective_at", None),
                            ("retired_at", None),
                            ("retired_at__gte", models.F("effective_at")),
                            _connector="OR",
                        ),
                        name="oex_programs_cost_dates",
                    ),
                    models.UniqueConstraint(fields=("degree", "description", "version"), name="oex_programs_cost_version_uniq"),
                ],
            },
        ),
        _operations.CreateModel(
            name="DegreeDeadline",
            fields=[
                (
                    "effective_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When this takes effect (UTC). Leave blank if it has always been in effect.",
                        null=True,
                        verbose_name="effective at",
                    ),
                ),
                (
                    "retired_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When this ends (UTC). Leave blank if it has no end date.",
                        null=True,
                        verbose_name="retired at",
                    ),
                ),
                (
                    "version",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        default="1",
                        help_text="Distinguishes what was offered, retired and offered again.",
                        max_length=32,
                        verbose_name="version",
                    ),
                ),
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "degree",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deadlines",
                        to="openedx_catalog_programs.degree",
                        verbose_name="degree",
                    ),
                ),
                (
                    "semester",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='For example "Spring 2027".',
                        max_length=100,
                        verbose_name="semester",
                    ),
                ),
                (
                    "name",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='For example "Application".',
                        max_length=100,
                        verbose_name="name",
                    ),
                ),
                ("due_at", models.DateTimeField(help_text="Date and time in UTC.", verbose_name="due at")),
                (
                    "zone",
                    models.CharField(
                        default="UTC",
                        help_text='IANA time zone in which the date is shown, e.g. "America/New_York".',
                        max_length=64,
                        verbose_name="zone",
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="UUID")),
            ],
            options={
                "verbose_name": "Degree Deadline",
                "verbose_name_plural": "Degree Deadlines",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("effective_at", None),
                            ("retired_at", None),
                            ("retired_at__gte", models.F("effective_at")),
                            _connector="OR",
                        ),
                        name="oex_programs_deadline_dates",
                    ),
                    models.UniqueConstraint(
                        fields=("degree", "semester", "name", "version"), name="oex_programs_deadline_version_uniq"
                    ),
                ],
            },
        ),
        _operations.CreateModel(
            name="Curriculum",
            fields=[
                (
                    "effective_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When this takes effect (UTC). Leave blank if it has always been in effect.",
                        null=True,
                        verbose_name="effective at",
                    ),
                ),
                (
                    "retired_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When this ends (UTC). Leave blank if it has no end date.",
                        null=True,
                        verbose_name="retired at",
                    ),
                ),
                (
                    "version",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        default="1",
                        help_text="Distinguishes what was offered, retired and offered again.",
                        max_length=32,
                        verbose_name="version",
                    ),
                ),
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="UUID")),
                (
                    "program",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="curricula",
                        to="openedx_catalog_programs.program",
                        verbose_name="program",
                    ),
                ),
                (
                    "name",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='Distinguishes it from the other curricula of the program, e.g. "Business Analytics".',
                        max_length=255,
                        verbose_name="name",
                    ),
                ),
                ("created", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "modified",
                    model_utils.fields.AutoLastModifiedField(
                        default=django.utils.timezone.now, editable=False, null=True, verbose_name="modified"
                    ),
                ),
                (
                    "closed_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When it closes to new learners (UTC). Those who are in it go on until it is retired. Blank: it does not.",
                        null=True,
                        verbose_name="closed at",
                    ),
                ),
            ],
            options={
                "verbose_name": "Curriculum",
                "verbose_name_plural": "Curricula",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("effective_at", None),
                            ("retired_at", None),
                            ("retired_at__gte", models.F("effective_at")),
                            _connector="OR",
                        ),
                        name="oex_programs_curriculum_dates",
                    ),
                    models.UniqueConstraint(fields=("program", "name", "version"), name="oex_programs_curriculum_version_uniq"),
                ],
            },
        ),
        _operations.CreateModel(
            name="CurriculumCourseMembership",
            fields=[
                (
                    "effective_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When this takes effect (UTC). Leave blank if it has always been in effect.",
                        null=True,
                        verbose_name="effective at",
                    ),
                ),
                (
                    "retired_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When this ends (UTC). Leave blank if it has no end date.",
                        null=True,
                        verbose_name="retired at",
                    ),
                ),
                (
                    "version",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        default="1",
                        help_text="Distinguishes what was offered, retired and offered again.",
                        max_length=32,
                        verbose_name="version",
                    ),
                ),
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "curriculum",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="course_memberships",
                        to="openedx_catalog_programs.curriculum",
                        verbose_name="curriculum",
                    ),
                ),
                (
                    "catalog_course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="curriculum_memberships",
                        to="openedx_catalog.catalogcourse",
                        verbose_name="catalog course",
                    ),
                ),
                (
                    "position",
                    models.PositiveIntegerField(
                        default=0, help_text="Position in the curriculum, from 0.", verbose_name="position"
                    ),
                ),
                (
                    "group",
                    openedx_catalog.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        default="",
                        help_text="The group of the curriculum of which it counts, e.g. Electives. Leave blank if it is required.",
                        max_length=100,
                        verbose_name="group",
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="UUID")),
            ],
            options={
                "verbose_name": "Curriculum Course",
                "verbose_name_plural": "Curriculum Courses",
                "ordering": ("position", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("effective_at", None),
                            ("retired_at", None),
                            ("retired_at__gte", models.F("effective_at")),
                            _connector="OR",
                        ),
                        name="oex_programs_course_dates",
                    ),
                    models.UniqueConstraint(
                        fields=("curriculum", "catalog_course", "version"), name="oex_programs_course_version_uniq"
                    ),
                ],
            },
        ),
        _operations.CreateModel(
            name="CurriculumProgramMembership",
            fields=[
                (
                    "effective_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When this takes effect (UTC). Leave blank if it has always been in effect.",
                        null=True,
                        verbose_name="effective at",
                    ),
                ),
                (
                    "retired_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When this ends (UTC). Leave blank if it has no end date.",
                        null=True,
                        verbose_name="retired at",
                    ),
                ),
                (
                    "version",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        default="1",
                        help_text="Distinguishes what was offered, retired and offered again.",
                        max_length=32,
                        verbose_name="version",
                    ),
                ),
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "curriculum",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="program_memberships",
                        to="openedx_catalog_programs.curriculum",
                        verbose_name="curriculum",
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="curriculum_memberships",
                        to="openedx_catalog_programs.program",
                        verbose_name="program",
                    ),
                ),
                (
                    "position",
                    models.PositiveIntegerField(
                        default=0, help_text="Position in the curriculum, from 0.", verbose_name="position"
                    ),
                ),
                (
                    "group",
                    openedx_catalog.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        default="",
                        help_text="The group of the curriculum of which it counts, e.g. Electives. Leave blank if it is required.",
                        max_length=100,
                        verbose_name="group",
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="UUID")),
            ],
            options={
                "verbose_name": "Curriculum Program",
                "verbose_name_plural": "Curriculum Programs",
                "ordering": ("position", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("effective_at", None),
                            ("retired_at", None),
                            ("retired_at__gte", models.F("effective_at")),
                            _connector="OR",
                        ),
                        name="oex_programs_program_dates",
                    ),
                    models.UniqueConstraint(
                        fields=("curriculum", "program", "version"), name="oex_programs_program_version_uniq"
                    ),
                ],
            },
        ),
        _operations.CreateModel(
            name="CurriculumCourseRunExclusion",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="run_exclusions",
                        to="openedx_catalog_programs.curriculumcoursemembership",
                        verbose_name="membership",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="openedx_catalog.courserun",
                        verbose_name="run",
                    ),
                ),
            ],
            options={
                "verbose_name": "Curriculum Course Run Exclusion",
                "verbose_name_plural": "Curriculum Course Run Exclusions",
                "constraints": [models.UniqueConstraint(fields=("membership", "run"), name="oex_programs_run_exclusion_uniq")],
            },
        ),
        _operations.CreateModel(
            name="ProgramCourseRunExclusion",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "program",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="run_exclusions",
                        to="openedx_catalog_programs.program",
                        verbose_name="program",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="openedx_catalog.courserun",
                        verbose_name="run",
                    ),
                ),
            ],
            options={
                "verbose_name": "Program Course Run Exclusion",
                "verbose_name_plural": "Program Course Run Exclusions",
                "constraints": [models.UniqueConstraint(fields=("program", "run"), name="oex_programs_exclusion_uniq")],
            },
        ),
        _operations.CreateModel(
            name="ExternalCourseKey",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="external_course_key",
                        to="openedx_catalog.courserun",
                        verbose_name="run",
                    ),
                ),
                (
                    "key",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text="The key as the partner writes it.",
                        max_length=255,
                        verbose_name="key",
                    ),
                ),
                ("key_ci", openedx_catalog.fields.FoldedCharField(db_index=True, source="key")),
                (
                    "source",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="Who issued the key, e.g. the registrar.",
                        max_length=255,
                        verbose_name="source",
                    ),
                ),
                ("created", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "modified",
                    model_utils.fields.AutoLastModifiedField(
                        default=django.utils.timezone.now, editable=False, null=True, verbose_name="modified"
                    ),
                ),
            ],
            options={
                "verbose_name": "External Course Key",
                "verbose_name_plural": "External Course Keys",
            },
        ),
        _operations.CreateModel(
            name="ExternalKeySlot",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "scope",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "postgresql": "C", "sqlite": "BINARY"},
                        help_text='"course:12" or "program:3".',
                        max_length=32,
                        verbose_name="scope",
                    ),
                ),
                (
                    "key_ci",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "postgresql": "C", "sqlite": "BINARY"}, max_length=255
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="openedx_catalog.courserun",
                        verbose_name="run",
                    ),
                ),
                (
                    "until",
                    openedx_catalog.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "postgresql": "C", "sqlite": "BINARY"},
                        default="",
                        max_length=32,
                    ),
                ),
            ],
            options={
                "verbose_name": "External Key Slot",
                "verbose_name_plural": "External Key Slots",
                "constraints": [],
            },
        ),
        _operations.CreateModel(
            name="HistoricalProgramType",
            fields=[
                ("id", models.BigIntegerField(blank=True, db_index=True, editable=False)),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, verbose_name="UUID")),
                (
                    "name",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        help_text='Name shown to learners, e.g. "MicroMasters".',
                        max_length=64,
                        verbose_name="name",
                    ),
                ),
                (
                    "slug",
                    openedx_catalog.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='Identifies the type in other systems, e.g. "micromasters", so do not change it later. Lowercase letters, digits and hyphens; leave blank for a new type to make it from the name.',
                        max_length=64,
                        verbose_name="slug",
                    ),
                ),
                ("history_change_reason", models.TextField(null=True)),
                ("history_user_name", models.CharField(blank=True, default="", editable=False, max_length=255)),
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
                "verbose_name": "historical Program Type",
                "verbose_name_plural": "historical Program Types",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="HistoricalProgram",
            fields=[
                ("id", models.BigIntegerField(blank=True, db_index=True, editable=False)),
                (
                    "uuid",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        help_text="Identifies this program across services; never changes.",
                        verbose_name="UUID",
                    ),
                ),
                (
                    "title",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        help_text="Title shown to learners.",
                        max_length=255,
                        verbose_name="title",
                    ),
                ),
                (
                    "subtitle",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="A second line shown below the title.",
                        max_length=255,
                        verbose_name="subtitle",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("unpublished", "Unpublished"),
                            ("active", "Active"),
                            ("retired", "Retired"),
                            ("deleted", "Deleted"),
                        ],
                        default="unpublished",
                        help_text="Active: offered. Retired: kept for its learners, with no new runs. Deleted: hidden everywhere.",
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                (
                    "retired_at",
                    models.DateTimeField(
                        blank=True,
                        editable=False,
                        help_text="When the program was retired. Runs that start at that time or later do not count; without a start date, the day they were added decides.",
                        null=True,
                        verbose_name="retired at",
                    ),
                ),
                (
                    "hidden",
                    models.BooleanField(
                        default=False,
                        help_text="If on, the program is in no list and has no public page: only whoever may view programs, and the LMS, know of it.",
                        verbose_name="hidden",
                    ),
                ),
                (
                    "marketing_slug",
                    openedx_catalog.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='End of the address of its page, e.g. "mitx-circuits-and-electronics". Unique, ignoring case.',
                        max_length=255,
                        null=True,
                        verbose_name="marketing slug",
                    ),
                ),
                (
                    "readable_id",
                    openedx_catalog.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='For URLs, e.g. "program-v1:MITx+DEDP". Unique, ignoring case.',
                        max_length=255,
                        null=True,
                        verbose_name="readable ID",
                    ),
                ),
                ("created", models.DateTimeField(blank=True, editable=False, verbose_name="created")),
                (
                    "modified",
                    model_utils.fields.AutoLastModifiedField(
                        default=django.utils.timezone.now, editable=False, null=True, verbose_name="modified"
                    ),
                ),
                (
                    "description",
                    models.TextField(
                        blank=True,
                        default="",
                        help_text="What learners read of the program, in a few sentences.",
                        verbose_name="description",
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
                    openedx_catalog.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        default="",
                        help_text="What is to be seen in the image, for those who cannot see it. Required with an image.",
                        max_length=255,
                        verbose_name="image description",
                    ),
                ),
                ("history_change_reason", models.TextField(null=True)),
                ("history_user_name", models.CharField(blank=True, default="", editable=False, max_length=255)),
                (
                    "type",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog_programs.programtype",
                        verbose_name="type",
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
                "verbose_name": "historical Program",
                "verbose_name_plural": "historical Programs",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="HistoricalProgramOrganization",
            fields=[
                ("id", models.BigIntegerField(blank=True, db_index=True, editable=False)),
                (
                    "role",
                    models.CharField(
                        choices=[("authoring", "Authoring"), ("credit", "Credit backing")],
                        default="authoring",
                        max_length=16,
                        verbose_name="role",
                    ),
                ),
                ("position", models.PositiveIntegerField(default=0, verbose_name="position")),
                ("history_change_reason", models.TextField(null=True)),
                ("history_user_name", models.CharField(blank=True, default="", editable=False, max_length=255)),
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
        _operations.CreateModel(
            name="HistoricalDegree",
            fields=[
                ("id", models.BigIntegerField(blank=True, db_index=True, editable=False)),
                (
                    "apply_url",
                    models.URLField(
                        blank=True,
                        default="",
                        help_text="The page where learners apply.",
                        max_length=255,
                        verbose_name="apply url",
                    ),
                ),
                ("created", models.DateTimeField(blank=True, editable=False, verbose_name="created")),
                (
                    "modified",
                    model_utils.fields.AutoLastModifiedField(
                        default=django.utils.timezone.now, editable=False, null=True, verbose_name="modified"
                    ),
                ),
                ("history_change_reason", models.TextField(null=True)),
                ("history_user_name", models.CharField(blank=True, default="", editable=False, max_length=255)),
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
                "verbose_name": "historical Degree",
                "verbose_name_plural": "historical Degrees",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="HistoricalDegreeCost",
            fields=[
                (
                    "effective_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When this takes effect (UTC). Leave blank if it has always been in effect.",
                        null=True,
                        verbose_name="effective at",
                    ),
                ),
                (
                    "retired_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When this ends (UTC). Leave blank if it has no end date.",
                        null=True,
                        verbose_name="retired at",
                    ),
                ),
                (
                    "version",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        default="1",
                        help_text="Distinguishes what was offered, retired and offered again.",
                        max_length=32,
                        verbose_name="version",
                    ),
                ),
                ("id", models.BigIntegerField(blank=True, db_index=True, editable=False)),
                (
                    "description",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='What the amount is for, e.g. "Tuition".',
                        max_length=255,
                        verbose_name="description",
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=12, verbose_name="amount")),
                ("currency", models.CharField(help_text='ISO 4217 code, e.g. "USD".', max_length=3, verbose_name="currency")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, verbose_name="UUID")),
                ("history_change_reason", models.TextField(null=True)),
                ("history_user_name", models.CharField(blank=True, default="", editable=False, max_length=255)),
                (
                    "degree",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog_programs.degree",
                        verbose_name="degree",
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
                "verbose_name": "historical Degree Cost",
                "verbose_name_plural": "historical Degree Costs",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="HistoricalDegreeDeadline",
            fields=[
                (
                    "effective_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When this takes effect (UTC). Leave blank if it has always been in effect.",
                        null=True,
                        verbose_name="effective at",
                    ),
                ),
                (
                    "retired_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When this ends (UTC). Leave blank if it has no end date.",
                        null=True,
                        verbose_name="retired at",
                    ),
                ),
                (
                    "version",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        default="1",
                        help_text="Distinguishes what was offered, retired and offered again.",
                        max_length=32,
                        verbose_name="version",
                    ),
                ),
                ("id", models.BigIntegerField(blank=True, db_index=True, editable=False)),
                (
                    "semester",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='For example "Spring 2027".',
                        max_length=100,
                        verbose_name="semester",
                    ),
                ),
                (
                    "name",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='For example "Application".',
                        max_length=100,
                        verbose_name="name",
                    ),
                ),
                ("due_at", models.DateTimeField(help_text="Date and time in UTC.", verbose_name="due at")),
                (
                    "zone",
                    models.CharField(
                        default="UTC",
                        help_text='IANA time zone in which the date is shown, e.g. "America/New_York".',
                        max_length=64,
                        verbose_name="zone",
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, verbose_name="UUID")),
                ("history_change_reason", models.TextField(null=True)),
                ("history_user_name", models.CharField(blank=True, default="", editable=False, max_length=255)),
                (
                    "degree",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog_programs.degree",
                        verbose_name="degree",
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
                "verbose_name": "historical Degree Deadline",
                "verbose_name_plural": "historical Degree Deadlines",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="HistoricalCurriculum",
            fields=[
                (
                    "effective_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When this takes effect (UTC). Leave blank if it has always been in effect.",
                        null=True,
                        verbose_name="effective at",
                    ),
                ),
                (
                    "retired_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When this ends (UTC). Leave blank if it has no end date.",
                        null=True,
                        verbose_name="retired at",
                    ),
                ),
                (
                    "version",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        default="1",
                        help_text="Distinguishes what was offered, retired and offered again.",
                        max_length=32,
                        verbose_name="version",
                    ),
                ),
                ("id", models.BigIntegerField(blank=True, db_index=True, editable=False)),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, verbose_name="UUID")),
                (
                    "name",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='Distinguishes it from the other curricula of the program, e.g. "Business Analytics".',
                        max_length=255,
                        verbose_name="name",
                    ),
                ),
                ("created", models.DateTimeField(blank=True, editable=False, verbose_name="created")),
                (
                    "modified",
                    model_utils.fields.AutoLastModifiedField(
                        default=django.utils.timezone.now, editable=False, null=True, verbose_name="modified"
                    ),
                ),
                (
                    "closed_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When it closes to new learners (UTC). Those who are in it go on until it is retired. Blank: it does not.",
                        null=True,
                        verbose_name="closed at",
                    ),
                ),
                ("history_change_reason", models.TextField(null=True)),
                ("history_user_name", models.CharField(blank=True, default="", editable=False, max_length=255)),
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
                "verbose_name": "historical Curriculum",
                "verbose_name_plural": "historical Curricula",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="HistoricalCurriculumCourseMembership",
            fields=[
                (
                    "effective_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When this takes effect (UTC). Leave blank if it has always been in effect.",
                        null=True,
                        verbose_name="effective at",
                    ),
                ),
                (
                    "retired_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When this ends (UTC). Leave blank if it has no end date.",
                        null=True,
                        verbose_name="retired at",
                    ),
                ),
                (
                    "version",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        default="1",
                        help_text="Distinguishes what was offered, retired and offered again.",
                        max_length=32,
                        verbose_name="version",
                    ),
                ),
                ("id", models.BigIntegerField(blank=True, db_index=True, editable=False)),
                (
                    "position",
                    models.PositiveIntegerField(
                        default=0, help_text="Position in the curriculum, from 0.", verbose_name="position"
                    ),
                ),
                (
                    "group",
                    openedx_catalog.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        default="",
                        help_text="The group of the curriculum of which it counts, e.g. Electives. Leave blank if it is required.",
                        max_length=100,
                        verbose_name="group",
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, verbose_name="UUID")),
                ("history_change_reason", models.TextField(null=True)),
                ("history_user_name", models.CharField(blank=True, default="", editable=False, max_length=255)),
                (
                    "curriculum",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog_programs.curriculum",
                        verbose_name="curriculum",
                    ),
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
                "verbose_name": "historical Curriculum Course",
                "verbose_name_plural": "historical Curriculum Courses",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="HistoricalCurriculumProgramMembership",
            fields=[
                (
                    "effective_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When this takes effect (UTC). Leave blank if it has always been in effect.",
                        null=True,
                        verbose_name="effective at",
                    ),
                ),
                (
                    "retired_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When this ends (UTC). Leave blank if it has no end date.",
                        null=True,
                        verbose_name="retired at",
                    ),
                ),
                (
                    "version",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        default="1",
                        help_text="Distinguishes what was offered, retired and offered again.",
                        max_length=32,
                        verbose_name="version",
                    ),
                ),
                ("id", models.BigIntegerField(blank=True, db_index=True, editable=False)),
                (
                    "position",
                    models.PositiveIntegerField(
                        default=0, help_text="Position in the curriculum, from 0.", verbose_name="position"
                    ),
                ),
                (
                    "group",
                    openedx_catalog.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        default="",
                        help_text="The group of the curriculum of which it counts, e.g. Electives. Leave blank if it is required.",
                        max_length=100,
                        verbose_name="group",
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, verbose_name="UUID")),
                ("history_change_reason", models.TextField(null=True)),
                ("history_user_name", models.CharField(blank=True, default="", editable=False, max_length=255)),
                (
                    "curriculum",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog_programs.curriculum",
                        verbose_name="curriculum",
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
                "verbose_name": "historical Curriculum Program",
                "verbose_name_plural": "historical Curriculum Programs",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="HistoricalCurriculumCourseRunExclusion",
            fields=[
                ("id", models.BigIntegerField(blank=True, db_index=True, editable=False)),
                ("history_change_reason", models.TextField(null=True)),
                ("history_user_name", models.CharField(blank=True, default="", editable=False, max_length=255)),
                (
                    "membership",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog_programs.curriculumcoursemembership",
                        verbose_name="membership",
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
                "verbose_name": "historical Curriculum Course Run Exclusion",
                "verbose_name_plural": "historical Curriculum Course Run Exclusions",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="HistoricalProgramCourseRunExclusion",
            fields=[
                ("id", models.BigIntegerField(blank=True, db_index=True, editable=False)),
                ("history_change_reason", models.TextField(null=True)),
                ("history_user_name", models.CharField(blank=True, default="", editable=False, max_length=255)),
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
                "verbose_name": "historical Program Course Run Exclusion",
                "verbose_name_plural": "historical Program Course Run Exclusions",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="HistoricalExternalCourseKey",
            fields=[
                ("id", models.BigIntegerField(blank=True, db_index=True, editable=False)),
                (
                    "key",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text="The key as the partner writes it.",
                        max_length=255,
                        verbose_name="key",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="Who issued the key, e.g. the registrar.",
                        max_length=255,
                        verbose_name="source",
                    ),
                ),
                ("created", models.DateTimeField(blank=True, editable=False, verbose_name="created")),
                (
                    "modified",
                    model_utils.fields.AutoLastModifiedField(
                        default=django.utils.timezone.now, editable=False, null=True, verbose_name="modified"
                    ),
                ),
                ("history_change_reason", models.TextField(null=True)),
                ("history_user_name", models.CharField(blank=True, default="", editable=False, max_length=255)),
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
                "verbose_name": "historical External Course Key",
                "verbose_name_plural": "historical External Course Keys",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="CurriculumGroup",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "effective_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When this takes effect (UTC). Leave blank if it has always been in effect.",
                        null=True,
                        verbose_name="effective at",
                    ),
                ),
                (
                    "retired_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When this ends (UTC). Leave blank if it has no end date.",
                        null=True,
                        verbose_name="retired at",
                    ),
                ),
                (
                    "version",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        default="1",
                        help_text="Distinguishes what was offered, retired and offered again.",
                        max_length=32,
                        verbose_name="version",
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="UUID")),
                (
                    "name",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='For example "Electives".',
                        max_length=100,
                        verbose_name="name",
                    ),
                ),
                (
                    "minimum",
                    models.PositiveIntegerField(
                        help_text="How many of the group have to be passed, at least.", verbose_name="minimum"
                    ),
                ),
                (
                    "curriculum",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="groups",
                        to="openedx_catalog_programs.curriculum",
                        verbose_name="curriculum",
                    ),
                ),
            ],
            options={
                "verbose_name": "Curriculum Group",
                "verbose_name_plural": "Curriculum Groups",
            },
        ),
        _operations.CreateModel(
            name="HistoricalCurriculumGroup",
            fields=[
                ("id", models.BigIntegerField(blank=True, db_index=True, editable=False)),
                (
                    "curriculum",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog_programs.curriculum",
                        verbose_name="curriculum",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("history_user_name", models.CharField(blank=True, default="", editable=False, max_length=255)),
                (
                    "effective_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When this takes effect (UTC). Leave blank if it has always been in effect.",
                        null=True,
                        verbose_name="effective at",
                    ),
                ),
                (
                    "retired_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When this ends (UTC). Leave blank if it has no end date.",
                        null=True,
                        verbose_name="retired at",
                    ),
                ),
                (
                    "version",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        default="1",
                        help_text="Distinguishes what was offered, retired and offered again.",
                        max_length=32,
                        verbose_name="version",
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, verbose_name="UUID")),
                (
                    "name",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='For example "Electives".',
                        max_length=100,
                        verbose_name="name",
                    ),
                ),
                (
                    "minimum",
                    models.PositiveIntegerField(
                        help_text="How many of the group have to be passed, at least.", verbose_name="minimum"
                    ),
                ),
                ("history_change_reason", models.TextField(null=True)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical Curriculum Group",
                "verbose_name_plural": "historical Curriculum Groups",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="ProgramListRow",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "source",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text="The name of the list.",
                        max_length=255,
                        verbose_name="source",
                    ),
                ),
                ("created", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "curriculum",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="openedx_catalog_programs.curriculum",
                        verbose_name="curriculum",
                    ),
                ),
                (
                    "membership",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="openedx_catalog_programs.curriculumcoursemembership",
                        verbose_name="course",
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
            ],
            options={
                "verbose_name": "Program List Row",
                "verbose_name_plural": "Program List Rows",
            },
        ),
        _operations.AddConstraint(
            model_name="externalkeyslot",
            constraint=models.UniqueConstraint(fields=("scope", "key_ci", "until"), name="oex_programs_slot_uniq"),
        ),
        _operations.AddConstraint(
            model_name="curriculumgroup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("effective_at", None), ("retired_at", None), ("retired_at__gte", models.F("effective_at")), _connector="OR"
                ),
                name="oex_programs_group_dates",
            ),
        ),
        _operations.AddConstraint(
            model_name="curriculumgroup",
            constraint=models.UniqueConstraint(
                fields=("curriculum", "name", "version"), name="oex_programs_group_version_uniq"
            ),
        ),
        _operations.AddConstraint(
            model_name="programlistrow",
            constraint=models.UniqueConstraint(fields=("source", "program"), name="oex_programs_listrow_program"),
        ),
        _operations.AddConstraint(
            model_name="programlistrow",
            constraint=models.UniqueConstraint(fields=("source", "curriculum"), name="oex_programs_listrow_curriculum"),
        ),
        _operations.AddConstraint(
            model_name="programlistrow",
            constraint=models.UniqueConstraint(fields=("source", "membership"), name="oex_programs_listrow_membership"),
        ),
    ]
