"""What a source is asked for, and as whom: it may show others more."""

from urllib.parse import quote

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from openedx_catalog import api as catalog
from openedx_catalog.contrib.sync import api
from openedx_catalog.contrib.sync.models_api import Source

from .conftest import by_outcome, last_job, row, rows

pytestmark = [pytest.mark.django_db, pytest.mark.newest, pytest.mark.any_database]


def queries(remote):
    return [query for _method, _path, query, _body in remote.asked]


def test_every_question_has_the_parameters_of_the_source(sync, lms, remote):
    Source.objects.filter(pk=lms.pk).update(parameters={"include_restricted": "custom-b2c"})
    remote.rows, remote.size = rows(30), 20
    sync("lms")
    assert [query["include_restricted"] for query in queries(remote)] == [["custom-b2c"], ["custom-b2c"]]
    remote.rows.pop()
    sync("lms")
    # The run that the listing lacks was asked for by POST.
    assert remote.asked[-1][3]["include_restricted"] == "custom-b2c"


def test_what_is_not_shown_to_us_is_not_called_gone(sync, lms, remote):
    remote.rows = rows(20)
    sync("lms")
    remote.rows.pop()
    (lost,) = by_outcome(sync("lms"))["missing"]
    assert (lost.reason, last_job().asked_as) == ("The source does not show it to anonymous visitors any more.", "")
    api.update_source("lms", username="catalog_worker")
    remote.rows.pop()
    (lost,) = by_outcome(sync("lms"))["missing"]
    assert (lost.reason, last_job().asked_as) == ("The source does not show it to catalog_worker any more.", "catalog_worker")


def test_the_page_of_a_job_says_as_whom_it_asked(sync, lms, remote, admin_client):
    remote.rows = [row("A")]
    api.update_source("lms", username="catalog_worker")
    sync("lms")
    shown = admin_client.get(f"/admin/openedx_catalog_sync/syncjob/{last_job().pk}/change/").content.decode()
    assert "<dt>Asked as</dt><dd>catalog_worker</dd>" in shown


def test_the_page_of_a_run_says_which_source_does_not_list_it(sync, lms, remote, admin_client, client, django_user_model):
    remote.rows = rows(20)
    sync("lms")
    lost = remote.rows.pop()["id"]
    sync("lms")
    page = reverse("admin:openedx_catalog_courserun_change", args=[catalog.get_course_run(lost).pk])
    assert "The source lms has not listed this run since" in admin_client.get(page).content.decode()
    clerk = django_user_model.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(codename="view_courserun"))
    client.force_login(clerk)
    assert "has not listed" not in client.get(page).content.decode()


def test_consumers_are_told_which_source_does_not_list_a_run(sync, lms, remote, admin_client, client):
    remote.rows = rows(20)
    sync("lms")
    lost = remote.rows.pop()
    before = catalog.get_latest_change()
    sync("lms")
    assert [(change.key, change.what) for change in catalog.iter_changes(after=before)] == [(lost["id"], "updated")]
    page = f"/api/catalog/v1/course-runs/{quote(lost['id'])}/"
    (found,) = admin_client.get(page).json()["not_listed_by"]
    assert (found["source"], found["since"].endswith("Z")) == ("lms", True)
    remote.rows.append(lost)
    sync("lms")
    assert admin_client.get(page).json()["not_listed_by"] == []


def test_who_may_not_see_sources_is_not_told_their_names(sync, lms, remote, client, django_user_model):
    remote.rows = [row("A")]
    sync("lms")
    client.force_login(django_user_model.objects.create_user("reader"))
    (listed,) = client.get("/api/catalog/v1/course-runs/").json()["results"]
    assert listed["not_listed_by"] is None
