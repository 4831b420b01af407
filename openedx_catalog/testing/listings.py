"""Factories for listings, as `factories`; for hosts with openedx_catalog.contrib.listings."""

from __future__ import annotations

from typing import Any

import factory

from ..contrib.listings import api
from ..contrib.listings.models_api import CourseListing, CourseRunListing, Level, Subject
from .factories import ApiFactory, CatalogCourseFactory, CourseRunFactory


class SubjectFactory(ApiFactory):
    """A subject."""

    class Meta:
        model = Subject

    create_row = staticmethod(api.create_subject)
    name = factory.Sequence(lambda n: f"Subject {n}")


class LevelFactory(ApiFactory):
    """A level."""

    class Meta:
        model = Level

    create_row = staticmethod(api.create_level)
    name = factory.Sequence(lambda n: f"Level {n}")


def _list_course(*, catalog_course: Any, **values: Any) -> CourseListing:
    return api.set_course_listing(catalog_course, **values)


class CourseListingFactory(ApiFactory):
    """The page of a course, which learners see, unless ``live=False`` or ``visibility=``."""

    class Meta:
        model = CourseListing

    create_row = staticmethod(_list_course)
    catalog_course = factory.SubFactory(CatalogCourseFactory)
    short_description = "What it is about."
    live = True


def _list_run(*, run: Any, **values: Any) -> CourseRunListing:
    return api.set_course_run_listing(str(run.course_key), **values)


class CourseRunListingFactory(ApiFactory):
    """What learners read of a run beside what they read of its course."""

    class Meta:
        model = CourseRunListing

    create_row = staticmethod(_list_run)
    run = factory.SubFactory(CourseRunFactory)
    weeks = 6
