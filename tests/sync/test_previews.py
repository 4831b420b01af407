"""Previews: dry runs that are kept as jobs. They write nothing to the catalog, and take the place of no sync."""

import threading
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs.models_api import Program
from openedx_catalog.contrib.sync import api
from openedx_catalog.contrib.sync.exceptions import InvalidSource, JobNotRevertible
from openedx_catalog.contrib.sync.models_api import RunSource, SyncJob, SyncLease, SyncOutcome
from openedx_catalog.models_api import CourseRun

from .conftest import counts, last_job, missing, row, rows, run
from .discovery import curriculum, degree
from .test_admin import admin, text_of, url  # noqa: F401 - a fixture
from .test_follows import follow, service  # noqa: F401 - fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def preview(sync):
    """``preview("lms", …)``: the report of one, and its job."""

    def call(source="lms", **kwargs):
        report = sync(source, dry_run=True, keep_report=True, **kwargs)
        return report, SyncJob.objects.select_related("source").get(pk=report.job)

    return call


def changes(job):
    """``{id: (values, parts)}`` of everything that a job lists."""
    names = list(SyncOutcome.objects.filter(job=job).values_list("external_id", flat=True))
    return {name: (dict(change.fields), list(change.parts)) for name, change in api.get_record_changes(job, names).items()}


def stored():
    return (
        list(CourseRun.objects.order_by("pk").values_list("title", "modified")),
        list(RunSource.objects.order_by("pk").values_list("external_id", "fields", "missing_since", "last_seen_at")),
        list(CourseRun.history.values_list("pk", flat=True)),
    )


def test_a_preview_says_what_a_sync_would_do_and_writes_nothing(sync, preview, lms, remote):
    remote.rows = rows(30)
    sync("lms")
    remote.rows = [*rows(29, name="New", end="2028-01-01T00:00:00Z"), row("NEW"), row("BAD", start="soon")]
    before = stored()
    report, job = preview()
    assert (report.dry_run, job.dry_run, job.ended_at is not None) == (True, True, True)
    assert counts(report) == {"updated": 29, "created": 2, "missing": 1}
    assert (job.counts, job.total, stored()) == (report.counts, 32, before)
    said = changes(job)
    values, _parts = said["course-v1:mitx+c00000+1"]
    assert (values["title"], values["end"][0], values["end"][1].year) == (("Course C00000", "New"), None, 2028)
    # A run that would be new has no page yet, and comes with its values.
    [new] = api.get_record_changes(job, ["course-v1:MITx+NEW+1"]).values()
    assert (new.pk, new.fields["title"]) == (None, (None, "Course NEW"))
    real = sync("lms")
    assert counts(real) == counts(report)
    assert changes(last_job())["course-v1:mitx+c00000+1"] == (values, [])


def test_so_does_one_of_programs_with_all_that_stands_in_them(service, follow):  # noqa: F811
    service.program("One", "MITx+A")
    service.program("Two")
    follow()
    one = service.programs["One"]
    one |= {"subtitle": "New", "type": "MicroMasters", "courses": ["MITx+B"], "degree": degree()}
    one["curricula"] = [curriculum("Core", "MITx+C")]
    report = follow(dry_run=True, keep_report=True)
    would = changes(last_job())
    name = f"program:{Program.objects.get(title='One').uuid}"
    values, parts = would[name]
    assert values == {"subtitle": ("", "New")}
    words = [" ".join(part) for part in parts]
    assert "type XSeries MicroMasters" in words
    assert any("MITx:B" in text and text.endswith(" added") for text in words)
    assert any("MITx:A" in text and "retired at" in text for text in words)
    assert any("MITx:C" in text and "'Core'" in text for text in words)
    assert any("9900.00, USD" in text for text in words)
    assert Program.objects.get(title="One").subtitle == ""
    assert counts(follow()) == counts(report)
    values, parts = changes(last_job())[name]
    # When a course left is told to the second.
    assert [(what, before) for what, before, _after in parts] == [(what, before) for what, before, _after in would[name][1]]


def test_an_external_key_that_changes_shows_both_and_leads_to_its_run(service, follow):  # noqa: F811
    service.program("One", "MITx+A")
    follow()
    service.courses["MITx+A"]["course-v1:MITx+A+R1"]["external_key"] = "A-2027"
    follow()
    [key] = catalog.get_course_runs(["course-v1:MITx+A+R1"]).values()
    change = api.get_record_changes(last_job(), ["external_key:course-v1:MITx+A+R1"])["external_key:course-v1:mitx+a+r1"]
    assert (change.model, change.pk, change.parts) == (
        CourseRun, key.pk, [("External Course Key", "A-2026", "A-2027")],
    )  # fmt: skip


