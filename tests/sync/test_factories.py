"""The factories: what they make is what the API makes, and each makes what it needs."""

import pytest

from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.sync import api as sync
from openedx_catalog.testing import programs as of_programs
from openedx_catalog.testing import sync as of_sync
from openedx_catalog.testing.factories import ApiFactory, CatalogCourseFactory, CourseRunFactory

pytestmark = [pytest.mark.django_db, pytest.mark.newest, pytest.mark.any_database]

FACTORIES = [
    found
    for module in (of_programs, of_sync)
    for found in vars(module).values()
    if isinstance(found, type) and issubclass(found, ApiFactory) and found.__module__ == module.__name__
]


@pytest.mark.parametrize("factory", FACTORIES, ids=lambda factory: factory.__name__)
def test_each_makes_one_row_after_another_with_all_it_needs_and_its_history(factory):
    first, second = factory(), factory()
    assert type(first) is factory._meta.model
    assert first.pk != second.pk
    assert first.history.get().history_type == "+"


def test_they_are_put_together():
    course = CatalogCourseFactory(course_code="A")
    run = CourseRunFactory(catalog_course=course)
    curriculum = of_programs.CurriculumFactory(program__title="Analytics", courses=[course])
    of_programs.ExternalCourseKeyFactory(run=run, key="MATH 1")
    assert programs.resolve_run(curriculum.program, "MATH 1") == run
    assert sync.get_source(of_sync.SourceFactory(name="sheet").name).kind == "file"


def test_a_run_of_a_given_key_stands_where_that_leads():
    run = CourseRunFactory(course_key="course-v1:MITx+14.100x+3T2017")
    assert (run.catalog_course.key_str, run.association) == ("catalog-course:MITx:14.100x", "implicit")
    course = CatalogCourseFactory(course_code="Other")
    moved = CourseRunFactory(course_key="course-v1:MITx+14.100x+1T2018", catalog_course=course)
    assert (moved.catalog_course, moved.association) == (course, "explicit")
