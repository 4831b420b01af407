"""Syncs in a real browser: look first, then do it; and pages that follow a running job."""

import threading
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from openedx_catalog import api
from openedx_catalog.contrib.sync import api as sync
from openedx_catalog.contrib.sync.models_api import SyncJob, SyncLease
from tests.sync.conftest import FakeClock, row
from tests.sync.remote import Remote

pytestmark = pytest.mark.newest

KEY = "course-v1:MITx+PREVIEWED+1"
JOBS = "/admin/openedx_catalog_sync/syncjob"


@pytest.fixture
def source(site, monkeypatch):
    """A source whose only run has another title by now, on a clock on which nobody waits."""
    monkeypatch.setattr("openedx_catalog.contrib.sync.client.Clock", FakeClock)
    remote = Remote()
    found = sync.create_source(name="walked", kind="lms", base_url=remote.url, create_missing=True, per_minute=6000)
    remote.rows = [row("PREVIEWED", name="As it was")]
    sync.sync_source(found)
    remote.rows[0]["name"] = "As it is now"
    yield found
    remote.close()
    sync.delete_source(found)


def wait_for_sync():
    """The server is in this process, and runs syncs in threads of it."""
    for thread in threading.enumerate():
        if thread.name.startswith("sync "):
            thread.join()


def test_preview_a_sync_and_then_do_it(operator, site, source, look):
    operator.goto(f"{site}/admin/openedx_catalog_sync/source/{source.pk}/change/")
    operator.get_by_role("link", name="Preview", exact=True).click()
    operator.get_by_label("Reason").fill("To look first")
    operator.get_by_role("button", name="Preview", exact=True).click()
    expect(operator.get_by_text("The preview of walked has been started.")).to_be_visible()
    wait_for_sync()
    operator.reload()
    operator.get_by_role("row", name="Preview, nothing written").get_by_role("link").first.click()
    expect(operator.get_by_text("This is a preview: nothing was written to the catalog.")).to_be_visible()
    record = operator.get_by_role("row", name=KEY)
    expect(record).to_contain_text("title: As it was → As it is now")
    expect(record.get_by_role("link", name=KEY)).to_be_visible()
    look(operator, "preview")
    assert api.get_course_run(KEY).title == "As it was"
    operator.get_by_role("button", name="Sync now").click()
    expect(operator.get_by_text("The sync of walked has been started.")).to_be_visible()
    wait_for_sync()
    assert api.get_course_run(KEY).title == "As it is now"


def test_pages_of_a_running_job_load_themselves_again_until_somebody_pauses_that(operator, site, source, look):
    job = SyncJob.objects.create(source=source, total=400)
    SyncLease.objects.filter(source=source).update(job=job, until=timezone.now() + timedelta(minutes=10))
    operator.clock.install()
    for page in (f"{JOBS}/", f"{JOBS}/{job.pk}/change/"):
        operator.goto(site + page)
        look(operator, "refreshed")
        with operator.expect_navigation():
            operator.clock.run_for(6000)
        operator.get_by_role("button", name="Pause").click()
        operator.evaluate("document.title = 'as it was'")
        operator.clock.run_for(60_000)
        expect(operator).to_have_title("as it was")
        operator.get_by_role("button", name="Refresh this page by itself").click()
    SyncLease.objects.filter(source=source).update(job=None, until=None)
    operator.reload()
    expect(operator.get_by_text("Its process is gone")).to_be_visible()
    expect(operator.get_by_role("button", name="Pause")).to_have_count(0)
