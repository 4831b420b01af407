"""What is done and seen in a platform of the tests; but for `doctor`, with whichever openedx_catalog it has."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from opaque_keys.edx.keys import CourseKey

import openedx_catalog

COLUMNS = {
    "openedx_catalog_catalogcourse": "id, org_id, course_code, created, title, language",
    "openedx_catalog_courserun": "id, catalog_course_id, course_key, run_code, created, title",
    "organizations_organization": "id, name, short_name, active, created",
}


def look() -> dict[str, Any]:
    """Whose openedx_catalog it is, and every row that openedx-core's app knows of, in its columns, as texts."""
    return {
        "folder": str(Path(openedx_catalog.__file__).parent),
        "labels": [app.label for app in apps.get_app_configs() if app.name.split(".")[0] == "openedx_catalog"],
        "rows": {table: _rows(table, columns) for table, columns in COLUMNS.items()},
    }


def _rows(table: str, columns: str) -> list[list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {table} ORDER BY id")
        return [[str(value) for value in row] for row in cursor.fetchall()]


def waiting() -> list[str]:
    """The migrations of openedx_catalog that are not applied; also fails where two of them contradict."""
    executor = MigrationExecutor(connection)
    assert executor.loader.detect_conflicts() == {}
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [migration.name for migration, _backwards in plan if migration.app_label == "openedx_catalog"]


def migrate() -> None:
    # The stub of the platform has no migrations.
    call_command("migrate", run_syncdb=True, verbosity=0)
    call_command("check", databases=["default"])


def write(*keys: str) -> None:
    """What the platform does when a course is published for the first time."""
    from openedx_catalog import api

    for key in keys:
        api.create_course_run_for_modulestore_course_with(course_key=CourseKey.from_string(key), title=f"Title of {key}")


def delete(key: str) -> str:
    """What the platform does when content is deleted: the run goes, and its course if that was all. "", or the error."""
    from openedx_catalog import api

    course_key = CourseKey.from_string(key)
    try:
        with transaction.atomic():
            course = api.get_course_run(course_key).catalog_course
            api.delete_course_run(course_key)
            if not course.runs.exists():
                api.delete_catalog_course(course)
    except DatabaseError as error:
        return type(error).__name__
    return ""


def publish(key: str) -> list[str]:
    """Publish a course in the stub of the platform; what its receivers raised."""
    from xmodule.modulestore import django as modulestore

    edited = datetime(2026, 11, 1, tzinfo=UTC)
    errors = modulestore.publish(CourseKey.from_string(key), edited, display_name="Published", start=edited)
    return [repr(error) for error in errors]


def use_the_rest_of_core() -> list[int]:
    """Create a learning package and a taxonomy, with the API of the apps beside openedx_catalog; how many there are now."""
    from openedx_content.api import create_learning_package
    from openedx_content.models_api import LearningPackage
    from openedx_tagging.api import create_taxonomy
    from openedx_tagging.models import Taxonomy

    number = LearningPackage.objects.count()
    create_learning_package(f"lib:{number}", title="A library")
    create_taxonomy(f"Taxonomy {number}")
    return [LearningPackage.objects.count(), Taxonomy.objects.filter(name__startswith="Taxonomy").count()]


def doctor(fix: bool = False) -> dict[str, Any]:
    """How many rows were completed, and the codes of what is found after that."""
    from openedx_catalog import api

    fixed = api.complete_identities() if fix else 0
    return {"fixed": fixed, "codes": sorted({finding.code for finding in api.diagnose()})}


def associate(key: str) -> str:
    """The outcome."""
    from openedx_catalog import api

    return api.associate_course_run(key).outcome
