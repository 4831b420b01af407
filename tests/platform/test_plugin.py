"""The core app as a plugin of LMS and CMS: found, set up, connected and routed as the platform does it."""

import subprocess
import sys

import pytest
from django.conf import settings
from django.urls import reverse
from edx_django_utils.plugins import connect_plugin_receivers
from opaque_keys.edx.keys import CourseKey
from stevedore.extension import ExtensionManager
from xmodule.modulestore.django import COURSE_PUBLISHED

from openedx_catalog.apps import OpenedxCatalogConfig
from openedx_catalog.conf import DEFAULTS
from openedx_catalog.models_api import InboxMessage
from openedx_catalog.settings.common import plugin_settings


@pytest.mark.parametrize("project", ["lms.djangoapp", "cms.djangoapp"])
def test_stevedore_finds_it(project):
    found = ExtensionManager(project, invoke_on_load=False)
    assert {extension.name: extension.plugin for extension in found}["openedx_catalog"] is OpenedxCatalogConfig


def test_importing_the_app_config_imports_our_events_and_nothing_else():
    """Whatever fails there drops the plugin without a word."""
    code = "import sys, openedx_catalog.apps; print(sorted(name for name in sys.modules if name.startswith('openedx_catalog')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['openedx_catalog', 'openedx_catalog.apps', 'openedx_catalog.signals']"


def test_settings_are_set_where_they_are_absent():
    assert settings.OPENEDX_CATALOG_KEEP_MESSAGES_DAYS == 7
    assert settings.OPENEDX_CATALOG_INBOX == "inline"

    class Module:
        OPENEDX_CATALOG_INBOX = "celery"

    plugin_settings(Module)
    assert {name: getattr(Module, name) for name in DEFAULTS} == {**DEFAULTS, "OPENEDX_CATALOG_INBOX": "celery"}


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
