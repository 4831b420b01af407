"""Every system check fires where it should, and is silent elsewhere."""

import shutil
import subprocess
import sys
from pathlib import Path, PurePosixPath
from types import SimpleNamespace

import pytest
from django.core import checks
from django.core.management import call_command
from django.db import connection
from django.test.utils import isolate_apps

from openedx_catalog import checks as ours
from openedx_catalog import intact
from openedx_catalog.abstract_models import AbstractCatalogCourse, AbstractCourseRun
from openedx_catalog.models_api import CourseRun


def ids(messages):
    return [message.id for message in messages]


@pytest.mark.django_db
def test_the_test_project_has_no_findings():
    found = checks.run_checks(databases=["default"])
    assert [message for message in found if message.id.startswith("openedx_catalog")] == []


def test_e003_lost_constraints(monkeypatch):
    with isolate_apps("openedx_catalog", attr_name="apps") as isolated:

        class Course(AbstractCatalogCourse):
            class Meta:
                app_label = "openedx_catalog"

        class CatalogCourse(AbstractCatalogCourse):
            class Meta(AbstractCatalogCourse.Meta):
                app_label = "openedx_catalog"

        class Run(AbstractCourseRun):
            class Meta:
                app_label = "openedx_catalog"

        monkeypatch.setattr(ours, "apps", isolated)
        found = ours.check_constraints_inherited()
    assert [(message.id, message.obj.__name__) for message in found] == [
        ("openedx_catalog.E003", "Course"),
        ("openedx_catalog.E003", "Run"),
    ]
    assert "org_code_ci_uniq" in found[0].msg


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Tokyo", "Europe/London"])
def test_e008_and_w004_a_database_with_a_time_zone(settings, monkeypatch, zone):
    """SQLite, MariaDB and MySQL store local time, in which one hour comes twice; PostgreSQL only shows it."""
    expected = "W004" if connection.vendor == "postgresql" else "E008"
    monkeypatch.setitem(settings.DATABASES["default"], "TIME_ZONE", zone)
    found = [message for message in ours.check_settings() if message.id == f"openedx_catalog.{expected}"]
    assert [zone in message.msg and "'default'" in message.msg for message in found] == [True]


@pytest.mark.parametrize("zone", [None, "UTC", "Etc/UTC"])
def test_a_database_in_utc_is_well(settings, monkeypatch, zone):
    monkeypatch.setitem(settings.DATABASES["default"], "TIME_ZONE", zone)
    assert not {"openedx_catalog.E008", "openedx_catalog.W004"} & set(ids(ours.check_settings()))


def test_e005_naive_dates(settings):
    settings.USE_TZ = False
    assert "openedx_catalog.E005" in ids(ours.check_settings())


@pytest.mark.parametrize(
    ("database", "found"),
    [
        ({"ENGINE": "django.db.backends.sqlite3"}, ["openedx_catalog.W001"]),
        ({"ENGINE": "django.db.backends.sqlite3", "OPTIONS": {"transaction_mode": "immediate"}}, []),
        ({"ENGINE": "django.db.backends.mysql", "OPTIONS": {"isolation_level": "REPEATABLE READ"}}, ["openedx_catalog.E010"]),
        ({"ENGINE": "django.db.backends.mysql", "OPTIONS": {"isolation_level": "read uncommitted"}}, ["openedx_catalog.E010"]),
        ({"ENGINE": "django.db.backends.mysql", "OPTIONS": {"isolation_level": "serializable"}}, ["openedx_catalog.W002"]),
        ({"ENGINE": "django.db.backends.mysql", "OPTIONS": {"isolation_level": None}}, []),
        ({"ENGINE": "django.db.backends.mysql"}, []),
        ({"ENGINE": "django.db.backends.postgresql"}, []),
    ],
)
def test_w001_w002_e010_settings_that_hurt_concurrent_writers(monkeypatch, database, found):
    monkeypatch.setattr(ours, "settings", SimpleNamespace(USE_TZ=True, DATABASES={"default": database}))
    assert ids(ours.check_settings()) == found


@pytest.mark.django_db(transaction=True)
def test_e004_a_missing_unique_constraint():
    assert ours.check_unique_constraints(databases=["default"]) == []
    loose = CourseRun._meta.get_field("key_ci").clone()
    loose._unique = False
    loose.set_attributes_from_name("key_ci")
    loose.model = CourseRun
    strict = CourseRun._meta.get_field("key_ci")
    with connection.schema_editor() as editor:
        editor.alter_field(CourseRun, strict, loose)
    try:
        found = ours.check_unique_constraints(databases=["default"])
        assert ids(found) == ["openedx_catalog.E004"]
        assert "openedx_catalog_courserun" in found[0].msg
    finally:
        with connection.schema_editor() as editor:
            editor.alter_field(CourseRun, loose, strict)
    assert ours.check_unique_constraints(databases=["default"]) == []


