"""Programs that follow a source while jobs are killed, and while others write the same ones: real processes."""

import re
import signal
from collections import Counter
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.programs.models_api import (
    CurriculumCourseMembership,
    DegreeCost,
    Program,
    ProgramCourseRunExclusion,
)
from openedx_catalog.contrib.sync import api
from openedx_catalog.contrib.sync.exceptions import InvalidSource
from openedx_catalog.contrib.sync.models_api import SourceRecord, SyncJob, SyncLease
from openedx_catalog.models_api import OutboxMessage
from tests.model.stored import empty_tables
from tests.processes.conftest import nursery, racers  # noqa: F401
from tests.processes.killed import Executioner, moments
from tests.thorough import sample

from . import working
from .discovery import Service, curriculum, degree, uuid_of
from .remote import Remote

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.newest]

POINTS = sample(6, 40)
ALSO = ["organizations", "courses", "programs"]


def service_of(remote):
    """Four courses with two runs each, two programs, one of them a degree, and a third one that has both."""
    found = Service(remote)
    for code in "ABCD":
        found.course(f"MITx+{code}", R1={"external_key": f"{code}-2026"}, R2={})
    found.program("Inner", "MITx+A", "MITx+B")
    found.program("Degree", "MITx+C", degree=degree(), curricula=[curriculum("Track", "MITx+A", "MITx+D", programs=["Inner"])])
    found.program("Gone", "MITx+D")
    found.serve()
    return found


def change(service):
    """A course leaves, one arrives, two change places; a run is left out; keys are swapped; a cost changes; one is gone."""
    service.programs["Inner"]["courses"] = ["MITx+B", "MITx+C"]
    service.programs["Inner"]["title"] = "Core"
    service.programs["Degree"]["degree"]["costs"][0]["amount"] = "$10,500"
    service.programs["Degree"]["curricula"][0] |= {"courses": ["MITx+D", "MITx+A"], "excluded": ["course-v1:MITx+A+R2"]}
    service.programs["Degree"]["excluded"] = ["course-v1:MITx+C+R2"]
    del service.programs["Gone"]
    service.program("New", "MITx+A", curricula=[curriculum("Other", "MITx+B")])
    service.courses["MITx+A"]["course-v1:MITx+A+R1"]["external_key"] = "B-2026"
    service.courses["MITx+B"]["course-v1:MITx+B+R1"]["external_key"] = "A-2026"
    service.serve()


def before(remote):
    """A catalog that was synced once, and a service that has changed since."""
    empty_tables()
    service = service_of(remote)
    source = {"base_url": remote.url, "create_missing": True, "per_minute": 6000, "also": ALSO, "retire_missing": True}
    api.create_source(name="discovery", kind="discovery", **source)
    assert api.sync_source("discovery").status == "ok"
    change(service)


def after():
    """What the syncs have left, but for ids, uuids and times: rows, every history row and why it was written, events."""
    courses = CurriculumCourseMembership.objects.values_list(
        "curriculum__program__title", "curriculum__name", "catalog_course__course_code", "position", "retired_at"
    )
    remembered = SourceRecord.objects.values_list("kind", "made", "missing_since")
    texts = [*catalog.get_course_runs([f"course-v1:MITx+{code}+R{number}" for code in "ABCD" for number in (1, 2)])]
    state = {
        "programs": Counter(Program.objects.values_list("title", "status")),
        "courses": Counter((*names, retired is None) for *names, retired in courses),
        "left out": Counter(ProgramCourseRunExclusion.objects.values_list("program__title", "run__course_key__text")),
        "costs": Counter((str(amount), end is None) for amount, end in DegreeCost.objects.values_list("amount", "retired_at")),
        "keys": programs.get_external_course_keys(texts),
        "remembered": Counter((kind, made, gone is None) for kind, made, gone in remembered),
        "events": Counter(OutboxMessage.objects.values_list("event_type", flat=True)),
    }
    for model in apps.get_models():
        if hasattr(model, "history") and "openedx_catalog" in model._meta.app_label:
            rows = model.history.values_list("history_type", "history_change_reason")
            state[model.__name__] = Counter((kind, re.sub(r"discovery:\d+", "discovery", why or "")) for kind, why in rows)
    job = SyncJob.objects.exclude(status="locked").latest("pk")
    return {**state, "job": (job.status, job.counts)}


def test_a_job_that_is_killed_anywhere_in_programs_goes_on_to_the_state_of_an_undisturbed_one(remote, nursery):  # noqa: F811
    before(remote)
    watch = Executioner("never")
    with connection.execute_wrapper(watch):
        assert api.sync_source("discovery").status == "partial"
    wanted, resumed = after(), 0
    for moment in moments(watch.count, POINTS, seed=15):
        before(remote)
        assert nursery.run(working.sync_until, moment) == -signal.SIGKILL, moment
        SyncLease.objects.update(until=timezone.now() - timedelta(seconds=1))
        try:
            api.sync_source("discovery", resume=True)
            resumed += 1
        except InvalidSource:
            # It had not begun, or had come to its end.
            api.sync_source("discovery")
        found = after()
        if found["job"][1] != wanted["job"][1]:
            # Killed after the last page: a sync that finds nothing to do counts otherwise.
            assert found["job"][0] in ("ok", "partial"), moment
            found["job"] = wanted["job"]
        assert found == wanted, moment
    assert resumed >= POINTS / 2


def test_two_syncs_and_two_editors_write_one_program_at_once(remote, racers):  # noqa: F811
    empty_tables()
    second = Remote()
    try:
        services = [service_of(each) for each in (remote, second)]
        for name, each in (("discovery", remote), ("second", second)):
            api.create_source(name=name, kind="discovery", base_url=each.url, create_missing=True, per_minute=6000, also=ALSO)
            assert api.sync_source(name).status == "ok"
        answers = racers.run(working.follow_at_once, uuid_of("Inner"))
        assert [set(told) - {"ok", "partial"} for told in answers] == [set()] * 4
        for service in services:
            service.serve()
        # Both have said the same all the time: what the editors have not decided is as they say.
        for name in ("discovery", "second"):
            assert api.sync_source(name).status in ("ok", "partial")
        written = Counter(row.history_type for row in Program.history.all())
        assert [api.sync_source(name).status for name in ("discovery", "second")] == ["ok", "ok"]
        assert Counter(row.history_type for row in Program.history.all()) == written
        assert list(catalog.diagnose()) == []
        assert programs.find_external_key_conflicts() == []
    finally:
        second.close()
