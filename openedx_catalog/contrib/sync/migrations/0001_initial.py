"""Sources, jobs with their outcomes, what each source knows of a run, and pinned fields."""

import django.core.validators
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
            name="Source",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "name",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='Its name in commands, history and settings, e.g. "lms": lowercase letters, digits and hyphens.',
                        max_length=64,
                        unique=True,
                        verbose_name="name",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("lms", "LMS (Courses API)"),
                            ("discovery", "Discovery service"),
                            ("mitxonline", "MITx Online"),
                            ("file", "File"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                (
                    "base_url",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text='The address of the service, e.g. "https://lms.example.org". No other host is contacted.',
                        max_length=255,
                        verbose_name="base url",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="LMS only: read what this user may see. If blank, what anonymous visitors see, without hidden runs.",
                        max_length=150,
                        verbose_name="username",
                    ),
                ),
                (
                    "field_map",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text='Our fields and the fields of the source that they are read from, e.g. {"title": "name"}. Only these are written. If empty, the usual fields of this kind of source.',
                        verbose_name="field map",
                    ),
                ),
                (
                    "also",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="What else to take from a discovery service. Courses get its titles.",
                        verbose_name="also",
                    ),
                ),
                (
                    "create_missing",
                    models.BooleanField(
                        default=False,
                        help_text="Create runs that the catalog lacks. If off, they are only reported.",
                        verbose_name="create missing",
                    ),
                ),
                (
                    "null_clears",
                    models.BooleanField(
                        default=False,
                        help_text="An empty date at the source clears ours. If off, ours stays.",
                        verbose_name="null clears",
                    ),
                ),
                (
                    "max_missing_percent",
                    models.PositiveSmallIntegerField(
                        default=10,
                        help_text="A job is aborted before it writes anything if more than this percentage of the runs would vanish, end or lose their dates, or of the programs would be deleted, unpublished, retired or hidden, and these are at least five.",
                        validators=[django.core.validators.MaxValueValidator(100)],
                        verbose_name="max missing percent",
                    ),
                ),
                (
                    "per_minute",
                    models.PositiveSmallIntegerField(
                        default=30,
                        help_text="The maximum number of requests.",
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="per minute",
                    ),
                ),
                (
                    "every_minutes",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="How often `sync_catalog --due` syncs it, in minutes. If blank, only on request.",
                        null=True,
                        verbose_name="every minutes",
                    ),
                ),
                (
                    "enabled",
                    models.BooleanField(
                        default=True,
                        help_text="If off, the source is never synced, not even on request.",
                        verbose_name="enabled",
                    ),
                ),
                ("listed_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="listed at")),
                ("created", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "modified",
                    model_utils.fields.AutoLastModifiedField(
                        default=django.utils.timezone.now, editable=False, null=True, verbose_name="modified"
                    ),
                ),
                (
                    "owns",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text='Fields for which this source wins against every other, whatever the ranks, e.g. ["title"].',
                        verbose_name="owns",
                    ),
                ),
                (
                    "parameters",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text='Parameters for every listing, e.g. {"include_restricted": "custom-b2c"}, as the service names them.',
                        verbose_name="parameters",
                    ),
                ),
                (
                    "places_runs",
                    models.BooleanField(
                        default=False,
                        help_text="It knows which course a run belongs to: runs that nobody has placed, and whose course only follows from their key, are moved there. If off, another course than ours is reported as a conflict.",
                        verbose_name="places runs",
                    ),
                ),
                (
                    "rank",
                    models.PositiveSmallIntegerField(
                        default=100,
                        help_text="Which source wins where two say different things of a field: the one with the lower number. With the same number the one that said it first.",
                        verbose_name="rank",
                    ),
                ),
                (
                    "retire_missing",
                    models.BooleanField(
                        default=False,
                        help_text="Retire programs, and what stands in their curricula, when the source has them no longer. If off, they are only marked as missing. Runs are only ever marked.",
                        verbose_name="retire missing",
                    ),
                ),
                (
                    "retire_after",
                    models.PositiveSmallIntegerField(
                        default=1,
                        help_text='After how many readings in a row that did not list it a program is retired, if "Retire missing" is on. Only readings of all pages count.',
                        verbose_name="retire after",
                    ),
                ),
            ],
            options={
                "permissions": [("sync_source", "Can sync source")],
                "verbose_name": "Source",
                "verbose_name_plural": "Sources",
            },
        ),
        _operations.CreateModel(
            name="HistoricalPinnedField",
            fields=[
                ("id", models.BigIntegerField(blank=True, db_index=True, editable=False)),
                (
                    "field",
                    models.CharField(
                        choices=[
                            ("title", "title"),
                            ("start", "start"),
                            ("end", "end"),
                            ("enrollment_start", "enrollment_start"),
                            ("enrollment_end", "enrollment_end"),
                            ("pacing", "pacing"),
                        ],
                        max_length=32,
                        verbose_name="field",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="Why syncs must not change this field.",
                        max_length=255,
                        verbose_name="reason",
                    ),
                ),
                ("created", models.DateTimeField(blank=True, editable=False, verbose_name="created")),
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
                "verbose_name": "historical Pinned Field",
                "verbose_name_plural": "historical Pinned Fields",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="HistoricalSource",
            fields=[
                ("id", models.BigIntegerField(blank=True, db_index=True, editable=False)),
                (
                    "name",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='Its name in commands, history and settings, e.g. "lms": lowercase letters, digits and hyphens.',
                        max_length=64,
                        verbose_name="name",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("lms", "LMS (Courses API)"),
                            ("discovery", "Discovery service"),
                            ("mitxonline", "MITx Online"),
                            ("file", "File"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                (
                    "base_url",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text='The address of the service, e.g. "https://lms.example.org". No other host is contacted.',
                        max_length=255,
                        verbose_name="base url",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="LMS only: read what this user may see. If blank, what anonymous visitors see, without hidden runs.",
                        max_length=150,
                        verbose_name="username",
                    ),
                ),
                (
                    "field_map",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text='Our fields and the fields of the source that they are read from, e.g. {"title": "name"}. Only these are written. If empty, the usual fields of this kind of source.',
                        verbose_name="field map",
                    ),
                ),
                (
                    "also",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="What else to take from a discovery service. Courses get its titles.",
                        verbose_name="also",
                    ),
                ),
                (
                    "create_missing",
                    models.BooleanField(
                        default=False,
                        help_text="Create runs that the catalog lacks. If off, they are only reported.",
                        verbose_name="create missing",
                    ),
                ),
                (
                    "null_clears",
                    models.BooleanField(
                        default=False,
                        help_text="An empty date at the source clears ours. If off, ours stays.",
                        verbose_name="null clears",
                    ),
                ),
                (
                    "max_missing_percent",
                    models.PositiveSmallIntegerField(
                        default=10,
                        help_text="A job is aborted before it writes anything if more than this percentage of the runs would vanish, end or lose their dates, or of the programs would be deleted, unpublished, retired or hidden, and these are at least five.",
                        validators=[django.core.validators.MaxValueValidator(100)],
                        verbose_name="max missing percent",
                    ),
                ),
                (
                    "per_minute",
                    models.PositiveSmallIntegerField(
                        default=30,
                        help_text="The maximum number of requests.",
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="per minute",
                    ),
                ),
                (
                    "every_minutes",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="How often `sync_catalog --due` syncs it, in minutes. If blank, only on request.",
                        null=True,
                        verbose_name="every minutes",
                    ),
                ),
                (
                    "enabled",
                    models.BooleanField(
                        default=True,
                        help_text="If off, the source is never synced, not even on request.",
                        verbose_name="enabled",
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
                    "owns",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text='Fields for which this source wins against every other, whatever the ranks, e.g. ["title"].',
                        verbose_name="owns",
                    ),
                ),
                (
                    "parameters",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text='Parameters for every listing, e.g. {"include_restricted": "custom-b2c"}, as the service names them.',
                        verbose_name="parameters",
                    ),
                ),
                (
                    "places_runs",
                    models.BooleanField(
                        default=False,
                        help_text="It knows which course a run belongs to: runs that nobody has placed, and whose course only follows from their key, are moved there. If off, another course than ours is reported as a conflict.",
                        verbose_name="places runs",
                    ),
                ),
                (
                    "rank",
                    models.PositiveSmallIntegerField(
                        default=100,
                        help_text="Which source wins where two say different things of a field: the one with the lower number. With the same number the one that said it first.",
                        verbose_name="rank",
                    ),
                ),
                (
                    "retire_missing",
                    models.BooleanField(
                        default=False,
                        help_text="Retire programs, and what stands in their curricula, when the source has them no longer. If off, they are only marked as missing. Runs are only ever marked.",
                        verbose_name="retire missing",
                    ),
                ),
                (
                    "retire_after",
                    models.PositiveSmallIntegerField(
                        default=1,
                        help_text='After how many readings in a row that did not list it a program is retired, if "Retire missing" is on. Only readings of all pages count.',
                        verbose_name="retire after",
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
                "verbose_name": "historical Source",
                "verbose_name_plural": "historical Sources",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="SyncJob",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("running", "Running"),
                            ("ok", "OK"),
                            ("partial", "Partial"),
                            ("aborted", "Aborted"),
                            ("locked", "Locked"),
                            ("killed", "Killed"),
                        ],
                        default="running",
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                ("started_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="started at")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
                (
                    "message",
                    models.TextField(blank=True, default="", help_text="Why the job is not OK.", verbose_name="message"),
                ),
                (
                    "only",
                    models.TextField(
                        blank=True,
                        default="",
                        help_text="The requested course keys, one per line. Blank: everything.",
                        verbose_name="only",
                    ),
                ),
                ("allow_mass_missing", models.BooleanField(default=False, verbose_name="allow mass missing")),
                (
                    "total",
                    models.PositiveIntegerField(
                        blank=True, help_text="The number of records, once it is known.", null=True, verbose_name="total"
                    ),
                ),
                (
                    "counts",
                    models.JSONField(
                        blank=True, default=dict, help_text="The number of records with each outcome.", verbose_name="counts"
                    ),
                ),
                ("reverted_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="reverted at")),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="jobs",
                        to="openedx_catalog_sync.source",
                        verbose_name="source",
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
                        verbose_name="user",
                    ),
                ),
                (
                    "asked_as",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="The user or client as whom the source was asked. Blank: anonymously, so it may list less.",
                        max_length=255,
                        verbose_name="asked as",
                    ),
                ),
            ],
            options={
                "verbose_name": "Sync Job",
                "verbose_name_plural": "Sync Jobs",
            },
        ),
        _operations.CreateModel(
            name="SyncLease",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("token", models.CharField(blank=True, default="", max_length=32, verbose_name="token")),
                ("until", models.DateTimeField(null=True, verbose_name="until")),
                (
                    "job",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="openedx_catalog_sync.syncjob",
                        verbose_name="job",
                    ),
                ),
                (
                    "source",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lease",
                        to="openedx_catalog_sync.source",
                        verbose_name="source",
                    ),
                ),
            ],
            options={
                "verbose_name": "Sync Lease",
                "verbose_name_plural": "Sync Leases",
            },
        ),
        _operations.CreateModel(
            name="SyncOutcome",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "external_id",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"}, max_length=255, verbose_name="external id"
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("created", "created"),
                            ("updated", "updated"),
                            ("unchanged", "unchanged"),
                            ("skipped", "skipped"),
                            ("pinned", "pinned"),
                            ("outranked", "outranked"),
                            ("stale", "stale"),
                            ("conflict", "conflict"),
                            ("invalid", "invalid"),
                            ("missing", "missing"),
                            ("failed", "failed"),
                        ],
                        max_length=16,
                        verbose_name="outcome",
                    ),
                ),
                ("code", models.CharField(blank=True, default="", max_length=64, verbose_name="code")),
                ("reason", models.TextField(blank=True, default="", verbose_name="reason")),
                (
                    "place",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="Where the record stood, e.g. page 3, row 17.",
                        max_length=64,
                        verbose_name="place",
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="outcomes",
                        to="openedx_catalog_sync.syncjob",
                        verbose_name="job",
                    ),
                ),
                (
                    "records",
                    models.PositiveIntegerField(
                        default=1,
                        help_text="How many records this is: more than one of a page that could not be read.",
                        verbose_name="records",
                    ),
                ),
            ],
            options={
                "verbose_name": "Sync Outcome",
                "verbose_name_plural": "Sync Outcomes",
            },
        ),
        _operations.CreateModel(
            name="SyncPage",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField(verbose_name="number")),
                ("records", models.PositiveIntegerField(verbose_name="records")),
                (
                    "unchanged",
                    models.TextField(
                        blank=True,
                        default="",
                        help_text="The records that were unchanged, one per line.",
                        verbose_name="unchanged",
                    ),
                ),
                (
                    "unlisted",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="How many more records had each outcome, not listed.",
                        verbose_name="unlisted",
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="at")),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pages",
                        to="openedx_catalog_sync.syncjob",
                        verbose_name="job",
                    ),
                ),
            ],
            options={
                "verbose_name": "Sync Page",
                "verbose_name_plural": "Sync Pages",
            },
        ),
        _operations.CreateModel(
            name="PinnedField",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "field",
                    models.CharField(
                        choices=[
                            ("title", "title"),
                            ("start", "start"),
                            ("end", "end"),
                            ("enrollment_start", "enrollment_start"),
                            ("enrollment_end", "enrollment_end"),
                            ("pacing", "pacing"),
                        ],
                        max_length=32,
                        verbose_name="field",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="Why syncs must not change this field.",
                        max_length=255,
                        verbose_name="reason",
                    ),
                ),
                ("created", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pinned_fields",
                        to="openedx_catalog.courserun",
                        verbose_name="run",
                    ),
                ),
            ],
            options={
                "verbose_name": "Pinned Field",
                "verbose_name_plural": "Pinned Fields",
                "constraints": [models.UniqueConstraint(fields=("run", "field"), name="oex_sync_pin_uniq")],
            },
        ),
        _operations.CreateModel(
            name="RunSource",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "external_id",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text="The id of the record at the source, usually its course key.",
                        max_length=255,
                        verbose_name="external id",
                    ),
                ),
                ("external_id_ci", openedx_catalog.fields.FoldedCharField(source="external_id")),
                (
                    "row",
                    models.JSONField(
                        blank=True,
                        help_text="The fields of a record that has no course key yet.",
                        null=True,
                        verbose_name="row",
                    ),
                ),
                ("first_seen_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="first seen at")),
                ("last_seen_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="last seen at")),
                (
                    "missing_since",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the source was first read completely without listing it.",
                        null=True,
                        verbose_name="missing since",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sources",
                        to="openedx_catalog.courserun",
                        verbose_name="run",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="runs",
                        to="openedx_catalog_sync.source",
                        verbose_name="source",
                    ),
                ),
                (
                    "catalog_course",
                    models.ForeignKey(
                        blank=True,
                        help_text="The course that a run of another platform is a run of, where somebody has said so.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="openedx_catalog.catalogcourse",
                        verbose_name="catalog course",
                    ),
                ),
                (
                    "fields",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="Which of our fields the source had a value for when last read, and the job in which it first had one.",
                        verbose_name="fields",
                    ),
                ),
            ],
            options={
                "verbose_name": "Run Source",
                "verbose_name_plural": "Run Sources",
                "indexes": [models.Index(fields=["source", "missing_since"], name="oex_sync_runsource_missing")],
                "constraints": [models.UniqueConstraint(fields=("source", "external_id_ci"), name="oex_sync_runsource_uniq")],
            },
        ),
        _operations.CreateModel(
            name="SourceOrganization",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
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
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="organizations",
                        to="openedx_catalog_sync.source",
                        verbose_name="source",
                    ),
                ),
            ],
            options={
                "verbose_name": "Source Organization",
                "verbose_name_plural": "Source Organizations",
                "constraints": [models.UniqueConstraint(fields=("source", "organization"), name="oex_sync_organization_uniq")],
            },
        ),
        _operations.CreateModel(
            name="HistoricalPinnedRecordField",
            fields=[
                ("id", models.BigIntegerField(blank=True, db_index=True, editable=False)),
                ("history_user_name", models.CharField(blank=True, default="", editable=False, max_length=255)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("organization", "Organization"),
                            ("course", "Course"),
                            ("program_type", "Program type"),
                            ("program", "Program"),
                            ("curriculum", "Curriculum"),
                            ("curriculum_course", "Course of a curriculum"),
                            ("curriculum_program", "Program of a curriculum"),
                            ("run_exclusion", "Excluded run"),
                            ("cost", "Cost"),
                            ("deadline", "Deadline"),
                            ("external_key", "External key of a run"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                (
                    "record",
                    models.CharField(
                        help_text="The UUID of our row; of an organization its ID.", max_length=36, verbose_name="record"
                    ),
                ),
                (
                    "field",
                    models.CharField(help_text='The name of the field, e.g. "title".', max_length=32, verbose_name="field"),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="Why syncs must not change this field.",
                        max_length=255,
                        verbose_name="reason",
                    ),
                ),
                ("created", models.DateTimeField(blank=True, editable=False, verbose_name="created")),
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
                "verbose_name": "historical Pinned Field of a Record",
                "verbose_name_plural": "historical Pinned Fields of Records",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="PinnedRecordField",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("organization", "Organization"),
                            ("course", "Course"),
                            ("program_type", "Program type"),
                            ("program", "Program"),
                            ("curriculum", "Curriculum"),
                            ("curriculum_course", "Course of a curriculum"),
                            ("curriculum_program", "Program of a curriculum"),
                            ("run_exclusion", "Excluded run"),
                            ("cost", "Cost"),
                            ("deadline", "Deadline"),
                            ("external_key", "External key of a run"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                (
                    "record",
                    models.CharField(
                        help_text="The UUID of our row; of an organization its ID.", max_length=36, verbose_name="record"
                    ),
                ),
                (
                    "field",
                    models.CharField(help_text='The name of the field, e.g. "title".', max_length=32, verbose_name="field"),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="Why syncs must not change this field.",
                        max_length=255,
                        verbose_name="reason",
                    ),
                ),
                ("created", models.DateTimeField(auto_now_add=True, verbose_name="created")),
            ],
            options={
                "verbose_name": "Pinned Field of a Record",
                "verbose_name_plural": "Pinned Fields of Records",
                "constraints": [models.UniqueConstraint(fields=("kind", "record", "field"), name="oex_sync_recordpin_uniq")],
            },
        ),
        _operations.CreateModel(
            name="SourceRecord",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("organization", "Organization"),
                            ("course", "Course"),
                            ("program_type", "Program type"),
                            ("program", "Program"),
                            ("curriculum", "Curriculum"),
                            ("curriculum_course", "Course of a curriculum"),
                            ("curriculum_program", "Program of a curriculum"),
                            ("run_exclusion", "Excluded run"),
                            ("cost", "Cost"),
                            ("deadline", "Deadline"),
                            ("external_key", "External key of a run"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                (
                    "external_id",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text="The id of the record at the source.",
                        max_length=255,
                        verbose_name="external id",
                    ),
                ),
                ("external_id_ci", openedx_catalog.fields.FoldedCharField(source="external_id")),
                (
                    "record",
                    models.CharField(
                        help_text="The UUID of our row; of an organization its ID.", max_length=36, verbose_name="record"
                    ),
                ),
                (
                    "made",
                    models.BooleanField(default=False, help_text="Whether this source created the row.", verbose_name="made"),
                ),
                (
                    "fields",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="Our fields and their values that the source stated when last read.",
                        verbose_name="fields",
                    ),
                ),
                ("first_seen_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="first seen at")),
                (
                    "missing_since",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the source was first read completely without listing it.",
                        null=True,
                        verbose_name="missing since",
                    ),
                ),
                (
                    "missing_times",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="How many complete readings in a row have not listed it.",
                        verbose_name="missing times",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="records",
                        to="openedx_catalog_sync.source",
                        verbose_name="source",
                    ),
                ),
                (
                    "program",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="The program of which it is a part, as the source names it.",
                        max_length=36,
                        verbose_name="program",
                    ),
                ),
            ],
            options={
                "verbose_name": "Source Record",
                "verbose_name_plural": "Source Records",
                "indexes": [models.Index(fields=["kind", "record"], name="oex_sync_record_record")],
                "constraints": [
                    models.UniqueConstraint(fields=("source", "kind", "external_id_ci"), name="oex_sync_record_uniq")
                ],
            },
        ),
        _operations.CreateModel(
            name="HistoricalRunSource",
            fields=[
                ("id", models.BigIntegerField(blank=True, db_index=True, editable=False)),
                ("history_user_name", models.CharField(blank=True, default="", editable=False, max_length=255)),
                (
                    "external_id",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text="The id of the record at the source, usually its course key.",
                        max_length=255,
                        verbose_name="external id",
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
                        help_text="The course that a run of another platform is a run of, where somebody has said so.",
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
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog_sync.source",
                        verbose_name="source",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical Run Source",
                "verbose_name_plural": "historical Run Sources",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.AddIndex(
            model_name="syncjob",
            index=models.Index(fields=["source", "status"], name="oex_sync_job_source_status"),
        ),
        _operations.AddIndex(
            model_name="syncoutcome",
            index=models.Index(fields=["job", "outcome"], name="oex_sync_outcome_job_outcome"),
        ),
        _operations.AddConstraint(
            model_name="syncpage",
            constraint=models.UniqueConstraint(fields=("job", "number"), name="oex_sync_page_uniq"),
        ),
        _operations.AddIndex(
            model_name="sourcerecord",
            index=models.Index(fields=["source", "program"], name="oex_sync_record_program"),
        ),
    ]
