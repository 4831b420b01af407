"""Working copies of what learners read, their reviews, who edits them, and comments."""

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
        ("openedx_catalog_listings", "0001_initial"),
        ("organizations", "0004_auto_20230727_2054"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        _operations.CreateModel(
            name="PublisherRole",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("created", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "modified",
                    model_utils.fields.AutoLastModifiedField(
                        default=django.utils.timezone.now, editable=False, null=True, verbose_name="modified"
                    ),
                ),
                ("description", models.TextField(blank=True, null=True)),
                (
                    "name",
                    openedx_catalog.lib.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        max_length=255,
                        unique=True,
                        verbose_name="name",
                    ),
                ),
            ],
            options={
                "verbose_name": "Publisher Role",
                "verbose_name_plural": "Publisher Roles",
            },
        ),
        _operations.CreateModel(
            name="CommentThread",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "external_id",
                    openedx_catalog.lib.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text="What the other system calls it.",
                        max_length=255,
                        unique=True,
                        verbose_name="ID elsewhere",
                    ),
                ),
                (
                    "catalog_course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="openedx_catalog.catalogcourse",
                        verbose_name="catalog course",
                    ),
                ),
            ],
            options={
                "verbose_name": "Comment Thread",
                "verbose_name_plural": "Comment Threads",
                "ordering": ("id",),
            },
        ),
        _operations.CreateModel(
            name="CourseRestriction",
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
                    "restricted_countries",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text='Where nobody may enroll, as codes of countries, e.g. ["CU", "IR"].',
                        verbose_name="restricted countries",
                    ),
                ),
                (
                    "legal_note",
                    models.TextField(
                        blank=True, default="", help_text="Why. Learners do not see it.", verbose_name="legal note"
                    ),
                ),
                (
                    "catalog_course",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="restriction",
                        to="openedx_catalog.catalogcourse",
                        verbose_name="catalog course",
                    ),
                ),
            ],
            options={
                "verbose_name": "Restriction of a Course",
                "verbose_name_plural": "Restrictions of Courses",
            },
        ),
        _operations.CreateModel(
            name="CourseRunWorkingCopy",
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
                    "title_override",
                    openedx_catalog.lib.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        default="",
                        help_text="What learners read as the title. Blank: the title in the catalog.",
                        max_length=255,
                        verbose_name="title",
                    ),
                ),
                (
                    "short_description",
                    models.TextField(
                        blank=True,
                        default="",
                        help_text="One or two sentences for lists, without markup.",
                        verbose_name="short description",
                    ),
                ),
                (
                    "full_description",
                    models.TextField(
                        blank=True,
                        default="",
                        help_text="HTML. Only paragraphs, headings, lists, tables, links and the like are kept.",
                        verbose_name="full description",
                    ),
                ),
                (
                    "video_url",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="The address of a video about it, e.g. on YouTube.",
                        max_length=255,
                        verbose_name="video",
                    ),
                ),
                (
                    "min_effort",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Hours a week that learners need at least.",
                        null=True,
                        verbose_name="least effort",
                    ),
                ),
                (
                    "max_effort",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="Hours a week that learners need at most.", null=True, verbose_name="most effort"
                    ),
                ),
                (
                    "weeks",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="How many weeks it takes.", null=True, verbose_name="weeks"
                    ),
                ),
                (
                    "languages",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text='The languages that it is taught in, as codes, e.g. ["en", "es-419"].',
                        verbose_name="languages",
                    ),
                ),
                (
                    "visibility",
                    models.CharField(
                        choices=[("public", "Public"), ("unlisted", "Unlisted"), ("hidden", "Hidden")],
                        default="public",
                        help_text="Unlisted: in no list, and seen by whoever has the address of its page. Hidden: not seen at all.",
                        max_length=16,
                        verbose_name="visibility",
                    ),
                ),
                (
                    "invitation_only",
                    models.BooleanField(
                        default=False,
                        help_text="If on, learners cannot enroll by themselves.",
                        verbose_name="by invitation only",
                    ),
                ),
                (
                    "slug",
                    openedx_catalog.lib.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text="The end of the address of its page. Blank: made from the title. Former ones lead to the new one.",
                        max_length=255,
                        verbose_name="slug",
                    ),
                ),
                (
                    "courseware_url",
                    models.URLField(
                        blank=True,
                        default="",
                        help_text="Where learners take the run. Blank: as OPENEDX_CATALOG_COURSEWARE_URL says.",
                        max_length=255,
                        verbose_name="address of the courseware",
                    ),
                ),
                (
                    "live",
                    models.BooleanField(
                        default=True,
                        help_text="If off, the run is not shown with its course: it is being prepared, or over.",
                        verbose_name="live",
                    ),
                ),
                (
                    "unscheduled",
                    models.BooleanField(
                        default=False,
                        help_text="If on, its dates are placeholders, and learners do not see them.",
                        verbose_name="not scheduled",
                    ),
                ),
                (
                    "title",
                    openedx_catalog.lib.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        help_text="The title of the run.",
                        max_length=255,
                        verbose_name="title in the catalog",
                    ),
                ),
                (
                    "start",
                    models.DateTimeField(blank=True, help_text="When learners can start.", null=True, verbose_name="start"),
                ),
                ("end", models.DateTimeField(blank=True, help_text="When the run ends.", null=True, verbose_name="end")),
                (
                    "enrollment_start",
                    models.DateTimeField(
                        blank=True, help_text="When enrollment opens.", null=True, verbose_name="enrollment start"
                    ),
                ),
                (
                    "enrollment_end",
                    models.DateTimeField(
                        blank=True, help_text="When enrollment closes.", null=True, verbose_name="enrollment end"
                    ),
                ),
                (
                    "pacing",
                    models.CharField(
                        blank=True,
                        choices=[("instructor", "Instructor-paced"), ("self", "Self-paced")],
                        default="",
                        help_text="Empty if unknown.",
                        max_length=16,
                        verbose_name="pacing",
                    ),
                ),
                ("taken_from", models.JSONField(default=dict, editable=False)),
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="working_copy",
                        to="openedx_catalog.courserun",
                        verbose_name="run",
                    ),
                ),
            ],
            options={
                "verbose_name": "Working Copy of a Run",
                "verbose_name_plural": "Working Copies of Runs",
            },
        ),
        _operations.CreateModel(
            name="CourseWorkingCopy",
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
                    "title_override",
                    openedx_catalog.lib.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        default="",
                        help_text="What learners read as the title. Blank: the title in the catalog.",
                        max_length=255,
                        verbose_name="title",
                    ),
                ),
                (
                    "short_description",
                    models.TextField(
                        blank=True,
                        default="",
                        help_text="One or two sentences for lists, without markup.",
                        verbose_name="short description",
                    ),
                ),
                (
                    "full_description",
                    models.TextField(
                        blank=True,
                        default="",
                        help_text="HTML. Only paragraphs, headings, lists, tables, links and the like are kept.",
                        verbose_name="full description",
                    ),
                ),
                (
                    "video_url",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="The address of a video about it, e.g. on YouTube.",
                        max_length=255,
                        verbose_name="video",
                    ),
                ),
                (
                    "min_effort",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Hours a week that learners need at least.",
                        null=True,
                        verbose_name="least effort",
                    ),
                ),
                (
                    "max_effort",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="Hours a week that learners need at most.", null=True, verbose_name="most effort"
                    ),
                ),
                (
                    "weeks",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="How many weeks it takes.", null=True, verbose_name="weeks"
                    ),
                ),
                (
                    "languages",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text='The languages that it is taught in, as codes, e.g. ["en", "es-419"].',
                        verbose_name="languages",
                    ),
                ),
                (
                    "visibility",
                    models.CharField(
                        choices=[("public", "Public"), ("unlisted", "Unlisted"), ("hidden", "Hidden")],
                        default="public",
                        help_text="Unlisted: in no list, and seen by whoever has the address of its page. Hidden: not seen at all.",
                        max_length=16,
                        verbose_name="visibility",
                    ),
                ),
                (
                    "invitation_only",
                    models.BooleanField(
                        default=False,
                        help_text="If on, learners cannot enroll by themselves.",
                        verbose_name="by invitation only",
                    ),
                ),
                (
                    "slug",
                    openedx_catalog.lib.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text="The end of the address of its page. Blank: made from the title. Former ones lead to the new one.",
                        max_length=255,
                        verbose_name="slug",
                    ),
                ),
                (
                    "image",
                    models.ImageField(
                        blank=True,
                        help_text="PNG, JPEG, GIF or WebP, at most 2 MB.",
                        max_length=255,
                        upload_to="openedx_catalog/listings",
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
                    "readable_id",
                    openedx_catalog.lib.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='For reports, e.g. "MITx-14.100x". Unique, ignoring case.',
                        max_length=255,
                        null=True,
                        verbose_name="readable ID",
                    ),
                ),
                (
                    "live",
                    models.BooleanField(
                        default=False,
                        help_text="If on, learners see the page of the course. If off, it is being prepared.",
                        verbose_name="live",
                    ),
                ),
                (
                    "restricted_countries",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text='Where nobody may enroll, as codes of countries, e.g. ["CU", "IR"].',
                        verbose_name="restricted countries",
                    ),
                ),
                (
                    "legal_note",
                    models.TextField(
                        blank=True, default="", help_text="Why. Learners do not see it.", verbose_name="legal note"
                    ),
                ),
                ("readable_id_ci", openedx_catalog.lib.fields.FoldedCharField(source="readable_id")),
                (
                    "title",
                    openedx_catalog.lib.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        help_text="The title of the course, for learners and in all lists.",
                        max_length=255,
                        verbose_name="title in the catalog",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("unpublished", "Unpublished"),
                            ("legal_review", "In legal review"),
                            ("internal_review", "In internal review"),
                            ("reviewed", "Reviewed"),
                            ("published", "Published"),
                        ],
                        default="unpublished",
                        max_length=32,
                        verbose_name="state",
                    ),
                ),
                (
                    "go_live_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When it is published by itself, once it is reviewed (UTC). Blank: when somebody publishes it.",
                        null=True,
                        verbose_name="goes live at",
                    ),
                ),
                ("taken_from", models.JSONField(default=dict, editable=False)),
                (
                    "catalog_course",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="working_copy",
                        to="openedx_catalog.catalogcourse",
                        verbose_name="catalog course",
                    ),
                ),
                (
                    "level",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="openedx_catalog_listings.level",
                        verbose_name="level",
                    ),
                ),
            ],
            options={
                "verbose_name": "Working Copy of a Course",
                "verbose_name_plural": "Working Copies of Courses",
            },
        ),
        _operations.CreateModel(
            name="HistoricalCourseEditor",
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
                    "history_user",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical Editor of a Course",
                "verbose_name_plural": "historical Editors of Courses",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="HistoricalCourseRestriction",
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
                    "restricted_countries",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text='Where nobody may enroll, as codes of countries, e.g. ["CU", "IR"].',
                        verbose_name="restricted countries",
                    ),
                ),
                (
                    "legal_note",
                    models.TextField(
                        blank=True, default="", help_text="Why. Learners do not see it.", verbose_name="legal note"
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
            ],
            options={
                "verbose_name": "historical Restriction of a Course",
                "verbose_name_plural": "historical Restrictions of Courses",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="HistoricalCourseRunWorkingCopy",
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
                    "title_override",
                    openedx_catalog.lib.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        default="",
                        help_text="What learners read as the title. Blank: the title in the catalog.",
                        max_length=255,
                        verbose_name="title",
                    ),
                ),
                (
                    "short_description",
                    models.TextField(
                        blank=True,
                        default="",
                        help_text="One or two sentences for lists, without markup.",
                        verbose_name="short description",
                    ),
                ),
                (
                    "full_description",
                    models.TextField(
                        blank=True,
                        default="",
                        help_text="HTML. Only paragraphs, headings, lists, tables, links and the like are kept.",
                        verbose_name="full description",
                    ),
                ),
                (
                    "video_url",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="The address of a video about it, e.g. on YouTube.",
                        max_length=255,
                        verbose_name="video",
                    ),
                ),
                (
                    "min_effort",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Hours a week that learners need at least.",
                        null=True,
                        verbose_name="least effort",
                    ),
                ),
                (
                    "max_effort",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="Hours a week that learners need at most.", null=True, verbose_name="most effort"
                    ),
                ),
                (
                    "weeks",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="How many weeks it takes.", null=True, verbose_name="weeks"
                    ),
                ),
                (
                    "languages",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text='The languages that it is taught in, as codes, e.g. ["en", "es-419"].',
                        verbose_name="languages",
                    ),
                ),
                (
                    "visibility",
                    models.CharField(
                        choices=[("public", "Public"), ("unlisted", "Unlisted"), ("hidden", "Hidden")],
                        default="public",
                        help_text="Unlisted: in no list, and seen by whoever has the address of its page. Hidden: not seen at all.",
                        max_length=16,
                        verbose_name="visibility",
                    ),
                ),
                (
                    "invitation_only",
                    models.BooleanField(
                        default=False,
                        help_text="If on, learners cannot enroll by themselves.",
                        verbose_name="by invitation only",
                    ),
                ),
                (
                    "slug",
                    openedx_catalog.lib.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text="The end of the address of its page. Blank: made from the title. Former ones lead to the new one.",
                        max_length=255,
                        verbose_name="slug",
                    ),
                ),
                (
                    "courseware_url",
                    models.URLField(
                        blank=True,
                        default="",
                        help_text="Where learners take the run. Blank: as OPENEDX_CATALOG_COURSEWARE_URL says.",
                        max_length=255,
                        verbose_name="address of the courseware",
                    ),
                ),
                (
                    "live",
                    models.BooleanField(
                        default=True,
                        help_text="If off, the run is not shown with its course: it is being prepared, or over.",
                        verbose_name="live",
                    ),
                ),
                (
                    "unscheduled",
                    models.BooleanField(
                        default=False,
                        help_text="If on, its dates are placeholders, and learners do not see them.",
                        verbose_name="not scheduled",
                    ),
                ),
                (
                    "title",
                    openedx_catalog.lib.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        help_text="The title of the run.",
                        max_length=255,
                        verbose_name="title in the catalog",
                    ),
                ),
                (
                    "start",
                    models.DateTimeField(blank=True, help_text="When learners can start.", null=True, verbose_name="start"),
                ),
                ("end", models.DateTimeField(blank=True, help_text="When the run ends.", null=True, verbose_name="end")),
                (
                    "enrollment_start",
                    models.DateTimeField(
                        blank=True, help_text="When enrollment opens.", null=True, verbose_name="enrollment start"
                    ),
                ),
                (
                    "enrollment_end",
                    models.DateTimeField(
                        blank=True, help_text="When enrollment closes.", null=True, verbose_name="enrollment end"
                    ),
                ),
                (
                    "pacing",
                    models.CharField(
                        blank=True,
                        choices=[("instructor", "Instructor-paced"), ("self", "Self-paced")],
                        default="",
                        help_text="Empty if unknown.",
                        max_length=16,
                        verbose_name="pacing",
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
                "verbose_name": "historical Working Copy of a Run",
                "verbose_name_plural": "historical Working Copies of Runs",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="HistoricalCourseWorkingCopy",
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
                    "title_override",
                    openedx_catalog.lib.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        default="",
                        help_text="What learners read as the title. Blank: the title in the catalog.",
                        max_length=255,
                        verbose_name="title",
                    ),
                ),
                (
                    "short_description",
                    models.TextField(
                        blank=True,
                        default="",
                        help_text="One or two sentences for lists, without markup.",
                        verbose_name="short description",
                    ),
                ),
                (
                    "full_description",
                    models.TextField(
                        blank=True,
                        default="",
                        help_text="HTML. Only paragraphs, headings, lists, tables, links and the like are kept.",
                        verbose_name="full description",
                    ),
                ),
                (
                    "video_url",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="The address of a video about it, e.g. on YouTube.",
                        max_length=255,
                        verbose_name="video",
                    ),
                ),
                (
                    "min_effort",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Hours a week that learners need at least.",
                        null=True,
                        verbose_name="least effort",
                    ),
                ),
                (
                    "max_effort",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="Hours a week that learners need at most.", null=True, verbose_name="most effort"
                    ),
                ),
                (
                    "weeks",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="How many weeks it takes.", null=True, verbose_name="weeks"
                    ),
                ),
                (
                    "languages",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text='The languages that it is taught in, as codes, e.g. ["en", "es-419"].',
                        verbose_name="languages",
                    ),
                ),
                (
                    "visibility",
                    models.CharField(
                        choices=[("public", "Public"), ("unlisted", "Unlisted"), ("hidden", "Hidden")],
                        default="public",
                        help_text="Unlisted: in no list, and seen by whoever has the address of its page. Hidden: not seen at all.",
                        max_length=16,
                        verbose_name="visibility",
                    ),
                ),
                (
                    "invitation_only",
                    models.BooleanField(
                        default=False,
                        help_text="If on, learners cannot enroll by themselves.",
                        verbose_name="by invitation only",
                    ),
                ),
                (
                    "slug",
                    openedx_catalog.lib.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text="The end of the address of its page. Blank: made from the title. Former ones lead to the new one.",
                        max_length=255,
                        verbose_name="slug",
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
                    "readable_id",
                    openedx_catalog.lib.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='For reports, e.g. "MITx-14.100x". Unique, ignoring case.',
                        max_length=255,
                        null=True,
                        verbose_name="readable ID",
                    ),
                ),
                (
                    "live",
                    models.BooleanField(
                        default=False,
                        help_text="If on, learners see the page of the course. If off, it is being prepared.",
                        verbose_name="live",
                    ),
                ),
                (
                    "restricted_countries",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text='Where nobody may enroll, as codes of countries, e.g. ["CU", "IR"].',
                        verbose_name="restricted countries",
                    ),
                ),
                (
                    "legal_note",
                    models.TextField(
                        blank=True, default="", help_text="Why. Learners do not see it.", verbose_name="legal note"
                    ),
                ),
                (
                    "title",
                    openedx_catalog.lib.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        help_text="The title of the course, for learners and in all lists.",
                        max_length=255,
                        verbose_name="title in the catalog",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("unpublished", "Unpublished"),
                            ("legal_review", "In legal review"),
                            ("internal_review", "In internal review"),
                            ("reviewed", "Reviewed"),
                            ("published", "Published"),
                        ],
                        default="unpublished",
                        max_length=32,
                        verbose_name="state",
                    ),
                ),
                (
                    "go_live_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When it is published by itself, once it is reviewed (UTC). Blank: when somebody publishes it.",
                        null=True,
                        verbose_name="goes live at",
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
                    "level",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog_listings.level",
                        verbose_name="level",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical Working Copy of a Course",
                "verbose_name_plural": "historical Working Copies of Courses",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="HistoricalOrganizationGroup",
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
                    "group",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        help_text="Its members create courses of the organization, and may become editors of its courses.",
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
                "verbose_name": "historical Group of an Organization",
                "verbose_name_plural": "historical Groups of Organizations",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="HistoricalWorkingCopyOwner",
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
                    "copy",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog_publishing.courseworkingcopy",
                        verbose_name="working copy",
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
                "verbose_name": "historical Owner in a Working Copy",
                "verbose_name_plural": "historical Owners in Working Copies",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="HistoricalWorkingCopySubject",
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
                    "copy",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog_publishing.courseworkingcopy",
                        verbose_name="working copy",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog_listings.subject",
                        verbose_name="subject",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical Subject of a Working Copy",
                "verbose_name_plural": "historical Subjects of Working Copies",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="OrganizationGroup",
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
                    "group",
                    models.OneToOneField(
                        help_text="Its members create courses of the organization, and may become editors of its courses.",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="catalog_organization",
                        to="auth.group",
                        verbose_name="group",
                    ),
                ),
                (
                    "organization",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="catalog_editors",
                        to="organizations.organization",
                        verbose_name="organization",
                    ),
                ),
            ],
            options={
                "verbose_name": "Group of an Organization",
                "verbose_name_plural": "Groups of Organizations",
            },
        ),
        _operations.CreateModel(
            name="HistoricalPublisherRoleAssignment",
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
                    "applies_to_all_contexts",
                    models.BooleanField(
                        default=False,
                        help_text="If true, indicates that the user is effectively assigned their role for any and all contexts. Defaults to False.",
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
                    "user",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog_publishing.publisherrole",
                        verbose_name="role",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical Publisher Role of a User",
                "verbose_name_plural": "historical Publisher Roles of Users",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="PublisherRoleAssignment",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("created", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "modified",
                    model_utils.fields.AutoLastModifiedField(
                        default=django.utils.timezone.now, editable=False, null=True, verbose_name="modified"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "source",
                    models.TextField(blank=True, help_text="Where it came from, for example admin.", verbose_name="source"),
                ),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                ("user_name", models.CharField(blank=True, default="", max_length=255, verbose_name="user")),
                (
                    "applies_to_all_contexts",
                    models.BooleanField(
                        default=False,
                        help_text="If true, indicates that the user is effectively assigned their role for any and all contexts. Defaults to False.",
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="openedx_catalog_publishing.publisherrole",
                        verbose_name="role",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
            ],
            options={
                "verbose_name": "Publisher Role of a User",
                "verbose_name_plural": "Publisher Roles of Users",
            },
        ),
        _operations.CreateModel(
            name="Review",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "source",
                    models.TextField(blank=True, help_text="Where it came from, for example admin.", verbose_name="source"),
                ),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                ("user_name", models.CharField(blank=True, default="", max_length=255, verbose_name="user")),
                ("action", models.CharField(max_length=32, verbose_name="action")),
                (
                    "from_state",
                    models.CharField(
                        choices=[
                            ("unpublished", "Unpublished"),
                            ("legal_review", "In legal review"),
                            ("internal_review", "In internal review"),
                            ("reviewed", "Reviewed"),
                            ("published", "Published"),
                        ],
                        max_length=32,
                        verbose_name="from",
                    ),
                ),
                (
                    "to_state",
                    models.CharField(
                        choices=[
                            ("unpublished", "Unpublished"),
                            ("legal_review", "In legal review"),
                            ("internal_review", "In internal review"),
                            ("reviewed", "Reviewed"),
                            ("published", "Published"),
                        ],
                        max_length=32,
                        verbose_name="to",
                    ),
                ),
                (
                    "catalog_course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="openedx_catalog.catalogcourse",
                        verbose_name="catalog course",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
            ],
            options={
                "verbose_name": "Review Step",
                "verbose_name_plural": "Review Steps",
                "ordering": ("id",),
            },
        ),
        _operations.CreateModel(
            name="WorkingCopyOwner",
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
                    "copy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="owner_rows",
                        to="openedx_catalog_publishing.courseworkingcopy",
                        verbose_name="working copy",
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
                "verbose_name": "Owner in a Working Copy",
                "verbose_name_plural": "Owners in Working Copies",
                "ordering": ("position", "id"),
                "abstract": False,
            },
        ),
        _operations.CreateModel(
            name="WorkingCopySubject",
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
                    "copy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="subject_rows",
                        to="openedx_catalog_publishing.courseworkingcopy",
                        verbose_name="working copy",
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="openedx_catalog_listings.subject",
                        verbose_name="subject",
                    ),
                ),
            ],
            options={
                "verbose_name": "Subject of a Working Copy",
                "verbose_name_plural": "Subjects of Working Copies",
                "ordering": ("position", "id"),
                "abstract": False,
            },
        ),
        _operations.CreateModel(
            name="CourseComment",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "source",
                    models.TextField(blank=True, help_text="Where it came from, for example admin.", verbose_name="source"),
                ),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                ("user_name", models.CharField(blank=True, default="", max_length=255, verbose_name="user")),
                (
                    "course_key",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="The key of the run that it is about. Blank: it is about the course.",
                        max_length=255,
                        verbose_name="run",
                    ),
                ),
                ("body", models.TextField(verbose_name="comment")),
                (
                    "state",
                    models.CharField(
                        blank=True,
                        choices=[("pending", "Pending"), ("sent", "Sent"), ("parked", "Parked")],
                        default="",
                        help_text="Of its copy in another system.",
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                (
                    "external_id",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="What the other system calls its copy.",
                        max_length=255,
                        verbose_name="ID elsewhere",
                    ),
                ),
                ("attempts", models.PositiveIntegerField(default=0, verbose_name="attempts")),
                (
                    "due_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="The earliest time of the next attempt. Each failure postpones it.",
                        null=True,
                        verbose_name="due at",
                    ),
                ),
                ("error", models.TextField(blank=True, help_text="Why the last attempt failed.", verbose_name="error")),
                (
                    "catalog_course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="openedx_catalog.catalogcourse",
                        verbose_name="catalog course",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
            ],
            options={
                "verbose_name": "Comment",
                "verbose_name_plural": "Comments",
                "ordering": ("id",),
                "indexes": [
                    models.Index(fields=["state", "due_at"], name="oex_publishing_comment_due"),
                    models.Index(fields=["catalog_course", "state", "id"], name="oex_publishing_comment_course"),
                ],
            },
        ),
        _operations.CreateModel(
            name="CourseEditor",
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
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="editor_rows",
                        to="openedx_catalog.catalogcourse",
                        verbose_name="catalog course",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
            ],
            options={
                "verbose_name": "Editor of a Course",
                "verbose_name_plural": "Editors of Courses",
                "constraints": [models.UniqueConstraint(fields=("catalog_course", "user"), name="oex_publishing_editor_uniq")],
            },
        ),
        _operations.AddIndex(
            model_name="courseworkingcopy",
            index=models.Index(fields=["state", "go_live_at"], name="oex_publishing_copy_due"),
        ),
        _operations.AddConstraint(
            model_name="publisherroleassignment",
            constraint=models.UniqueConstraint(fields=("user", "role"), name="oex_publishing_role_uniq"),
        ),
        _operations.AddIndex(
            model_name="review",
            index=models.Index(fields=["catalog_course", "id"], name="oex_publishing_review_course"),
        ),
        _operations.AddConstraint(
            model_name="workingcopyowner",
            constraint=models.UniqueConstraint(fields=("copy", "organization"), name="oex_publishing_owner_uniq"),
        ),
        _operations.AddConstraint(
            model_name="workingcopysubject",
            constraint=models.UniqueConstraint(fields=("copy", "subject"), name="oex_publishing_subject_uniq"),
        ),
    ]
