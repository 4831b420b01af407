"""Rows of other programs whose keys we refuse, or whose identity is not filled yet, stand in nobody's way."""

import pytest

from openedx_catalog import api
from openedx_catalog.exceptions import CourseCodeHasRuns
from openedx_catalog.models_api import CatalogCourse, CourseRun
from openedx_catalog.testing import CatalogCourseFactory, CourseRunFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

REFUSED = ["library-v1:MITx+101", f"course-v1:MITx+101+1{'x' * 200}"]


@pytest.fixture(params=REFUSED)
def course(request):
    """One that was called 101, with one run of another program."""
    course = api.create_catalog_course(org_code="MITx", course_code="101", title="Real")
    run = CourseRunFactory(course_key="course-v1:Another+One+1", catalog_course=course)
    with_key = CourseRun.objects.filter(pk=run.pk)
    # The check of the run's code asks for a part of the key.
    with_key.update(key_ci=None, uuid=None, run_code="1", course_key=request.param, association="implicit")
    return api.rename_catalog_course(course, course_code="102", reason="renumbered")


def test_a_code_is_released(course):
    api.release_course_code(course, "101", reason="for a new one")
    assert api.find_catalog_course(key_str="MITx+101") is None


def test_codes_are_swapped(course):
    other = api.create_catalog_course(org_code="MITx", course_code="201")
    assert [found.course_code for found in api.swap_course_codes(course, other, reason="r")] == ["201", "102"]


def test_a_merge_is_undone(course):
    merged = course.uuid
    api.merge_catalog_courses(course, into=api.create_catalog_course(org_code="MITx", course_code="201"), reason="r")
    restored = api.unmerge_catalog_courses(merged, reason="r").course
    assert CourseRun.objects.get().catalog_course == restored


def test_a_former_name_of_an_organization_is_released(course):
    api.update_organization("MITx", short_name="MITxT")
    assert api.release_organization_name("MITx", reason="r").short_name == "MITxT"


@pytest.mark.parametrize("key", ["course-v1:ÉNA+Ü1+1T2027", "course-v1:éna+ü1+1t2027"])
def test_a_key_is_not_proposed_that_an_unfilled_row_has_in_whatever_case(key):
    course = CatalogCourseFactory(org__short_name="ÉNA", course_code="Ü1")
    run = CourseRunFactory(course_key=key, catalog_course=course)
    CourseRun.objects.filter(pk=run.pk).update(key_ci=None, uuid=None)
    assert api.next_run_key(course, term="1T2027") == "course-v1:ÉNA+Ü1+1T2027a"


def test_a_run_that_another_program_wrote_again_is_no_twin_when_it_is_restored():
    key = "course-v1:MITx+101+1"
    api.associate_course_run(key, title="T")
    api.delete_course_run(key, for_good=True)
    CourseRun.objects.bulk_create(
        [CourseRun(course_key=key, catalog_course=CatalogCourse.objects.get(), title="T", run_code="1")]
    )
    CourseRun.objects.update(key_ci=None, uuid=None)
    restored = api.restore_deleted_course_run(key, reason="it runs after all")
    assert CourseRun.objects.get() == restored
    assert restored.key_ci
    assert restored.uuid


def test_an_explicit_run_of_a_course_without_uuid_is_restored_under_that_course():
    course, key = api.create_catalog_course(org_code="X", course_code="Y"), "course-v1:MITx+101+1"
    api.associate_course_run("course-v1:MITx+101+2")
    api.associate_course_run(key, catalog_course=course)
    CatalogCourse.objects.filter(pk=course.pk).update(uuid=None)
    api.delete_course_run(key, for_good=True)
    assert api.restore_deleted_course_run(key, reason="r").catalog_course == course


def test_implicit_runs_still_stand_in_the_way(course):
    api.associate_course_run("course-v1:MITx+101+2")
    with pytest.raises(CourseCodeHasRuns):
        api.release_course_code(course, "101", reason="r")
