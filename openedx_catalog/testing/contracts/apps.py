"""What every optional app keeps: where it is not installed nothing of it is there, and it is not removed with its rows."""

from __future__ import annotations

import importlib
import re
from typing import Any, ClassVar

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection
from django.urls import NoReverseMatch, reverse

from ... import checks
from ...exceptions import UninstallRefused

OURS = "openedx_catalog.contrib."


class AbsentAppContract:
    """
    An optional app that is not in INSTALLED_APPS: it has no table, permission, page or URL, and its models say so.

    `app` is its dotted name, `label` its label, `modules` are those that import its models, `url_names` some of its URLs.
    """

    pytestmark = pytest.mark.django_db

    app: ClassVar[str]
    label: ClassVar[str]
    modules: ClassVar[tuple[str, ...]] = ("models", "api")
    url_names: ClassVar[tuple[str, ...]] = ()

    def test_nothing_of_it_is_there(self) -> None:
        assert not apps.is_installed(self.app)
        assert not [table for table in connection.introspection.table_names() if table.startswith(f"{self.label}_")]
        assert not Permission.objects.filter(content_type__app_label=self.label).exists()
        assert not [model for model in admin.site._registry if model._meta.app_label == self.label]
        for name in self.url_names:
            with pytest.raises(NoReverseMatch):
                reverse(name)

    def test_importing_its_models_says_so_in_words(self) -> None:
        # Ours stand below the core, under whose label Django would register them without a word.
        error: Any = ImproperlyConfigured if self.app.startswith(OURS) else (ImproperlyConfigured, RuntimeError)
        for module in self.modules:
            with pytest.raises(error, match=rf"{re.escape(self.app)}[. ].*INSTALLED_APPS"):
                importlib.import_module(f"{self.app}.{module}")

    def test_no_migration_of_the_core_would_hold_its_models(self) -> None:
        call_command("makemigrations", "openedx_catalog", check=True, dry_run=True, verbosity=0)

    def test_tables_that_were_left_behind_are_reported(self) -> None:
        if not self.app.startswith(OURS):
            pytest.skip("the check looks for the optional apps of this distribution")
        assert checks.check_left_behind(databases=["default"]) == []
        if connection.vendor == "mysql":
            pytest.skip("creating a table commits on MariaDB")
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLE {self.label}_row (id integer)")
        (warning,) = checks.check_left_behind(databases=["default"])
        assert (warning.id, f"migrate {self.label} zero" in str(warning.hint)) == ("openedx_catalog.W003", True)


class InstalledAppContract:
    """
    An optional app that is installed: ``migrate <label> zero`` is refused while rows would be lost.

    Its AppConfig connects ``openedx_catalog.guards.refuse_uninstall`` to ``pre_migrate``. `factory` makes a row.
    """

    factory: ClassVar[Any]

    @pytest.mark.django_db(transaction=True)
    def test_zero_is_refused_while_rows_would_be_lost(self) -> None:
        options = self.factory()._meta
        with pytest.raises(UninstallRefused, match=rf"migrate {options.app_label} zero would lose .*{options.db_table}"):
            call_command("migrate", options.app_label, "zero", verbosity=0)
        assert options.model._default_manager.count() == 1
