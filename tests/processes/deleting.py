"""What the processes of `test_deleting` do; see `racing`."""

from __future__ import annotations

import random
from collections.abc import Callable

from .racing import MAX_TRIES, meet

from openedx_catalog import api  # isort: skip - models need Django, which `racing` sets up
from openedx_catalog.models_api import CourseRun, DeletedRunKey  # isort: skip

Ends = list[tuple[bool, bool]]


def delete_for_good_beside_syncs(number: int, rounds: int) -> tuple[Ends, set[str]]:
    """
    One process deletes a run for good, which two others list, and the fourth deletes and creates in between.

    Returns for each round whether the run was there afterwards, and its key remembered; and the outcomes that were reported.
    """
    ends, outcomes = [], set()
    works: list[Callable[[str], set[str]]] = [_delete_for_good, _sync, _associate, _delete_and_create]
    for round_ in range(rounds):
        key = f"course-v1:Gone{round_ % 3}+C+{round_}"
        if number == 0:
            api.associate_course_run(key)
        meet()
        outcomes |= works[number](key)
        meet()
        ends.append((CourseRun.objects.by_key(key).exists(), DeletedRunKey.objects.filter(course_key=key).exists()))
        meet()
    return ends, outcomes


def _delete_for_good(key: str) -> set[str]:
    for _try in range(MAX_TRIES):
        try:
            api.delete_course_run(key, for_good=True, reason="never took place")
            return set()
        except CourseRun.DoesNotExist:
            # Deleted by another one, and maybe not yet created again.
            api.associate_course_run(key)
    raise AssertionError(key)


def _sync(key: str) -> set[str]:
    found: set[str] = set()
    for number in range(6):
        report = api.sync_course_runs([api.SyncRecord(key, title=f"Title {number}"), api.SyncRecord(f"{key}.{number}")])
        found |= {name for name, count in report.outcomes.items() if count}
    return found


def _associate(key: str) -> set[str]:
    return {api.associate_course_run(key, title=f"Told {number}").outcome for number in range(6)}


def _delete_and_create(key: str) -> set[str]:
    found = set()
    for _number in range(6):
        try:
            api.delete_course_run(key)
        except CourseRun.DoesNotExist:
            found.add("gone")
        found.add(api.associate_course_run(key).outcome)
    return found


def move_the_same_runs(number: int, keys: list[str], courses: list[str]) -> set[str]:
    """Two processes move the same runs in bulk, each in its own order, one of them one by one, and one lets them follow."""
    own = random.Random(number).sample(keys, len(keys))
    meet()
    if number < 2:
        records = [api.MoveRecord(key, courses[(number + n) % len(courses)]) for n, key in enumerate(own)]
        return set(api.move_course_runs(records, batch_size=30, reason="in bulk").outcomes)
    if number == 2:
        return set(api.follow_keys(own, batch_size=20).outcomes)
    for key in own:
        api.move_course_run(key, courses[0], reason="one by one")
    return set()