def test_a_preview_is_no_sync_of_its_source(sync, preview, lms, remote):
    api.update_source("lms", every_minutes=60)
    remote.rows = [row("A"), row("B", start="soon")]
    _report, job = preview()
    assert [source.name for source in api.due_sources()] == ["lms"]
    assert (api.recent_jobs(lms), api.jobs_to_look_at(None), missing()) == ([], [], [])
    with pytest.raises(JobNotRevertible, match="preview"):
        api.revert_sync(job)
    with pytest.raises(InvalidSource, match="no resuming"):
        sync("lms", resume=True)
    lms.refresh_from_db()
    assert lms.listed_at is None
    remote.rows.pop()
    sync("lms")
    remote.rows = []
    report, job = preview()
    # What would stop a sync stops its preview, which says so.
    assert (report.status, job.status, "lists nothing" in job.message) == ("aborted", "aborted", True)
    assert SyncJob.objects.get(dry_run=False).status == "ok"
    assert list(api.diagnose(quick=True)) == []


def test_a_preview_and_a_sync_do_not_run_at_once(sync, preview, lms, remote):
    remote.rows = [row("A")]
    sync("lms")
    running = SyncJob.objects.create(source=lms)
    SyncLease.objects.filter(source=lms).update(job=running, until=timezone.now() + timedelta(minutes=1))
    assert (preview()[1].status, sync("lms").status) == ("locked", "locked")


def test_a_preview_that_breaks_off_says_so(preview, lms, remote, monkeypatch):
    remote.rows = [row("A")]
    monkeypatch.setattr("openedx_catalog.contrib.sync.api.jobs.store_page", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        preview()
    assert (last_job().status, "ZeroDivisionError" in last_job().message) == ("aborted", True)


# In the admin


def test_a_preview_is_started_by_a_button_and_the_sync_from_its_page(
    transactional_db,
    admin_client,
    lms,
    remote,
):
    remote.rows = rows(2)
    api.sync_source("lms")
    remote.rows = rows(2, name="New")
    source = text_of(admin_client.get(url("source_change", lms.pk)))
    assert f'href="{url("source_sync", lms.pk)}?preview"' in source
    options = {"_preview": "", "only": "course-v1:MITx+C00000+1", "reason": "to look"}
    press(admin_client, url("source_sync", lms.pk), options)
    job = last_job()
    assert (job.dry_run, job.status, job.user.username) == (True, "ok", "admin")
    page = text_of(admin_client.get(url("syncjob_change", job.pk)))
    assert "nothing was written" in page
    assert "title: Course C00000 → New" in page
    assert ('name="_sync"' in page, 'name="_revert"' in page, 'name="_resume"' in page) == (True, False, False)
    assert run("C00000").title == "Course C00000"
    listed = text_of(admin_client.get(url("syncjob_changelist"), {"preview": "1"}))
    assert ("Preview, nothing written" in listed, listed.count('class="field-source')) == (True, 1)
    assert text_of(admin_client.get(url("source_changelist"))).count("Preview of") == 0
    press(admin_client, url("syncjob_change", job.pk), {"_sync": "", "reason": "as previewed"})
    assert (run("C00000").title, run("C00001").title) == ("New", "Course C00001")
    assert run("C00000").history.first().history_change_reason.endswith(": as previewed")


def press(client, page, values):
    """Press a button that starts something, and wait until that is over."""
    before = set(threading.enumerate())
    assert client.post(page, values).status_code == 302
    for thread in set(threading.enumerate()) - before:
        if thread.name.startswith("sync "):
            thread.join()


def test_a_preview_whose_process_is_gone_is_not_resumed(admin, lms):  # noqa: F811
    job = SyncJob.objects.create(source=lms, dry_run=True)
    page = text_of(admin.get(url("syncjob_change", job.pk)))
    assert ("Killed" in page, "Start another preview" in page, 'name="_resume"' in page) == (True, True, False)
    assert admin.post(url("syncjob_change", job.pk), {"_revert": ""}, follow=True).status_code == 200
    assert SyncJob.objects.get(pk=job.pk).reverted_at is None
    assert reverse("admin:openedx_catalog_sync_source_sync", args=[lms.pk]) in page
