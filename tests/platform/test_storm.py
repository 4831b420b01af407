"""Processes publish reruns of the same fifty courses: every publish succeeds, and each course is there once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import timezone

from openedx_catalog import api, messages
from openedx_catalog.models_api import CatalogCourse, CourseRun, InboxMessage
from tests.processes.conftest import Racers, racing_processes
from tests.thorough import sample

from . import storm

pytestmark = [pytest.mark.slow, pytest.mark.newest, pytest.mark.django_db(transaction=True)]

PROCESSES, ROUNDS, SEED = sample(4, 8), sample(1, 2), 20270131


@pytest.fixture
def publishers(django_db_setup: None) -> Iterator[Racers]:
    with racing_processes(PROCESSES) as found:
        yield found


def test_a_publish_storm_ends_in_one_course_each_and_reaches_no_caller(publishers: Racers):
    assert publishers.run(storm.publish_reruns, ROUNDS, SEED) == [[]] * PROCESSES
    # What collided ten times over is due again later.
    InboxMessage.objects.update(due_at=timezone.now())
    messages.process_due()
    assert set(InboxMessage.objects.values_list("state", flat=True)) == {"done"}
    assert CourseRun.objects.count() == PROCESSES * ROUNDS * storm.COURSES
    assert CatalogCourse.objects.count() == storm.COURSES
    assert list(api.diagnose()) == []
