"""
What we have beyond openedx-core's app: identity that is stored, schedules, history, messages.

Its three functional or conditional unique constraints go: MariaDB never had them, databases fold differently (ADR 0005), and one
run may exist as Org/Code/Run and as course-v1:Org+Code+Run.
"""

# Before anything else of ours: it says in words what else would fail in another way.
from openedx_catalog import intact  # noqa: F401

# isort: split
import re
import uuid

import django.db.models.deletion
import django.db.models.lookups
import django.utils.timezone
import model_utils.fields
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import openedx_catalog.abstract_models
import openedx_catalog.fields
from openedx_catalog.migrations import _operations

# What the constraint of openedx-core's app takes, which 0001 adds.
PEERS_LANGUAGE = r"^[a-z][a-z](\-[a-z0-9]+)*$"


def name_languages(apps, schema_editor):
    """On the way back: what openedx-core's app would have stored where the language is not set, or is none that it takes."""
    CatalogCourse = apps.get_model("openedx_catalog", "CatalogCourse")
    if not _operations.may_migrate(schema_editor, CatalogCourse):
        return
    courses = CatalogCourse._base_manager.using(schema_editor.connection.alias).exclude(language__regex=PEERS_LANGUAGE)
    language = settings.LANGUAGE_CODE.lower().replace("_", "-")
    # Or it would be looked for again and again.
    language = language if re.search(PEERS_LANGUAGE, language) else "en"
    while pks := list(courses.values_list("pk", flat=True)[:1000]):
        CatalogCourse._base_manager.using(schema_editor.connection.alias).filter(pk__in=pks).update(language=language)


