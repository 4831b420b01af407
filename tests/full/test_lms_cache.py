"""With OPENEDX_CATALOG_FILL_LMS_CACHE the cache has every change of a program, and of its runs, after the commit."""

import pytest
from django.contrib.sites.models import Site
from django.core.cache import cache

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api, lms

pytestmark = [pytest.mark.django_db, pytest.mark.every_cell]

KEY, OTHER = "course-v1:GTx+A+1", "course-v1:GTx+B+1"


@pytest.fixture(autouse=True)
def site():
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


def test_nothing_is_written_of_what_is_rolled_back(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks():
        program = api.create_program(title="P", type="masters", status="active")
    assert cache.get(f"program-{program.uuid}") is None
