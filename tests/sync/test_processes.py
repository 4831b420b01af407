"""Jobs that are killed, that meet each other, and that meet whoever else changes a run: real processes (Y12, Y13, Y14)."""

import re
import signal
from collections import Counter
from datetime import timedelta
from itertools import pairwise
from threading import Event

import pytest
from django.db import connection
from django.utils import timezone

from openedx_catalog import api as catalog
from openedx_catalog.contrib.sync import api
from openedx_catalog.contrib.sync.exceptions import InvalidSource
from openedx_catalog.contrib.sync.models_api import PinnedField, RunSource, Source, SyncJob, SyncLease
from openedx_catalog.models_api import CourseRun
from tests.processes.conftest import nursery, racers  # noqa: F401
from tests.processes.killed import Executioner, moments
from tests.processes.state import catalog_state, empty_catalog

from . import working
from .conftest import counts, rows

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.newest]

POINTS = 12


def empty():
    """Nothing is left of the test before."""
    Source.objects.all().delete()
    PinnedField.objects.all().delete()
    empty_catalog()


def listed(count, changed=()):
    """Runs as discovery lists them, with the time at which each was changed."""
    return [
        {
            "key": f"course-v1:MITx+C{number // 3}+{number}",
            "title": f"{'New' if number in changed else 'Old'} {number}",
            "start": "2027-01-01T00:00:00Z",
            "modified": f"2026-0{2 if number in changed else 1}-01T00:00:00Z",
        }
        for number in range(count)
    ]


def before(remote):
    """A catalog that was synced once."""
    empty()
    api.create_source(name="discovery", kind="discovery", base_url=remote.url, create_missing=True, per_minute=6000)
    remote.rows = listed(230)
    api.sync_source("discovery")
    # What the next sync will find: 40 changed, 20 new, 4 gone.
    remote.rows = [row for number, row in enumerate(listed(250, range(0, 160, 4))) if number not in (3, 7, 111, 222)]


def after():
    """Everything that the syncs have left, but for ids and the times of writing."""
    state = {name: Counter(re.sub(r"discovery:\d+", "discovery", str(row)) for row in found.elements()) for name, found in
             catalog_state().items()}  # fmt: skip
    sources = RunSource.objects.values_list("external_id", "run__course_key__text", "missing_since")
    state["sources"] = Counter((name, key, since is not None) for name, key, since in sources)
    job = SyncJob.objects.exclude(status="locked").latest("pk")
    return {**state, "job": (job.status, job.counts, job.outcomes.count(), sum(page.records for page in job.pages.all()))}


def test_y12_a_job_that_is_killed_anywhere_goes_on_to_the_state_of_an_undisturbed_one(remote, nursery):  # noqa: F811
    before(remote)
    watch = Executioner("never")
    with connection.execute_wrapper(watch):
        report = api.sync_source("discovery")
    assert (report.status, counts(report)) == ("partial", {"created": 20, "updated": 40, "unchanged": 186, "missing": 4})
    wanted, ended = after(), Counter()
    for moment in moments(watch.count, POINTS, seed=6):
        before(remote)
        assert nursery.run(working.sync_until, moment) == -signal.SIGKILL, moment
        # The dead job is in the way until its lease is over.
        if SyncLease.objects.filter(until__gt=timezone.now()).exists():
            assert api.sync_source("discovery").status == "locked"
            SyncLease.objects.update(until=timezone.now() - timedelta(seconds=1))
        try:
            resumed = api.sync_source("discovery", resume=True)
        except InvalidSource:
            # It had not begun, or had come to its end.
            resumed = api.sync_source("discovery")
            ended["again"] += 1
        else:
            ended["resumed"] += 1
        assert resumed.status in ("partial", "ok"), moment
        found = after()
        if resumed.counts != report.counts:
            # Killed after the last page: a sync that finds nothing to do writes down what was left.
            assert counts(resumed) == {"unchanged": 246}, moment
            found["job"] = wanted["job"]
        assert found == wanted, moment
    assert ended["resumed"] >= POINTS / 2


def test_y13_of_four_jobs_one_runs_and_the_others_end_locked(remote, racers):  # noqa: F811
    empty()
    api.create_source(name="lms", kind="lms", base_url=remote.url, create_missing=True, per_minute=6000)
    remote.rows = rows(50)

    def once_the_others_have_ended(handler):
        """The job that runs gets its answer when the three others have ended: they do not wait for it."""
        while SyncJob.objects.filter(status="locked", ended_at__isnull=False).count() < 3:
            if Event().wait(0.02):
                break
        connection.close()
        handler.send_json(remote.listed(1))

    remote.faults[1] = [once_the_others_have_ended]
    assert Counter(racers.run(working.sync_at_once)) == {"ok": 1, "locked": 3}
    assert (CourseRun.objects.count(), len(remote.asked)) == (50, 1)


