"""Several writers bring a course its first title at once: one of them wins, and no run is left with the code."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from openedx_catalog import api
from openedx_catalog.models_api import CatalogCourse, CourseRun

WRITERS = 6


def write(number):
    try:
        title = f"Title {number}" if number % 2 else None
        api.associate_course_run(f"course-v1:A+B+{number}", title=title, language_short="fil")
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_writers_that_meet_at_a_course_without_a_title():
    for _round in range(5):
        api.associate_course_run("course-v1:A+B+first")
        with ThreadPoolExecutor(WRITERS) as pool:
            list(pool.map(write, range(WRITERS)))
        course = CatalogCourse.objects.get()
        assert (course.title[:5], course.language) == ("Title", "fil")
        untitled = CourseRun.objects.filter(run_code__in=["first", *map(str, range(0, WRITERS, 2))])
        assert set(untitled.values_list("title", flat=True)) == {course.title}
        assert course.history.filter(title=course.title).exists()
        CourseRun.objects.all().delete()
        course.delete()
