"""Runs that are deleted for good while others list them, and moved by several at once: nothing is lost or comes back."""

from __future__ import annotations

import pytest

from openedx_catalog import api
from openedx_catalog.models_api import CourseRun
from tests.thorough import sample

from . import deleting, invariants
from .conftest import Racers

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ROUNDS = sample(6, 60)


def test_a_run_that_is_deleted_for_good_never_stands_beside_its_remembered_key(racers: Racers):
    results = racers.run(deleting.delete_for_good_beside_syncs, ROUNDS)

    assert [ends for ends, _outcomes in results] == [[(False, True)] * ROUNDS] * 4
    outcomes = set().union(*(outcomes for _ends, outcomes in results))
    # A run that is deleted between the look and the lock is reported so; nobody meets a raw error.
    assert outcomes <= {"created", "updated", "unchanged", "skipped", "conflict", "stale", "gone"}
    assert "skipped" in outcomes
    assert invariants.broken() == []


def test_runs_that_several_move_at_once_keep_their_history_and_events(racers: Racers):
    keys = [f"course-v1:Moved+C{n % 5}+{n}" for n in range(100)]
    courses = ["Moved+C0", "Moved+C1", "Other+D", "Other+E"]
    api.associate_course_runs([api.AssociationRecord(key) for key in keys])
    for course in courses[2:]:
        api.create_catalog_course(org_code=course.partition("+")[0], course_code=course.partition("+")[2])

    outcomes = racers.run(deleting.move_the_same_runs, keys, courses)

    assert set().union(*outcomes) <= {"moved", "confirmed", "unchanged"}
    assert CourseRun.objects.count() == len(keys)
    assert invariants.broken() == []
