"""Course catalogs with their viewers, indexes, and what the engine on the site's own database keeps."""

import uuid

import django.core.serializers.json
import django.db.models.deletion
import django.utils.timezone
import model_utils.fields
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import openedx_catalog.contrib.search.fields
import openedx_catalog.lib.fields
from openedx_catalog.migrations import _operations


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        _operations.CreateModel(
            name="CourseCatalog",
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
                        help_text="Identifies this course catalog across services; never changes.",
                        unique=True,
                        verbose_name="UUID",
                    ),
                ),
                (
                    "name",
                    openedx_catalog.lib.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        help_text='What people call it, e.g. "Economics at MITx". Unique, ignoring case.',
                        max_length=255,
                        verbose_name="name",
                    ),
                ),
                ("name_ci", openedx_catalog.lib.fields.FoldedCharField(source="name", unique=True)),
                (
                    "query",
                    models.TextField(
                        help_text="Which courses are in it: * for all, or conditions such as org:MITx, number:6.00* or key:(MITx+6.00x OR MITx+14.100x), which AND, OR, NOT and parentheses combine. Courses come and go as they fit.",
                        verbose_name="query",
                    ),
                ),
                (
                    "include_archived",
                    models.BooleanField(
                        default=False,
                        help_text="If off, courses of which every run has ended are left out.",
                        verbose_name="include archived",
                    ),
                ),
            ],
            options={
                "verbose_name": "Course catalog",
                "verbose_name_plural": "Course catalogs",
                "ordering": ("name_ci", "id"),
            },
        ),
        _operations.CreateModel(
            name="SearchIndex",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "name",
                    openedx_catalog.lib.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text="What the engine calls it.",
                        max_length=64,
                        unique=True,
                        verbose_name="name",
                    ),
                ),
                (
                    "engine",
                    openedx_catalog.lib.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text="The class that keeps it: OPENEDX_CATALOG_SEARCH_ENGINE of that time.",
                        max_length=255,
                        verbose_name="engine",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                (
                    "documents",
                    models.PositiveIntegerField(
                        default=0,
                        help_text="How many it had when it was made. Those of later changes are not counted.",
                        verbose_name="documents",
                    ),
                ),
                (
                    "position",
                    models.BigIntegerField(
                        help_text="Of the change feed: all changes up to this one are in the index.", verbose_name="position"
                    ),
                ),
                (
                    "looked_at",
                    models.DateTimeField(
                        help_text="Dates that have passed by then are in the index, too: runs that begin or end, for example.",
                        verbose_name="looked at",
                    ),
                ),
                (
                    "is_live",
                    models.BooleanField(
                        editable=False, help_text="It is the one that is searched.", null=True, unique=True, verbose_name="live"
                    ),
                ),
            ],
            options={
                "verbose_name": "Search Index",
                "verbose_name_plural": "Search Indexes",
            },
        ),
        _operations.CreateModel(
            name="HistoricalCourseCatalog",
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
                        help_text="Identifies this course catalog across services; never changes.",
                        verbose_name="UUID",
                    ),
                ),
                (
                    "name",
                    openedx_catalog.lib.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        help_text='What people call it, e.g. "Economics at MITx". Unique, ignoring case.',
                        max_length=255,
                        verbose_name="name",
                    ),
                ),
                (
                    "query",
                    models.TextField(
                        help_text="Which courses are in it: * for all, or conditions such as org:MITx, number:6.00* or key:(MITx+6.00x OR MITx+14.100x), which AND, OR, NOT and parentheses combine. Courses come and go as they fit.",
                        verbose_name="query",
                    ),
                ),
                (
                    "include_archived",
                    models.BooleanField(
                        default=False,
                        help_text="If off, courses of which every run has ended are left out.",
                        verbose_name="include archived",
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
                "verbose_name": "historical Course catalog",
                "verbose_name_plural": "historical Course catalogs",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="HistoricalCourseCatalogGroup",
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
                    "catalog",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog_search.coursecatalog",
                        verbose_name="Course catalog",
                    ),
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
            ],
            options={
                "verbose_name": "historical Viewing group of a course catalog",
                "verbose_name_plural": "historical Viewing groups of course catalogs",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="HistoricalCourseCatalogUser",
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
                    "catalog",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="openedx_catalog_search.coursecatalog",
                        verbose_name="Course catalog",
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
                "verbose_name": "historical Viewer of a course catalog",
                "verbose_name_plural": "historical Viewers of course catalogs",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        _operations.CreateModel(
            name="StoredDocument",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "index",
                    openedx_catalog.lib.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "postgresql": "C", "sqlite": "BINARY"}, max_length=100
                    ),
                ),
                (
                    "document_id",
                    openedx_catalog.lib.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "postgresql": "C", "sqlite": "BINARY"}, max_length=100
                    ),
                ),
                (
                    "kind",
                    openedx_catalog.lib.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "postgresql": "C", "sqlite": "BINARY"}, max_length=20
                    ),
                ),
                (
                    "key",
                    openedx_catalog.lib.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "postgresql": "C", "sqlite": "BINARY"}, max_length=255
                    ),
                ),
                (
                    "number",
                    openedx_catalog.lib.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "postgresql": "C", "sqlite": "BINARY"}, max_length=255
                    ),
                ),
                ("title", models.TextField()),
                ("length", models.PositiveIntegerField()),
                ("rank", models.FloatField(default=1e300)),
                ("words", openedx_catalog.contrib.search.fields.WordsField()),
                ("facets", models.TextField()),
                ("body", models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
            ],
            options={
                "verbose_name": "Stored Document",
                "verbose_name_plural": "Stored Documents",
                "indexes": [models.Index(fields=["index", "rank", "document_id"], name="oecat_search_rank_idx")],
                "constraints": [models.UniqueConstraint(fields=("index", "document_id"), name="oecat_search_document_unique")],
            },
        ),
        _operations.CreateModel(
            name="StoredWord",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "index",
                    openedx_catalog.lib.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "postgresql": "C", "sqlite": "BINARY"}, max_length=100
                    ),
                ),
                (
                    "word",
                    openedx_catalog.lib.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "postgresql": "C", "sqlite": "BINARY"}, max_length=64
                    ),
                ),
                (
                    "backwards",
                    openedx_catalog.lib.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "postgresql": "C", "sqlite": "BINARY"}, max_length=64
                    ),
                ),
            ],
            options={
                "verbose_name": "Stored Word",
                "verbose_name_plural": "Stored Words",
                "indexes": [models.Index(fields=["index", "backwards"], name="oecat_search_backwards_idx")],
                "constraints": [models.UniqueConstraint(fields=("index", "word"), name="oecat_search_word_unique")],
            },
        ),
        _operations.CreateModel(
            name="CourseCatalogGroup",
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
                    "catalog",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="group_rows",
                        to="openedx_catalog_search.coursecatalog",
                        verbose_name="Course catalog",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="auth.group", verbose_name="group"
                    ),
                ),
            ],
            options={
                "verbose_name": "Viewing group of a course catalog",
                "verbose_name_plural": "Viewing groups of course catalogs",
                "constraints": [models.UniqueConstraint(fields=("catalog", "group"), name="oex_search_catalog_group_uniq")],
            },
        ),
        _operations.CreateModel(
            name="CourseCatalogUser",
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
                    "catalog",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="user_rows",
                        to="openedx_catalog_search.coursecatalog",
                        verbose_name="Course catalog",
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
                "verbose_name": "Viewer of a course catalog",
                "verbose_name_plural": "Viewers of course catalogs",
                "constraints": [models.UniqueConstraint(fields=("catalog", "user"), name="oex_search_catalog_user_uniq")],
            },
        ),
    ]