class Migration(migrations.Migration):
    # One transaction an operation: no writer waits for more than one of them, and what is done stays done (ADR 0018).
    atomic = False

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("openedx_catalog", "0002_pathways"),
        ("organizations", "0002_unique_short_name"),
    ]

    operations = [
        _operations.RemoveConstraint(
            model_name="catalogcourse",
            name="oex_catalog_catalogcourse_org_code_uniq_ci",
        ),
        # Before the one that it replaces goes, so that there is always one; likewise on the way back.
        _operations.AddConstraint(
            model_name="catalogcourse",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.Regex(models.F("language"), "^([a-z][a-z][a-z]?(\\-[a-z0-9]+)*)?$"),
                name="oex_catalog_catalogcourse_language_tag",
                violation_error_message='Expected a language code such as "en", "fr-ca" or "fil", in lowercase, or nothing.',
            ),
        ),
        _operations.RemoveConstraint(
            model_name="catalogcourse",
            name="oex_catalog_catalogcourse_language_regex",
        ),
        migrations.RunPython(migrations.RunPython.noop, name_languages),
        _operations.RemoveConstraint(
            model_name="courserun",
            name="oex_catalog_courserun_catalog_course_run_code_uniq",
        ),
        _operations.RemoveConstraint(
            model_name="courserun",
            name="oex_catalog_courserun_course_key_ci",
        ),
        _operations.AddField(
            model_name="catalogcourse",
            name="uuid",
            field=models.UUIDField(
                default=uuid.uuid4,
                editable=False,
                help_text="Identifies this catalog course across services; never changes.",
                null=True,
                unique=True,
                verbose_name="UUID",
            ),
        ),
        _operations.AddField(
            model_name="catalogcourse",
            name="course_code_ci",
            field=openedx_catalog.fields.FoldedCharField(source="course_code"),
        ),
        _operations.AddField(
            model_name="catalogcourse",
            name="modified",
            field=model_utils.fields.AutoLastModifiedField(
                default=django.utils.timezone.now, editable=False, null=True, verbose_name="last modification"
            ),
        ),
        _operations.AddConstraint(
            model_name="catalogcourse",
            constraint=models.UniqueConstraint(
                fields=("org", "course_code_ci"), name="oex_catalog_catalogcourse_org_code_ci_uniq"
            ),
        ),
        # What the lists are ordered and narrowed by.
        _operations.AddIndex(
            model_name="catalogcourse",
            index=models.Index(fields=["course_code_ci", "id"], name="openedx_cat_course__1ad146_idx"),
        ),
        _operations.AddIndex(
            model_name="catalogcourse",
            index=models.Index(fields=["title", "id"], name="openedx_cat_title_2e7c99_idx"),
        ),
        _operations.AddIndex(
            model_name="catalogcourse",
            index=models.Index(fields=["language", "id"], name="openedx_cat_languag_c3d619_idx"),
        ),
        _operations.AddIndex(
            model_name="catalogcourse",
            index=models.Index(fields=["created", "id"], name="openedx_cat_created_a0d4cc_idx"),
        ),
        _operations.AddIndex(
            model_name="catalogcourse",
            index=models.Index(fields=["modified", "id"], name="openedx_cat_modifie_1e3d69_idx"),
        ),
        _operations.CreateModel(
            name="CatalogCourseCode",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "code",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text="The code in its own spelling, for example 14.100x.",
                        max_length=255,
                        verbose_name="code",
                    ),
                ),
                ("code_ci", openedx_catalog.fields.FoldedCharField(source="code")),
                (
                    "catalog_course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="codes",
                        to="openedx_catalog.catalogcourse",
                        verbose_name="catalog course",
                    ),
                ),
                (
                    "org",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="organization",
                    ),
                ),
                (
                    "for_reruns",
                    models.BooleanField(
                        help_text="New runs of the course are keyed with this code, whatever its own is.",
                        null=True,
                        verbose_name="rerun code",
                    ),
                ),
            ],
            options={
                "verbose_name": "Catalog Course Code",
                "verbose_name_plural": "Catalog Course Codes",
                "indexes": [models.Index(fields=["code_ci", "catalog_course"], name="oex_catalog_coursecode_code_ci")],
                "constraints": [
                    models.UniqueConstraint(fields=("org", "code_ci"), name="oex_catalog_coursecode_org_code_ci_uniq"),
                    models.UniqueConstraint(fields=("catalog_course", "for_reruns"), name="oex_catalog_coursecode_rerun_uniq"),
                ],
            },
        ),
        _operations.AddField(
            model_name="courserun",
            name="uuid",
            field=models.UUIDField(
                default=uuid.uuid4,
                editable=False,
                help_text="Identifies this run across services; never changes.",
                null=True,
                unique=True,
                verbose_name="UUID",
            ),
        ),
        _operations.AddField(
            model_name="courserun",
            name="key_ci",
            field=openedx_catalog.fields.FoldedCharField(source="course_key", unique=True),
        ),
        _operations.AddField(
            model_name="courserun",
            name="association",
            field=models.CharField(
                choices=[
                    ("implicit", "Implicit"),
                    ("explicit", "Explicit"),
                ],
                db_default="implicit",
                default="implicit",
                help_text="Implicit: the run belongs to the course that its key names. Explicit: a person or an import chose its course, and no import, event or sync changes that.",
                max_length=8,
                verbose_name="association",
            ),
        ),
        _operations.AddField(
            model_name="courserun",
            name="source_time",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="When the source reported the present title and schedule. Older reports change nothing.",
                null=True,
                verbose_name="source time",
            ),
        ),
        _operations.AddField(
            model_name="courserun",
            name="modified",
            field=model_utils.fields.AutoLastModifiedField(
                default=django.utils.timezone.now, editable=False, null=True, verbose_name="last modification"
            ),
        ),
        _operations.AddIndex(
            model_name="courserun",
            index=models.Index(fields=["title", "id"], name="openedx_cat_title_e7034f_idx"),
        ),
        _operations.AddIndex(
            model_name="courserun",
            index=models.Index(fields=["created", "id"], name="openedx_cat_created_642776_idx"),
        ),
        _operations.AddIndex(
            model_name="courserun",
            index=models.Index(fields=["modified", "id"], name="openedx_cat_modifie_2f7e24_idx"),
        ),
        _operations.AddIndex(
            model_name="courserun",
            index=models.Index(fields=["association", "id"], name="openedx_cat_associa_666a9f_idx"),
        ),
        _operations.CreateModel(
            name="CourseSchedule",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
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
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="schedule",
                        to="openedx_catalog.courserun",
                        verbose_name="run",
                    ),
                ),
            ],
            options={
                "verbose_name": "Course Schedule",
                "verbose_name_plural": "Course Schedules",
                "indexes": [
                    models.Index(fields=["start", "end", "run"], name="openedx_cat_start_87ae5f_idx"),
                    models.Index(fields=["end", "run"], name="openedx_cat_end_fdf746_idx"),
                ],
            },
        ),
        _operations.CreateModel(
            name="HistoricalCatalogCourse",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        blank=True,
                        db_index=True,
                        editable=False,
                        help_text="Of this database only. Elsewhere a course is named by its UUID or its key.",
                        verbose_name="Row number",
                    ),
                ),
                (
                    "course_code",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='Names the course within its organization, for example "14.100x". "14.100X" would be the same code.',
                        max_length=255,
                        verbose_name="course code",
                    ),
                ),
                ("created", models.DateTimeField(blank=True, editable=False, verbose_name="creation date")),
                (
                    "title",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        help_text='What learners read, for example "Microeconomics". Each run may have a title of its own.',
                        max_length=255,
                        verbose_name="title",
                    ),
                ),
                (
                    "language",
                    openedx_catalog.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        default=openedx_catalog.abstract_models.get_default_language_code,
                        help_text='The language the course is taught in: two or three letters, optionally followed by a hyphen and a region, for example "en", "fr-ca" or "fil". Empty if unknown.',
                        max_length=64,
                        verbose_name="language",
                    ),
                ),
                (
                    "uuid",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        help_text="Identifies this catalog course across services; never changes.",
                        null=True,
                        verbose_name="UUID",
                    ),
                ),
                (
                    "modified",
                    model_utils.fields.AutoLastModifiedField(
                        default=django.utils.timezone.now, editable=False, null=True, verbose_name="last modification"
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
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "org",
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
                "verbose_name": "historical Catalog Course",
                "verbose_name_plural": "historical Catalog Courses",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="HistoricalCourseRun",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        blank=True,
                        db_index=True,
                        editable=False,
                        help_text="Of this database only. Elsewhere a run is named by its course key or its UUID.",
                        verbose_name="Row number",
                    ),
                ),
                (
                    "course_key",
                    openedx_catalog.fields.ExactCourseKeyField(
                        editable=False,
                        help_text="Names the run on every system, for example course-v1:MITx+14.100x+3T2017. Never changes.",
                        max_length=255,
                        verbose_name="Course Key",
                    ),
                ),
                (
                    "run_code",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='The last part of the course key, for example "3T2017".',
                        max_length=128,
                        verbose_name="run code",
                    ),
                ),
                ("created", models.DateTimeField(blank=True, editable=False, verbose_name="creation date")),
                (
                    "title",
                    openedx_catalog.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        help_text="What learners read. If it is left empty, the run takes the title of its catalog course.",
                        max_length=255,
                        verbose_name="title",
                    ),
                ),
                (
                    "uuid",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        help_text="Identifies this run across services; never changes.",
                        null=True,
                        verbose_name="UUID",
                    ),
                ),
                (
                    "association",
                    models.CharField(
                        choices=[
                            ("implicit", "Implicit"),
                            ("explicit", "Explicit"),
                        ],
                        db_default="implicit",
                        default="implicit",
                        help_text="Implicit: the run belongs to the course that its key names. Explicit: a person or an import chose its course, and no import, event or sync changes that.",
                        max_length=8,
                        verbose_name="association",
                    ),
                ),
                (
                    "source_time",
                    models.DateTimeField(
                        blank=True,
                        editable=False,
                        help_text="When the source reported the present title and schedule. Older reports change nothing.",
                        null=True,
                        verbose_name="source time",
                    ),
                ),
                (
                    "modified",
                    model_utils.fields.AutoLastModifiedField(
                        default=django.utils.timezone.now, editable=False, null=True, verbose_name="last modification"
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
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical Course Run",
                "verbose_name_plural": "historical Course Runs",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [models.Index(fields=["course_key"], name="oex_catalog_run_history_key")],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="HistoricalCourseSchedule",
            fields=[
                ("id", models.BigIntegerField(blank=True, db_index=True, editable=False)),
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
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                "verbose_name": "historical Course Schedule",
                "verbose_name_plural": "historical Course Schedules",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="CourseRunWithdrawal",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("at", models.DateTimeField(help_text="When the content was deleted.", verbose_name="deleted at")),
                (
                    "source",
                    models.CharField(
                        help_text="Where this was reported, for example platform:course_deleted.",
                        max_length=255,
                        verbose_name="source",
                    ),
                ),
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="withdrawal",
                        to="openedx_catalog.courserun",
                        verbose_name="run",
                    ),
                ),
            ],
            options={
                "verbose_name": "Course Run Withdrawal",
                "verbose_name_plural": "Course Run Withdrawals",
            },
        ),
        _operations.CreateModel(
            name="InboxMessage",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "event_id",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text="The sender's id of the event. An event that arrives twice is recorded once.",
                        max_length=255,
                        unique=True,
                        verbose_name="event ID",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        help_text="The signal or event it came from, for example course_published.",
                        max_length=255,
                        verbose_name="source",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("observed", "Observed"),
                            ("exists", "Exists"),
                            ("deleted", "Deleted"),
                            ("unknown", "Unknown"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                (
                    "course_key",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        db_index=True,
                        max_length=255,
                        verbose_name="course key",
                    ),
                ),
                (
                    "payload",
                    models.TextField(
                        blank=True,
                        help_text="The values as JSON. For an unknown message, whatever arrived.",
                        verbose_name="payload",
                    ),
                ),
                (
                    "source_time",
                    models.DateTimeField(
                        help_text="When this was true at the source. Older messages never overwrite newer ones.",
                        verbose_name="source time",
                    ),
                ),
                ("received_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="received at")),
                (
                    "state",
                    models.CharField(
                        choices=[("pending", "Pending"), ("done", "Done"), ("parked", "Parked")],
                        default="pending",
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                ("attempts", models.PositiveIntegerField(default=0, verbose_name="attempts")),
                (
                    "due_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        help_text="The earliest time of the next attempt. Each failure postpones it.",
                        verbose_name="due at",
                    ),
                ),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="done at")),
                (
                    "error",
                    models.TextField(
                        blank=True,
                        help_text="Why the last attempt failed, or which values were left out.",
                        verbose_name="error",
                    ),
                ),
            ],
            options={
                "verbose_name": "Inbox Message",
                "verbose_name_plural": "Inbox Messages",
                "indexes": [models.Index(fields=["state", "due_at", "id"], name="oex_catalog_inbox_due")],
            },
        ),
        _operations.CreateModel(
            name="OutboxMessage",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "event_id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        help_text="The same each time the event is sent, so that consumers recognise duplicates.",
                        unique=True,
                        verbose_name="event ID",
                    ),
                ),
                ("event_type", models.CharField(max_length=255, verbose_name="event type")),
                (
                    "subject",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text="What the event is about: the course key of a run, or the UUID of a catalog course. Events about one subject are sent in order.",
                        max_length=255,
                        verbose_name="subject",
                    ),
                ),
                ("payload", models.TextField(help_text="The data of the event, as JSON.", verbose_name="payload")),
                ("occurred_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="occurred at")),
                (
                    "state",
                    models.CharField(
                        choices=[("pending", "Pending"), ("done", "Done"), ("parked", "Parked")],
                        default="pending",
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                (
                    "dispatched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the receivers in the process were called.",
                        null=True,
                        verbose_name="dispatched at",
                    ),
                ),
                (
                    "sent_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the event bus accepted it or, if none is configured, when it happened.",
                        null=True,
                        verbose_name="sent at",
                    ),
                ),
                (
                    "due_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        help_text="The earliest time of the next attempt. Each failure postpones it.",
                        verbose_name="due at",
                    ),
                ),
                (
                    "claimed_by",
                    models.CharField(
                        blank=True, help_text="The relay that picked it up last.", max_length=32, verbose_name="claimed by"
                    ),
                ),
                ("attempts", models.PositiveIntegerField(default=0, verbose_name="attempts")),
                (
                    "error",
                    models.TextField(
                        blank=True,
                        help_text="Why the last attempt failed, or which values were left out.",
                        verbose_name="error",
                    ),
                ),
            ],
            options={
                "verbose_name": "Outbox Message",
                "verbose_name_plural": "Outbox Messages",
                "indexes": [
                    models.Index(fields=["state", "id"], name="oex_catalog_outbox_state"),
                    models.Index(fields=["state", "subject", "id"], name="oex_catalog_outbox_subject"),
                ],
            },
        ),
        _operations.CreateModel(
            name="CatalogChange",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("position", models.BigIntegerField(null=True, unique=True, verbose_name="position")),
                (
                    "kind",
                    models.CharField(help_text="What changed, for example course_run.", max_length=64, verbose_name="kind"),
                ),
                ("uuid", models.UUIDField(help_text="Of the row; organizations have none.", null=True, verbose_name="UUID")),
                (
                    "key",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text="The key of the row after the change; of a deleted one, before.",
                        max_length=600,
                        verbose_name="key",
                    ),
                ),
                (
                    "what",
                    models.CharField(
                        help_text="For example created, updated, moved, merged or deleted.",
                        max_length=32,
                        verbose_name="change",
                    ),
                ),
                (
                    "merged_into",
                    models.UUIDField(
                        help_text="UUID of the catalog course that survived a merge.", null=True, verbose_name="merged into"
                    ),
                ),
                (
                    "audience",
                    models.CharField(
                        choices=[("everybody", "Everybody"), ("gone", "Gone for the public"), ("viewers", "Viewers")],
                        default="everybody",
                        max_length=16,
                        verbose_name="audience",
                    ),
                ),
                ("occurred_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="occurred at")),
            ],
            options={
                "verbose_name": "Catalog Change",
                "verbose_name_plural": "Catalog Changes",
            },
        ),
        _operations.CreateModel(
            name="CatalogMerge",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "source",
                    models.TextField(blank=True, help_text="Where it came from, for example admin.", verbose_name="source"),
                ),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                ("user_name", models.CharField(blank=True, default="", max_length=255, verbose_name="user")),
                ("course_id", models.BigIntegerField(unique=True, verbose_name="row number")),
                ("uuid", models.UUIDField(unique=True, verbose_name="UUID")),
                (
                    "course_code",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"}, max_length=255, verbose_name="course code"
                    ),
                ),
                (
                    "title",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"}, max_length=255, verbose_name="title"
                    ),
                ),
                (
                    "language",
                    openedx_catalog.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        default="",
                        max_length=64,
                        verbose_name="language",
                    ),
                ),
                ("created", models.DateTimeField(verbose_name="creation date")),
                ("into_uuid", models.UUIDField(db_index=True, verbose_name="merged into")),
                (
                    "org",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="organization",
                    ),
                ),
            ],
            options={
                "verbose_name": "Catalog Merge",
                "verbose_name_plural": "Catalog Merges",
            },
        ),
        _operations.CreateModel(
            name="CatalogMergeCode",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("for_reruns", models.BooleanField(default=False, verbose_name="rerun code")),
                (
                    "code",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="openedx_catalog.catalogcoursecode",
                        verbose_name="code",
                    ),
                ),
                (
                    "key",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text="The catalog course key of the code when it was merged.",
                        max_length=600,
                        verbose_name="key",
                    ),
                ),
                (
                    "merge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="codes",
                        to="openedx_catalog.catalogmerge",
                        verbose_name="merge",
                    ),
                ),
            ],
            options={
                "verbose_name": "Code of a Catalog Merge",
                "verbose_name_plural": "Codes of Catalog Merges",
            },
        ),
        _operations.CreateModel(
            name="CatalogMergeRun",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("association", models.CharField(max_length=8, verbose_name="association")),
                (
                    "course_key",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"}, max_length=255, verbose_name="course key"
                    ),
                ),
                ("decided", models.BooleanField(default=False, verbose_name="decided since")),
                (
                    "merge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="runs",
                        to="openedx_catalog.catalogmerge",
                        verbose_name="merge",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="openedx_catalog.courserun",
                        verbose_name="run",
                    ),
                ),
            ],
            options={
                "verbose_name": "Run of a Catalog Merge",
                "verbose_name_plural": "Runs of Catalog Merges",
            },
        ),
        _operations.CreateModel(
            name="DeletedRunKey",
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
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"}, max_length=255, verbose_name="course key"
                    ),
                ),
                ("key_ci", openedx_catalog.fields.FoldedCharField(source="course_key", unique=True)),
                (
                    "title",
                    openedx_catalog.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        default="",
                        max_length=255,
                        verbose_name="title",
                    ),
                ),
                ("association", models.CharField(max_length=8, verbose_name="association")),
                ("run_uuid", models.UUIDField(null=True, verbose_name="UUID")),
                (
                    "catalog_course_uuid",
                    models.UUIDField(help_text="UUID of the course it stood under.", null=True, verbose_name="catalog course"),
                ),
            ],
            options={
                "verbose_name": "Deleted Run Key",
                "verbose_name_plural": "Deleted Run Keys",
            },
        ),
        _operations.CreateModel(
            name="DistinctPair",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "source",
                    models.TextField(blank=True, help_text="Where it came from, for example admin.", verbose_name="source"),
                ),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                ("user_name", models.CharField(blank=True, default="", max_length=255, verbose_name="user")),
                ("kind", models.CharField(help_text="For example catalog_course.", max_length=32, verbose_name="kind")),
                (
                    "first",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"}, max_length=255, verbose_name="first"
                    ),
                ),
                (
                    "second",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"}, max_length=255, verbose_name="second"
                    ),
                ),
            ],
            options={
                "verbose_name": "Distinct Pair",
                "verbose_name_plural": "Distinct Pairs",
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "first", "second"), name="oex_catalog_distinctpair_uniq")
                ],
            },
        ),
        _operations.CreateModel(
            name="DoctorReport",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("started_at", models.DateTimeField(verbose_name="started at")),
                ("finished_at", models.DateTimeField(blank=True, db_index=True, null=True, verbose_name="finished at")),
                ("errors", models.PositiveIntegerField(default=0, verbose_name="errors")),
                ("warnings", models.PositiveIntegerField(default=0, verbose_name="warnings")),
                ("suggestions", models.PositiveIntegerField(default=0, verbose_name="suggestions")),
                ("counts", models.JSONField(default=dict, verbose_name="counts")),
                ("findings", models.JSONField(default=list, verbose_name="findings")),
                ("candidates", models.JSONField(default=list, verbose_name="candidates")),
                ("error", models.TextField(blank=True, help_text="Why the run ended early.", verbose_name="error")),
            ],
            options={
                "verbose_name": "Doctor Report",
                "verbose_name_plural": "Doctor Reports",
            },
        ),
        _operations.CreateModel(
            name="FormerOrganizationName",
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
                    "name",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"}, max_length=255, verbose_name="name"
                    ),
                ),
                ("name_ci", openedx_catalog.fields.FoldedCharField(source="name", unique=True)),
                (
                    "org",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="catalog_former_names",
                        to="organizations.organization",
                        verbose_name="organization",
                    ),
                ),
            ],
            options={
                "verbose_name": "Former Organization Name",
                "verbose_name_plural": "Former Organization Names",
            },
        ),
        _operations.CreateModel(
            name="HistoricalCatalogCourseCode",
            fields=[
                ("id", models.BigIntegerField(blank=True, db_index=True, editable=False)),
                ("history_user_name", models.CharField(blank=True, default="", editable=False, max_length=255)),
                (
                    "code",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text="The code in its own spelling, for example 14.100x.",
                        max_length=255,
                        verbose_name="code",
                    ),
                ),
                (
                    "for_reruns",
                    models.BooleanField(
                        help_text="New runs of the course are keyed with this code, whatever its own is.",
                        null=True,
                        verbose_name="rerun code",
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
                    "org",
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
                "verbose_name": "historical Catalog Course Code",
                "verbose_name_plural": "historical Catalog Course Codes",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="HistoricalCourseRunWithdrawal",
            fields=[
                ("id", models.BigIntegerField(blank=True, db_index=True, editable=False)),
                ("history_user_name", models.CharField(blank=True, default="", editable=False, max_length=255)),
                ("at", models.DateTimeField(help_text="When the content was deleted.", verbose_name="deleted at")),
                (
                    "source",
                    models.CharField(
                        help_text="Where this was reported, for example platform:course_deleted.",
                        max_length=255,
                        verbose_name="source",
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
                "verbose_name": "historical Course Run Withdrawal",
                "verbose_name_plural": "historical Course Run Withdrawals",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
    ]
