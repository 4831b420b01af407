"""Behind a read replica that has heard of nothing yet: a job reads its totals, checkpoints and lease where it wrote them."""

import copy

import pytest
from django.db import connections

from openedx_catalog.contrib.sync import api
from openedx_catalog.contrib.sync.models_api import PinnedField, RunSource, SyncJob, SyncLease, SyncOutcome
from openedx_catalog.models_api import CourseRun

from .conftest import counts, last_job, missing, row, rows
from .remote import status

pytestmark = pytest.mark.django_db(databases=["default", "replica"])


class PrimaryReplicaRouter:
    """As Django's documentation has it, with one replica."""

    def db_for_read(self, model, **hints):
        return "replica"

    def db_for_write(self, model, **hints):
        return "default"

    def allow_relation(self, obj1, obj2, **hints):
        return True

    def allow_migrate(self, db, app_label, model_name=None, **hints):
        return True


@pytest.fixture(scope="module", autouse=True)
def replica(django_db_setup, django_db_blocker):
    """A second database with all tables, and nothing of what the tests write."""
    values = copy.deepcopy(connections["default"].settings_dict)
    name = f"{values['TEST']['NAME']}_replica"
    connections.databases["replica"] = {**values, "TEST": {**values["TEST"], "NAME": name, "MIGRATE": False}}
    with django_db_blocker.unblock():
        connections["replica"].creation.create_test_db(verbosity=0, autoclobber=True)
        yield
        connections["replica"].creation.destroy_test_db(values["NAME"], verbosity=0)
        connections["replica"].close()
    del connections["replica"], connections.databases["replica"]


@pytest.fixture(autouse=True)
def routed(settings):
    settings.DATABASE_ROUTERS = [PrimaryReplicaRouter()]


def test_a_job_reports_what_it_has_written(sync, lms, remote):
    remote.rows = [*rows(3), row("Bad", start="soon")]
    report = sync(lms)
    assert (counts(report), report.status, len(report.outcomes)) == ({"created": 3, "invalid": 1}, "partial", 4)
    job = SyncJob.objects.get(pk=report.job)
    assert (job.status, job.total, job.counts["created"], api.summarize(job).done) == ("partial", 4, 3, 4)
    assert sorted(outcome.outcome for outcome in api.get_record_outcomes(job)) == ["created"] * 3 + ["invalid"]
    assert api.recent_jobs(lms) == [job]
    assert CourseRun.objects.using("replica").count() == SyncJob.objects.using("replica").count() == 0


def test_what_is_unchanged_is_known_and_what_is_gone_is_missed(sync, lms, remote):
    remote.rows = rows(10)
    sync(lms)
    gone = remote.rows.pop()["id"]
    assert counts(sync(lms)) == {"unchanged": 9, "missing": 1}
    assert missing() == [gone]
    assert RunSource.objects.get(external_id=gone).source.name == "lms"
    remote.rows = []
    assert sync(lms).status == "aborted"


def test_a_job_goes_on_from_its_checkpoints(sync, lms, remote):
    remote.rows, remote.size = rows(150), 75
    remote.faults[2] = status(403)
    assert counts(sync(lms)) == {"created": 75, "failed": 1}
    remote.faults = {}
    report = sync(lms, resume=True)
    assert (counts(report), report.job) == ({"created": 150}, last_job().pk)
    assert SyncOutcome.objects.filter(job=report.job).count() == 150


def test_two_jobs_see_one_lease(sync, lms, remote):
    remote.rows = rows(1)
    seen = []
    remote.faults[1] = lambda handler: (seen.append(1), handler.send_json(remote.listed(1)))
    sync(lms)
    lease = SyncLease.objects.get()
    assert (lease.job, lease.until, lease.source) == (None, None, lms)


def test_pins_and_sources_are_those_that_were_written(sync, lms, remote):
    remote.rows = [row("A")]
    sync(lms)
    PinnedField.objects.create(run=CourseRun.objects.using("default").get(), field="title")
    remote.rows[0]["name"] = "New"
    assert counts(sync(lms)) == {"pinned": 1}
    api.update_source("lms", enabled=False)
    assert not api.get_source("lms").enabled
    assert api.due_sources() == []


def test_a_job_is_taken_back(sync, lms, remote):
    remote.rows = rows(10)
    sync(lms)
    gone = remote.rows.pop()["id"]
    assert api.revert_sync(sync(lms).job).restored == [(gone, "missing_since")]
    assert (missing(), last_job().reverted_at is not None) == ([], True)
