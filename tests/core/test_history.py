"""History has one form whatever the host sets, and no migration of ours depends on one that does not exist."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import models
from django.db.migrations import AlterModelOptions, RunPython
from django.db.migrations.loader import MigrationLoader
from simple_history.models import HistoricalRecords

from openedx_catalog import api
from openedx_catalog.history import CatalogHistoricalRecords
from openedx_catalog.models_api import CatalogCourse, CourseRun, CourseSchedule
from tests.conftest import RUN_KEY

# Swappable: whatever user model a host has.
RELEASED = {"organizations": {"0002_unique_short_name"}, "auth": {"__first__", "0001_initial"}}

HOSTS = [
    {"SIMPLE_HISTORY_DATE_INDEX": True},
    {"SIMPLE_HISTORY_DATE_INDEX": "Composite", "SIMPLE_HISTORY_HISTORY_ID_USE_UUID": True},
    {"SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD": True, "DEFAULT_AUTO_FIELD": "django.db.models.AutoField"},
    {"SIMPLE_HISTORY_FILEFIELD_TO_CHARFIELD": True, "LANGUAGE_CODE": "fr-ca"},
]


@pytest.mark.once
@pytest.mark.parametrize("host", HOSTS, ids=lambda host: "-".join(host))
def test_no_host_setting_makes_a_migration(host, tmp_path):
    """A process of its own, because simple-history reads its settings while models are defined."""
    (tmp_path / "host_settings.py").write_text(
        "from test_project.settings.core_only import *\n" + "".join(f"{k} = {v!r}\n" for k, v in host.items())
    )
    root = Path(__file__).parents[2]
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "host_settings",
        "PYTHONPATH": os.pathsep.join([str(tmp_path), str(root)]),
        "CATALOG_DB": "sqlite",
        "CATALOG_DB_NAME": str(tmp_path / "db.sqlite3"),
    }
    command = [sys.executable, str(root / "manage.py"), "makemigrations", "--check", "--dry-run", "openedx_catalog"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_recipe_still_works_with_this_release_of_simple_history():
    assert isinstance(HistoricalRecords._date_indexing, property)
    assert CatalogHistoricalRecords._date_indexing is False
    for model in (CatalogCourse, CourseRun, CourseSchedule):
        history = model.history.model._meta
        assert not history.get_field("history_date").db_index
        assert isinstance(history.get_field("history_id"), models.BigAutoField)
        indexed = {field.name for field in history.local_fields if field.db_index and not field.is_relation}
        assert indexed == {"id"}


def test_history_stands_where_it_says_so_that_it_can_be_pickled_and_imported():
    for model in (CatalogCourse, CourseRun, CourseSchedule):
        history = model.history.model
        assert getattr(sys.modules[history.__module__], history.__name__) is history


def test_every_foreign_dependency_is_released():
    """edx-organizations writes phantom migrations where a host's settings differ from its own."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    for (app, _name), migration in loader.disk_migrations.items():
        if app in ("openedx_catalog", "custom_catalog", "satellite"):
            for dependency_app, name in migration.dependencies:
                if dependency_app not in (app, "openedx_catalog") and not dependency_app.startswith("__"):
                    assert name in RELEASED[dependency_app]


def test_every_operation_of_a_migration_looks_before_it_alters():
    """What Django's own would do twice, where a process was killed between DDL statements, fails for good."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    assert len(loader.graph.leaf_nodes("openedx_catalog")) == 1
    for (app, name), migration in loader.disk_migrations.items():
        if app == "openedx_catalog":
            for operation in migration.operations:
                looks = type(operation).__module__ == "openedx_catalog.migrations._operations"
                assert looks or isinstance(operation, RunPython | AlterModelOptions), (name, operation)
                assert operation.reversible


@pytest.mark.django_db
def test_who_did_it_is_named_when_the_user_is_deleted(django_user_model, admin_client):
    ada = django_user_model.objects.create_user("ada")
    run = api.associate_course_run(RUN_KEY, title="In bulk", user=ada).run
    api.update_course_run(RUN_KEY, title="One by one", user=ada)
    api.associate_course_runs([api.AssociationRecord(RUN_KEY, title="By nobody")], source="file")
    ada.delete()
    rows = CourseRun.history.order_by("history_id")
    assert list(rows.values_list("history_user", "history_user_name")) == [(None, "ada"), (None, "ada"), (None, "")]
    page = admin_client.get(f"/admin/openedx_catalog/courserun/{run.pk}/history/").content.decode()
    assert page.count("ada (deleted)") == 2
