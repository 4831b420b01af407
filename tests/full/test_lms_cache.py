"""With OPENEDX_CATALOG_FILL_LMS_CACHE the cache has every change of a program, and of its runs, after the commit."""

import logging
import os
import shutil
import socket
import subprocess
from contextlib import closing
from io import StringIO
from threading import Thread

import pytest
from django.conf import settings as configured
from django.contrib.sites.models import Site
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from openedx_catalog import api as catalog
from openedx_catalog.contrib.listings import api as listings
from openedx_catalog.contrib.pathways import api as pathways
from openedx_catalog.contrib.programs import api, handlers, lms, lms_cache
from openedx_catalog.contrib.sync import api as sync
from openedx_catalog.lib import dispatch
from tests.sync.remote import Remote

pytestmark = pytest.mark.django_db

KEY, OTHER = "course-v1:GTx+A+1", "course-v1:GTx+B+1"


@pytest.fixture(scope="module")
def memcached():
    """Where a memcached of our own answers."""
    if shutil.which("memcached") is None:
        if "memcached" in os.environ.get("CATALOG_REQUIRE", ""):
            pytest.fail("memcached is required, and is not installed")
        pytest.skip("memcached is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["memcached", "-l", "127.0.0.1", "-p", str(port), "-u", "nobody", "-vv"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert any("server listening" in line for line in server.stderr)
        rest = Thread(target=server.stderr.read)
        rest.start()
        yield f"127.0.0.1:{port}"
        server.kill()
        rest.join()


@pytest.fixture(autouse=True, params=["locmem", "memcached"])
def site(request, settings):
    if request.param == "memcached":
        backend = "django.core.cache.backends.memcached.PyMemcacheCache"
        location = request.getfixturevalue("memcached")
        settings.CACHES = {"default": {**configured.CACHES["default"], "BACKEND": backend, "LOCATION": location}}
    cache.clear()
    yield Site.objects.get_or_create(domain="lms.example.org", defaults={"name": "LMS"})[0]
    cache.clear()


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    """``commit(function, …)``: call it, and all that waits for the commit."""

    def call(function, *args, **kwargs):
        with django_capture_on_commit_callbacks(execute=True):
            return function(*args, **kwargs)

    return call


def test_what_learners_read_of_a_course_and_its_runs_is_in_the_cache_after_the_commit(commit, site):
    commit(catalog.associate_course_run, KEY)
    program = commit(api.create_program, title="MicroMasters", type="micromasters", status="active")
    commit(api.create_curriculum, program, name="Core", courses=["GTx+A"])

    def kept():
        [course] = cache.get(f"program-{program.uuid}")["courses"]
        return course.get("short_description"), course["course_runs"][0].get("weeks_to_complete")

    assert kept() == (None, None)
    commit(listings.set_course_listing, "GTx+A", live=True, short_description="Circuits", weeks=12)
    assert kept() == ("Circuits", 12)
    commit(listings.set_course_run_listing, KEY, weeks=6)
    assert kept() == ("Circuits", 6)
    commit(listings.set_course_listing, "GTx+A", visibility="hidden")
    assert kept() == (None, None)


def test_what_changes_is_in_the_cache_after_the_commit(commit, site):
    for key in (KEY, OTHER):
        commit(catalog.associate_course_run, key)
    program = commit(api.create_program, title="P", type="masters", status="active")
    assert cache.get("program-uuids-lms.example.org") == [str(program.uuid)]
    curriculum = commit(api.create_curriculum, program, name="Core", courses=["GTx+A"])
    assert cache.get(f"course-programs-{KEY}") == [str(program.uuid)]
    assert cache.get(f"program-{program.uuid}") == lms.get_programs(uuid=program.uuid)
    commit(catalog.associate_course_run, "course-v1:GTx+A+2")
    assert cache.get("course-programs-course-v1:GTx+A+2") == [str(program.uuid)]
    commit(catalog.update_course_run, KEY, title="Renamed")
    assert cache.get(f"program-{program.uuid}")["courses"][0]["course_runs"][0]["title"] == "Renamed"
    commit(catalog.move_course_run, KEY, "GTx+B", reason="r")
    assert cache.get(f"course-programs-{KEY}") is None
    commit(api.retire, curriculum)
    assert cache.get(f"program-{program.uuid}")["courses"] == []
    commit(api.delete_program, program)
    assert (cache.get(f"program-{program.uuid}"), cache.get("program-uuids-lms.example.org")) == (None, [])


def test_what_no_event_reports_is_there_too(commit, site):
    commit(catalog.associate_course_run, KEY)
    program = commit(api.create_program, title="P", type="masters", status="active", authoring_organizations=["GTx"])
    commit(api.create_curriculum, program, name="Core", courses=["GTx+A"])

    def entry():
        return cache.get(f"program-{program.uuid}")

    commit(api.set_external_course_key, KEY, "MATH")
    assert entry()["courses"][0]["course_runs"][0]["external_key"] == "MATH"
    commit(api.delete_external_course_key, KEY)
    assert entry()["courses"][0]["course_runs"][0]["external_key"] == ""
    commit(api.update_program_type, "masters", name="Master of Science")
    assert entry()["type"] == "Master of Science"
    assert cache.get(f"programs-by-type-{site.pk}-master of science") == [str(program.uuid)]
    commit(catalog.update_organization, catalog.find_organization_by_code("GTx"), name="Georgia Tech")
    assert entry()["authoring_organizations"][0]["name"] == "Georgia Tech"


def test_pathways_of_programs_are_there_too(commit, site):
    program = commit(api.create_program, title="P", type="masters", status="active")
    assert cache.get(f"program-{program.uuid}")["pathway_ids"] == []

    def kept(pathway):
        return cache.get(f"pathway-{pathway.pk}"), cache.get(f"program-{program.uuid}")["pathway_ids"]

    pathway = commit(pathways.create_program_pathway, name="ASU", programs=[program])
    assert (kept(pathway), cache.get("pathway-ids-lms.example.org")) == ((None, []), [])
    commit(pathways.update_program_pathway, pathway, status="published")
    assert kept(pathway) == (lms.get_pathways(site, pathway.pk), [pathway.pk])
    assert kept(pathway)[0]["program_uuids"] == [str(program.uuid)]
    assert cache.get("pathway-ids-lms.example.org") == [pathway.pk]
    commit(api.change_program_status, program, "unpublished")
    assert cache.get(f"pathway-{pathway.pk}")["program_uuids"] == []
    commit(api.change_program_status, program, "active")
    assert kept(pathway) == (lms.get_pathways(site, pathway.pk), [pathway.pk])
    commit(pathways.delete_program_pathway, pathway)
    assert (kept(pathway), cache.get("pathway-ids-lms.example.org")) == ((None, []), [])


def test_nothing_is_written_of_what_is_rolled_back(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks():
        program = api.create_program(title="P", type="masters", status="active")
    assert cache.get(f"program-{program.uuid}") is None


# What does not fit


@pytest.fixture
def large(commit, monkeypatch):
    """A program whose entry is larger than memcached takes, and that another client may refuse as well."""
    commit(catalog.associate_course_run, KEY)
    small = commit(api.create_program, title="Small", type="masters", status="active")
    large = commit(api.create_program, title="Large", type="masters", status="active")
    for program in (small, large):
        commit(api.create_curriculum, program, name="Core", courses=["GTx+A"])
    built = lms_cache.program_dicts

    def with_one_large(*args):
        for found in (programs := built(*args)):
            if found["title"] == "Large":
                found["subtitle"] = "x" * 2_000_000
        return programs

    monkeypatch.setattr(lms_cache, "program_dicts", with_one_large)
    return {"small": small, "large": large}


def test_an_entry_that_memcached_refuses_is_named_and_the_rest_is_written(request, large, site, caplog):
    if request.node.callspec.params["site"] == "locmem":
        pytest.skip("takes entries of any size")
    caplog.set_level(logging.CRITICAL)
    name = f"program-{large['large'].uuid}"
    cache.clear()
    with pytest.raises(SystemExit) as ended:
        call_command("fill_lms_programs_cache", stdout=StringIO(), stderr=(problems := StringIO()))
    assert (ended.value.code, name in problems.getvalue()) == (1, True)
    assert cache.get(f"program-{large['small'].uuid}")["title"] == "Small"
    assert len(cache.get(f"course-programs-{KEY}")) == 2
    assert cache.get(name) is None


def test_a_refresh_logs_what_is_refused_and_writes_the_rest(request, large, site, caplog):
    if request.node.callspec.params["site"] == "locmem":
        pytest.skip("takes entries of any size")
    cache.clear()
    lms_cache.refresh([str(program.uuid) for program in large.values()])
    assert f"program-{large['large'].uuid}" in caplog.records[-1].getMessage()
    assert cache.get(f"program-{large['small'].uuid}")["title"] == "Small"
    assert len(cache.get(f"course-programs-{KEY}")) == 2


# Many changes


@pytest.fixture
def refreshed(monkeypatch):
    """What was written anew: a list of sets of programs."""
    calls, refresh = [], lms_cache.refresh

    def note(uuids):
        calls.append(set(uuids))
        refresh(uuids)

    monkeypatch.setattr(lms_cache, "refresh", note)
    return calls


@pytest.mark.django_db(transaction=True)
def test_a_sync_costs_few_queries_more_and_refreshes_once_after_it(refreshed, monkeypatch, settings):
    """However many pages, and so transactions, it has."""
    settings.OPENEDX_CATALOG_SYNC_ALLOWED_PRIVATE_HOSTS = ["127.0.0.1"]
    with closing(Remote()) as remote:
        values = {"base_url": remote.url, "create_missing": True, "per_minute": 6000, "also": ["programs"]}
        sync.create_source(name="discovery", kind="discovery", **values)

        def listed(title):
            remote.rows = [{"key": f"course-v1:GTx+C{number}+1", "title": f"{title} {number}"} for number in range(10)]
            each = {"type": "XSeries", "status": "active", "hidden": False, "subtitle": title, "marketing_slug": None}
            programs = [
                {"uuid": f"927093e3-46ba-4f44-a861-0f8c7aec{number:04}", "title": f"P{number}", **each,
                 "authoring_organizations": [], "courses": [{"key": f"GTx+C{number}"}]}
                for number in range(10)
            ]  # fmt: skip
            remote.pages["/api/v1/programs/"] = {"count": 10, "next": None, "results": programs}

        def costs():
            with CaptureQueriesContext(connection) as log:
                assert sync.sync_source("discovery").status == "ok"
            return len(log)

        listed("First")
        costs()
        refreshed.clear()
        listed("Second")
        costs()
        assert [len(programs) for programs in refreshed] == [10]
        titles = {run["title"] for each in lms.get_programs(site=1) for run in each["courses"][0]["course_runs"]}
        assert titles == {f"Second {number}" for number in range(10)}
        stored = [cache.get(f"program-{each['uuid']}") for each in lms.get_programs(site=1)]
        assert stored == lms.get_programs(site=1)
        # Without the refresh itself: as if nothing were filled, but for asking which programs they are.
        monkeypatch.setattr(lms_cache, "refresh", lambda uuids: None)
        listed("Third")
        filled = costs()
        monkeypatch.setattr(handlers.dispatch, "coalesce", lambda work, items: None)
        listed("Fourth")
        # Eight are two looks at subscriptions, in which nobody takes part.
        assert filled - costs() <= 5 + 8


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_bulk_call_of_many_batches_costs_one_refresh(refreshed):
    records = [catalog.AssociationRecord(f"course-v1:GTx+A+{number}", title="T") for number in range(10)]
    catalog.associate_course_runs(records[:1])
    kind = api.create_program_type(name="Another")
    program = api.create_program(title="P", type=kind, status="active")
    api.create_curriculum(program, name="Core", courses=["GTx+A"])
    refreshed.clear()
    catalog.associate_course_runs(records, batch_size=2)

    assert refreshed == [{str(program.uuid)}]


def test_ten_runs_cost_one_refresh(commit, refreshed):
    for number in range(10):
        catalog.associate_course_run(f"course-v1:GTx+A+{number}")
    program = api.create_program(title="P", type="masters", status="active")
    api.create_curriculum(program, name="Core", courses=["GTx+A"])

    def change():
        with dispatch.coalescing():
            for number in range(10):
                commit(catalog.update_course_run, f"course-v1:GTx+A+{number}", title=f"New {number}")
            assert refreshed == []

    refreshed.clear()
    change()
    assert refreshed == [{str(program.uuid)}]
