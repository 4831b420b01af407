"""With OPENEDX_CATALOG_FILL_LMS_CACHE the cache has every change of a program, and of its runs, after the commit."""

import os
import shutil
import socket
import subprocess
from threading import Thread

import pytest
from django.conf import settings as configured
from django.contrib.sites.models import Site
from django.core.cache import cache

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api, lms

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
    yield Site.objects.create(domain="lms.example.org", name="LMS")
    cache.clear()


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    """``commit(function, …)``: call it, and all that waits for the commit."""

    def call(function, *args, **kwargs):
        with django_capture_on_commit_callbacks(execute=True):
            return function(*args, **kwargs)

    return call


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


def test_nothing_is_written_of_what_is_rolled_back(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks():
        program = api.create_program(title="P", type="masters", status="active")
    assert cache.get(f"program-{program.uuid}") is None