def test_a_lease_that_is_over_is_taken_and_the_job_that_had_it_is_called_killed(remote, lms, sync):
    remote.rows = rows(3)
    job = SyncJob.objects.create(source=lms, status="running")
    SyncLease.objects.create(source=lms, job=job, until=timezone.now() - timedelta(seconds=1), token="x")
    assert sync("lms").status == "ok"
    job.refresh_from_db()
    assert (job.status, "lease" in job.message) == ("killed", True)


def test_a_job_that_lost_its_lease_writes_nothing_more(remote, lms, sync, settings):
    remote.rows = rows(250)
    settings.OPENEDX_CATALOG_SYNC_LEASE_SECONDS = 0

    def take_over(handler):
        SyncLease.objects.update(token="another")
        connection.close()
        handler.send_json(remote.listed(1))

    remote.faults[1] = [take_over]
    report = sync("lms")
    assert (report.status, "taken over" in report.message) == ("aborted", True)
    assert not CourseRun.objects.exists()


def test_each_request_is_a_sign_of_life_and_asks_whether_the_lease_is_still_ours(remote, lms, sync, settings):
    """A page whose details are read one by one may take longer than a lease."""
    settings.OPENEDX_CATALOG_SYNC_LEASE_SECONDS = 0
    api.update_source("lms", field_map={"title": "name", "end": "certificate_available_date"})
    remote.rows = rows(2)

    def take_over(handler):
        SyncLease.objects.update(token="another")
        connection.close()
        handler.send_json({**remote.rows[0], "certificate_available_date": None})

    remote.faults["/api/courses/v1/courses/course-v1%3AMITx%2BC00000%2B1"] = [take_over]
    report = sync("lms")
    assert (report.status, "taken over" in report.message, len(remote.asked)) == ("aborted", True, 2)


def test_22_a_crash_between_two_pages_leaves_whole_pages_and_a_job_that_can_be_resumed(remote, lms, sync):
    remote.rows = rows(250)
    pages = iter(range(10))

    def fail(execute, sql, params, many, context):
        if sql.startswith("INSERT") and "syncpage" in sql and next(pages) == 1:
            raise RuntimeError("the disk is full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(fail), pytest.raises(RuntimeError):
        sync("lms")
    job = SyncJob.objects.get()
    assert (job.status, job.message, job.counts["created"]) == ("aborted", "RuntimeError: the disk is full", 100)
    assert CourseRun.objects.count() == CourseRun.history.count() == RunSource.objects.count() == 100
    resumed = sync("lms", resume=True)
    assert (resumed.job, counts(resumed), resumed.status) == (job.pk, {"created": 250}, "ok")


def test_y14_a_sync_the_events_and_an_editor_change_one_run_at_once(remote, racers):  # noqa: F811
    empty()
    api.create_source(name="discovery", kind="discovery", base_url=remote.url, create_missing=True, per_minute=6000)
    catalog.associate_course_run(working.KEY, title="Old")
    api.pin_field(working.KEY, "end", reason="The registrar's")
    asked = iter(range(10**6))

    def ever_newer(handler):
        number = next(asked)
        at = (working.BEGIN + timedelta(days=2 * number)).isoformat()
        row = {"key": working.KEY, "title": f"Sync {number}", "start": at, "end": at, "modified": at}
        handler.send_json({"count": 1, "next": None, "results": [row]})

    remote.faults[1] = ever_newer
    assert set(racers.run(working.change_at_once)) == {"done"}
    run = catalog.get_course_run(working.KEY)
    history = list(run.history.order_by("history_id").values_list("history_change_reason", "title", "source_time"))
    schedule = list(run.schedule.history.order_by("history_id").values_list("history_change_reason", "end", "start"))
    reasons = {reason.partition(":")[0] for reason, *_rest in history + schedule}
    assert reasons >= {"sync", "event", "admin"}
    # Older never overwrites newer.
    times = [time for _reason, _title, time in history if time is not None]
    assert all(one <= other for one, other in pairwise(times))
    assert (run.title, run.source_time) == history[-1][1:]
    # What is pinned is the editor's, whatever the source says.
    assert run.schedule.end == working.BEGIN + timedelta(days=9000 + working.ROUNDS - 1)
    assert all(reason.startswith("admin") for (_r, end, _s), (reason, other, _t) in pairwise(schedule) if end != other)