@pytest.mark.django_db(transaction=True)
def test_e004_is_silent_until_the_migrations_are_through():
    call_command("migrate", "openedx_catalog", "0001", verbosity=0)
    try:
        assert ours.check_unique_constraints(databases=["default"]) == []
    finally:
        call_command("migrate", "openedx_catalog", verbosity=0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "mysql", reason="only MySQL and MariaDB have a character set for each table")
def test_e002_a_table_that_cannot_hold_every_character():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS elsewhere (a int) CHARACTER SET latin1")
        cursor.execute("ALTER TABLE openedx_catalog_courseschedule CONVERT TO CHARACTER SET latin1")
    try:
        found = ours.check_charset(databases=["default"])
        assert ids(found) == ["openedx_catalog.E002"]
        assert "openedx_catalog_courseschedule" in found[0].msg
        assert "latin1" in found[0].msg
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE openedx_catalog_courseschedule CONVERT TO CHARACTER SET utf8mb4")
            cursor.execute("DROP TABLE elsewhere")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite compares bytes")
def test_e011_a_column_of_identity_that_takes_two_texts_for_one():
    assert ours.check_collations(databases=["default"]) == []
    change, restore = {
        "mysql": (
            "ALTER TABLE openedx_catalog_courserun MODIFY key_ci varchar(255) COLLATE utf8mb4_unicode_ci NULL",
            "ALTER TABLE openedx_catalog_courserun MODIFY key_ci varchar(255) COLLATE utf8mb4_bin NULL",
        ),
        "postgresql": (
            'ALTER TABLE openedx_catalog_courserun ALTER key_ci TYPE varchar(255) COLLATE "default"',
            'ALTER TABLE openedx_catalog_courserun ALTER key_ci TYPE varchar(255) COLLATE "C"',
        ),
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(change)
        try:
            (found,) = ours.check_collations(databases=["default"])
            assert (found.id, "openedx_catalog_courserun.key_ci" in found.msg) == ("openedx_catalog.E011", True)
            # The hint is the statement.
            cursor.execute(found.hint)
            assert ours.check_collations(databases=["default"]) == []
        finally:
            cursor.execute(restore)


def test_database_checks_ask_nothing_where_no_database_is_named():
    assert ours.check_charset() == ours.check_unique_constraints() == ours.check_collations() == ours.check_isolation() == []


@pytest.mark.parametrize("path", ["nowhere.Window", "openedx_catalog.policies.STATUSES", "openedx_catalog.keys.fold"])
def test_e006_a_policy_that_is_none(settings, path):
    settings.OPENEDX_CATALOG_DATE_WINDOW = path
    assert "openedx_catalog.E006" in ids(ours.check_settings())


@pytest.mark.parametrize(
    ("folder", "files", "found"),
    [
        pytest.param("ours", ["openedx_core/__init__.py", "openedx_catalog/api.py"], ["openedx_catalog.E001"], id="among ours"),
        pytest.param("elsewhere", ["openedx_core/__init__.py", "openedx_catalog/api.py"], [], id="in a folder of its own"),
        pytest.param("ours", ["openedx_core/__init__.py"], [], id="a version without the app"),
        pytest.param("ours", None, [], id="no record of its files"),
    ],
)
def test_e001_openedx_core_has_files_in_the_folder_that_is_imported(monkeypatch, tmp_path, folder, files, found):
    site = {"ours": Path(ours.__file__).parent.parent, "elsewhere": tmp_path}[folder]
    core = SimpleNamespace(files=files and [PurePosixPath(name) for name in files], locate_file=lambda name: site / name)
    monkeypatch.setattr(intact.metadata, "distribution", lambda name: core)
    assert ids(ours.check_distributions()) == found


@pytest.mark.parametrize("way", ["later", "", None])
def test_e007_no_way_to_apply_messages(settings, way, monkeypatch):
    settings.OPENEDX_CATALOG_INBOX = way
    assert ids(ours.check_settings()) == ["openedx_catalog.E007"]
    settings.OPENEDX_CATALOG_INBOX = "celery"
    assert ours.check_settings() == []
    monkeypatch.setattr(ours, "find_spec", lambda name: None)
    assert ids(ours.check_settings()) == ["openedx_catalog.E007"]


@pytest.mark.parametrize(
    "module", ["api", "models", "admin", "messages", "extensions", "plugin.settings", "migrations.1001_own_tables"]
)
def test_our_packages_refuse_to_work_where_the_peers_app_has_overwritten_ours(tmp_path, module):
    """There no check of ours is registered: pip has silently mixed both packages."""
    import openedx_catalog

    package = tmp_path / "openedx_catalog"
    shutil.copytree(Path(openedx_catalog.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    theirs = "from django.apps import AppConfig\n\nclass CatalogAppConfig(AppConfig):\n    name = label = 'openedx_catalog'\n"
    (package / "apps.py").write_text(theirs, encoding="utf-8")
    code = f"import importlib; importlib.import_module('openedx_catalog.{module}')"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "ImproperlyConfigured: openedx-core and openedx-catalog are both installed" in done.stderr
