"""The schema of openedx-core's migration of the same name, constraint names included, and its first category (ADR 0007)."""

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

import openedx_catalog.fields
from openedx_catalog.migrations import _operations

FIRST = {"category_code": "pathway", "title": "Pathway"}


def create_first_category(apps, schema_editor):
    category = apps.get_model("openedx_catalog", "PathwayCategory")
    if _operations.may_migrate(schema_editor, category):
        rows = category._base_manager.using(schema_editor.connection.alias)
        if not rows.exists():
            rows.create(**FIRST)


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog", "0001_initial"),
        ("organizations", "0002_unique_short_name"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        _operations.CreateModelWithRow(
            row=FIRST,
            name="PathwayCategory",
            fields=[
                (
                    "id",
                    models.AutoField(
                        editable=False,
                        help_text="Of this database only. Elsewhere a category is named by its code.",
                        primary_key=True,
                        serialize=False,
                        verbose_name="Row number",
                    ),
                ),
                (
                    "category_code",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='Names the category for other programs, for example "masters-degree". Learners do not see it, and it never changes.',
                        max_length=255,
                        verbose_name="category code",
                    ),
                ),
                (
                    "title",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        help_text='What learners call one such pathway, for example "Master\'s Degree".',
                        max_length=255,
                        verbose_name="title",
                    ),
                ),
                (
                    "title_plural",
                    openedx_catalog.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        default="",
                        help_text='What learners call several. If it is left empty, an "s" is added to the title.',
                        max_length=255,
                        verbose_name="plural",
                    ),
                ),
            ],
            options={
                "verbose_name": "Pathway Category",
                "verbose_name_plural": "Pathway Categories",
                "ordering": ("title",),
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("category_code"),
                        name="oex_catalog_pathwaycategory_code_uniq_ci",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.Regex(models.F("category_code"), "^[a-zA-Z0-9_.-]+\\Z"),
                        name="oex_catalog_pathwaycategory_code_regex",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("title__length__gt", 0)), name="oex_catalog_pathwaycategory_title_not_blank"
                    ),
                ],
            },
        ),
        _operations.CreateModel(
            name="CatalogPathway",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        editable=False,
                        help_text="Of this database only. Elsewhere a pathway is named by its key.",
                        primary_key=True,
                        serialize=False,
                        verbose_name="Row number",
                    ),
                ),
                (
                    "pathway_code",
                    openedx_catalog.fields.CollatedCharField(
                        db_collations={"mysql": "utf8mb4_bin", "sqlite": "BINARY"},
                        help_text='Names the pathway within its organization, for example "DataScience2026".',
                        max_length=255,
                        verbose_name="pathway code",
                    ),
                ),
                ("created", models.DateTimeField(auto_now_add=True, verbose_name="creation date")),
                ("modified", models.DateTimeField(auto_now=True, verbose_name="last modification")),
                (
                    "title",
                    openedx_catalog.fields.CollatedCharField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        help_text="What learners read. If it is left empty, the code is taken as the title.",
                        max_length=255,
                        verbose_name="title",
                    ),
                ),
                (
                    "description",
                    openedx_catalog.fields.CollatedTextField(
                        blank=True,
                        db_collations={"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"},
                        default="",
                        help_text="What learners read where they choose among pathways.",
                        max_length=10000,
                        verbose_name="description",
                    ),
                ),
                (
                    "org",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="catalog_pathways",
                        to="organizations.organization",
                        verbose_name="organization",
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        help_text="What learners call this kind of pathway.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pathways",
                        to="openedx_catalog.pathwaycategory",
                        verbose_name="category",
                    ),
                ),
            ],
            options={
                "verbose_name": "Catalog Pathway",
                "verbose_name_plural": "Catalog Pathways",
                "ordering": ("-created",),
            },
        ),
        _operations.CreateModel(
            name="PathwayEnrollment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        editable=False,
                        help_text="Of this database only.",
                        primary_key=True,
                        serialize=False,
                        verbose_name="Row number",
                    ),
                ),
                ("created", models.DateTimeField(auto_now_add=True, verbose_name="enrolled at")),
                ("modified", models.DateTimeField(auto_now=True, verbose_name="last modification")),
                (
                    "is_active",
                    models.BooleanField(
                        default=True, help_text="Not ticked: the learner was enrolled, and has left.", verbose_name="active"
                    ),
                ),
                (
                    "catalog_pathway",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enrollments",
                        to="openedx_catalog.catalogpathway",
                        verbose_name="pathway",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pathway_enrollments",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="learner",
                    ),
                ),
            ],
            options={
                "verbose_name": "Pathway Enrollment",
                "verbose_name_plural": "Pathway Enrollments",
                "ordering": ("-created",),
            },
        ),
        _operations.AddIndex(
            model_name="catalogpathway",
            index=models.Index(fields=["org", "pathway_code"], name="openedx_cat_org_id_037ff8_idx"),
        ),
        _operations.AddConstraint(
            model_name="catalogpathway",
            constraint=models.UniqueConstraint(
                models.F("org"),
                django.db.models.functions.text.Lower("pathway_code"),
                name="oex_catalog_catalogpathway_org_code_uniq_ci",
            ),
        ),
        _operations.AddConstraint(
            model_name="catalogpathway",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.Regex(models.F("pathway_code"), "^[a-zA-Z0-9_.-]+\\Z"),
                name="oex_catalog_catalogpathway_pathway_code_regex",
            ),
        ),
        _operations.AddConstraint(
            model_name="catalogpathway",
            constraint=models.CheckConstraint(
                condition=models.Q(("title__length__gt", 0)), name="oex_catalog_catalogpathway_title_not_blank"
            ),
        ),
        _operations.AddConstraint(
            model_name="pathwayenrollment",
            constraint=models.UniqueConstraint(
                fields=("user", "catalog_pathway"), name="oex_catalog_pathwayenrollment_uniq_user_pathway"
            ),
        ),
        # Last, and nothing on the way back, where its table is dropped.
        migrations.RunPython(create_first_category, migrations.RunPython.noop),
    ]
