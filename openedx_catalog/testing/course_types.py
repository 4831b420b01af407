"""Factories for course types and who has them, as `factories`; for hosts with openedx_catalog.contrib.course_types."""

from __future__ import annotations

from typing import Any

import factory

from ..contrib.course_types import api
from ..contrib.course_types.models_api import (
    CourseRunType,
    CourseRunTyping,
    CourseType,
    CourseTyping,
    Mode,
    SeatType,
    Track,
)
from ..models_api import CatalogCourse, CourseRun
from .factories import ApiFactory, CatalogCourseFactory, CourseRunFactory


class ModeFactory(ApiFactory):
    """A mode, beside those that are there."""

    class Meta:
        model = Mode

    create_row = staticmethod(api.create_mode)
    name = factory.Sequence(lambda n: f"Mode {n}")


class SeatTypeFactory(ApiFactory):
    """A seat type, beside those that are there."""

    class Meta:
        model = SeatType

    create_row = staticmethod(api.create_seat_type)
    name = factory.Sequence(lambda n: f"Seat type {n}")


class CourseRunTypeFactory(ApiFactory):
    """A type of runs with a new track, or with ``tracks=``: pairs of a mode and a seat type, or None."""

    class Meta:
        model = CourseRunType

    create_row = staticmethod(api.create_course_run_type)
    name = factory.Sequence(lambda n: f"Course run type {n}")
    tracks = factory.LazyFunction(lambda: [(ModeFactory(), SeatTypeFactory())])


class TrackFactory(ApiFactory):
    """A new mode, or ``mode=``, and a new seat type, or ``seat_type=``. Tracks come with a run type, which is made, too."""

    class Meta:
        model = Track

    mode = factory.SubFactory(ModeFactory)
    seat_type = factory.SubFactory(SeatTypeFactory)

    @staticmethod
    def create_row(*, mode: Mode | str, seat_type: SeatType | str | None) -> Track:
        made: Any = CourseRunTypeFactory(tracks=[(mode, seat_type)])
        return made.tracks.get()


class CourseTypeFactory(ApiFactory):
    """A type of courses with a new run type, or with ``course_run_types=``, objects or slugs."""

    class Meta:
        model = CourseType

    create_row = staticmethod(api.create_course_type)
    name = factory.Sequence(lambda n: f"Course type {n}")
    course_run_types = factory.LazyFunction(lambda: [CourseRunTypeFactory()])


class CourseTypingFactory(ApiFactory):
    """A new course, or ``catalog_course=``, has a new type, or ``course_type=``, an object or a slug."""

    class Meta:
        model = CourseTyping

    catalog_course = factory.SubFactory(CatalogCourseFactory)
    course_type = factory.SubFactory(CourseTypeFactory)

    @staticmethod
    def create_row(*, catalog_course: CatalogCourse, course_type: CourseType | str, **provenance: str) -> CourseTyping:
        api.set_course_type(catalog_course, course_type, **provenance)
        return CourseTyping.objects.get(catalog_course=catalog_course)


class CourseRunTypingFactory(ApiFactory):
    """A new run, or ``run=``, has a new type, or ``course_run_type=``, an object or a slug."""

    class Meta:
        model = CourseRunTyping

    run = factory.SubFactory(CourseRunFactory)
    course_run_type = factory.SubFactory(CourseRunTypeFactory)

    @staticmethod
    def create_row(*, run: CourseRun, course_run_type: CourseRunType | str, **values: Any) -> CourseRunTyping:
        api.set_course_run_type(str(run.course_key), course_run_type, **values)
        return CourseRunTyping.objects.get(run=run)
