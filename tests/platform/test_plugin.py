"""The catalog as a plugin of LMS and CMS: found, set up, connected and routed as the platform does it."""

import json
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.urls import reverse
from edx_django_utils.plugins import connect_plugin_receivers
from opaque_keys.edx.keys import CourseKey
from stevedore.extension import ExtensionManager
from xmodule.modulestore.django import COURSE_PUBLISHED

from openedx_catalog.conf import DEFAULTS
from openedx_catalog.models_api import InboxMessage
from openedx_catalog.plugin.apps import OpenedxCatalogPluginConfig
from openedx_catalog.plugin.settings import plugin_settings
from tests.conftest import ROOT

CORE, CONFIG = "openedx_catalog", "openedx_catalog.apps.OpenedxCatalogConfig"
PROGRAMS, PLUGIN = "openedx_catalog.contrib.programs", "openedx_catalog.plugin.apps.OpenedxCatalogPluginConfig"


@pytest.mark.parametrize("project", ["lms.djangoapp", "cms.djangoapp"])
def test_stevedore_finds_it(project):
    found = ExtensionManager(project, invoke_on_load=False)
    assert {extension.name: extension.plugin for extension in found}["openedx_catalog"] is OpenedxCatalogPluginConfig


@pytest.mark.parametrize(
    ("module", "also"),
    [
        pytest.param("openedx_catalog.plugin.apps", ["openedx_catalog.plugin"], id="the plugin imports nothing"),
        pytest.param("openedx_catalog.apps", ["openedx_catalog.signals"], id="the core app imports its events"),
    ],
)
def test_importing_an_app_config(module, also):
    """Whatever fails in that of the plugin drops it without a word."""
    code = f"import sys, {module}; print(*sorted(name for name in sys.modules if name.startswith('openedx_catalog')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == sorted(["openedx_catalog", module, *also])


@pytest.mark.parametrize(
    ("installed", "expected"),
    [
        pytest.param(["auth", PLUGIN], ["auth", CORE, PLUGIN], id="before the plugin"),
        pytest.param([PROGRAMS, "auth", PLUGIN], [CORE, PROGRAMS, "auth", PLUGIN], id="before what stands on it"),
        pytest.param(("auth", PLUGIN), ("auth", CORE, PLUGIN), id="a tuple stays one"),
        pytest.param(["auth"], ["auth", CORE], id="last, where nothing of ours is listed"),
        pytest.param([PLUGIN, CORE], [PLUGIN, CORE], id="listed"),
        pytest.param([CONFIG, PLUGIN], [CONFIG, PLUGIN], id="listed by its config"),
        pytest.param(["openedx_catalog_theme", PLUGIN], ["openedx_catalog_theme", CORE, PLUGIN], id="another app"),
    ],
)
def test_the_core_app_is_installed_where_the_platform_does_not_list_it(installed, expected):
    module = SimpleNamespace(INSTALLED_APPS=installed)
    for _call in range(2):
        plugin_settings(module)
        assert vars(module)["INSTALLED_APPS"] == expected


@pytest.mark.once
@pytest.mark.parametrize("programs", [(), (PROGRAMS,)], ids=["", "with programs"])
@pytest.mark.parametrize("listed", [(), (CORE,), (CONFIG,)], ids=["not listed", "listed", "listed by its config"])
def test_a_platform_starts_and_has_everything_once(listed, programs, tmp_path):
    environment = os.environ | {
        "CATALOG_DB": "sqlite",
        "CATALOG_DB_NAME": str(tmp_path / "unused.sqlite3"),
        "CATALOG_PLATFORM_LISTS": " ".join([*listed, *programs]),
        "DJANGO_SETTINGS_MODULE": "test_project.settings.platform",
    }
    command = [sys.executable, "-m", "tests.platform.started"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "labels": ["openedx_catalog", *(["openedx_catalog_programs"] if programs else []), "openedx_catalog_plugin"],
        "recorded": ["exists", "deleted"],
        "included": 1,
        "list": "/api/catalog/v1/course-runs/",
    }


def test_settings_are_set_where_they_are_absent():
    assert settings.OPENEDX_CATALOG_KEEP_MESSAGES_DAYS == 7
    assert settings.OPENEDX_CATALOG_INBOX == "inline"

    module = SimpleNamespace(INSTALLED_APPS=[], OPENEDX_CATALOG_INBOX="celery")
    plugin_settings(module)
    assert {name: getattr(module, name) for name in DEFAULTS} == {**DEFAULTS, "OPENEDX_CATALOG_INBOX": "celery"}


def test_urls_are_behind_those_of_the_project(client):
    assert reverse("openedx_catalog:v1:course-run-list") == "/api/catalog/v1/course-runs/"
    assert client.get("/api/courses/v1/courses/").content == b"the platform's own"


@pytest.mark.django_db(transaction=True)
def test_receivers_are_connected_once():
    # A second time, as a second app that connects plugins would.
    connect_plugin_receivers(settings.PROJECT_TYPE)
    COURSE_PUBLISHED.send_robust(sender=None, course_key=CourseKey.from_string("library-v1:A+B"))
    assert not InboxMessage.objects.exists()
    sent = [
        answer for _receiver, answer in COURSE_PUBLISHED.send_robust(sender=None, course_key=CourseKey.from_string("A/B/C"))
    ]
    assert InboxMessage.objects.count() == 1
    # The stub's own receiver found nothing in the modulestore.
    assert [type(answer) for answer in sent if answer] == [KeyError]


@pytest.mark.django_db
def test_an_app_in_installed_apps_brings_its_urls_along_without_an_entry_point(client):
    assert client.get(reverse("openedx_catalog:satellite:pages")).json() == {"count": 0}
