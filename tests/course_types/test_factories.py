"""The factories of course types make what they say, and what it needs; the app is not removed with its rows."""

import pytest

from openedx_catalog.contrib.course_types import api
from openedx_catalog.testing.contracts import InstalledAppContract
from openedx_catalog.testing.course_types import (
    CourseRunTypeFactory,
    CourseRunTypingFactory,
    CourseTypeFactory,
    CourseTypingFactory,
    TrackFactory,
)

pytestmark = pytest.mark.any_database


@pytest.mark.django_db
def test_a_course_and_its_run_have_types_of_their_own():
    run_type = CourseRunTypeFactory(name="Guests")
    typing = CourseTypingFactory(course_type=CourseTypeFactory(course_run_types=[run_type]))
    of_run = CourseRunTypingFactory(run__catalog_course=typing.catalog_course, course_run_type="guests", reason="test")
    assert api.find_course_type_of(typing.catalog_course) == typing.course_type
    assert api.find_course_run_type_of(of_run.run.course_key) == run_type
    assert of_run.history.get().history_change_reason == "api: test"


@pytest.mark.django_db
def test_a_track_is_one_of_a_type_of_runs():
    track = TrackFactory(mode="honor", seat_type=None)
    assert (track.mode.slug, track.seat_type) == ("honor", None)
    assert TrackFactory().course_run_types.get().tracks.count() == 1


class TestCourseTypes(InstalledAppContract):
    factory = CourseTypingFactory
