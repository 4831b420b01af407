"""
A platform that was written for openedx-core's catalog has handlers of its own: they do the same on ours, beside our receivers.

What they call, with which arguments, is the platform's; ADR 0021 says what its deletes mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from opaque_keys.edx.keys import CourseKey
from openedx.core.djangoapps.content.course_overviews.models import CourseOverview
from xmodule.modulestore.django import COURSE_DELETED, COURSE_PUBLISHED, delete, publish

from openedx_catalog import api as catalog_api
from openedx_catalog.exceptions import HasDependents
from openedx_catalog.models_api import CatalogCourse, CourseRun, InboxMessage, OutboxMessage
from test_project.satellite.models import Contract

pytestmark = pytest.mark.django_db(transaction=True)

FIRST = CourseKey.from_string("course-v1:MITx+14.100x+3T2017")
RERUN = CourseKey.from_string("course-v1:MITx+14.100x+1T2018")
JANUARY = datetime(2025, 1, 1, tzinfo=UTC)


def on_publish(sender: Any, course_key: CourseKey, **kwargs: Any) -> None:
    """As the platform does after it has loaded the overview."""
    overview = CourseOverview.objects.get(id=course_key)
    try:
        run = catalog_api.get_course_run(course_key)
    except CourseRun.DoesNotExist:
        catalog_api.create_course_run_for_modulestore_course_with(
            course_key=course_key, title=overview.display_name, language_short=overview.language
        )
        return
    if run.title != overview.display_name:
        catalog_api.sync_course_run_details(course_key, title=overview.display_name)
    course = run.catalog_course
    if course.runs.count() == 1 and course.language_short != overview.language:
        catalog_api.update_catalog_course(course, language_short=overview.language)


def on_delete(sender: Any, course_key: CourseKey, **kwargs: Any) -> None:
    """As the platform does after it has deleted the overview."""
    try:
        course = catalog_api.get_course_run(course_key).catalog_course
    except CourseRun.DoesNotExist:
        return
    catalog_api.delete_course_run(course_key)
    if not course.runs.exists():
        catalog_api.delete_catalog_course(course)


@pytest.fixture(autouse=True, params=["before ours", "after ours"])
def handlers(request: pytest.FixtureRequest) -> Iterator[None]:
    """The platform's handlers, called before our receivers or after them."""
    signals = ((COURSE_PUBLISHED, on_publish), (COURSE_DELETED, on_delete))
    before = [list(signal.receivers) for signal, _handler in signals]
    for signal, handler in signals:
        signal.connect(handler, weak=False)
        if request.param == "before ours":
            # The overview is loaded, or deleted, first of all.
            signal.receivers.insert(1, signal.receivers.pop())
            signal.sender_receivers_cache.clear()
    yield
    for (signal, _handler), receivers in zip(signals, before, strict=True):
        signal.receivers[:] = receivers
        signal.sender_receivers_cache.clear()


def published(key: CourseKey, day: int, title: str, language: str = "en") -> list[Any]:
    return publish(key, JANUARY + timedelta(days=day), display_name=title, language=language)


def catalog() -> list[tuple[str, str, str, str, str]]:
    runs = CourseRun.objects.with_course().order_by("key_ci")
    return [
        (
            str(run.course_key),
            run.title,
            run.catalog_course.key_str,
            run.catalog_course.title,
            run.catalog_course.language_short,
        )
        for run in runs
    ]


def test_publishing_creates_and_follows_and_deleting_deletes():
    course = "catalog-course:MITx:14.100x"
    assert published(FIRST, 1, "Microeconomics", "es") == []
    assert catalog() == [(str(FIRST), "Microeconomics", course, "Microeconomics", "es")]
    # A course with one run follows its language, and never its title.
    assert published(FIRST, 2, "Micro", "zh_HANS") == []
    assert catalog() == [(str(FIRST), "Micro", course, "Microeconomics", "zh_HANS")]
    assert published(RERUN, 3, "Micro again", "fr") == []
    assert published(FIRST, 4, "Micro", "de") == []
    assert catalog() == [
        (str(RERUN), "Micro again", course, "Microeconomics", "zh_HANS"),
        (str(FIRST), "Micro", course, "Microeconomics", "zh_HANS"),
    ]
    delete(RERUN)
    assert [row[0] for row in catalog()] == [str(FIRST)]
    delete(FIRST)
    assert (catalog(), CatalogCourse.objects.count()) == ([], 0)
    assert set(InboxMessage.objects.values_list("state", flat=True)) == {"done"}


def test_what_was_deleted_is_in_the_history_and_an_event():
    published(FIRST, 1, "Microeconomics")
    delete(FIRST)
    assert [row.history_type for row in CourseRun.history.all()] == ["-", "+"]
    events = [message.event_type.removeprefix("org.openedx.catalog.") for message in OutboxMessage.objects.order_by("pk")]
    assert events[-2:] == ["course_run.deleted.v1", "catalog_course.deleted.v1"]


def test_what_is_published_again_is_a_new_run():
    published(FIRST, 1, "Microeconomics")
    uuid = catalog_api.get_course_run(FIRST).uuid
    delete(FIRST)
    published(FIRST, 2, "Microeconomics")
    again = catalog_api.get_course_run(FIRST)
    assert (again.uuid != uuid, again.association, hasattr(again, "withdrawal")) == (True, "implicit", False)


def test_a_run_that_something_hangs_on_is_withdrawn_instead():
    published(FIRST, 1, "Microeconomics")
    Contract.objects.create(run=catalog_api.get_course_run(FIRST))
    answers = [answer for _receiver, answer in delete(FIRST) if answer]
    assert [type(answer) for answer in answers] == [HasDependents]
    run = catalog_api.get_course_run(FIRST)
    assert (run.withdrawal.source, run.catalog_course.runs.count()) == ("course_deleted", 1)
