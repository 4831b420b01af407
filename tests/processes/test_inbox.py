"""The inbox among several processes, and among processes that die."""

from __future__ import annotations

import os
import signal
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from django.utils import timezone

from openedx_catalog import api, messages
from openedx_catalog.models_api import CourseRun, CourseRunWithdrawal, InboxMessage
from tests.thorough import sample

from . import killed_inbox, racing
from .conftest import Nursery, Racers
from .killed import moments
from .state import catalog_state, empty_catalog

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SEED = 20270131
# Each of the four processes receives ten versions of so many runs, so many times.
KEYS, TIMES = int(os.environ.get("CATALOG_INBOX_KEYS", "20")), int(os.environ.get("CATALOG_INBOX_TIMES", "2"))
POINTS = int(os.environ.get("CATALOG_KILLS", sample(8, 40)))


def test_whatever_the_order_the_newest_wins_and_nothing_is_written_twice(racers: Racers):
    delivered = sum(racers.run(racing.deliver, KEYS, TIMES, SEED))
    assert delivered == 4 * KEYS * TIMES * racing.VERSIONS
    # What two processes collided over is due again later.
    InboxMessage.objects.update(due_at=timezone.now())
    messages.process_due()
    assert InboxMessage.objects.filter(state="done").count() == KEYS * racing.VERSIONS
    wrong = []
    for key in range(KEYS):
        newest = racing.version_of(key, racing.VERSIONS - 1)
        run = api.get_course_run(newest["course_key"])
        if (run.title, run.schedule.start, run.source_time) != (newest["title"], *[newest["observed_at"]] * 2):
            wrong.append(str(run.course_key))
        titles = run.history.order_by("history_id").values_list("title", flat=True)
        starts = run.schedule.history.order_by("history_id").values_list("start", flat=True)
        for reported in (list(titles), list(starts)):
            assert all(one != other for one, other in pairwise(reported)), (run.course_key, reported)
    assert wrong == [], f"seed {SEED}"
    assert CourseRun.objects.count() == KEYS


def report_everything() -> None:
    """Runs that are created, changed, withdrawn, brought back, and named by a key that is none; newest first."""
    empty_catalog()
    InboxMessage.objects.all().delete()
    for version in reversed(range(4)):
        for key in range(6):
            values = racing.version_of(key, version)
            reported = api.SyncRecord(values["course_key"], values["title"], schedule=api.ScheduleData(**values["schedule"]))
            kind = "deleted" if (key, version) in ((1, 3), (2, 2)) else "observed"
            InboxMessage.objects.create(
                event_id=f"{key}/{version}", source="kill", kind=kind, course_key=values["course_key"],
                payload=messages.payload_of(reported), source_time=values["observed_at"],
                due_at=datetime(2025, 1, 1, tzinfo=UTC),
            )  # fmt: skip


def state() -> dict:
    withdrawn = list(CourseRunWithdrawal.objects.order_by("at").values_list("run__course_key__text", "at", "source"))
    return {**catalog_state(), "withdrawn": withdrawn, "done": InboxMessage.objects.filter(state="done").count()}


def test_a_worker_that_is_killed_loses_and_invents_nothing(nursery: Nursery):
    count = nursery.context.Value("i", 0)
    report_everything()
    assert nursery.run(killed_inbox.work, "never", count) == 0
    expected = state()
    assert (expected["done"], len(expected["withdrawn"])) == (24, 1)
    differing = {}
    for moment in moments(count.value, POINTS, SEED):
        report_everything()
        assert nursery.run(killed_inbox.work, moment, count) == -signal.SIGKILL, moment
        # The lease of the worker that died has run out.
        InboxMessage.objects.filter(state="pending").update(due_at=timezone.now())
        messages.process_due()
        found = state()
        differing |= {(moment, name): found[name] for name in expected if found[name] != expected[name]}
    assert differing == {}, f"seed {SEED}"
