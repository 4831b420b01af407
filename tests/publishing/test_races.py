"""Two publishers, an editor and a learner at once, and a publisher who is killed: learners see the old or the new."""

from __future__ import annotations

import signal

import pytest

from openedx_catalog.contrib.listings.models_api import CourseListing
from openedx_catalog.contrib.publishing import api
from openedx_catalog.contrib.publishing.models_api import CourseRunWorkingCopy, CourseWorkingCopy
from tests.processes.conftest import nursery, racing_processes  # noqa: F401
from tests.processes.killed import moments

from . import racing

pytestmark = [pytest.mark.slow, pytest.mark.newest, pytest.mark.django_db(transaction=True)]
POINTS, SEED = 12, 20270131


def alike(found):
    """Whether all that is seen of course and run is of one change."""
    weeks, least, most, of_run, year = found
    return weeks == least == most == of_run and year == (None if weeks == 1 else 2000 + weeks)


def test_two_publishers_and_an_editor_leave_nothing_half_published(transactional_db):
    racing.prepare()
    with racing_processes(4) as found:
        *_published, _edited, seen = found.run(racing.take_part)
    assert not [each for each in seen if not alike(each)]
    api.perform(racing.COURSE, "publish")
    assert racing.seen() == (27, 27, 27, 27, 2027)
    history = CourseListing.history.values_list("weeks", "min_effort", "max_effort")
    assert all(weeks == least == most for weeks, least, most in history)
    assert not CourseWorkingCopy.objects.exists()


def test_a_publisher_who_is_killed_leaves_the_old_or_the_new(nursery, transactional_db):  # noqa: F811
    racing.prepare()
    count = nursery.context.Value("i", 0)
    assert nursery.run(racing.publish_or_die, "never", count) == 0
    assert racing.seen() == (2, 2, 2, 2, 2002)
    for number, moment in enumerate(moments(count.value, POINTS, SEED), start=3):
        before = racing.seen()
        racing.change(number)
        assert nursery.run(racing.publish_or_die, moment, count) in (-signal.SIGKILL, 0), moment
        now, waits = racing.seen(), CourseWorkingCopy.objects.exists()
        assert waits == CourseRunWorkingCopy.objects.exists(), (moment, SEED)
        assert now == (before if waits else (number, number, number, number, 2000 + number)), (moment, SEED)
        if waits:
            api.perform(racing.COURSE, "publish")
        assert racing.seen() == (number, number, number, number, 2000 + number)
