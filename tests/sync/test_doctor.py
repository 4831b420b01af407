"""The rules of sync are in the catalog's doctor."""

from datetime import timedelta

import pytest
from django.utils import timezone

from openedx_catalog import api as catalog
from openedx_catalog.contrib.sync import api
from openedx_catalog.contrib.sync.models import SyncLease
from openedx_catalog.contrib.sync.models_api import RunSource, Source, SyncJob

from .conftest import row

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(days=3)


def found(quick=False):
    return [(finding.code, finding.subject) for finding in catalog.diagnose(quick=quick)]


def job(lms, status, **values):
    return SyncJob.objects.create(source=lms, status=status, **values)


def test_a_source_that_is_in_step(lms, remote, sync):
    remote.rows = [row("A")]
    sync("lms")
    assert found() == []


@pytest.mark.parametrize("lease", ["none", "over", "of another job"])
def test_a_job_whose_process_is_gone(lms, lease):
    stuck = job(lms, "running")
    now = timezone.now()
    if lease == "over":
        SyncLease.objects.create(source=lms, job=stuck, until=now - timedelta(seconds=1))
    elif lease == "of another job":
        SyncLease.objects.create(source=lms, job=job(lms, "ok", ended_at=now), until=now + timedelta(minutes=1))
    (finding,) = catalog.diagnose(quick=True)
    assert (finding.code, finding.severity, finding.fixable) == ("sync_job_stuck", "warning", True)
    assert (finding.model, finding.pk) == ("openedx_catalog_sync.syncjob", stuck.pk)
    assert catalog.repair_findings() == 1
    stuck.refresh_from_db()
    assert (stuck.status, stuck.ended_at is None) == ("killed", False)
    assert "sync_job_stuck" not in dict(found())


def test_a_job_that_runs(lms):
    SyncLease.objects.create(source=lms, job=job(lms, "running"), until=timezone.now() + timedelta(minutes=1))
    assert (found(), catalog.repair_findings()) == ([], 0)


@pytest.mark.parametrize(("status", "command"), [("aborted", "sync_catalog lms"), ("killed", "sync_catalog lms --resume")])
def test_a_source_whose_last_job_failed(lms, status, command):
    job(lms, "ok")
    job(lms, status, message="Too much would vanish.")
    job(lms, "locked")
    (finding,) = catalog.diagnose()
    assert (finding.code, finding.severity, finding.remedy) == ("sync_source_failing", "warning", f"manage.py {command}")
    assert "Too much would vanish." in finding.message
    Source.objects.update(enabled=False)
    assert found() == []


def test_a_source_that_nothing_syncs(lms):
    api.update_source("lms", every_minutes=60)
    assert found() == []
    Source.objects.update(created=timezone.now() - LONG_AGO)
    assert found() == [("sync_source_overdue", "lms")]
    job(lms, "ok")
    assert found() == []
    SyncJob.objects.update(started_at=timezone.now() - LONG_AGO)
    assert found() == [("sync_source_overdue", "lms")]
    Source.objects.update(every_minutes=None)
    assert found() == []


def test_a_record_that_is_not_found_by_its_id(lms, remote, sync):
    remote.rows = [row("A"), row("B")]
    sync("lms")
    RunSource.objects.filter(external_id__contains="+A+").update(external_id_ci="x")
    (finding,) = catalog.diagnose()
    assert (finding.code, finding.fixable, found(quick=True)) == ("folded_text_wrong", True, [])
    assert (catalog.repair_findings(), found()) == (1, [])
    sync("lms")
    assert RunSource.objects.count() == 2
