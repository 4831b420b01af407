"""What the search engine on the site's own database keeps."""

import django.core.serializers.json
import django.db.models.deletion
from django.db import migrations, models

import openedx_catalog.contrib.search.fields
import openedx_catalog.lib.fields
from openedx_catalog.migrations import _operations


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
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
            name="StoredFacet",
            fields=[
                ("id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                (
                    "facet",
                    openedx_catalog.lib.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "postgresql": "C", "sqlite": "BINARY"}, max_length=20
                    ),
                ),
                (
                    "value",
                    openedx_catalog.lib.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "postgresql": "C", "sqlite": "BINARY"}, max_length=255
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="openedx_catalog_search.storeddocument",
                    ),
                ),
            ],
            options={
                "verbose_name": "Stored Facet",
                "verbose_name_plural": "Stored Facets",
                "indexes": [
                    models.Index(fields=["facet", "value", "document"], name="oecat_search_facet_idx"),
                    models.Index(fields=["document", "facet", "value"], name="oecat_search_values_idx"),
                ],
            },
        ),
    ]
