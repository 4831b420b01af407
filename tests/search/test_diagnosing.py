"""What the doctor, the overview and the checks say of search."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.urls import reverse
from django.utils import timezone

from openedx_catalog import api as catalog
from openedx_catalog import guards
from openedx_catalog.contrib.search import api
from openedx_catalog.contrib.search.models_api import CourseCatalog, SearchIndex

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
APP = "openedx_catalog_search"


def codes(**how):
    return [finding.code for finding in catalog.diagnose(**how)]


def test_an_index_that_nobody_follows_is_told_of(admin_client, everything):
    overview = reverse("admin:openedx_catalog_catalogcourse_overview")
    assert "search_index_forgotten" not in codes(quick=True)
    api.rebuild_index()
    assert "search_index_forgotten" not in codes(quick=True)
    SearchIndex.objects.update(looked_at=timezone.now() - timedelta(minutes=61))
    assert "search_index_forgotten" in codes(quick=True)
    assert "nobody follows its changes" in admin_client.get(overview).content.decode()
    api.follow_changes()
    assert "search_index_forgotten" not in codes(quick=True)
    assert "nobody follows its changes" not in admin_client.get(overview).content.decode()


def test_a_query_that_is_not_understood_any_more_is_told_of():
    api.create_course_catalog(name="All", query="*")
    assert "course_catalog_broken" not in codes()
    CourseCatalog.objects.update(query="colour:red")
    assert "course_catalog_broken" in codes()


def test_indexes_are_looked_at_in_the_admin(admin_client, everything, make_course):
    api.rebuild_index()
    make_course("NEW")
    index = api.search_index()
    listed = admin_client.get(reverse(f"admin:{APP}_searchindex_changelist")).content.decode()
    assert index.name in listed
    page = admin_client.get(reverse(f"admin:{APP}_searchindex_change", args=[index.pk])).content.decode()
    assert "Changes to follow" in page
    assert admin_client.get(reverse(f"admin:{APP}_searchindex_add")).status_code == 403


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("SEARCH_ENGINE", "no.such.Engine", "E001"),
        ("SEARCH_ENGINE", "datetime.datetime", "E001"),
        # Which needs a setting of edx-search.
        ("SEARCH_ENGINE", "openedx_catalog.contrib.search.engines.edx_search.EdxSearchEngine", "E001"),
        ("EXTERNAL_START", "no.such.function", "E002"),
        ("FAR_OFF_DAYS", "many", "E003"),
        ("SEARCH_MAX_CHANGE", -1, "E003"),
    ],
)
def test_settings_that_cannot_be_used_are_told_of(settings, name, value, code):
    assert [each for each in run_checks() if each.id and each.id.startswith(APP)] == []
    setattr(settings, f"OPENEDX_CATALOG_{name}", value)
    assert [each.id for each in run_checks() if each.id and each.id.startswith(APP)] == [f"{APP}.{code}"]


def test_indexes_are_no_loss_when_the_app_is_removed(everything):
    api.rebuild_index()
    config = apps.get_app_config(APP)
    plan = [(MigrationLoader(connection).get_migration(APP, "0001_initial"), True)]
    guards.refuse_uninstall(config, using="default", plan=plan)
    api.create_course_catalog(name="All", query="*")
    with pytest.raises(guards.UninstallRefused, match="1 row of openedx_catalog_search_coursecatalog"):
        guards.refuse_uninstall(config, using="default", plan=plan)
