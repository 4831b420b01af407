"""The admin of sync: sources, the pages of jobs in each state, runs by source, pins."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from openedx_catalog import api as catalog
from openedx_catalog.contrib.sync import api
from openedx_catalog.contrib.sync.models_api import PinnedField, RunSource, Source, SyncJob, SyncPage

from .conftest import counts, last_job, row, rows, run
from .test_jobs import FILE, load

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(admin_client):
    return admin_client


def url(name, *args):
    return reverse(f"admin:openedx_catalog_sync_{name}", args=args)


def text_of(response):
    assert response.status_code == 200, response
    return response.content.decode()


def test_a_source_is_configured_in_the_admin(admin):
    catalog.create_organization(short_name="MITx", name="MIT")
    values = {
        "name": "lms", "kind": "lms", "base_url": "https://lms.example.org/", "username": "", "field_map": "{}",
        "organizations": "mitx", "max_missing_percent": 10, "per_minute": 30, "every_minutes": 60, "enabled": "on",
    }  # fmt: skip
    assert admin.post(url("source_add"), values).status_code == 302
    source = api.get_source("lms")
    assert (source.base_url, source.every_minutes, source.organizations.count()) == ("https://lms.example.org", 60, 1)
    page = url("source_change", source.pk)
    assert "anonymous" in text_of(admin.get(page))
    wrong = text_of(admin.post(page, {**values, "base_url": "file:///etc/passwd", "organizations": "Nobody"}))
    assert "expected an http or https address" in wrong
    # As a browser sends it: with what the form showed.
    shown = {"initial-organizations": "MITx", "initial-every_minutes": 60}
    changes = {"every_minutes": "", "create_missing": "on", "organizations": ""}
    assert admin.post(page, {**values, **shown, **changes}).status_code == 302
    source.refresh_from_db()
    assert (source.create_missing, source.every_minutes, source.organizations.count()) == (True, None, 0)
    assert "every_minutes" in text_of(admin.get(url("source_history", source.pk))).lower().replace(" ", "_")
    assert admin.post(url("source_delete", source.pk), {"post": "yes"}).status_code == 302
    assert not Source.objects.exists()


def test_the_page_of_a_job_says_what_became_of_each_record(admin, sync, lms, remote):
    remote.rows = [*rows(150), row("Bad", start="<b>soon</b>")]
    sync("lms")
    page = url("syncjob_change", last_job().pk)
    shown = text_of(admin.get(page))
    assert "Partial" in shown
    assert "151 / 151" in shown
    assert "Page 1 of 2" in shown
    invalid = text_of(admin.get(f"{page}?outcome=invalid"))
    assert "&lt;b&gt;soon" in invalid
    assert "<td>created</td>" not in invalid
    sync("lms")
    unchanged = text_of(admin.get(f"{url('syncjob_change', last_job().pk)}?outcome=unchanged&p=2"))
    assert unchanged.count("<td>unchanged</td>") == 50
    for query in ("?outcome=nonsense", "?p=x", "?p=-1", "?p=99999999999999999999"):
        assert admin.get(page + query).status_code == 200
    assert admin.get(url("syncjob_change", 0)).status_code == 404


def test_a_running_and_an_aborted_job(admin, sync, lms, remote, django_assert_max_num_queries):
    remote.rows = rows(20)
    sync("lms")
    remote.rows = []
    sync("lms")
    shown = text_of(admin.get(url("syncjob_change", last_job().pk)))
    assert ("lists nothing" in shown, 'id="progress"' in shown) == (True, False)
    job = SyncJob.objects.create(source=lms, total=400)
    SyncPage.objects.create(job=job, number=1, records=100)
    shown = text_of(admin.get(url("syncjob_change", job.pk)))
    assert 'value="25.0"' in shown
    assert "100 / 400" in shown
    assert "_revert" not in shown
    for _number in range(40):
        SyncJob.objects.create(source=lms, status="ok", ended_at=timezone.now(), counts={"created": 3, "failed": 1})
    with django_assert_max_num_queries(12):
        listed = text_of(admin.get(url("syncjob_changelist")))
    assert "100 / 400" in listed
    with django_assert_max_num_queries(12):
        assert "4 records" not in text_of(admin.get(url("source_change", lms.pk)))
    assert admin.get(url("syncjob_changelist"), {"source__id__exact": lms.pk, "status__exact": "ok"}).status_code == 200


def test_a_sync_is_started_by_a_button_and_does_not_keep_it_waiting(admin, lms, remote, monkeypatch):
    started = []
    monkeypatch.setattr(api, "start_sync", lambda source, **kwargs: started.append((source.name, kwargs)))
    page = url("source_sync", lms.pk)
    assert "Allow mass missing" in text_of(admin.get(page))
    answer = admin.post(page, {"only": "course-v1:MITx+A+1\ncourse-v1:MITx+B+1", "resume": "on"})
    assert answer.status_code == 302
    ((name, asked),) = started
    assert (name, asked["only"], asked["resume"], asked["allow_mass_missing"], asked["user"].username) == (
        "lms", ["course-v1:MITx+A+1", "course-v1:MITx+B+1"], True, False, "admin",
    )  # fmt: skip
    assert admin.get(url("source_sync", 0)).status_code == 404


def test_a_job_is_reverted_and_resumed_by_buttons(admin, sync, lms, remote, monkeypatch):
    remote.rows = [row("A")]
    sync("lms")
    remote.rows[0] |= {"name": "Wrong", "start": "soon"}
    sync("lms")
    remote.rows[0]["start"] = "2028-01-01T00:00:00Z"
    sync("lms")
    page = url("syncjob_change", last_job().pk)
    shown = text_of(admin.post(page, {"_revert": "", "reason": "a mistake"}, follow=True))
    assert "2 values were restored; 0 were kept" in shown
    assert (run("A").title, run("A").schedule.start.year) == ("Course A", 2027)
    partial = SyncJob.objects.filter(status="partial").get()
    started = []
    monkeypatch.setattr(api, "start_sync", lambda source, **kwargs: started.append(kwargs))
    assert admin.post(url("syncjob_change", partial.pk), {"_resume": ""}).status_code == 302
    assert started[0]["resume"]


def test_whoever_may_only_read_presses_no_buttons(client, sync, lms, remote, django_user_model, sign_in):
    remote.rows = [row("A")]
    sync("lms")
    reader = django_user_model.objects.create_user("reader", is_staff=False)
    client.force_login(reader)
    assert client.get(url("syncjob_changelist")).status_code == 302
    assert client.post(url("source_sync", lms.pk)).status_code == 302
    assert client.post(url("syncjob_change", last_job().pk), {"_revert": ""}).status_code == 302


def test_legacy_rows_get_their_keys_in_the_admin(admin, db):
    api.create_source(name="legacy", kind="file", create_missing=True)
    load(FILE)
    legacy = RunSource.objects.get(external_id="17")
    assert "Give it a course key" in text_of(admin.get(url("runsource_changelist"), {"state": "legacy"}))
    page = url("runsource_key", legacy.pk)
    assert "Old Physics" in text_of(admin.get(page))
    assert "is not a course run key" in text_of(admin.post(page, {"course_key": "nonsense"}))
    assert admin.post(page, {"course_key": "course-v1:MITx+PHY+1"}).status_code == 302
    legacy.refresh_from_db()
    assert str(legacy.run.course_key) == "course-v1:MITx+PHY+1"
    assert "course-v1:MITx+PHY+1" in text_of(admin.get(url("runsource_change", legacy.pk)))
    assert admin.get(url("runsource_key", 10**18)).status_code == 302


def test_what_is_missing_is_listed(admin, sync, lms, remote):
    remote.rows = rows(3)
    sync("lms")
    remote.rows.pop()
    sync("lms")
    shown = text_of(admin.get(url("runsource_changelist"), {"state": "missing"}))
    assert "C00002" in shown
    assert "C00001" not in shown
    assert counts(api.sync_source("lms")) == {"unchanged": 2}


def test_fields_are_pinned_and_let_go(admin, sync, lms, remote):
    remote.rows = [row("A")]
    sync("lms")
    values = {"run": run("A").pk, "field": "title", "reason": "ours"}
    assert admin.post(url("pinnedfield_add"), values).status_code == 302
    pin = PinnedField.objects.get()
    assert pin.history.get().history_change_reason == "admin: ours"
    assert "course-v1:MITx+A+1" in text_of(admin.get(url("pinnedfield_changelist")))
    assert admin.post(url("pinnedfield_delete", pin.pk), {"post": "yes"}).status_code == 302
    assert not PinnedField.objects.exists()


def test_a_started_sync_runs_by_itself(transactional_db, lms, remote):
    """In a thread of the web process, unless a setting says Celery."""
    import threading

    remote.rows = [row("A")]
    before = set(threading.enumerate())
    api.start_sync("lms")
    for thread in set(threading.enumerate()) - before:
        if thread.name == "sync lms":
            thread.join()
    assert SyncJob.objects.filter(started_at__gt=timezone.now() - timedelta(minutes=1)).latest("pk").status == "ok"
    api.start_sync("nobody")
