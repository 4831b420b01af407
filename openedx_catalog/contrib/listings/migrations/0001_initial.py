"""What learners read of courses and runs, by what they look for them, and the addresses of the pages."""

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
            name="Level",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "name",
                    openedx_catalog.lib.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        help_text="What people read.",
                        max_length=64,
                        verbose_name="name",
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="UUID")),
                (
                    "slug",
                    openedx_catalog.lib.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='The end of addresses that name it, e.g. "computer-science". Leave blank to make it from the name.',
                        max_length=64,
                        unique=True,
                        verbose_name="slug",
                    ),
                ),
                (
                    "translations",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text='By the code of the language, e.g. {"es": "Informática"}.',
                        verbose_name="names in other languages",
                    ),
                ),
            ],
            options={
                "verbose_name": "Level",
                "verbose_name_plural": "Levels",
                "ordering": ("id",),
                "abstract": False,
            },
        ),
        _operations.CreateModel(
            name="Subject",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "name",
                    openedx_catalog.lib.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        help_text="What people read.",
                        max_length=64,
                        verbose_name="name",
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="UUID")),
                (
                    "slug",
                    openedx_catalog.lib.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='The end of addresses that name it, e.g. "computer-science". Leave blank to make it from the name.',
                        max_length=64,
                        unique=True,
                        verbose_name="slug",
                    ),
                ),
                (
                    "translations",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text='By the code of the language, e.g. {"es": "Informática"}.',
                        verbose_name="names in other languages",
                    ),
                ),
            ],
            options={
                "verbose_name": "Subject",
                "verbose_name_plural": "Subjects",
                "ordering": ("id",),
                "abstract": False,
            },
        ),
        _operations.CreateModel(
            name="CourseListing",
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
                        help_text="The end of the address of its page. Leave blank to make it from the title. Former ones lead to the new one.",
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
                        help_text='For URLs and reports, e.g. "MITx-14.100x". Unique, ignoring case.',
                        max_length=255,
                        null=True,
                        verbose_name="readable ID",
                    ),
                ),
                ("readable_id_ci", openedx_catalog.lib.fields.FoldedCharField(source="readable_id", unique=True)),
                (
                    "live",
                    models.BooleanField(
                        default=False,
                        help_text="If on, learners see the page of the course. If off, it is being prepared.",
                        verbose_name="live",
                    ),
                ),
                (
                    "catalog_course",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="listing",
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
                "verbose_name": "Course Listing",
                "verbose_name_plural": "Course Listings",
            },
        ),
        _operations.CreateModel(
            name="CourseRunListing",
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
                        help_text="The end of the address of its page. Leave blank to make it from the title. Former ones lead to the new one.",
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
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="listing",
                        to="openedx_catalog.courserun",
                        verbose_name="run",
                    ),
                ),
            ],
            options={
                "verbose_name": "Run Listing",
                "verbose_name_plural": "Run Listings",
            },
        ),
        _operations.CreateModel(
            name="CourseRunSlug",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "slug",
                    openedx_catalog.lib.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"}, max_length=255, verbose_name="slug"
                    ),
                ),
                ("slug_ci", openedx_catalog.lib.fields.FoldedCharField(source="slug", unique=True)),
                ("created", models.DateTimeField(auto_now_add=True, verbose_name="created")),
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
                "verbose_name": "Slug of a Run",
                "verbose_name_plural": "Slugs of Runs",
                "ordering": ("id",),
                "abstract": False,
            },
        ),
        _operations.CreateModel(
            name="CourseSlug",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "slug",
                    openedx_catalog.lib.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"}, max_length=255, verbose_name="slug"
                    ),
                ),
                ("slug_ci", openedx_catalog.lib.fields.FoldedCharField(source="slug", unique=True)),
                ("created", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                ("origin", models.UUIDField(editable=False, null=True, verbose_name="first of the course")),
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
                "verbose_name": "Slug of a Course",
                "verbose_name_plural": "Slugs of Courses",
                "ordering": ("id",),
                "abstract": False,
            },
        ),
        _operations.CreateModel(
            name="HistoricalCourseListingOwner",
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
                    "listing",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog_listings.courselisting",
                        verbose_name="course listing",
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
                "verbose_name": "historical Owner of a Course",
                "verbose_name_plural": "historical Owners of Courses",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="HistoricalCourseRunListing",
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
                        help_text="The end of the address of its page. Leave blank to make it from the title. Former ones lead to the new one.",
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
                "verbose_name": "historical Run Listing",
                "verbose_name_plural": "historical Run Listings",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="HistoricalLevel",
            fields=[
                ("id", models.BigIntegerField(blank=True, db_index=True, editable=False)),
                ("history_user_name", models.CharField(blank=True, default="", editable=False, max_length=255)),
                (
                    "name",
                    openedx_catalog.lib.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        help_text="What people read.",
                        max_length=64,
                        verbose_name="name",
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, verbose_name="UUID")),
                (
                    "slug",
                    openedx_catalog.lib.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='The end of addresses that name it, e.g. "computer-science". Leave blank to make it from the name.',
                        max_length=64,
                        verbose_name="slug",
                    ),
                ),
                (
                    "translations",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text='By the code of the language, e.g. {"es": "Informática"}.',
                        verbose_name="names in other languages",
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
                "verbose_name": "historical Level",
                "verbose_name_plural": "historical Levels",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="HistoricalSubject",
            fields=[
                ("id", models.BigIntegerField(blank=True, db_index=True, editable=False)),
                ("history_user_name", models.CharField(blank=True, default="", editable=False, max_length=255)),
                (
                    "name",
                    openedx_catalog.lib.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        help_text="What people read.",
                        max_length=64,
                        verbose_name="name",
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, verbose_name="UUID")),
                (
                    "slug",
                    openedx_catalog.lib.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='The end of addresses that name it, e.g. "computer-science". Leave blank to make it from the name.',
                        max_length=64,
                        verbose_name="slug",
                    ),
                ),
                (
                    "translations",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text='By the code of the language, e.g. {"es": "Informática"}.',
                        verbose_name="names in other languages",
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
                "verbose_name": "historical Subject",
                "verbose_name_plural": "historical Subjects",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="HistoricalCourseListing",
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
                        help_text="The end of the address of its page. Leave blank to make it from the title. Former ones lead to the new one.",
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
                        help_text='For URLs and reports, e.g. "MITx-14.100x". Unique, ignoring case.',
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
                "verbose_name": "historical Course Listing",
                "verbose_name_plural": "historical Course Listings",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="HistoricalCourseListingSubject",
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
                    "listing",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog_listings.courselisting",
                        verbose_name="course listing",
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
                "verbose_name": "historical Subject of a Course",
                "verbose_name_plural": "historical Subjects of Courses",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="CourseListingSubject",
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
                    "listing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="subject_rows",
                        to="openedx_catalog_listings.courselisting",
                        verbose_name="course listing",
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
                "verbose_name": "Subject of a Course",
                "verbose_name_plural": "Subjects of Courses",
                "ordering": ("position", "id"),
                "abstract": False,
            },
        ),
        _operations.CreateModel(
            name="CourseListingOwner",
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
                    "listing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="owner_rows",
                        to="openedx_catalog_listings.courselisting",
                        verbose_name="course listing",
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
                "verbose_name": "Owner of a Course",
                "verbose_name_plural": "Owners of Courses",
                "ordering": ("position", "id"),
                "abstract": False,
                "constraints": [models.UniqueConstraint(fields=("listing", "organization"), name="oex_listings_owner_uniq")],
            },
        ),
        _operations.AddIndex(
            model_name="courselisting",
            index=models.Index(fields=["live", "visibility", "id"], name="oex_listings_course_shown"),
        ),
        _operations.AddConstraint(
            model_name="courselistingsubject",
            constraint=models.UniqueConstraint(fields=("listing", "subject"), name="oex_listings_subject_uniq"),
        ),
    ]
