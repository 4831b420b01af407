"""
Where reads go to a replica: a job reads its totals, checkpoints and lease, and what it decides by, where it writes them.

The replica of these tests never gets a row, as in the core's `test_routed_reads`.
"""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from openedx_catalog.contrib.sync import api
from openedx_catalog.contrib.sync.exceptions import InvalidSource
from openedx_catalog.contrib.sync.models_api import PinnedField, RunSource, Source, SyncJob, SyncLease, SyncOutcome
from openedx_catalog.lib.routing import reads_from_writer
from openedx_catalog.models_api import CourseRun

from .conftest import counts, last_job, missing, row, rows
from .remote import status
from .test_jobs import FILE, load


@pytest.fixture
def asked(replica):
    """What the replica was asked about our tables."""
    return replica.about_ours


@pytest.fixture
def lms(replica, remote):
    """An LMS that may create runs."""
    source = api.create_source(name="lms", kind="lms", base_url=remote.url, create_missing=True, per_minute=6000)
    replica.clear()
    return source


@pytest.fixture(params=["object", "name"])
def given(lms, request):
    return lms if request.param == "object" else "lms"


def test_a_job_reports_what_it_has_written(sync, lms, given, remote, asked):
    remote.rows = [*rows(3), row("Bad key")]
    report = sync(given)
    assert (counts(report), report.status, len(report.outcomes)) == ({"created": 3, "invalid": 1}, "partial", 4)
    job = SyncJob.objects.using("default").get(pk=report.job)
    assert (job.status, job.total, job.counts["created"], api.summarize(job).done) == ("partial", 4, 3, 4)
    assert sorted(outcome.outcome for outcome in api.get_record_outcomes(job)) == ["created"] * 3 + ["invalid"]
    assert api.recent_jobs(lms) == [job]
    assert asked() == []
    assert CourseRun.objects.count() == SyncJob.objects.count() == 0


def test_what_is_unchanged_is_known_and_what_is_gone_is_missed(sync, lms, remote, asked):
    remote.rows = rows(10)
    sync(lms)
    gone = remote.rows.pop()["id"]
    assert counts(sync(lms)) == {"unchanged": 9, "missing": 1}
    with reads_from_writer():
        assert missing() == [gone]
        assert RunSource.objects.get(external_id=gone).source.name == "lms"
    remote.rows = []
    assert sync(lms).status == "aborted"
    assert asked() == []


def test_a_job_goes_on_from_its_checkpoints(sync, lms, remote, asked):
    remote.rows, remote.size = rows(150), 75
    remote.faults[2] = status(403)
    assert counts(sync(lms)) == {"created": 75, "failed": 75}
    remote.faults = {}
    report = sync(lms, resume=True)
    assert counts(report) == {"created": 150}
    assert SyncOutcome.objects.using("default").filter(job=report.job).count() == 150
    assert asked() == []


def test_two_jobs_see_one_lease(sync, lms, remote, asked):
    remote.rows = rows(1)
    sync(lms)
    leases = SyncLease.objects.using("default")
    assert (leases.get().job, leases.get().until) == (None, None)
    leases.update(until=timezone.now() + timedelta(minutes=1))
    assert sync(lms).status == "locked"
    with pytest.raises(InvalidSource, match="running"):
        api.delete_source("lms")
    leases.update(until=timezone.now() - timedelta(minutes=1))
    assert sync(lms).status == "ok"
    assert asked() == []


def test_a_job_that_is_over_its_lease_is_killed(sync, lms, remote, asked):
    sync(lms)
    job = SyncJob.objects.using("default").get()
    SyncJob.objects.update(status="running")
    SyncLease.objects.update(job=job, until=timezone.now() - timedelta(minutes=1))
    sync(lms)
    job.refresh_from_db(using="default")
    assert job.status == "killed"
    assert asked() == []


def test_pins_and_sources_are_those_that_were_written(sync, lms, remote, asked):
    remote.rows = [row("A")]
    sync(lms)
    assert api.pin_field(row("A")["id"], "title", reason="ours")
    assert not api.pin_field(row("A")["id"], "title", reason="ours")
    remote.rows[0]["name"] = "New"
    assert counts(sync(lms)) == {"pinned": 1}
    assert api.unpin_field(row("A")["id"], "title")
    api.update_source("lms", enabled=False, organizations=["MITx"])
    assert not api.get_source("lms").enabled
    assert api.due_sources() == []
    assert asked() == []
    assert PinnedField.objects.using("default").count() == 0


def test_what_is_due_is_what_is_stored(sync, lms, remote, asked):
    api.update_source("lms", every_minutes=60)
    assert api.due_sources() == [lms]
    remote.rows = rows(1)
    call_command("sync_catalog", "--due")
    assert api.due_sources() == []
    assert asked() == []


def test_a_job_is_taken_back(sync, lms, remote, asked):
    remote.rows = rows(10)
    sync(lms)
    gone = remote.rows.pop()["id"]
    remote.rows[0]["name"] = "Wrong"
    report = api.revert_sync(sync(lms).job)
    assert report.restored == [(remote.rows[0]["id"], "title"), (gone, "missing_since")]
    with reads_from_writer():
        assert (missing(), last_job().reverted_at is not None) == ([], True)
    assert asked() == []


def test_a_legacy_row_is_given_its_key(replica, asked):
    with reads_from_writer():
        api.create_source(name="legacy", kind="file", create_missing=True)
    load(FILE)
    kept = RunSource.objects.using("default").filter(run=None).first()
    assert str(api.give_course_key(kept, "course-v1:MITx+Old+1").course_key) == "course-v1:MITx+Old+1"
    assert asked() == []


def test_the_admin_writes_by_what_is_stored(client, lms, remote, asked):
    client.force_login(get_user_model().objects.create_superuser("op"))
    change = reverse("admin:openedx_catalog_sync_source_change", args=[lms.pk])
    values = {
        "base_url": lms.base_url,
        "max_missing_percent": 20,
        "retire_after": 1,
        "per_minute": 30,
        "field_map": "{}",
        "rank": 100,
    }
    assert client.post(change, values).status_code == 302
    assert Source.objects.using("default").get().max_missing_percent == 20
    assert client.post(change.replace("change", "delete"), {"post": "yes"}).status_code == 302
    assert not Source.objects.using("default").exists()
    assert asked() == []
