"""The admin of sync: sources, the pages of jobs in each state, runs by source, pins."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse
from django.utils import timezone

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs.models_api import Program
from openedx_catalog.contrib.sync import api
from openedx_catalog.contrib.sync.models_api import PinnedField, RunSource, Source, SyncJob, SyncLease, SyncPage
from openedx_catalog.models_api import CourseRun

from .conftest import counts, last_job, row, rows, run
from .test_follows import follow, service  # noqa: F401 - fixtures
from .test_jobs import FILE, load

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


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
        "organizations": "mitx", "max_missing_percent": 10, "retire_after": 2, "per_minute": 30,
        "every_minutes": 60, "enabled": "on", "rank": 20,
        "owns": ["title", "end"], "places_runs": "on", "parameters": '{"include_restricted": "custom-b2c"}',
    }  # fmt: skip
    assert admin.post(url("source_add"), values).status_code == 302
    source = api.get_source("lms")
    assert (source.base_url, source.every_minutes, source.organizations.count()) == ("https://lms.example.org", 60, 1)
    assert (source.rank, source.owns, source.places_runs, source.retire_missing) == (20, ["title", "end"], True, False)
    assert source.parameters == {"include_restricted": "custom-b2c"}
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
    created = text_of(admin.get(f"{page}?outcome=created&p=2"))
    assert "&lt;b&gt;soon" in created
    assert "<td>invalid</td>" not in created
    remote.rows[-1]["start"] = "2027-01-01T00:00:00Z"
    sync("lms")
    sync("lms")
    unchanged = text_of(admin.get(f"{url('syncjob_change', last_job().pk)}?outcome=unchanged&p=2"))
    assert unchanged.count("<td>unchanged</td>") == 51
    for query in ("?outcome=nonsense", "?p=x", "?p=-1", "?p=99999999999999999999"):
        assert admin.get(page + query).status_code == 200
    assert admin.get(url("syncjob_change", 0)).status_code == 404


def test_an_updated_record_shows_its_values_and_leads_to_its_run(admin, sync, lms, remote, django_assert_max_num_queries):
    remote.rows = rows(30, name="One")
    sync("lms")
    remote.rows = rows(30, name="Two", pacing="self")
    sync("lms")
    with django_assert_max_num_queries(25):
        shown = text_of(admin.get(url("syncjob_change", last_job().pk)))
    run = CourseRun.objects.first()
    assert f'<a href="{reverse("admin:openedx_catalog_courserun_change", args=[run.pk])}">{run.course_key}</a>' in shown
    assert shown.count("title: One → Two") == 30
    assert "pacing: Instructor-paced → Self-paced" in shown


def test_so_does_an_updated_program_and_an_organization(
    admin,
    service,  # noqa: F811
    follow,  # noqa: F811
    django_assert_max_num_queries,
):
    for n in range(20):
        service.program(f"Program {n}", "MITx+A")
    service.organizations["MITx"] = "MITx"
    follow()
    for program in service.programs.values():
        program["subtitle"] = "New"
    service.organizations["MITx"] = "MIT"
    follow()
    with django_assert_max_num_queries(40):
        shown = text_of(admin.get(url("syncjob_change", last_job().pk)))
    assert shown.count("subtitle: – → New") == 20
    assert "name: MITx → MIT" in shown
    program = Program.objects.get(title="Program 7")
    assert (
        f'<a href="{reverse("admin:openedx_catalog_programs_program_change", args=[program.pk])}">program:{program.uuid}</a>'
        in shown
    )


def test_each_outcome_has_a_colour_of_its_own():
    css = Path(finders.find("openedx_catalog_sync/sync.css")).read_text(encoding="utf-8")
    colours = [re.search(rf"\.sync-{name} {{ fill: (#\w{{6}})", css)[1] for name in api.OUTCOMES]
    assert len(set(colours)) == len(api.OUTCOMES)


def test_a_job_whose_process_is_gone_does_not_stay_running(admin, lms):
    job = SyncJob.objects.create(source=lms, total=400)
    assert "Killed" in text_of(admin.get(url("syncjob_changelist")))
    job.refresh_from_db()
    assert (job.status, bool(job.ended_at)) == ("killed", True)


def test_a_running_and_an_aborted_job(admin, sync, lms, remote, django_assert_max_num_queries):
    remote.rows = rows(20)
    sync("lms")
    remote.rows = []
    sync("lms")
    shown = text_of(admin.get(url("syncjob_change", last_job().pk)))
    assert ("lists nothing" in shown, 'id="progress"' in shown) == (True, False)
    job = SyncJob.objects.create(source=lms, total=400)
    SyncLease.objects.filter(source=lms).update(job=job, until=timezone.now() + timedelta(minutes=1))
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
    values = {"only": "course-v1:MITx+A+1\ncourse-v1:MITx+B+1", "resume": "on", "reason": "by hand"}
    answer = admin.post(page, values)
    assert answer.status_code == 302
    ((name, asked),) = started
    assert (name, asked["only"], asked["resume"], asked["allow_mass_missing"], asked["user"].username) == (
        "lms", ["course-v1:MITx+A+1", "course-v1:MITx+B+1"], True, False, "admin",
    )  # fmt: skip
    assert asked["reason"] == "by hand"
    assert admin.get(url("source_sync", 0)).status_code == 404


def test_a_job_is_reverted_and_resumed_by_buttons(admin, sync, lms, remote, monkeypatch):
    remote.rows = [row("A")]
    sync("lms")
    remote.rows[0] |= {"start": "soon"}
    sync("lms")
    remote.rows[0] |= {"name": "Wrong", "start": "2028-01-01T00:00:00Z"}
    sync("lms")
    page = url("syncjob_change", last_job().pk)
    before = CourseRun.objects.order_by("pk").values_list("title", "modified")
    stored = list(before)
    preview = admin.post(page, {"_preview": "", "reason": "a mistake"})
    assert {str(what) for what, *_row in preview.context["preview"]} == {"restored"}
    assert list(before) == stored
    assert last_job().reverted_at is None
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
    shown = text_of(admin.get(url("pinnedfield_changelist")))
    assert "course-v1:MITx+A+1" in shown
    assert '<td class="field-field_name">Title</td>' in shown
    assert ">Enrollment start</a>" in shown, "a choice of the filter"
    assert "course-v1:MITx+A+1: title" in text_of(admin.get(url("pinnedfield_delete", pin.pk)))
    assert "Pinned Field created: " in (changes := text_of(admin.get(reverse("admin:openedx_catalog_catalogcourse_changes"))))
    assert "<ins>lms</ins>" in changes, "the source of a record, by its name"
    assert admin.post(url("pinnedfield_delete", pin.pk), {"post": "yes"}).status_code == 302
    assert not PinnedField.objects.exists()


def test_a_started_sync_runs_by_itself(transactional_db, lms, remote):
    """In a thread of the web process, unless a setting says Celery."""
    import threading

    remote.rows = [row("A")]
    before = set(threading.enumerate())
    api.start_sync("lms")
    # The page that is shown next has it.
    assert SyncJob.objects.exists()
    for thread in set(threading.enumerate()) - before:
        if thread.name == "sync lms":
            thread.join()
    assert SyncJob.objects.filter(started_at__gt=timezone.now() - timedelta(minutes=1)).latest("pk").status == "ok"
    api.start_sync("nobody")


def test_the_overview_names_what_the_last_jobs_left_open(admin_client):
    overview = reverse("admin:openedx_catalog_catalogcourse_overview")
    for name, status, said in (("a", "aborted", {}), ("b", "partial", {"conflict": 2}), ("c", "ok", {"conflict": 0})):
        source = api.create_source(name=name, kind="file")
        SyncJob.objects.create(source=source, status="killed")
        SyncJob.objects.create(source=source, status=status, counts=said, ended_at=timezone.now())
    decisions = [text for text, _url in admin_client.get(overview).context["decisions"]]
    assert decisions[-2:] == ["The last sync of a ended as Aborted.", "The last sync of b met 2 conflicts."]
