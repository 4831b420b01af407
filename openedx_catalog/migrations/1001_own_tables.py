"""
What we have beyond openedx-core's app: identity that is stored, schedules, history, messages.

Its three functional or conditional unique constraints go: MariaDB never had them, databases fold differently (ADR 0005), and one
run may exist as Org/Code/Run and as course-v1:Org+Code+Run.
"""

# Before anything else of ours: it says in words what else would fail in another way.
from openedx_catalog import intact  # noqa: F401

# isort: split
import uuid

import django.db.models.deletion
import django.utils.timezone
import model_utils.fields
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import openedx_catalog.abstract_models
import openedx_catalog.fields
from openedx_catalog.migrations import _operations


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
            ],
            options={
                "verbose_name": "Catalog Course Code",
                "verbose_name_plural": "Catalog Course Codes",
                "constraints": [
                    models.UniqueConstraint(fields=("org", "code_ci"), name="oex_catalog_coursecode_org_code_ci_uniq")
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
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        default=openedx_catalog.abstract_models.get_default_language_code,
                        help_text='The language the course is taught in: two letters, optionally followed by a hyphen and a region, for example "en", "fr-ca" or "zh-cn".',
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
    ]
