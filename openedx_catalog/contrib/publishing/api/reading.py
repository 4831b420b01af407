"""What would be published of courses and runs, by the names of their values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from openedx_catalog.api.for_contrib import CourseName, course_named
from openedx_catalog.models_api import CatalogCourse, CourseRun

from ..models import CourseRunWorkingCopy, CourseWorkingCopy
from . import _values

Values = _values.Values


def values_of_course(catalog_course: CourseName) -> Values:
    """
    What publishing would write of a course, by the names of `fields.COURSE`, as `Difference` has them: of its working copy, and
    where that has nothing of its own, or there is none, what learners read. At most seven queries, and those of the course.

    Raises CatalogCourse.DoesNotExist, InvalidCatalogKey, InvalidRequest.
    """
    course = course_named(catalog_course)
    return values_of_courses([course])[course.pk]


def values_of_courses(courses: Iterable[CatalogCourse], *, editable: bool = True) -> dict[int, Values]:
    """The same for all of these, by their ids; unless they are `editable`, what learners read. At most seven queries."""
    official = _values.of_courses(courses)
    copies = CourseWorkingCopy.objects.select_related("level").filter(catalog_course__in=list(official))
    return _followed(official, copies, "catalog_course_id") if editable else official


def values_of_run(run: CourseRun) -> Values:
    """The same of a run, by the names of `fields.RUN`. Two queries, and one where its schedule is not joined."""
    return values_of_runs([run])[run.pk]


def values_of_runs(runs: Iterable[CourseRun], *, editable: bool = True) -> dict[int, Values]:
    """The same for all of these, as `values_of_courses`. Two queries, and one for each schedule that is not joined."""
    official = _values.of_runs(runs)
    copies = CourseRunWorkingCopy.objects.filter(run__in=list(official))
    return _followed(official, copies, "run_id") if editable else official


def _followed(official: dict[int, Values], copies: Iterable[Any], of: str) -> dict[int, Values]:
    rows = list(copies)
    for copy, copied in zip(rows, _values.of_copies(rows).values(), strict=True):
        pk = getattr(copy, of)
        official[pk] = copied | _values.outdated(copy, copied, official[pk])
    return official
