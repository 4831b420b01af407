"""The core alone: an optional app that is not installed has no table, URL, permission or place in the admin."""

import subprocess
import sys

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection
from django.urls import NoReverseMatch, reverse

from openedx_catalog import checks
from tests.conftest import ROOT

pytestmark = pytest.mark.django_db

APPS = ["programs", "sync"]


@pytest.mark.parametrize("name", APPS)
def test_nothing_of_it_is_there(name, client):
    label = f"openedx_catalog_{name}"
    assert not [table for table in connection.introspection.table_names() if table.startswith(label)]
    assert not Permission.objects.filter(content_type__app_label=label).exists()
    assert not [model for model in admin.site._registry if model._meta.app_label == label]
    with pytest.raises(NoReverseMatch):
        reverse("openedx_catalog:programs:program-list")
    assert client.get("/api/catalog/v1/programs/").status_code == 404
    assert "programs" not in (ROOT / "docs" / "references" / "openapi.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", APPS)
def test_importing_its_models_says_so_in_words(name):
    for module in ("models", "models_api", "api"):
        with pytest.raises(
            ImproperlyConfigured, match=rf"openedx_catalog\.contrib\.{name} were imported, but it is not in INSTALLED_APPS"
        ):
            __import__(f"openedx_catalog.contrib.{name}.{module}")


@pytest.mark.parametrize("name", APPS)
def test_no_migration_of_the_core_would_hold_its_models(name):
    call_command("makemigrations", "openedx_catalog", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize("name", APPS)
def test_tables_that_were_left_behind_are_told_of(name):
    assert checks.check_left_behind(databases=["default"]) == []
    if connection.vendor == "mysql":
        pytest.skip("creating a table commits on MariaDB")
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE openedx_catalog_{name}_row (id integer)")
    (warning,) = checks.check_left_behind(databases=["default"])
    assert (warning.id, f"migrate openedx_catalog_{name} zero" in warning.hint) == ("openedx_catalog.W003", True)


@pytest.mark.once
@pytest.mark.slow
def test_an_installed_app_is_removed_by_zero_and_then_leaves_nothing(tmp_path):
    """On a database of its own: migrate with the app, take it out (warned), go back to zero, take it out (nothing)."""

    def manage(settings, *arguments):
        environment = {"CATALOG_DB": "sqlite", "CATALOG_DB_NAME": str(tmp_path / "db.sqlite3"), "PATH": "/usr/bin:/bin"}
        environment["DJANGO_SETTINGS_MODULE"] = f"test_project.settings.{settings}"
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    assert manage("programs", "migrate", "--verbosity=0")[0] == 0
    code, told = manage("core_only", "check", "--database", "default")
    assert (code, "openedx_catalog.W003" in told) == (0, True)
    # Even the types that a migration brought are rows, which an operator may have made theirs.
    code, told = manage("programs", "migrate", "openedx_catalog_programs", "zero")
    assert (code, "7 rows of openedx_catalog_programs_programtype" in told) == (1, True)
    script = "from openedx_catalog.contrib.programs import api; [api.delete_program_type(t) for t in api.get_program_types()]"
    assert manage("programs", "shell", "-c", script)[0] == 0
    assert manage("programs", "migrate", "openedx_catalog_programs", "zero", "--verbosity=0")[0] == 0
    code, told = manage("core_only", "check", "--database", "default")
    assert (code, "W003" in told) == (0, False)
