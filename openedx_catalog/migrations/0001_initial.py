"""The schema of openedx-core's app of the same name, constraint names included: a database made by it counts as migrated this far (ADR 0007)."""

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.db import migrations, models

import openedx_catalog.abstract_models
import openedx_catalog.fields
from openedx_catalog.migrations import _operations


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organizations", "0002_unique_short_name"),
    ]

    operations = [
        _operations.CreateModel(
            name="CatalogCourse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        editable=False,
                        help_text="Of this database only. Elsewhere a course is named by its UUID or its key.",
                        primary_key=True,
                        serialize=False,
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
                ("created", models.DateTimeField(auto_now_add=True, verbose_name="creation date")),
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
                    "org",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="organizations.organization",
                        verbose_name="organization",
                    ),
                ),
            ],
            options={
                "verbose_name": "Catalog Course",
                "verbose_name_plural": "Catalog Courses",
                "ordering": ("-created",),
            },
        ),
        _operations.CreateModel(
            name="CourseRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        editable=False,
                        help_text="Of this database only. Elsewhere a run is named by its course key or its UUID.",
                        primary_key=True,
                        serialize=False,
                        verbose_name="Row number",
                    ),
                ),
                (
                    "course_key",
                    openedx_catalog.fields.ExactCourseKeyField(
                        db_index=True,
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
                ("created", models.DateTimeField(auto_now_add=True, verbose_name="creation date")),
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
                    "catalog_course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="runs",
                        to="openedx_catalog.catalogcourse",
                        verbose_name="catalog course",
                    ),
                ),
            ],
            options={
                "verbose_name": "Course Run",
                "verbose_name_plural": "Course Runs",
                "ordering": ("-created",),
            },
        ),
        _operations.AddIndex(
            model_name="catalogcourse",
            index=models.Index(fields=["org", "course_code"], name="openedx_cat_org_id_bd314b_idx"),
        ),
        _operations.AddConstraint(
            model_name="catalogcourse",
            constraint=models.UniqueConstraint(
                models.F("org"),
                django.db.models.functions.text.Lower("course_code"),
                name="oex_catalog_catalogcourse_org_code_uniq_ci",
            ),
        ),
        _operations.AddConstraint(
            model_name="catalogcourse",
            constraint=models.CheckConstraint(
                condition=models.Q(("course_code__length__gt", 0)),
                name="oex_catalog_catalogcourse_course_code_not_blank",
            ),
        ),
        _operations.AddConstraint(
            model_name="catalogcourse",
            constraint=models.CheckConstraint(
                condition=models.Q(("title__length__gt", 0)), name="oex_catalog_catalogcourse_title_not_blank"
            ),
        ),
        _operations.AddConstraint(
            model_name="catalogcourse",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.Regex(models.F("language"), "^[a-z][a-z](\\-[a-z0-9]+)*$"),
                name="oex_catalog_catalogcourse_language_regex",
                violation_error_message='Expected a language code such as "en", "fr-ca" or "zh-cn", in lowercase.',
            ),
        ),
        _operations.AddConstraint(
            model_name="courserun",
            constraint=models.UniqueConstraint(
                models.F("catalog_course"),
                models.F("run_code"),
                condition=models.Q(("course_key__startswith", "ccx"), _negated=True),
                name="oex_catalog_courserun_catalog_course_run_code_uniq",
            ),
        ),
        _operations.AddConstraint(
            model_name="courserun",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("course_key"), name="oex_catalog_courserun_course_key_ci"
            ),
        ),
        _operations.AddConstraint(
            model_name="courserun",
            constraint=models.CheckConstraint(
                condition=models.Q(("run_code__length__gt", 0)), name="oex_catalog_courserun_run_code_not_blank"
            ),
        ),
        _operations.AddConstraint(
            model_name="courserun",
            constraint=models.CheckConstraint(
                condition=models.Q(("title__length__gt", 0)), name="oex_catalog_courserun_title_not_blank"
            ),
        ),
        _operations.AddConstraint(
            model_name="courserun",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.GreaterThan(
                    django.db.models.functions.text.StrIndex("course_key", models.F("run_code")), 0
                ),
                name="oex_catalog_courserun_course_key_run_code_match_exactly",
                violation_error_message="The run code must be spelled as it is in the course key.",
            ),
        ),
    ]
