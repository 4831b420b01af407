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
import opaque_keys.edx.django.models
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
        ("auth", "__first__"),
        ("openedx_catalog", "0001_initial"),
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
            field=model_utils.fields.AutoLastModifiedField(default=django.utils.timezone.now, editable=False, null=True),
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
                        help_text="The code as it was spelled, e.g. 14.100x.",
                        max_length=255,
                    ),
                ),
                ("code_ci", openedx_catalog.fields.FoldedCharField(source="code")),
                (
                    "catalog_course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="codes",
                        to="openedx_catalog.catalogcourse",
                    ),
                ),
                (
                    "org",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organizations.organization"
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
                help_text="Implicit: the run belongs to the course its key names. Explicit: somebody decided otherwise, and no import, event or sync changes it back.",
                max_length=8,
            ),
        ),
        _operations.AddField(
            model_name="courserun",
            name="source_time",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="When the source saw the title and the schedule as they are; older reports change nothing.",
                null=True,
            ),
        ),
        _operations.AddField(
            model_name="courserun",
            name="modified",
            field=model_utils.fields.AutoLastModifiedField(default=django.utils.timezone.now, editable=False, null=True),
        ),
        _operations.CreateModel(
            name="CourseSchedule",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("start", models.DateTimeField(blank=True, help_text="When learners can begin.", null=True)),
                ("end", models.DateTimeField(blank=True, help_text="When the run is over.", null=True)),
                ("enrollment_start", models.DateTimeField(blank=True, help_text="When enrollment opens.", null=True)),
                ("enrollment_end", models.DateTimeField(blank=True, help_text="When enrollment closes.", null=True)),
                (
                    "pacing",
                    models.CharField(
                        blank=True,
                        choices=[("instructor", "Instructor-paced"), ("self", "Self-paced")],
                        default="",
                        help_text="Blank where nobody has said.",
                        max_length=16,
                    ),
                ),
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="schedule",
                        to="openedx_catalog.courserun",
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
                        help_text="The internal database ID for this catalog course. Should not be exposed to users nor in APIs.",
                        verbose_name="Primary Key",
                    ),
                ),
                (
                    "course_code",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='The course code/number, e.g. "Math100".',
                        max_length=255,
                    ),
                ),
                ("created", models.DateTimeField(blank=True, editable=False)),
                (
                    "title",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        help_text='The full title (display name) of this catalog course. e.g. "Introduction to Calculus". Individual course runs may override this, e.g. "Intro to Calc (Fall 2026 with Dr. Newton)".',
                        max_length=255,
                    ),
                ),
                (
                    "language",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        default=openedx_catalog.abstract_models.get_default_language_code,
                        help_text='The code representing the primary language of this catalog course\'s content - the language in which the content is authored and which learners can learn without translation. (Translated versions of the course or parts of the course may be available in other languages if supported by the platform.) The first two digits must be the lowercase ISO 639-1 language code, optionally followed by a country/locale code. e.g. "en", "es", "fr-ca", "pt-br", "zh-cn", "zh-hk". ',
                        max_length=64,
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
                    model_utils.fields.AutoLastModifiedField(default=django.utils.timezone.now, editable=False, null=True),
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
                        help_text="The internal database ID for this course. Should not be exposed to users nor in APIs.",
                        verbose_name="Primary Key",
                    ),
                ),
                (
                    "course_key",
                    opaque_keys.edx.django.models.CourseKeyField(
                        case_sensitive=True,
                        editable=False,
                        help_text="The main identifier for this course. Includes the org, course code, and run.",
                        max_length=255,
                        verbose_name="Course Key",
                    ),
                ),
                (
                    "run_code",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='The code that identifies this particular run of the course, e.g. "2026", "2026Fall" or "2T2026"',
                        max_length=128,
                    ),
                ),
                ("created", models.DateTimeField(blank=True, editable=False)),
                (
                    "title",
                    openedx_catalog.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        help_text='The full title (display name) of this course. e.g. "Introduction to Calculus". This is required and will override the title of the catalog course. Leave blank to use the same title as the catalog course. ',
                        max_length=255,
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
                        help_text="Implicit: the run belongs to the course its key names. Explicit: somebody decided otherwise, and no import, event or sync changes it back.",
                        max_length=8,
                    ),
                ),
                (
                    "source_time",
                    models.DateTimeField(
                        blank=True,
                        editable=False,
                        help_text="When the source saw the title and the schedule as they are; older reports change nothing.",
                        null=True,
                    ),
                ),
                (
                    "modified",
                    model_utils.fields.AutoLastModifiedField(default=django.utils.timezone.now, editable=False, null=True),
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
                ("start", models.DateTimeField(blank=True, help_text="When learners can begin.", null=True)),
                ("end", models.DateTimeField(blank=True, help_text="When the run is over.", null=True)),
                ("enrollment_start", models.DateTimeField(blank=True, help_text="When enrollment opens.", null=True)),
                ("enrollment_end", models.DateTimeField(blank=True, help_text="When enrollment closes.", null=True)),
                (
                    "pacing",
                    models.CharField(
                        blank=True,
                        choices=[("instructor", "Instructor-paced"), ("self", "Self-paced")],
                        default="",
                        help_text="Blank where nobody has said.",
                        max_length=16,
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
                ("at", models.DateTimeField(help_text="When the content was deleted.")),
                ("source", models.CharField(help_text="What said so, e.g. platform:course_deleted.", max_length=255)),
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="withdrawal", to="openedx_catalog.courserun"
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
                        help_text="Unique: what comes twice is recorded once.",
                        max_length=255,
                        unique=True,
                    ),
                ),
                ("source", models.CharField(help_text="The signal or event, e.g. course_published.", max_length=255)),
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
                    ),
                ),
                (
                    "course_key",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"}, db_index=True, max_length=255
                    ),
                ),
                ("payload", models.TextField(blank=True, help_text="The values, as JSON; of an unknown message what came.")),
                ("source_time", models.DateTimeField(help_text="When it was so, at the source; older never overwrites newer.")),
                ("received_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "state",
                    models.CharField(
                        choices=[("pending", "Pending"), ("done", "Done"), ("parked", "Parked")],
                        default="pending",
                        max_length=16,
                    ),
                ),
                ("attempts", models.PositiveIntegerField(default=0)),
                (
                    "due_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, help_text="Not tried before; later after every failure."
                    ),
                ),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("error", models.TextField(blank=True, help_text="Why the last try failed, or what was left out.")),
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
                        help_text="The same however often it is sent: for consumers.",
                        unique=True,
                    ),
                ),
                ("event_type", models.CharField(max_length=255)),
                (
                    "subject",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text="What it is about: the course key of a run, the uuid of a catalog course. Sent in order.",
                        max_length=255,
                    ),
                ),
                ("payload", models.TextField(help_text="The data of the event, as JSON.")),
                ("occurred_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "state",
                    models.CharField(
                        choices=[("pending", "Pending"), ("done", "Done"), ("parked", "Parked")],
                        default="pending",
                        max_length=16,
                    ),
                ),
                (
                    "dispatched_at",
                    models.DateTimeField(blank=True, help_text="When the receivers in the process were called.", null=True),
                ),
                (
                    "sent_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the event bus got it, or, where none is configured, when it happened.",
                        null=True,
                    ),
                ),
                (
                    "due_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, help_text="Not tried before; later after every failure."
                    ),
                ),
                ("claimed_by", models.CharField(blank=True, help_text="The relay that took it last.", max_length=32)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("error", models.TextField(blank=True, help_text="Why the last try failed, or what was left out.")),
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
